"""rules.toml at work: which rule, if any, fits which line; the first that fits decides.

Every condition looks at whole columns, and every pattern at each distinct text once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING, Code, Columns, Lines
from recon_kit.matching.records import Line
from recon_kit.matching.rules.drafts import Draft, Part, Seen
from recon_kit.matching.words import shown
from recon_kit.policy import Amounts, Policy, Rule, plain_account
from recon_kit.tables import LINE_KINDS

Mask = NDArray[np.bool_]


def first_rules(both: Columns, policy: Policy) -> Code:
    """For each line the position of the first rule of `policy.rules.rule` whose every condition holds, NOTHING without one.

    Rules that look at what the model chose are not among them.
    """
    found = np.full(len(both.lines), NOTHING, np.int32)
    for at, rule in enumerate(policy.rules.rule):
        if not rule.after_model:
            found[fits_lines(rule, both, found == NOTHING)] = at
    return found


def fits_lines(rule: Rule, both: Columns, among: Mask | None = None) -> Mask:
    """For which lines every condition on the line holds; of some lines alone if they are given."""
    fits = np.ones(len(both.lines), bool) if among is None else among.copy()
    for holds in _conditions(rule, both):
        if fits.any():
            fits &= holds(both.lines)
    return fits


def assigned(line: Line, rule: Rule) -> Draft:
    """The whole line as the rule assigns it: to its ledger account, or as own transfer."""
    own = rule.then == "own_transfer"
    part = Part("own_transfer" if own else "ledger_account", line.amount, gl_account=rule.gl_account)
    where = "own transfer" if own else f"ledger account {rule.gl_account}"
    seen = (Seen("rule of the company", "fits", rule.note or where), Seen("amount", "any", shown(line.amount, line.currency)))
    return Draft(line, rule.name, (part,), seen, fingerprint=rule.fingerprint)


def _conditions(rule: Rule, both: Columns) -> Iterator[Callable[[Lines], Mask]]:
    """The conditions that the rule states, the cheap ones first."""
    names = both.names
    if rule.direction != "both":
        wanted = 1 if rule.direction == "in" else -1
        yield lambda lines: lines.amount * wanted > 0
    if rule.entity:
        yield _among(names.entities, [rule.entity], "entity")
    if rule.account:
        yield _among(names.accounts, map(plain_account, rule.account), "account")
    if rule.kind:
        kinds = [LINE_KINDS.index(kind) for kind in rule.kind]
        yield lambda lines: np.isin(lines.kind, kinds)
    if rule.counterparty_account:
        yield _among(names.accounts, map(plain_account, rule.counterparty_account), "payer")
    yield from _amount_conditions(rule.at_least, rule.at_most, names.currencies)
    if rule.counterparty:
        named = np.append(_speaking(names.names, rule.counterparty), False)  # the last is for NOTHING
        yield lambda lines: named[lines.name]
    if rule.text:
        phrases = tuple(rule.text)
        yield lambda lines: _speaks(lines.texts, phrases) | _speaks(lines.reference, phrases)


def _among(texts: pa.LargeStringArray, wanted: Iterable[str], column: str) -> Callable[[Lines], Mask]:
    codes = np.flatnonzero(np.asarray(pc.is_in(texts, value_set=pa.array(list(wanted), pa.large_string()))))
    return lambda lines: np.isin(getattr(lines, column), codes)


def _amount_conditions(
    least: Amounts | None, most: Amounts | None, currencies: pa.LargeStringArray
) -> Iterator[Callable[[Lines], Mask]]:
    """A currency that the rule does not name is not meant by it."""
    codes = {name: at for at, name in enumerate(currencies.to_pylist())}
    for bounds, sign in ((least, 1), (most, -1)):
        if bounds is not None:
            known = {codes[name]: bound for name, bound in bounds.items() if name in codes}
            yield _within(known, sign)


def _within(bounds: dict[int, int], sign: int) -> Callable[[Lines], Mask]:
    def holds(lines: Lines) -> Mask:
        found = np.zeros(len(lines), bool)
        for currency, bound in bounds.items():
            found |= (lines.currency == currency) & (np.abs(lines.amount) * sign >= bound * sign)
        return found

    return holds


def _speaks(texts: pa.LargeStringArray, phrases: tuple[str, ...]) -> Mask:
    """Whether each text has one of the phrases."""
    coded: Any = texts.dictionary_encode()
    found = np.append(_speaking(coded.dictionary, phrases), False)
    speaks: Mask = found[pc.fill_null(coded.indices, NOTHING).to_numpy(zero_copy_only=False)]
    return speaks


def _speaking(texts: pa.LargeStringArray, phrases: Iterable[str]) -> Mask:
    speaks = speaks_of(phrases)
    return np.fromiter((speaks(text) for text in texts.to_pylist()), bool, len(texts))


def speaks_of(phrases: Iterable[str]) -> Callable[[str], bool]:
    """Whether a text has any of the phrases at word boundaries, ignoring case; a blank stands for any blanks.

    >>> speaks_of(["Miete", "Lohn*"])("Lohnsteuer 10/2026"), speaks_of(["Miete"])("Vermietet")
    (True, False)
    """
    pattern = re.compile("|".join(_phrase(phrase) for phrase in phrases), re.IGNORECASE)
    return lambda text: pattern.search(text) is not None


def _phrase(phrase: str) -> str:
    words = [r"\w*".join(re.escape(part) for part in word.split("*")) for word in phrase.split()]
    left = r"(?<!\w)" if not phrase.startswith("*") else ""
    right = r"(?!\w)" if not phrase.endswith("*") else ""
    return left + r"\s+".join(words) + right

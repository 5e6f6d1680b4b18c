"""Whether a payout or a deposit comes from where its money is expected: amount and day alone fit many a payment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from recon_kit.matching.columns import GATHERED, NOTHING, Columns, Lines, plain_texts
from recon_kit.matching.decision.bets import Bets
from recon_kit.matching.evidence.quotes import GLUED
from recon_kit.matching.evidence.texts import folded
from recon_kit.matching.scoring.looks import Look
from recon_kit.tables import LINE_KINDS

_PAYOUT, _DEPOSIT = GATHERED
_SAID = {_PAYOUT: LINE_KINDS.index("payout"), _DEPOSIT: LINE_KINDS.index("cash_deposit")}
_OF_ANY = frozenset(
    """PAYMENT PAYMENTS PAYOUT PAYOUTS BANK EUROPE EUROPA LIMITED GMBH STORE SHOP FILIALE LADEN MARKT KASSE TILL FILIAAL WINKEL
    MAGASIN BOUTIQUE TIENDA NEGOZIO SKLEP BUTIK KAUPPA LOJA PRODEJNA SERVICES SERVICE SYSTEMS HOLDING GROUP MONEY ZAHLUNG
    ONLINE MERCHANT CARD CARDS KARTE KARTEN""".split()
)
"""Words that tell no provider or store from another."""
_CASH = re.compile(
    r"EINZAHL|BARGELD|GELDTRANSPORT|TAGESLOSUNG|SAFEBAG|DEPOSIT|CASH|VERSEMENT|ESPECES|REMISE|SACOCHE|DEPOT|INGRESO|EFECTIVO|WPLATA|GOTOWK"
    r"|STORTING|KASSTORT|VERSAMENTO|CONTANTI|INSATTNING|KONTANT|INDSKUD|INNSKUDD|TALLETUS|KATEIS|VKLAD|HOTOV|BEFIZET|KESZPENZ"
    r"|NUMERAR|BEUTEL|VALORES|GELDTASCHE"
)
"""How banks call cash that was paid in."""


def from_their_source(both: Columns, looks: tuple[Look, ...], bets: Bets, strongest: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Bets on payouts and deposits of which more is known than amount and day.

    A payout: the line names its provider (`channel`, else the customer's name), or its payer has brought that provider's
    payouts by their number, here or in what was posted, or the bank calls it a payout and names no other provider. A deposit:
    the bank or the text calls it cash paid in, or nobody is named as its payer.

    Args:
        strongest: of each bet the strength of its strongest quote; those by number teach who brings which provider's payouts.
    """
    found = np.zeros(len(bets), bool)
    asked = list(_gathered(both, looks, bets))
    by_number = [(line, items[0]) for bet, line, items in asked if strongest[bet] >= GLUED]
    sources = _Sources(both, by_number, sorted({line for _, line, _ in asked}))
    for bet, line, items in asked:
        found[bet] = all(sources.tell(line, item) for item in items)
    return found


def _gathered(both: Columns, looks: tuple[Look, ...], bets: Bets) -> Iterator[tuple[int, int, list[int]]]:
    """Bets on what is gathered by kind, each with its line and its documents."""
    for look, rows in bets.of_looks(looks):
        sets = look.seen.sets
        for bet in rows[both.items.hub[sets.items[sets.start[bets.set[rows]]]]].tolist():
            at = int(bets.set[bet])
            yield bet, int(bets.line[bet]), sets.items[sets.start[at] : sets.start[at + 1]].tolist()


class _Sources:
    """Who brings the money of which provider, and what each line says."""

    def __init__(self, both: Columns, by_number: list[tuple[int, int]], lines: list[int]) -> None:
        self._both = both
        names = both.names.names.to_pylist()
        hubs = np.flatnonzero(both.items.hub & (both.items.kind == _PAYOUT))
        said = zip(both.items.channel.take(pa.array(hubs)).to_pylist(), both.items.name[hubs].tolist(), strict=True)
        told = [channel or (names[name] if name != NOTHING else "") for channel, name in said]
        self._provider = dict(zip(hubs.tolist(), told, strict=True))
        self._words = {provider: _words(provider) for provider in set(told)}
        self._brings: set[tuple[str, str, int]] = set()
        for line, item in by_number:
            self._learn(both.lines, line, item)
        posted = both.posted
        for row in np.flatnonzero((posted.line != NOTHING) & np.isin(posted.item, hubs)).tolist():
            self._learn(both.known, int(posted.line[row]), int(posted.item[row]))
        self._texts = _squeezed(both, np.array(lines, np.int64))

    def tell(self, line: int, item: int) -> bool:
        """Whether a line says that it brings the money of a payout or deposit."""
        both, text, says = self._both, self._texts[line], int(self._both.lines.kind[line])
        if both.items.kind[item] == _DEPOSIT:
            return says == _SAID[_DEPOSIT] or both.lines.name[line] == NOTHING or bool(_CASH.search(text))
        provider = self._provider.get(item)
        if provider is None:
            return True
        if any(word in text for word in self._words[provider]) or self._brings & set(_payer(both.lines, line, provider)):
            return True
        others = (word for name, words in self._words.items() if name != provider for word in words)
        return says == _SAID[_PAYOUT] and not any(word in text for word in others)

    def _learn(self, lines: Lines, line: int, item: int) -> None:
        if (provider := self._provider.get(item)) is not None:
            self._brings |= set(_payer(lines, line, provider))


def _payer(lines: Lines, line: int, provider: str) -> Iterable[tuple[str, str, int]]:
    """What tells a line's payer, each with the provider: its account, its name."""
    for what, codes in (("account", lines.payer), ("name", lines.name)):
        if codes[line] != NOTHING:
            yield provider, what, int(codes[line])


def _words(provider: str) -> list[str]:
    """The words of a provider's name that tell it from others."""
    return sorted(set(re.findall(r"[A-Z]{3,}", folded(pa.array([provider], pa.large_string()))[0].as_py())) - _OF_ANY)


def _squeezed(both: Columns, lines: NDArray[Any]) -> dict[int, str]:
    """What each line says, its payer's name and its text, in capitals and digits alone."""
    names = both.names.names.take(pa.array(both.lines.name[lines], mask=both.lines.name[lines] == NOTHING)).to_pylist()
    texts = both.lines.texts.take(pa.array(lines)).to_pylist()
    said = [f"{name or ''} {text or ''}" for name, text in zip(names, texts, strict=True)]
    squeezed = plain_texts(folded(pa.array(said, pa.large_string()))).to_pylist()
    return {line: text or "" for line, text in zip(lines.tolist(), squeezed, strict=True)}

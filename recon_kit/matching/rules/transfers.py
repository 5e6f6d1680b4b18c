"""Money between our own accounts: two lines of one movement, or one whose other side is still on its way."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recon_kit.matching.columns import NOTHING, Columns, Lines
from recon_kit.matching.records import Line, Records, plain
from recon_kit.matching.rules.drafts import Draft, Part, Seen
from recon_kit.matching.rules.rates import same_order
from recon_kit.matching.words import size
from recon_kit.policy import Account, Policy
from recon_kit.sentences import sentence
from recon_kit.tables import LINE_KINDS

_OTHERS = [LINE_KINDS.index(kind) for kind in ("cash_deposit", "payout")]
"""Kinds of money that comes from tills and providers, not from an account of ours that the line does not name."""


class Transfers:
    """Which lines are transfers between accounts of one entity, and which line is the other side of which.

    Args:
        allowed: which of the lines to be matched may be transfers.
        quoting: which of them quote an open document, whosever: unless they name an account of ours, they pay that.
        as_of: the day on which a transfer's other side counts as missing.
    """

    def __init__(
        self, records: Records, policy: Policy, allowed: NDArray[np.bool_], quoting: NDArray[np.bool_], as_of: date
    ) -> None:
        self._records = records
        self._accounts = {number: account for account in policy.accounts if not account.psp for number in account.numbers}
        self._window, self._as_of = policy.windows.own_transfer, as_of
        self._names = {plain(n) for n in (policy.company.name, *(e.name for e in policy.entities.values()))} - {""}
        self.other: dict[tuple[str, str], Line] = {}
        self._unsure: set[tuple[str, str]] = set()
        named = records.both.lines.payer != NOTHING
        self._candidates = self._found(allowed & (named | ~quoting)) if self._accounts else []
        self._pair()

    def drafts(self) -> list[Draft]:
        """Each line that is a transfer: paired, or named and still within the days that it takes; else a proposal."""
        open_lines = {line.key: line for line in self._candidates if not line.known}
        return [draft for line in open_lines.values() if (draft := self._matched(line))]

    def between_currencies(self) -> list[tuple[Line, Line]]:
        """Both sides of each transfer that was surely exchanged, the side that went out first."""
        pairs = [(line, self.other[line.key]) for line in self._candidates if line.key in self.other and line.amount < 0]
        return [(one, two) for one, two in pairs if one.currency != two.currency and one.key not in self._unsure]

    def _matched(self, line: Line) -> Draft | None:
        other, named = self.other.get(line.key), self._names_own(line)
        if other is None and not named:
            return None
        seen = (
            Seen("other account", "own" if named else "by name", line.payer or line.name),
            Seen("other side", "exact" if other else "missing", f"{other.on} {other.account}" if other else None),
        )
        draft = Draft(line, "own_transfer", (Part("own_transfer", line.amount),), seen)
        if other is None and abs((self._as_of - line.on).days) > self._window:
            name = self._accounts[line.payer].name
            lacking = {"amount": (-line.amount, line.currency), "account": name, "days": self._window, "on": line.on}
            return draft.doubted("transfer_unpaired", sentence("unpaired", **lacking))
        if other is not None and line.key in self._unsure:
            exchanged = {"amount": size(line), "other": size(other)}
            return draft.doubted("proposed", sentence("transfer_rate", **exchanged))
        return draft

    def _found(self, allowed: NDArray[np.bool_]) -> list[Line]:
        """Lines that name an account or a name of ours, or nobody; those that history explained otherwise left out."""
        both, records = self._records.both, self._records
        mine = np.flatnonzero(_own(both, both.lines, set(self._accounts), self._names) & allowed)
        old = _own(both, both.known, set(self._accounts), self._names)
        otherwise = both.posted.line[(both.posted.line != NOTHING) & (both.posted.kind != "own_transfer")]
        old[otherwise] = False
        lines = {records.line(at).key: records.line(at) for at in mine.tolist()}
        lines = {records.line(at, known=True).key: records.line(at, known=True) for at in np.flatnonzero(old).tolist()} | lines
        return sorted(lines.values(), key=lambda line: (line.on, line.entity, line.account, line.id))

    def _names_own(self, line: Line) -> Account | None:
        account = self._accounts.get(line.payer)
        return account if account and line.payer != line.account and account.entity == line.entity else None

    def _owned(self, line: Line) -> bool:
        return bool(self._names_own(line)) or (not line.payer and plain(line.name) in self._names)

    def _pair(self) -> None:
        """Pair each outgoing line with the nearest fitting incoming one; neither may contradict it.

        Between currencies the amounts prove nothing: the bank tells what was exchanged, or both sides name each other. What
        then still does not look alike is paired last, and proposed.
        """
        incoming: dict[tuple[str, int, str], list[Line]] = defaultdict(list)
        named: dict[tuple[str, str, str], list[Line]] = defaultdict(list)
        for line in self._candidates:
            if line.amount > 0 and line.account:
                named[line.entity, line.account, line.payer].append(line)
                for amount, currency in _faces(line):
                    incoming[line.entity, amount, currency].append(line)
        out = [line for line in self._candidates if line.amount < 0 and line.account and (self._owned(line) or _silent(line))]
        for sure in (True, False):
            for line in out:
                if line.key not in self.other:
                    found = [one for face in _faces(line) for one in incoming[line.entity, -face[0], face[1]]]
                    found += [one for one in named[line.entity, line.payer, line.account] if one.currency != line.currency]
                    self._pair_one(line, [one for one in dict.fromkeys(found) if _exchanged(line, one) == sure])

    def _pair_one(self, line: Line, found: list[Line]) -> None:
        fits = [one for one in found if self._may_pair(line, one)]
        if fits:
            best = min(fits, key=lambda one: (abs((one.on - line.on).days), one.on, one.account, one.id))
            self.other[line.key], self.other[best.key] = best, line
            if not _exchanged(line, best):
                self._unsure |= {line.key, best.key}

    def _may_pair(self, out: Line, back: Line) -> bool:
        near = abs((back.on - out.on).days) <= self._window
        there = out.payer in ("", back.account) and back.payer in ("", out.account) and back.account != out.account
        named = back.account == out.payer or out.account == back.payer
        own = all(self._owned(line) or (named and _silent(line)) for line in (out, back))
        same = out.currency != back.currency or out.amount == -back.amount
        return back.key not in self.other and near and there and own and same


def _own(both: Columns, lines: Lines, accounts: set[str], names: set[str]) -> NDArray[np.bool_]:
    """Lines whose other side is one of these accounts, or that name none and have such a name or none at all.

    Cash and payouts have to name the account.
    """
    ours = np.asarray(pc.is_in(both.names.accounts, value_set=pa.array(sorted(accounts), pa.large_string())))
    called = np.array([plain(name) in names for name in both.names.names.to_pylist()], bool)
    ours, called = np.append(ours, False), np.append(called, True)
    silent = called[lines.name] & ~np.isin(lines.kind, _OTHERS)
    own: NDArray[np.bool_] = np.where(lines.payer != NOTHING, ours[lines.payer], silent)
    return own


def _silent(line: Line) -> bool:
    return not line.payer and not line.name


def _faces(line: Line) -> list[tuple[int, str]]:
    """The amounts under which the other side may show: as booked, and in the currency that was instructed."""
    faces = [(line.amount, line.currency)]
    if line.instructed and line.instructed_currency and line.instructed_currency != line.currency:
        faces.append((abs(line.instructed) * (1 if line.amount > 0 else -1), line.instructed_currency))
    return faces


def _exchanged(out: Line, back: Line) -> bool:
    """Whether one amount may be the other: as the bank tells it on either side, else by the order of both alone."""
    if out.currency == back.currency:
        return out.amount == -back.amount
    told = [fits for one, other in ((out, back), (back, out)) for fits in _told(one, other)]
    if told:
        return all(told)
    return same_order(out.amount, out.currency, back.amount, back.currency)


def _told(one: Line, other: Line) -> list[bool]:
    """Whether the amount that one side was instructed with is the other's; empty where nothing is told."""
    if not one.instructed or one.instructed_currency in (None, one.currency):
        return []
    if one.instructed_currency == other.currency:
        return [abs(one.instructed) in (abs(other.amount), abs(other.amount - (other.charges or 0)))]
    if other.instructed and one.instructed_currency == other.instructed_currency:
        return [abs(one.instructed) == abs(other.instructed)]
    return []

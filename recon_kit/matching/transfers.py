"""Money between our own accounts: two lines of one movement, or one whose other side is still on its way."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from recon_kit.matching.book import Draft, Part, Seen, same_name
from recon_kit.matching.sides import Line, Sides
from recon_kit.policy import Account, Policy
from recon_kit.sentences import sentence


class Transfers:
    """Which lines are transfers between accounts of one entity, and which line is the other side of which."""

    def __init__(self, sides: Sides, policy: Policy, as_of: date) -> None:
        self._accounts = {number: account for account in policy.accounts if not account.psp for number in account.numbers}
        self._window, self._as_of = policy.windows.own_transfer, as_of
        self._names = [policy.company.name, *(entity.name for entity in policy.entities.values())] if policy.accounts else []
        lines = {(line.entity, line.id): line for line in (*sides.known_lines, *sides.lines)}
        self._lines = sorted(lines.values(), key=lambda line: (line.on, line.entity, line.account, line.id))
        self._known = {key for key, rows in sides.posted.items() if any(row.kind != "own_transfer" for row in rows)}
        self.other: dict[tuple[str, str], Line] = {}
        self._pair()

    def matched(self, line: Line) -> Draft | None:
        """The line as own transfer: paired, or named and still within the days that a transfer takes; else a proposal."""
        other, named = self.other.get((line.entity, line.id)), self._names_own(line)
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
        return draft

    def _names_own(self, line: Line) -> Account | None:
        account = self._accounts.get(line.payer)
        return account if account and line.payer != line.account and account.entity == line.entity else None

    def _owned(self, line: Line) -> bool:
        return bool(self._names_own(line)) or (not line.payer and any(same_name(line.name, name) for name in self._names))

    def _pair(self) -> None:
        """Pair each outgoing line with the nearest fitting incoming one; neither may contradict it.

        Between currencies the amounts prove nothing without a rate: there both sides must name each other.
        """
        incoming: dict[tuple[str, int, str], list[Line]] = defaultdict(list)
        candidates = [line for line in self._lines if line.account and (line.entity, line.id) not in self._known]
        named: dict[tuple[str, str, str], list[Line]] = defaultdict(list)
        for line in candidates:
            if line.amount > 0:
                named[line.entity, line.account, line.payer].append(line)
                for amount, currency in _faces(line):
                    incoming[line.entity, amount, currency].append(line)
        for line in candidates:
            if line.amount < 0 and (self._owned(line) or _silent(line)):
                found = [one for face in _faces(line) for one in incoming[line.entity, -face[0], face[1]]]
                found += [one for one in named[line.entity, line.payer, line.account] if one.currency != line.currency]
                fits = [one for one in dict.fromkeys(found) if self._may_pair(line, one)]
                if fits:
                    best = min(fits, key=lambda one: (abs((one.on - line.on).days), one.on, one.account, one.id))
                    self.other[line.entity, line.id], self.other[best.entity, best.id] = best, line

    def _may_pair(self, out: Line, back: Line) -> bool:
        free = (back.entity, back.id) not in self.other
        near = abs((back.on - out.on).days) <= self._window
        there = out.payer in ("", back.account) and back.payer in ("", out.account) and back.account != out.account
        named = back.account == out.payer or out.account == back.payer
        own = all(self._owned(line) or (named and _silent(line)) for line in (out, back))
        return free and near and there and own


def _silent(line: Line) -> bool:
    return not line.payer and not line.name


def _faces(line: Line) -> list[tuple[int, str]]:
    """The amounts under which the other side may show: as booked, and in the currency that was instructed."""
    faces = [(line.amount, line.currency)]
    if line.instructed and line.instructed_currency and line.instructed_currency != line.currency:
        faces.append((abs(line.instructed) * (1 if line.amount > 0 else -1), line.instructed_currency))
    return faces

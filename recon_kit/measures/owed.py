"""What is owed to us at the end of a period: every measure of the aging report, each computed once from the same cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from recon_kit.measures import debtors as _debtors
from recon_kit.measures import readings as _readings
from recon_kit.measures.aging import By, aged, aging
from recon_kit.measures.credits_apart import credits_apart
from recon_kit.measures.cut import Cut
from recon_kit.measures.exact import looked_up, summed
from recon_kit.measures.figure import NOT_AVAILABLE, Measure
from recon_kit.measures.naming import BASES, Side, named
from recon_kit.measures.receivables import credit_balances, population, receivables
from recon_kit.measures.receivables_roll import of_receivables, posted_since, receivables_roll
from recon_kit.measures.standing import standing
from recon_kit.money import money_text, total


@dataclass(frozen=True, eq=False)
class Owed:
    """The measures of what is owed, over a cut; frames as the functions of the same names give them."""

    cut: Cut

    @cached_property
    def items(self) -> Mapping[Side, pd.DataFrame]:
        """Receivables by reading, each with class, `days` past due and `bucket`; customer_id is the debtor."""
        frames = {"ledger": self.cut.ledger_items, "applied": self.cut.open_items}
        return {side: aged(receivables(_debtors.with_debtor(frames[side])), self.cut.last.date()) for side in BASES}

    @cached_property
    def documents(self) -> pd.DataFrame:
        """Every document that is open on either reading, one row each.

        Its own columns with days and bucket, and listed (open by the ledger's list), left (after our matches), pending =
        listed - left; 0 where a reading does not have it. Sorted by entity and document.
        """
        by = ["entity", "item_id"]
        every = pd.concat([self.items[side] for side in BASES]).drop_duplicates(by).sort_values(by, ignore_index=True)
        for name, side in (("listed", BASES[0]), ("left", BASES[1])):
            every[name] = looked_up(every, self.items[side], by, "open_amount").fillna(0).astype("int64")
        return every.assign(pending=every["listed"] - every["left"])

    @cached_property
    def currencies(self) -> list[str]:
        """Every currency that something is open in: the base currency first, then by number of documents."""
        seen = pd.concat([self.items[side]["currency"] for side in BASES]).value_counts()
        base = self.cut.meta["base_currency"]
        return sorted(map(str, seen.index), key=lambda code: (code != base, -int(seen[code]), code))

    def aging(self, side: Side, by: By = "due", *keys: str) -> pd.DataFrame:
        """The aging of a reading by due date or document date, per keys (entity if none is named) and currency."""
        return aging(self.items[side], self.cut.last.date(), by, keys=keys or ("entity",))

    def totals(self, side: Side, by: By = "due") -> pd.DataFrame:
        """The aging with all entities of a currency together; one row per currency."""
        rows = self.aging(side, by)
        return summed(rows, ["currency"], [str(name) for name in rows if name not in ("entity", "currency")])

    def figure(self, side: Side, definition: str, currency: str) -> Measure:
        """One figure of `standing`."""
        return self.figures[side, currency][definition]

    @cached_property
    def figures(self) -> Mapping[tuple[Side, str], Mapping[str, Measure]]:
        """Reading and currency -> definition id -> figure, as `standing` gives them."""
        made: dict[tuple[Side, str], Mapping[str, Measure]] = {}
        for side in BASES:
            for code in self.currencies:
                rows = self.items[side][(self.items[side]["currency"] == code).to_numpy(bool)]
                made[side, code] = {one.id: one for one in standing(rows, self.cut.last.date(), code)}
        return made

    @cached_property
    def debtors(self) -> Mapping[Side, pd.DataFrame]:
        """The aging of each debtor by reading."""
        return {side: _debtors.by_debtor(self.items[side], self.cut) for side in BASES}

    @cached_property
    def bridge(self) -> pd.DataFrame:
        """From the ledger's list to what is owed once our matches are in it."""
        return _readings.readings_bridge(self.cut)

    @cached_property
    def tie(self) -> pd.DataFrame:
        """The ledger's list against its control accounts."""
        return _readings.list_tie(self.cut)

    @cached_property
    def credits(self) -> pd.DataFrame:
        """Money that is here and pays nothing yet, in three columns that are never one figure."""
        return credits_apart(self.cut)

    @cached_property
    def in_credit(self) -> pd.DataFrame:
        """Debtors whose credits exceed their debts, by the ledger's list."""
        return credit_balances(self.items["ledger"])

    @cached_property
    def roll(self) -> pd.DataFrame:
        """The roll-forward of each control account, with what was posted into earlier periods since their close."""
        period = (self.cut.first.date(), self.cut.last.date())
        return posted_since(receivables_roll(self.cut.ledger_movements, self.cut.ledger_balances, period), self.late)

    @cached_property
    def late(self) -> pd.DataFrame:
        """Late arrivals that speak of receivables accounts."""
        rows = self.cut.late[self.cut.late["what"] != "bank_line"].rename(columns={"account": "gl_account"})
        return of_receivables(rows, self.cut.ledger_balances).rename(columns={"gl_account": "account"})

    @cached_property
    def trend(self) -> pd.DataFrame:
        """The ledger's lists up to the period's end by age, oldest first: currency, on, bucket, n, amount."""
        now = summed(population(self.items["ledger"]), ["currency", "bucket"], ["open_amount"])
        now = now.rename(columns={"open_amount": "amount"}).assign(on=self.cut.last)
        then = summed(self.cut.aged, ["currency", "on", "bucket"], ["n", "amount"])
        made = pd.concat([then, now], ignore_index=True)[["currency", "on", "bucket", "n", "amount"]]
        return made.sort_values(["currency", "on", "bucket"], ignore_index=True)


def metrics_of(owed: Owed) -> dict[str, str]:
    """The aging report's headline figures as text, each named by definition, version, reading and currency.

    Amounts in major units with a decimal point, shares in percent with one decimal; undefined is "n/a".
    """
    figures = {}
    for code in owed.currencies:
        for side in BASES:
            for one in owed.figures[side, code].values():
                figures[named(one.id, code, basis=side)] = one.text()
        ties = owed.tie.loc[owed.tie["currency"] == code, "difference"]
        known = money_text(total(ties.astype("int64")), code) if ties.notna().all() else NOT_AVAILABLE
        figures[named("list_tie", code)] = known
    return figures


def aging_metrics(cut: Cut) -> dict[str, str]:
    """As `metrics_of`, of a cut."""
    return metrics_of(Owed(cut))

"""The collection report of one period: every figure of it, each computed once from the same cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

import pandas as pd

from recon_kit.measures import bases, losses, match_rates, month_ends, payers
from recon_kit.measures.aging import aged, aging_rows
from recon_kit.measures.collection import Collection
from recon_kit.measures.credits_apart import unidentified
from recon_kit.measures.cut import Cut
from recon_kit.measures.delays import DelayCurve, delay_curve
from recon_kit.measures.durations import durations
from recon_kit.measures.exact import summed
from recon_kit.measures.expected_cash import ExpectedCash
from recon_kit.measures.figure import Measure, undefined
from recon_kit.measures.flows import Span, flows
from recon_kit.measures.lines import line_states
from recon_kit.measures.losses import LossHistory
from recon_kit.measures.migration import Lists, endings, migration
from recon_kit.measures.naming import BASES, Side
from recon_kit.measures.provision import provision
from recon_kit.measures.receivables_roll import of_receivables
from recon_kit.measures.standing import standing

Figures = Mapping[str, Measure]
Group = tuple[str | None, str]


@dataclass(frozen=True, eq=False)
class CollectionEffectiveness:
    """The figures over a cut; "all" is all entities of a currency together, and no figure crosses a currency."""

    cut: Cut

    @cached_property
    def period(self) -> Span:
        """First and last day."""
        return Span(self.cut.first.date(), self.cut.last.date())

    @cached_property
    def movements(self) -> pd.DataFrame:
        """The postings on receivables accounts."""
        return of_receivables(self.cut.ledger_movements, self.cut.ledger_balances)

    @cached_property
    def spans(self) -> list[Span]:
        """The months that the ledger tells of, oldest first, the period last; only the period where it tells of none."""
        return month_ends.spans_to(self.movements, self.period)

    @cached_property
    def currencies(self) -> list[str]:
        """Those in which anything is owed or was sold, the base currency first; only that where nothing is."""
        frames = (self.now["ledger"], self.now["applied"], self.movements)
        seen = set().union(*(set(frame["currency"]) for frame in frames)) or {self.cut.meta["base_currency"]}
        return sorted(seen, key=lambda code: (code != self.cut.meta["base_currency"], code))

    @cached_property
    def now(self) -> dict[Side, pd.DataFrame]:
        """The receivables of the period's end on each basis."""
        return {basis: bases.items_of(self.cut, basis) for basis in BASES}

    @cached_property
    def then(self) -> dict[Side, pd.DataFrame]:
        """Those of the evening before the period."""
        return {basis: bases.items_before(self.cut, basis) for basis in BASES}

    @cached_property
    def by_entity(self) -> dict[Side, dict[Group, dict[str, Measure]]]:
        """basis -> (entity, currency) -> definition id -> figure."""
        return {basis: self._collection(basis, together=False).figures for basis in BASES}

    @cached_property
    def parts(self) -> pd.DataFrame:
        """What DSO and CEI are made of: entity, currency, basis, days, opening, sales, receipts, closing, current."""
        rows = []
        for basis in BASES:
            made = self._collection(basis, together=False)
            for entity, currency in made.groups:
                one = made.collected((entity, currency))
                rows.append(
                    (entity, currency, basis, self.period.days, one.opening, one.sales, one.receipts, one.closing, one.current)
                )
        names = ["entity", "currency", "basis", "days", "opening", "sales", "receipts", "closing", "current"]
        return pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names[4:], "Int64"))

    @cached_property
    def overall(self) -> dict[Side, dict[str, dict[str, Measure]]]:
        """basis -> currency -> definition id -> figure, of all entities."""
        return {
            basis: {currency: found for (_, currency), found in self._collection(basis, together=True).figures.items()}
            for basis in BASES
        }

    @cached_property
    def before(self) -> dict[Side, dict[str, dict[str, Measure]]]:
        """The same of the period before, as it is known now; without what needs a list of two periods ago."""
        return {basis: self._before(basis) for basis in BASES}

    def figure(self, name: str, currency: str, basis: Side = "applied") -> Measure:
        """One figure of all entities; `no_receivables` where the currency has none."""
        return self.overall[basis].get(currency, {}).get(name) or undefined(name, "no_receivables", currency)

    @cached_property
    def bridge(self) -> pd.DataFrame:
        """From the ledger's list to what is left after our matches."""
        return bases.basis_bridge(self.cut)

    @cached_property
    def months(self) -> pd.DataFrame:
        """Sales, receipts and receivables by month and currency, with `dso` (its `dso_account`)."""
        made = month_ends.month_ends(self.movements, self.cut.ledger_balances, self.spans)
        return made.assign(dso=pd.Series(month_ends.account_dso(made), made.index, dtype="object"))

    @cached_property
    def lists(self) -> pd.DataFrame:
        """The ledger's lists by age: earlier ones, and that of the last day."""
        now = aging_rows(self.now["ledger"], self.period.last).assign(on=self.cut.last)
        return pd.concat([self.cut.aged, now[list(self.cut.aged.columns)]], ignore_index=True)

    def cei_of(self, currency: str, over: Span | None) -> Measure:
        """The ledger's index over some months."""
        if over is None:
            return undefined("cei_quarter", "history_too_short", currency)
        return month_ends.cei_quarter(self.lists, self.months, currency, over)

    @cached_property
    def quarter(self) -> Span | None:
        """The last three months as one; None where there are fewer."""
        return month_ends.trailing(self.spans, 3)

    def overdue(self, currency: str, basis: Side = "applied", *, before: bool = False) -> dict[str, Measure]:
        """As `standing`: what is owed, past due and its share, in one currency: now, or on the evening before the period."""
        items = (self.then if before else self.now)[basis]
        day = self.period.first - timedelta(days=1) if before else self.period.last
        rows = aged(items[(items["currency"] == currency).to_numpy(bool)], day)
        return {one.id: one for one in standing(rows, day, currency)}

    def sales_known(self, currency: str) -> Measure:
        """As `bases.sales_known`."""
        return bases.sales_known(self.now["applied"], self.movements, currency)

    @cached_property
    def unmatched(self) -> dict[str, int]:
        """Currency -> customers' money on the bank that nothing explains yet, of whatever month: it may pay what stands as
        owed. The same as beside the aging: see `unidentified`."""
        sums = summed(unidentified(self.cut), ["currency"], ["amount"])
        return dict(zip(sums["currency"], sums["amount"].tolist(), strict=True))

    @cached_property
    def moves(self) -> pd.DataFrame:
        """What became of the debts of the period's beginning, by currency and bucket, less our matches on both days."""
        before, now = self.then["applied"], self.now["applied"]
        ours = self.cut.allocations[(self.cut.allocations["effective_on"] >= self.cut.first).to_numpy(bool)]
        ends = endings(ours, before, self.movements)
        return migration(Lists(before, now, self.period.first - timedelta(days=1), self.period.last, ends), ())

    @cached_property
    def documents(self) -> pd.DataFrame:
        """How long each document was open, as `durations`, with its channel."""
        found = durations(self.cut.settled, self.period.last)
        rows = self.cut.settled[(self.cut.settled["issued_on"] <= self.cut.last).to_numpy(bool)]
        return found.assign(channel=rows["channel"].to_numpy())

    @cached_property
    def curves(self) -> dict[tuple[str, str], DelayCurve]:
        """(entity, currency) -> delay curve of all its documents; the entity is "" where there is none."""
        groups = self.documents.assign(entity=self.documents["entity"].fillna("")).groupby(["entity", "currency"], sort=True)
        return {(str(entity), str(currency)): delay_curve(rows) for (entity, currency), rows in groups}

    @cached_property
    def paid(self) -> pd.DataFrame:
        """The documents that were paid in the year up to the period's end, with days late."""
        return payers.paid_in(self.cut.settled, _year_before(self.period.last), self.period.last)

    @cached_property
    def payers(self) -> pd.DataFrame:
        """Customers by what is overdue of them and how late they paid."""
        return payers.late_payers(self.paid, self.now["applied"], self.period.last)

    @cached_property
    def cash(self) -> ExpectedCash:
        """The forecast and its trial."""
        return ExpectedCash(self.cut.settled, self.now["applied"], self.period.last)

    @cached_property
    def rates(self) -> pd.DataFrame:
        """Match rates by source, direction and currency."""
        return match_rates.match_rates(line_states(self.cut))

    def days_to_post(self) -> tuple[Measure, Measure, int]:
        """Median and ninth decile of the days from bank to ledger of the receipts posted in the period; and how many."""
        posted = self.movements[self.movements["posted_on"].between(self.cut.first, self.cut.last).to_numpy(bool)]
        waits, last = match_rates.receipt_waits(posted), self.period.last
        return match_rates.days_to_match_median(waits, last), match_rates.days_to_match_p90(waits, last), len(waits)

    @cached_property
    def loss_history(self) -> dict[str, LossHistory]:
        """Currency -> what became of the documents that fell due long enough ago."""
        return {code: losses.loss_history(self.cut.settled, self.period.last, code) for code in self.currencies}

    @cached_property
    def provision(self) -> pd.DataFrame:
        """The provision matrix by entity and bucket; null losses where the history does not give a rate."""
        rows = losses.exposures(self.now["applied"], self.movements, self.period.last)
        parts = [self._provided(rows, code) for code in self.currencies if (rows["currency"] == code).any()]
        return pd.concat(parts, ignore_index=True) if parts else provision(rows.assign(vat=0), {})

    def _provided(self, rows: pd.DataFrame, currency: str) -> pd.DataFrame:
        mine = rows[(rows["currency"] == currency).to_numpy(bool)]
        found = self.loss_history[currency].rates
        rates = {(segment, bucket): found.get(bucket) for segment in set(mine["segment"]) for bucket in set(mine["bucket"])}
        return provision(mine.assign(vat=mine["vat"].fillna(0).astype("int64")), rates).assign(vat=mine["vat"])

    def _collection(self, basis: Side, *, together: bool) -> Collection:
        moved = self.movements.assign(entity=None) if together else self.movements
        now, then = (found[basis].assign(entity=None) if together else found[basis] for found in (self.now, self.then))
        told = flows(moved, self.spans)
        if basis == "applied":
            told = bases.with_receipts(told, self.cut, together=together)
        return Collection(now, then, told, self.period, self.spans[::-1])

    def _before(self, basis: Side) -> dict[str, dict[str, Measure]]:
        if len(self.spans) < 2:
            return {}
        then = self.then[basis].assign(entity=None)
        moved = flows(self.movements.assign(entity=None), self.spans[:-1])
        figures = Collection(then, then.iloc[:0], moved, self.spans[-2], self.spans[-2::-1]).figures
        return {code: {k: v for k, v in found.items() if k in _OF_ONE_DAY} for (_, code), found in figures.items()}


@lru_cache(maxsize=1)
def collected(cut: Cut) -> CollectionEffectiveness:
    """The figures of a cut, which is frozen: the page, the workbook and the manifest of one cut share them."""
    return CollectionEffectiveness(cut)


_OF_ONE_DAY = (
    "dso_period_end", "dso_count_back", "dso_true", "age_weighted", "dso_best_possible", "delinquency_days",
    "delinquency_days_direct",
)  # fmt: skip


def _year_before(last: date) -> date:
    return (pd.Timestamp(last) - pd.DateOffset(years=1) + pd.Timedelta(days=1)).date()

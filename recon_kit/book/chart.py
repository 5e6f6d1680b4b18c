"""Which accounts a posting goes to, as booking.toml says; what it does not say is gathered and told at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from recon_kit.book.parts import Part
from recon_kit.book.vat import TaxPart, by_rate, effect, reduces, treatment
from recon_kit.errors import BookingError, Fault
from recon_kit.money import money_text
from recon_kit.policy import Policy
from recon_kit.policy.booking import Booking, EntityBooking, PostingRule, Treatment
from recon_kit.policy.booking_faults import is_datev_account

_OF_CUSTOMERS = ("invoice", "credit_note", "down_payment", "payment_on_account", "journal")
"""Documents that stand on a customer's own account unless a rule says otherwise."""
_BEARS_COST_CENTRE = ("discount", "write_off", "fee", "charge", "fx_difference")


@dataclass(frozen=True)
class Leg:
    """One amount of a part with the account it goes to and the tax in it.

    Args:
        gross: minor units, signed like the part. account: where it goes.
        rule: that told the account; None where the account needs none. name: what tells it from the part's other legs.
    """

    gross: int
    account: str
    rule: PostingRule | None = None
    name: str = ""
    tax: TaxPart | None = None
    basis: str | None = None


@dataclass
class Chart:
    """The accounts of one entity, and what was asked for in vain."""

    entity: str
    policy: Policy
    booking: EntityBooking
    missing: dict[tuple[str, str], list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))

    def lacks(self, what: str, expected: str, part: Part) -> None:
        """Remember that something was not told."""
        self.missing[what, expected].append((part.currency, abs(part.allocated)))

    def money(self, part: Part) -> str:
        """The account that stands for the bank line's account: its interim account, if the ledger posts it itself."""
        how = self.booking.bank(part.bank or "")
        own = self.policy.account(part.bank)
        account = how.interim or how.account or (own.gl_account if own else None)
        return self._checked(account, f"bank account {part.bank}", "gl_account in recon.toml, or an account in banks", part)

    def item(self, part: Part) -> str:
        """The account on which a part's document stands: its customer's, or the one that a rule names for its kind."""
        rule = self._rule(part, "payment", None, None)
        if rule is not None and rule.account != "debtor":
            return rule.account
        if rule is None and part.item_kind not in _OF_CUSTOMERS:
            self.lacks(f"documents of kind {part.item_kind}", f'a rule with kind = "payment", item = "{part.item_kind}"', part)
            return ""
        return self.debtor(part)

    def debtor(self, part: Part) -> str:
        """The customer's own account."""
        told, customer = self.booking.debtors, part.customer_id or ""
        account = told.accounts.get(customer) or self._stripped(customer) or told.collective
        return self._checked(account, f"customer {customer or 'of nobody'}", "an account in debtors.accounts", part)

    def _stripped(self, customer: str) -> str | None:
        """The digits that a customer's id leaves; in DATEV just as many as a debtor account has."""
        strip, length = self.booking.debtors.strip, self._datev_length
        account = customer.removeprefix(strip) if strip and customer.startswith(strip) else ""
        fits = account.isdigit() and account.isascii() and length in (None, len(account) - 1)
        return account if fits else None

    @property
    def _datev_length(self) -> int | None:
        told = self.booking.datev
        return told.account_length if told and self.booking.format == "datev" else None

    def _checked(self, account: str | None, what: str, expected: str, part: Part) -> str:
        if account is None:
            self.lacks(what, expected, part)
            return ""
        if self._datev_length and not is_datev_account(account, self._datev_length):
            self.lacks(what if account in what else f"{what} on {account}", "an account that DATEV can hold", part)
        return account

    def legs(self, part: Part, kind: str) -> list[Leg]:
        """What a part posts against the other account: one leg a rate where it corrects tax, else one."""
        if reduces(kind):
            return self._corrections(part, kind)
        if kind == "payment" and part.line_id is not None:
            return [Leg(part.allocated, self.item(part))]
        wanted = "exchange" if kind == "payment" else kind  # documents without a line that do not settle each other
        rule = self._rule(part, wanted, None, None)
        account = rule.account if rule else "debtor" if kind == "on_account" else part.gl_account
        if account is None:
            self.lacks(wanted, f'a rule with kind = "{wanted}"', part)
            return []
        if rule is None or rule.tax_rate is None:
            named = f"ledger account {account}" if kind == "ledger_account" else kind
            checked = self.debtor(part) if account == "debtor" else self._checked(account, named, "", part)
            return [Leg(part.allocated, checked, rule)]
        if not self._taxable(rule):
            self.lacks(f"{kind} with {rule.tax_rate} % tax", self._tax_wanted(kind, rule.tax_rate), part)
        return [Leg(part.allocated, account, rule, tax=by_rate(part.allocated, {rule.tax_rate: 1})[0], basis="rule")]

    def _corrections(self, part: Part, kind: str) -> list[Leg]:
        shares, basis = part.tax_split, "document"
        if shares is None:
            rate = self.booking.vat.default.get(part.country or "unknown")
            if rate is None:
                expected = f"tax_split, or a rate in vat.default.{part.country or 'unknown'}"
                self.lacks(f"{kind} on document {part.document_no}", expected, part)
                return []
            shares, basis = {rate: 1}, "default"
        found = [self._correction(part, kind, tax, basis) for tax in by_rate(part.allocated, shares)]
        return [leg for leg in found if leg is not None]

    def _correction(self, part: Part, kind: str, tax: TaxPart, basis: str) -> Leg | None:
        home, told = self.policy.entities[self.entity].country, self.booking.vat
        how = treatment(tax.rate, home, part.country, told.rates, told.untaxed)
        if how is None:
            expected = f"vat.rates or vat.untaxed to tell the tax of {tax.rate} % in {part.country or 'an unknown country'}"
            self.lacks(f"{kind} on document {part.document_no}", expected, part)
            return None
        what, rule = f"{kind} at {tax.rate} % ({how})", self._rule(part, kind, tax.rate, how)
        if rule is None:
            wanted = f'a rule with kind = "{kind}", rate = "{tax.rate}", treatment = "{how}"'
            self.lacks(what, wanted, part)
            return None
        if effect(kind, how) == "tax" and not self._taxable(rule):
            self.lacks(what, self._tax_wanted(kind, tax.rate), part)
        untaxed = TaxPart(tax.rate, tax.gross, 0)
        return Leg(tax.gross, rule.account, rule, tax.rate, tax if effect(kind, how) == "tax" else untaxed, basis)

    def _taxable(self, rule: PostingRule) -> bool:
        """Whether the rule says how the ledger takes the tax out, in the way that the ledger's format has."""
        if self.booking.format == "datev":
            return rule.automatic or rule.tax_code is not None
        return rule.tax_account is not None

    def _tax_wanted(self, kind: str, rate: str) -> str:
        key = "tax_code or automatic = true" if self.booking.format == "datev" else "tax_account"
        return f'{key} in the rule of kind = "{kind}" at {rate} %'

    def _rule(self, part: Part, kind: str, rate: str | None, how: Treatment | None) -> PostingRule | None:
        return next((rule for rule in self.booking.rules if rule.kind == kind and _fits(rule, part, rate, how)), None)

    def cost_centre(self, part: Part, leg: Leg) -> str | None:
        """The cost centre of the posting: that of its rule; where its kind bears one, else the channel's or the entity's."""
        told = leg.rule.cost_centre if leg.rule else None
        if told or part.kind not in _BEARS_COST_CENTRE:
            return told
        return self.booking.cost_centres.get(part.channel or "", self.booking.cost_centre)

    def faults(self) -> list[Fault]:
        """One for each thing that is not told: what it is, how many postings wait for it, and their sums."""
        return [_fault(self.entity, what, expected, waiting) for (what, expected), waiting in sorted(self.missing.items())]


def _fits(rule: PostingRule, part: Part, rate: str | None, how: Treatment | None) -> bool:
    asked = (
        (rule.rate, rate), (rule.treatment, how), (rule.currency, part.currency), (rule.channel, part.channel),
        (rule.gl_account, part.gl_account), (rule.direction, "in" if part.allocated > 0 else "out"),
    )  # fmt: skip
    named = (not rule.item or part.item_kind in rule.item) and (not rule.basis or part.basis in rule.basis)
    return named and all(wanted is None or wanted == given for wanted, given in asked)


def _fault(entity: str, what: str, expected: str, waiting: list[tuple[str, int]]) -> Fault:
    sums: dict[str, int] = defaultdict(int)
    for currency, amount in waiting:
        sums[currency] += amount
    told = ", ".join(f"{money_text(amount, currency)} {currency}" for currency, amount in sorted(sums.items()))
    postings = "1 posting" if len(waiting) == 1 else f"{len(waiting)} postings"
    return Fault(f"{expected} ({postings}, {told})", field=f"{entity}: {what}")


def charts(entities: list[str], policy: Policy, booking: Booking) -> Mapping[str, Chart]:
    """The accounts of each entity that has something to post.

    Raises:
        BookingError: naming every entity that booking.toml or recon.toml does not tell.
    """
    unknown = [name for name in entities if name not in booking.entities or name not in policy.entities]
    if unknown:
        raise BookingError("booking.toml", [Fault("a table with its accounts", field=f"entities.{name}") for name in unknown])
    return {name: Chart(name, policy, booking.entities[name]) for name in entities}

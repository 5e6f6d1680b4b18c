"""How customers pay by transfer: whole documents, groups, credit notes netted, discounts, and the ways in which it goes wrong.

Shares of the twists are per payment; together they leave 94 % of the documents paid in exactly one payment, and net a
credit note in 5 % of the payments, as measured on public accounts-receivable data.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from recon_kit.simulate import exchange
from recon_kit.simulate.company import ACCOUNTS, END, Account, after, on_or_after
from recon_kit.simulate.draw import Draw
from recon_kit.simulate.habits import payment_days
from recon_kit.simulate.model import Book, Customer, Item, Line, Part
from recon_kit.simulate.pieces import bundles, joined, payment, payment_on_account, several, take_charges
from recon_kit.simulate.texts import REASONS, Text, payment_text

_TWISTS = {
    "": 931.0,
    "short_payment": 26,
    "deduction": 14,
    "overpayment": 9,
    "duplicate_payment": 7,
    "instalments": 55,
    "on_account": 7,
}
_NETTING_SHARE = 0.62
_ON_EURO_ACCOUNT = 0.16
_CHARGES_SHARE = 0.12
_PAYS_REST = 0.6
_GRACE = timedelta(days=3)
_FACTORED_AT_ONCE = 4
_FIRST_ENTRY = 26_390_001


class Payer:
    """One customer paying through the months; what it does goes into `book`."""

    def __init__(self, seed: int, customer: Customer, items: list[Item], book: Book) -> None:
        self.draw = self.own = Draw(seed, "paying", customer.entity, customer.customer_id)
        self.past = Draw(seed, "paying", "past", customer.entity, customer.customer_id)
        self.customer, self.book = customer, book
        self.invoices = [item for item in items if item.kind == "invoice"]
        self.credits = [item for item in items if item.kind == "credit_note" and not item.takes_back]
        self.earlier: list[Item] = []

    def run(self) -> None:
        """All payments of the customer; those of the past alone are drawn apart."""
        past = payment_days(self.past, self.customer, [item for item in self.invoices if item.is_past])
        own = payment_days(self.own, self.customer, [item for item in self.invoices if not item.is_past])
        for day in sorted({*past, *own}):
            items, self.draw = [*past.get(day, []), *own.get(day, [])], self.own if day in own else self.past
            if day <= END:
                taken = bundles(items)
                for bundle in taken:
                    self.pay(day, bundle, ["twin_payment"] if len(taken) > 1 else [])
                self.earlier += items

    def pay(self, day: date, items: list[Item], told: list[str]) -> None:
        """One payment, with the twist that chance gives it."""
        twist = self.draw.of(_TWISTS)
        if twist == "instalments" and len(items) == 1 and items[0].left > 500_00:
            self._instalments(day, items[0])
        elif self.customer.payer == "factor" and len(items) <= _FACTORED_AT_ONCE:
            self._factored(day, items, told)
        elif twist == "on_account" and self.customer.is_business:
            self._on_account(day, items)
        else:
            self._settle(day, items, twist if twist != "instalments" else "", told)

    def _settle(self, day: date, items: list[Item], twist: str, told: list[str]) -> None:
        parts, discounts = self._with_discounts(day, items)
        told = told + discounts
        quoted = list(items)
        gross = sum(part.of_line for part in parts)
        owed = [item for item in self.credits if item.left and item.issued_on <= day]
        if owed and -sum(item.left for item in owed) < gross and self.draw.chance(_NETTING_SHARE):
            parts += [payment(item, item.left) for item in owed]
            quoted += owed
            told.append("credit_netting")
        told += several(items)
        text = payment_text(self.draw, self.customer, quoted, day, self.earlier)
        largest = max(items, key=lambda item: item.left)
        if twist in ("short_payment", "deduction"):
            parts, text = self._short(parts, largest, text, twist)
            told.append(twist)
        line = self.line(day, parts, text, told)
        if twist == "short_payment" and self.draw.chance(_PAYS_REST):
            self._rest(day, largest)
        too_much = twist == "duplicate_payment" or (twist == "overpayment" and not discounts)
        if line and too_much and line.account.currency == items[0].currency:
            self._too_much(line, items[0], twist)

    def _with_discounts(self, day: date, items: list[Item]) -> tuple[list[Part], list[str]]:
        parts, told = [], set[str]()
        for item in items:
            if item.discount_on and item.left == item.amount and day <= item.discount_on + timedelta(days=12):
                paid = item.left - item.discount
                parts.append(payment(item, paid))
                if day <= item.discount_on + _GRACE:
                    parts.append(Part("discount", item.discount, item.currency, 0, item))
                    told.add("discount_in_time" if day <= item.discount_on else "discount_in_grace")
                else:
                    told.add("discount_late")
            else:
                parts.append(payment(item, item.left))
        if told and len(told) + sum(part.kind == "discount" for part in parts) <= len(items):
            told.add("discount_on_part")
        return parts, sorted(told)

    def _short(self, parts: list[Part], item: Item, text: Text, twist: str) -> tuple[list[Part], Text]:
        """Less for the largest document, and no discount on it; a deduction names its reason."""
        less = max(1_00, item.amount * self.draw.whole(1, 9) // 100)
        parts = [*(part for part in parts if part.item is not item), payment(item, item.left - less)]
        if twist == "deduction":
            reason = self.draw.one(REASONS[self.customer.language])
            return parts, replace(text, text=f"{text.text} {reason} {less // 100},{less % 100:02d}".strip()[:140])
        return parts, text

    def _rest(self, day: date, item: Item) -> None:
        """What was paid too little comes later, on its own."""
        later = on_or_after(day + timedelta(days=self.draw.whole(6, 30)))
        words = {"de": "Rest zu", "en": "balance of", "nl": "restant", "fr": "solde"}
        note = Text(f"{words[self.customer.language]} {item.document_no}")
        self.line(later, [payment(item, item.left)], note, ["rest_payment"])

    def _too_much(self, line: Line, item: Item, twist: str) -> None:
        """The line made again some days later, or a surplus in it: money on account.

        Who deducts a discount pays no surplus in the same line: the two would cancel, and no evidence could tell them apart.
        """
        if twist == "duplicate_payment":
            day = after(line.booked_on, self.draw.whole(1, 9))
            line = replace(line, booked_on=day, value_on=None, parts=[], phenomenon=twist, brings=None)
            surplus = line.amount
        else:
            surplus = self.draw.one([1_00, 10_00, self.draw.whole(50, 90_00), item.discount or 5_00])
            line.phenomenon = joined([line.phenomenon, twist])
            line.amount += surplus
        self._credit(line, surplus)

    def _credit(self, line: Line, amount: int) -> None:
        """Put money on account; the ledger's list will show it as an item of its own."""
        line.parts = [
            *line.parts,
            Part("on_account", amount, line.account.currency, amount, customer_id=self.customer.ledger_id),
        ]
        entry_no = _FIRST_ENTRY + len(self.book.items)
        line.brings = payment_on_account(self.customer, line.booked_on, amount, line.account.currency, entry_no)
        self.book.items.append(line.brings)
        if line not in self.book.lines and line not in self.book.earlier:
            self.book.add(line)

    def _instalments(self, day: date, item: Item) -> None:
        count = self.draw.whole(2, 4)
        rate = item.left // count // 100 * 100
        for number in range(1, count + 1):
            part = item.left if number == count else rate
            word = {"de": "Rate", "en": "instalment", "nl": "termijn", "fr": "acompte"}[self.customer.language]
            self.line(day, [payment(item, part)], Text(f"{number}. {word} {item.document_no}"), ["instalments"])
            day = on_or_after(day + timedelta(days=14))
            if day > END:
                return

    def _factored(self, day: date, items: list[Item], told: list[str]) -> None:
        """A factor keeps a tenth as security and passes it on a month later."""
        text = payment_text(self.draw, self.customer, items, day, self.earlier)
        parts = [payment(item, item.left - item.left // 10) for item in items]
        self.line(day, parts, text, [*told, *several(items), "factor_retention"])
        later = on_or_after(day + timedelta(days=30))
        numbers = ", ".join(item.document_no for item in items)
        rest = [payment(item, item.left) for item in items]
        self.line(later, rest, Text(f"Freigabe Sicherheitseinbehalt {numbers}"), [*several(items), "factor_release"])

    def _on_account(self, day: date, items: list[Item]) -> None:
        """A round sum without a document; the documents themselves stay open."""
        account = self._account(self.customer.currency)
        amount = max(100_00, sum(item.left for item in items) // 100_00 * 100_00)
        words = {"de": "a conto Zahlung", "en": "payment on account", "nl": "betaling op rekening", "fr": "paiement acompte"}
        self._credit(self._bare(account, day, amount, Text(words[self.customer.language]), ["on_account"]), amount)

    def line(self, day: date, parts: list[Part], text: Text, told: list[str]) -> Line | None:
        """Book the parts as one line; before the first statement only what the ledger needs of it."""
        if day > END:
            return None
        for part in parts:
            if part.item:
                part.item.paid += part.allocated
        account = self._account(parts[0].currency)
        amount = sum(part.of_line for part in parts)
        if day < account.since:
            line = Line(account, day, amount, self.customer.name, "", text.text, "166", "customer", "", parts)
            if self.draw is self.past and parts[0].currency != "EUR" and len(parts) == 1 and self.draw.chance(_CHARGES_SHARE):
                take_charges(line, self.draw.one([8_00, 12_50, 15_00, 20_00]))
            self.book.add(line)
            return line if self.draw is self.past else None
        line = self._bare(account, day, amount, text, told)
        line.parts = parts
        if account.currency != parts[0].currency:
            self._in_euro(line)
        elif self.customer.currency != "EUR" and len(parts) == 1 and self.draw.chance(_CHARGES_SHARE):
            take_charges(line, self.draw.one([8_00, 12_50, 15_00, 20_00]))
        self.book.add(line)
        return line

    def _account(self, currency: str) -> Account:
        home, foreign = {"NORD": ("main", "chf"), "ALPEN": ("alpen", "gbp")}[self.customer.entity]
        if currency == "EUR":
            return ACCOUNTS[home]
        return ACCOUNTS[home if self.draw.chance(_ON_EURO_ACCOUNT) else foreign]

    def _bare(self, account: Account, day: date, amount: int, text: Text, told: list[str]) -> Line:
        customer = self.customer
        name = customer.payer_name or self.draw.one(customer.names)
        told = [*told, *([f"payer_{customer.payer}"] if customer.payer else []), *([text.noise] if text.noise else [])]
        phenomenon = joined(told) or "plain"
        line = Line(account, day, amount, name, self.draw.one(customer.accounts), text.text, "166", "customer", phenomenon)
        line.reference = text.reference
        line.end_to_end_id = self.draw.one(["NOTPROVIDED", "", f"E{self.draw.digits(9)}"])
        return line

    def _in_euro(self, line: Line) -> None:
        """A franc or pound payment on the euro account, at the bank's rate or (one in four) at the payer's own."""
        currency, day = line.parts[0].currency, line.booked_on
        whole = line.amount
        if self.draw.chance(0.25) and len(line.parts) == 1:
            line.amount = exchange.in_euro(whole * self.draw.whole(994, 999) // 1000, currency, day)
            worth = exchange.from_euro(line.amount, currency, day)
            first = line.parts[0]
            difference = Part("fx_difference", first.allocated - worth, currency, 0, first.item)
            line.parts = [replace(first, allocated=worth, of_line=line.amount), difference]
            line.phenomenon = joined([line.phenomenon, "fx_own_rate"])
            return
        line.parts = [replace(part, of_line=exchange.in_euro(part.of_line, currency, day)) for part in line.parts]
        line.amount = sum(part.of_line for part in line.parts)
        line.instructed, line.rate = (whole, currency), exchange.rate_text(currency, day)
        line.phenomenon = joined([line.phenomenon, "fx_bank_rate"])
        if self.draw.chance(0.3):
            line.parts.append(Part("charge", -5_00, "EUR", -5_00, gl_account="6855"))
            line.charges, line.amount = -5_00, line.amount - 5_00
            line.phenomenon = joined([line.phenomenon, "bank_charges"])

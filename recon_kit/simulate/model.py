"""What the simulation is made of: customers, documents, bank lines, and which part of which line belongs where."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from recon_kit.simulate.company import END, FIRST_INVOICE, Account


@dataclass(eq=False)
class Customer:
    """A customer of one entity, with the habits that decide when and how it pays.

    Args:
        run: "single" (each document on its own day), "weekly", "halfmonthly" or "monthly" payment runs.
        median: days from due date to payment of an ordinary document.
        names: what the bank shows as payer, the ledger's own spelling first.
        quotes: what the payment text holds: numbers, structured, customer_number, advice, nothing.
        discount: percent within 10 days, 0 if none was agreed.
        payer: who pays in the customer's stead: parent, spouse, factor; None if it pays itself.
    """

    entity: str
    customer_id: str
    name: str
    names: list[str]
    accounts: list[str]
    country: str
    language: str
    currency: str
    is_business: bool
    weight: float
    days: int
    discount: int
    median: int
    run: str
    quotes: str
    known: bool = False
    mandate: str | None = None
    payer: str | None = None
    payer_name: str | None = None
    e_mail: str = ""
    city: str = ""
    postal_code: str = ""
    street: str = ""

    @property
    def ledger_id(self) -> str:
        """What the ledger's list calls the customer: Xero knows it by its name alone."""
        return self.name if self.entity == "ALPEN" else self.customer_id


@dataclass(eq=False)
class Item:
    """An open document; amounts in minor units, what is owed to us positive.

    Args:
        listed_from: day from which the ledger's list holds it; the day it was issued unless a posting brings it or it is
            entered late.
        takes_back: the invoice that a credit note takes back whole.
    """

    entity: str
    item_id: str
    kind: str
    document_no: str
    customer: Customer | None
    issued_on: date
    due_on: date
    amount: int
    currency: str
    discount_on: date | None = None
    discount: int = 0
    reference: str | None = None
    order_no: str | None = None
    entry_no: int = 0
    text: str = ""
    listed_from: date | None = None
    disputed: bool = False
    paid: int = 0
    takes_back: Item | None = None

    @property
    def left(self) -> int:
        """What no payment has covered yet, as the simulation goes along."""
        return self.amount - self.paid

    @property
    def is_past(self) -> bool:
        """Whether it was issued before the months that the records tell of."""
        return self.issued_on < FIRST_INVOICE


@dataclass(frozen=True)
class Part:
    """A part of a line, or of a clearing without a line.

    Args:
        allocated: signed like the item (else like the line), in `currency`.
        of_line: what it takes of the line's amount, in the line's currency; 0 for discounts and the like.
    """

    kind: str
    allocated: int
    currency: str
    of_line: int
    item: Item | None = None
    customer_id: str | None = None
    gl_account: str | None = None


@dataclass(frozen=True)
class Detail:
    """One payment within a collective entry."""

    amount: int
    name: str
    iban: str
    text: str
    end_to_end_id: str
    mandate: str


@dataclass(eq=False)
class Line:
    """A booked bank line, money toward us positive, with the truth about it.

    Args:
        code: the banks' German business code (166 credit transfer, 109 returned direct debit ...), which decides kind.
        brings: the payment on account that the ledger's list holds once the line is posted.
        posted_on: when the receivables ledger takes notice of it.
        source_file, source_line: where the writer put it.
    """

    account: Account
    booked_on: date
    amount: int
    name: str
    iban: str
    text: str
    code: str
    group: str
    phenomenon: str
    parts: list[Part] = field(default_factory=list)
    value_on: date | None = None
    reference: str | None = None
    end_to_end_id: str = ""
    mandate: str = ""
    reason: str | None = None
    instructed: tuple[int, str] | None = None
    rate: str | None = None
    charges: int = 0
    details: list[Detail] = field(default_factory=list)
    brings: Item | None = None
    posted_on: date | None = None
    bank_reference: str = ""
    source_file: str = ""
    source_line: int = 0


@dataclass(frozen=True)
class Clearing:
    """Documents of one customer settled against each other without money, or given up.

    Args:
        on: when it is entered.
        posted_on: the posting day where that is an earlier one.
    """

    on: date
    parts: tuple[Part, ...]
    posted_on: date | None = None


@dataclass
class Book:
    """Everything that happened, as it is gathered.

    Args:
        earlier: what the banks booked before the first statement of the account: only the ledger tells of it.
    """

    lines: list[Line] = field(default_factory=list)
    earlier: list[Line] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    clearings: list[Clearing] = field(default_factory=list)

    def add(self, line: Line) -> None:
        """Book a line where it belongs by its day; what lies after the end is left out."""
        if line.booked_on <= END:
            (self.lines if line.booked_on >= line.account.since else self.earlier).append(line)

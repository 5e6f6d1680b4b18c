"""booking.toml: onto which accounts of the ledger what is matched is posted, and in what form the ledger takes it.

It stands outside recon.toml and outside the hash that identifies a run's policy: a renumbered account or a changed cost
centre alters no match and no report, and must not make the closed months look as if they had been closed differently.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from recon_kit.errors import Fault, PolicyError
from recon_kit.policy.booking_faults import booking_faults
from recon_kit.policy.policy import Policy, plain_account
from recon_kit.policy.toml import parse
from recon_kit.tables import BOOKING_KINDS, ITEM_KINDS

Treatment = Literal["domestic", "other_country", "intra_community", "export", "reverse_charge", "no_tax"]


@dataclass(frozen=True)
class Datev:
    """What DATEV asks of a file.

    Args:
        consultant, client: Berater- and Mandantennummer, as the tax adviser gives them.
        account_length: digits of a G/L account (4 to 8); a debtor account has one more.
        chart: chart of accounts, such as "03" or "04"; left empty where it is not given.
        lock: whether DATEV locks the batch once it is read (Festschreibung).
        documents: "exact" refuses a document number that DATEV cannot hold, "cleaned" leaves out what it cannot.
    """

    consultant: int
    client: int
    account_length: int = 4
    chart: str | None = None
    lock: bool = False
    documents: Literal["exact", "cleaned"] = "exact"


@dataclass(frozen=True)
class BankPosting:
    """How a bank account is posted.

    Args:
        account: its ledger account; that of recon.toml if it is not given.
        interim: where the ledger books the statement itself, the account that it books it against: then only what lies
            behind that account is posted, never the bank account a second time.
    """

    account: str | None = None
    interim: str | None = None


@dataclass(frozen=True)
class Debtors:
    """Which debtor account a customer has.

    Args:
        accounts: customer_id -> account.
        strip: letters that a customer_id begins with and its account does not ("D10003" -> "10003").
        collective: the account of every other customer; the customer stands beside it.
    """

    accounts: dict[str, str] = field(default_factory=dict)
    strip: str | None = None
    collective: str | None = None


@dataclass(frozen=True)
class Vat:
    """How tax is corrected when less is received than was invoiced.

    Args:
        rates: the entity's own rates, percent ("19", "7").
        default: customer's country -> rate of documents that do not say theirs; "unknown" for customers without a country.
        untaxed: country -> treatment of its documents at 0 %, where the usual one (EU: intra-community, else export) is
            not theirs; "unknown" for customers without a country.
    """

    rates: tuple[str, ...] = ()
    default: dict[str, str] = field(default_factory=dict)
    untaxed: dict[str, Treatment] = field(default_factory=dict)


@dataclass(frozen=True)
class PostingRule:
    """Where one kind of posting goes. The first rule of an entity that fits decides.

    Args:
        kind: the allocation's kind, or "clearing" for documents settled against each other.
        item: kinds of document. basis: rules, models or decisions that made the match, as the match names them.
        rate, treatment: of the tax of the part that is posted.
        currency, channel, gl_account: only these. direction: "in" where the allocated amount is positive.
        account: the ledger account; "debtor" for the customer's own.
        tax_code: the ledger's key of the tax (BU-Schlüssel).
        automatic: the account takes the tax out by itself.
        tax_account: where a ledger that knows no keys posts the tax.
        tax_rate: input tax contained in a `ledger_account` posting, percent.
        cost_centre: of this kind; else the channel's, else the entity's.
    """

    kind: str
    account: str
    item: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    rate: str | None = None
    treatment: Treatment | None = None
    currency: str | None = None
    channel: str | None = None
    gl_account: str | None = None
    direction: Literal["in", "out"] | None = None
    tax_code: str | None = None
    automatic: bool = False
    tax_account: str | None = None
    tax_rate: str | None = None
    cost_centre: str | None = None


@dataclass(frozen=True)
class EntityBooking:
    """How one legal entity's postings are made and written.

    Args:
        year_starts: month in which its financial year begins.
        language: of the posting texts.
        banks: number of a bank account -> how it is posted; recon.toml's `gl_account` for those not named.
        cost_centres: channel -> cost centre. cost_centre: of everything else that bears one.
        rates: currency -> month ("2026-10") or day ("2026-10-05") -> units of it for one unit of the entity's currency.
    """

    format: Literal["datev", "journal"]
    year_starts: int = 1
    language: Literal["de", "en"] = "de"
    datev: Datev | None = None
    banks: dict[str, BankPosting] = field(default_factory=dict)
    debtors: Debtors = field(default_factory=Debtors)
    vat: Vat = field(default_factory=Vat)
    rules: tuple[PostingRule, ...] = ()
    cost_centres: dict[str, str] = field(default_factory=dict)
    cost_centre: str | None = None
    rates: dict[str, dict[str, str]] = field(default_factory=dict)

    def bank(self, number: str) -> BankPosting:
        """How the account of that number is posted, however it is blanked."""
        wanted = plain_account(number)
        return next((how for name, how in self.banks.items() if plain_account(name) == wanted), BankPosting())


@dataclass(frozen=True)
class Booking:
    """Everything booking.toml says."""

    entities: dict[str, EntityBooking] = field(default_factory=dict)


def booking_text(folder: Path) -> str | None:
    """The file's text, as the journal keeps it with each batch; None if there is no booking.toml."""
    path = folder / "booking.toml"
    return path.read_text("utf-8-sig") if path.is_file() else None


def required_text(folder: Path) -> str:
    """The file's text.

    Raises:
        PolicyError: there is no booking.toml.
    """
    text = booking_text(folder)
    if text is None:
        raise PolicyError(str(folder / "booking.toml"), [Fault("the accounts to post to, but there is no booking.toml here")])
    return text


def booking_of(text: str, policy: Policy) -> Booking:
    """The booking policy that a text says.

    Raises:
        PolicyError: naming every wrong key (with the nearest right one) and value in it.
    """
    booking = parse(Booking, text, "booking.toml")
    if faults := list(booking_faults(booking, policy, BOOKING_KINDS, ITEM_KINDS)):
        raise PolicyError("booking.toml", faults)
    return booking


def load_booking(folder: Path, policy: Policy) -> Booking:
    """The booking policy of a workspace folder.

    Raises:
        PolicyError: as `required_text` and `booking_of`.
    """
    return booking_of(required_text(folder), policy)

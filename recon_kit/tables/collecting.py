"""The tables of collection work and of exchange rates: promises, disputes, contacts, rates. Given as frames; the store
keeps none yet."""

from recon_kit.tables.declare import Table, count, day, flag, money, text

_ENTITY = "Legal entity; part of every key, filled in where the workspace has one."
_CURRENCY = "ISO 4217 code of the amounts in this row."

PROMISES = Table(
    name="promises",
    grain="promise to pay",
    key=("entity", "promise_id"),
    columns={
        "entity": text(_ENTITY, null=True),
        "promise_id": text("Identity of the promise."),
        "customer_id": text("Who promised.", null=True),
        "item_id": text("For which document; null for the account as a whole.", null=True),
        "made_on": day("When it was promised."),
        "promised_on": day("By when it is to be paid."),
        "amount": money("How much; positive."),
        "currency": text(_CURRENCY),
        "paid": money("What was paid of it within the days of grace; positive."),
        "cancelled_on": day("When it was taken back by agreement.", null=True),
        "superseded_by": text("The promise that took its place.", null=True),
    },
)

DISPUTES = Table(
    name="disputes",
    grain="dispute of a document",
    key=("entity", "dispute_id"),
    columns={
        "entity": text(_ENTITY, null=True),
        "dispute_id": text("Identity of the dispute."),
        "item_id": text("The disputed document."),
        "customer_id": text("Who disputes it.", null=True),
        "opened_on": day("When it was raised."),
        "closed_on": day("When it was settled; null while it is open.", null=True),
        "amount": money("How much is disputed; positive."),
        "currency": text(_CURRENCY),
        "reason": text("Why, as a code of `recon_kit.tables.REASONS` or the company's own."),
        "outcome": text("What came of it.", null=True, values=("valid", "invalid", "withdrawn")),
    },
)

CONTACTS = Table(
    name="contacts",
    grain="reminder of a document, or one held back to compare",
    key=("entity", "contact_id"),
    columns={
        "entity": text(_ENTITY, null=True),
        "contact_id": text("Identity of the contact."),
        "item_id": text("The document."),
        "customer_id": text("The customer.", null=True),
        "contacted_on": day("When it was sent, or would have been."),
        "level": count("Dunning level, from 1."),
        "channel": text("How: letter, mail, call ...", null=True),
        "is_control": flag("Whether it was held back on purpose, to see who pays without it."),
    },
)

RATES = Table(
    name="rates",
    grain="exchange rate of a day",
    key=("base", "currency", "on", "source"),
    columns={
        "base": text("ISO 4217 code of the currency of which one unit is priced."),
        "currency": text("ISO 4217 code of the currency that it is priced in."),
        "on": day("The day it holds for."),
        "rate": text("How much of `currency` one unit of `base` is worth: a decimal number above 0, with a decimal point."),
        "source": text("Whose rate it is."),
    },
)

"""What stands in the payment text: the payer's own manner of quoting, in its language, spoiled on the way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recon_kit.simulate.feeds.chance import Texts, Whole, texts
from recon_kit.simulate.feeds.company import Company
from recon_kit.simulate.feeds.events import Bookings
from recon_kit.simulate.feeds.people import People
from recon_kit.simulate.feeds.quoting import closed_long_ago, manners, quoted_numbers, typed_references
from recon_kit.simulate.feeds.spoil import wrapped
from recon_kit.simulate.feeds.words import Words, words

_MOST = 140
_DATES = ("%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.")


@dataclass(frozen=True)
class Remittances:
    """By line: the text, the structured reference, and what it really gives: `quoting` and `noise`."""

    text: Texts
    reference: Texts
    quoting: Texts
    noise: Texts


def _put(numbers: list[str], at: Whole, others: Texts) -> None:
    for line, other in zip(at.tolist(), others.tolist(), strict=True):
        numbers[line] = other


@dataclass(frozen=True)
class _Told:
    """What one text can speak of."""

    words: Words
    whims: int
    u: list[float]
    customer_no: str
    order_no: str
    date: str
    month: str
    year: str
    rate: float
    off: str
    channel: str


def write(company: Company, people: People, items: pd.DataFrame, books: Bookings) -> Remittances:
    """The texts of all lines."""
    rng = company.rng("remittance")
    lines = books.lines
    quoting, noise = manners(company, rng, people, items, books)
    tokens = quoted_numbers(rng, people, items, books, quoting, noise)
    told = _told(company, rng, people, items, lines, tokens.first)
    old = np.flatnonzero((lines["event"] == "old_document").to_numpy())
    _put(tokens.numbers, old, closed_long_ago(company, rng, items, [told[line].customer_no for line in old.tolist()]))
    shown = typed_references(rng, tokens.reference)
    columns = (lines["event"].tolist(), quoting.tolist(), tokens.numbers, lines["nth"].tolist(), told)
    made = [_text(*row) for row in zip(*columns, strict=True)]
    made = [f"{text} {reference}".strip() if reference else text for text, reference in zip(made, shown, strict=True)]
    made = _travel(company, rng, people, lines, made, noise)
    text, reference = texts(made), tokens.reference
    copies = lines["copy_of"].to_numpy()
    copied = np.flatnonzero(copies >= 0)
    back = lines["event"].to_numpy(object)[copied] == "returned"
    for line, source, returned in zip(copied.tolist(), copies[copied].tolist(), back.tolist(), strict=True):
        text[line] = f"{text[line]} {text[source]}"[:_MOST].strip() if returned else text[source]
        reference[line], quoting[line] = reference[source], quoting[source]
    return Remittances(text, reference, quoting, noise)


def _told(
    company: Company, rng: np.random.Generator, people: People, items: pd.DataFrame, lines: pd.DataFrame, first: np.ndarray
) -> list[_Told]:
    lexicon = words(company.dialect)
    home = next(iter(company.languages))
    languages = people.payers["language"].to_numpy(object)[lines["payer"].to_numpy()]
    inside = np.isin(lines["event"].to_numpy(object), _INLAND)
    languages[inside] = home
    u = rng.random((len(lines), 9)).tolist()
    whims = people.payers["whims"].to_numpy()[lines["payer"].to_numpy()].tolist()
    customers = people.customers["customer_no"].to_numpy(object)
    customer = lines["customer"].to_numpy()
    numbers = customers[np.minimum(customer, len(customers) - 1)]
    orders = items["order_no"].to_numpy(object)[first]
    day = np.where(first >= 0, items["issued"].to_numpy()[first], lines["day"].to_numpy())
    dates = {value: (company.start + value).item() for value in np.unique(day).tolist()}
    calendar = {value: [f"{on:{form}}" for form in _DATES] for value, on in dates.items()}
    off = lines["off"].tolist()
    till = np.where(customer % 2 == 0, "till", "provider")
    channels = np.where(lines["channel"].to_numpy(), till, "").tolist()
    return [
        _Told(
            lexicon[language],
            whim,
            shares,
            number,
            order,
            calendar[on][whim // 11 % len(_DATES)],
            lexicon[language]["month"][dates[on].month - 1],
            str(dates[on].year),
            company.discount[0],
            f"{deducted // 100},{deducted % 100:02d}",
            channel,
        )
        for language, whim, shares, number, order, on, deducted, channel in zip(
            languages.tolist(), whims, u, numbers.tolist(), orders.tolist(), day.tolist(), off, channels, strict=True
        )
    ]


_WORD_OF = {
    "returned": "returned", "prepayment": "prepay", "on_account": "onacc", "own_transfer": "transfer", "foreign": "supplier",
}  # fmt: skip
_INLAND = ["fee", "interest", "wages", "tax", "private", "own_transfer", "supplier", "foreign"]


def _text(event: str, how: str, numbers: str, nth: int, told: _Told) -> str:
    if how == "none":
        if event == "old_document":
            return _fill(_listed(numbers, told), numbers, nth, told)
        return _fill(_any(told, _WORD_OF.get(event, event), 0), numbers, nth, told)
    if event == "returned":
        return _fill(_any(told, "returned", 0), numbers, nth, told)
    if event == "refund":
        return _fill(_any(told, "refund", 0), numbers, nth, told)
    if told.channel == "till":
        made = f"{_any(told, 'cash', 2)} {numbers}".strip()
    elif told.channel:
        made = numbers or "PAYOUT"
    elif how in ("full", "digits"):
        made = _listed(numbers, told)
    elif how == "order":
        made = _own(told, "order", 2).replace("{o}", numbers) if told.whims % 3 else numbers
    elif how == "structured":
        made = "" if told.whims % 3 else _own(told, "nothing", 3)
    else:
        made = _own(told, how, 4) if told.u[1] < 0.85 else _any(told, how, 2)
    return _fill(made + _besides(event, nth, told), numbers, nth, told)


def _listed(numbers: str, told: _Told) -> str:
    manner = told.whims // 3 % 10
    parts = [numbers if manner < 2 else f"{_own(told, 'invoice', 5)}{'' if told.whims % 9 == 0 else ' '}{numbers}"]
    if told.whims // 5 % 4 == 0:
        parts.insert(0, _own(told, "lead", 6))
    if told.whims // 13 % 6 == 0:
        parts.append(_own(told, "dated", 7))
    if told.whims // 17 % 6 == 0:
        parts.insert(int(told.whims % 2) * len(parts), _own(told, "customer", 8))
    if told.order_no and told.whims // 19 % 12 == 0:
        parts.append(_own(told, "order", 9))
    return " ".join(parts)


def _besides(event: str, nth: int, told: _Told) -> str:
    if event.startswith("discount") and told.u[3] < 0.45:
        return f" {_own(told, 'discount', 1)}"
    if event == "short" and told.u[3] < 0.45:
        return f" {_any(told, 'deduct', 4)}" + (f" {told.off}" if told.u[5] < 0.3 else "")
    if event in ("instalments", "partial") and told.u[3] < (0.6 if nth else 0.4):
        return f" {_any(told, 'instal', 4)}"
    return ""


def _own(told: _Told, name: str, salt: int) -> str:
    """The payer's usual word."""
    choices = told.words[name]
    return choices[told.whims // (salt * 31) % len(choices)]


def _any(told: _Told, name: str, at: int) -> str:
    choices = told.words[name]
    return choices[int(told.u[at] * len(choices))]


def _fill(text: str, numbers: str, nth: int, told: _Told) -> str:
    if "{" not in text:
        return text
    other = str(int(told.u[6] * 9 * 10 ** (3 + told.whims % 7)) + 10 ** (3 + told.whims % 7))
    rate = f"{told.rate * 100:g}".replace(".", ",")
    values = {
        "{n}": numbers, "{c}": told.customer_no, "{d}": told.date, "{m}": told.month, "{a}": other, "{y}": told.year,
        "{o}": told.order_no or other, "{k}": str(nth), "{p}": rate, "{v}": told.off,
    }  # fmt: skip
    for name, value in values.items():
        text = text.replace(name, value)
    return text


def _travel(
    company: Company, rng: np.random.Generator, people: People, lines: pd.DataFrame, made: list[str], noise: Texts
) -> list[str]:
    """What banks make of the text: capitals, pieces with tags, breaks, and an end at 140 characters."""
    profile = company.profile
    upper = people.payers["upper"].to_numpy()[lines["payer"].to_numpy()]
    pieces = rng.random(len(made)) < profile.pieces
    broken = (rng.random(len(made)) < profile.wrapped) | (noise == "wrapped")
    u = rng.random((len(made), 6)).tolist()
    small = noise == "lower"
    done = []
    for text, capital, low, tagged, breaks, shares in zip(
        made, upper.tolist(), small.tolist(), pieces.tolist(), broken.tolist(), u, strict=True
    ):
        text = text.upper() if capital else text.lower() if low else text
        text = text[:_MOST]
        if tagged:
            text = _tagged(text, shares, company.bare_sepa)
        if breaks:
            text = wrapped(text, 27 if shares[0] < 0.5 else 35, ("", " ", " ")[int(shares[1] * 3)])
        done.append(text)
    return done


def _tagged(text: str, u: list[float], bare: bool) -> str:
    """The pieces that German banks put into one field."""
    made = []
    if u[2] < 0.75:
        made.append("EREF+NOTPROVIDED" if u[2] < 0.3 else f"EREF+{int(u[3] * 10**10):010d}-{int(u[4] * 10**6):06d}")
    if u[3] < 0.45:
        made.append(f"KREF+{int(u[2] * 10**14):014d}")
    if u[4] < 0.12:
        made.append(f"MREF+M{int(u[5] * 10**7):07d}")
    if u[5] < 0.2:
        made.append(f"IBAN+ {int(u[4] * 10**8):08d}" if bare else f"ABWA+ REF {int(u[2] * 10**6)}")
    body = [f"SVWZ+{text}"] if text else []
    return (" " if u[1] < 0.7 else "").join(body + made if u[0] < 0.3 else made + body)

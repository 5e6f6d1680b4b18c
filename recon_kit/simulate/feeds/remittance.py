"""What stands in the payment text: the payer's own manner of quoting, in its language, spoiled on the way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recon_kit.simulate.feeds.chance import Texts, named, texts
from recon_kit.simulate.feeds.company import Company
from recon_kit.simulate.feeds.events import Bookings
from recon_kit.simulate.feeds.people import People
from recon_kit.simulate.feeds.spoil import SPOILERS, compact, headless, wrapped
from recon_kit.simulate.feeds.words import Words, words

_JOINTS = (", ", " ", ",", " + ", "/", ";", " / ", "+", " - ", " und ")
_MOST = 140
_DATES = ("%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.")
_OFTEN_OTHERWISE = 0.07
"""Share of lines on which a payer does not keep to its manner."""


@dataclass(frozen=True)
class Remittances:
    """By line: the text, the structured reference, and what it really gives: `quoting` and `noise`."""

    text: Texts
    reference: Texts
    quoting: Texts
    noise: Texts


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
    quoting, noise = _manners(company, rng, people, items, books)
    tokens = _tokens(rng, people, items, books, quoting, noise)
    told = _told(company, rng, people, items, lines, tokens.first)
    shown = _typed_references(rng, tokens.reference)
    made = [
        _text(event, how, numbers, n, nth, one)
        for event, how, numbers, n, nth, one in zip(
            lines["event"].tolist(), quoting.tolist(), tokens.numbers, lines["n"].tolist(), lines["nth"].tolist(), told, strict=True
        )
    ]
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


def _typed_references(rng: np.random.Generator, references: Texts) -> list[str]:
    """Structured references that payers type into the text, as printed on the bill; taken out of `references`."""
    typed = np.array([reference is not None for reference in references.tolist()], dtype=bool) & (rng.random(len(references)) < 0.3)
    shown = [""] * len(references)
    for at in np.flatnonzero(typed).tolist():
        text = references[at]
        if len(text) == 12 and text.isdigit():
            shown[at] = f"+++{text[:3]}/{text[3:7]}/{text[7:]}+++"
        else:
            size = 4 if text[:2] == "RF" else 5
            shown[at] = " ".join(text[place : place + size] for place in range(0, len(text), size))
        references[at] = None
    return shown


def _manners(
    company: Company, rng: np.random.Generator, people: People, items: pd.DataFrame, books: Bookings
) -> tuple[Texts, Texts]:
    lines = books.lines
    own = people.payers["quoting"].to_numpy(object)[lines["payer"].to_numpy()]
    quoting = np.where(rng.random(len(lines)) < _OFTEN_OTHERWISE, named(rng, company.quoting, len(lines)), own)
    n = lines["n"].to_numpy()
    listing = np.isin(quoting, ["full", "digits", "order", "structured"])
    quoting = np.where(listing & (n > 8) & (rng.random(len(n)) < np.where(n > 20, 0.75, 0.4)), "advice", quoting)
    quoting = np.where((quoting == "advice") & (n <= 1), "nothing", quoting)
    quoting = np.where((quoting == "structured") & (n != 1), "full", quoting)
    first = _first(books)
    has = np.array([text != "" for text in items["reference"].tolist()])
    quoting = np.where((quoting == "structured") & ~(has[first] & (first >= 0)), "full", quoting)
    quoting = np.where(lines["kind"].to_numpy(object) == "direct_debit", "full", quoting)
    quoting = np.where(lines["shape"].to_numpy(object) == "none", "none", quoting)
    channels = np.where(rng.random(len(n)) < 0.75, "full", "nothing")
    quoting = np.where(lines["channel"].to_numpy(), channels, quoting).astype(object)
    noise = named(rng, company.noises, len(lines))
    spoilt = rng.random(len(lines)) < company.profile.noise
    noise[~spoilt | (n == 0) | ~np.isin(quoting, ["full", "digits", "order"])] = "none"
    return quoting, noise


def _first(books: Bookings) -> np.ndarray:
    """For each line its first item, -1 if it has none."""
    first = np.full(len(books.lines), -1, dtype=np.int64)
    parts = books.parts[(books.parts["item"] >= 0).to_numpy()]
    first[parts["line"].to_numpy()[::-1]] = parts["item"].to_numpy()[::-1]
    return first


@dataclass(frozen=True)
class _Tokens:
    numbers: list[str]
    reference: Texts
    first: np.ndarray


def _tokens(
    rng: np.random.Generator, people: People, items: pd.DataFrame, books: Bookings, quoting: Texts, noise: Texts
) -> _Tokens:
    """For each line the numbers that it quotes, joined."""
    parts = books.parts[(books.parts["kind"] == "payment") & (books.parts["item"] >= 0)]
    order = np.argsort(parts["line"].to_numpy(), kind="stable")
    line, item = parts["line"].to_numpy()[order], parts["item"].to_numpy()[order]
    whims = people.payers["whims"].to_numpy()[books.lines["payer"].to_numpy()]
    first = _first(books)
    item = _some_old(rng, items, noise[line], item)
    quoted = _quoted(items, quoting[line], whims[line], item)
    _spoil(rng, quoted, noise[line], line)
    counts = np.bincount(line, minlength=len(books.lines))
    ends = np.cumsum(counts)
    joints = texts(_JOINTS)[whims // 7 % len(_JOINTS)]
    joints[noise == "glued"] = ""
    short = (whims // 77 % 5 == 0) & (rng.random(len(whims)) < 0.8)
    tokens = quoted.tolist()
    numbers = [
        _joined(tokens[end - count : end], joint, brief)
        for end, count, joint, brief in zip(ends.tolist(), counts.tolist(), joints.tolist(), short.tolist(), strict=True)
    ]
    reference = texts([None] * len(whims))
    at = np.flatnonzero(quoting == "structured")
    reference[at] = items["reference"].to_numpy(object)[first[at]]
    return _Tokens(numbers, reference, first)


def _some_old(rng: np.random.Generator, items: pd.DataFrame, noise: Texts, item: np.ndarray) -> np.ndarray:
    """An older document of the same customer (or any) in place of the one paid."""
    at = np.flatnonzero(noise == "old")
    if not len(at):
        return item
    customer = items["customer"].to_numpy()
    order = np.argsort(customer, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    back = order[np.maximum(place[item[at]] - rng.integers(1, 4, len(at)), 0)]
    item = item.copy()
    item[at] = back
    return item


def _quoted(items: pd.DataFrame, quoting: Texts, whims: np.ndarray, item: np.ndarray) -> Texts:
    number = items["document_no"].to_numpy(object)[item]
    counted = items["counted"].to_numpy(object)[item]
    order = items["order_no"].to_numpy(object)[item]
    made = number.copy()
    manner = whims % 20
    for chosen, change in ((manner >= 14) & (manner < 17), compact), (manner == 17, headless), (manner == 18, str.lower):
        at = np.flatnonzero(chosen & (quoting == "full"))
        made[at] = [change(text) for text in number[at].tolist()]
    at = np.flatnonzero(quoting == "digits")
    made[at] = [text.lstrip("0") if whim % 2 else text for text, whim in zip(counted[at].tolist(), whims[at].tolist(), strict=True)]
    made[quoting == "nothing"] = ""
    at = np.flatnonzero(quoting == "order")
    made[at] = [own or text for own, text in zip(order[at].tolist(), number[at].tolist(), strict=True)]
    return made


def _spoil(rng: np.random.Generator, quoted: Texts, noise: Texts, line: np.ndarray) -> None:
    """Spoils one number of each line that has noise of that kind; sometimes all."""
    u, every = rng.random(len(quoted)), rng.random(len(quoted))
    head = np.r_[True, line[1:] != line[:-1]] if len(line) else np.zeros(0, dtype=bool)
    for kind, change in SPOILERS.items():
        at = np.flatnonzero((noise == kind) & (head | (every < 0.3)))
        quoted[at] = [change(text, share) for text, share in zip(quoted[at].tolist(), u[at].tolist(), strict=True)]


def _joined(numbers: list[str], joint: str, brief: bool) -> str:
    if len(numbers) > 1 and brief and len(numbers[0]) > 5:
        stem = numbers[0][:-3]
        numbers = [numbers[0], *(text[-3:] if text.startswith(stem) and len(text) == len(numbers[0]) else text for text in numbers[1:])]
    return joint.join(numbers)


def _told(
    company: Company, rng: np.random.Generator, people: People, items: pd.DataFrame, lines: pd.DataFrame, first: np.ndarray
) -> list[_Told]:
    lexicon = words(company.dialect)
    home = next(iter(company.languages))
    languages = people.payers["language"].to_numpy(object)[lines["payer"].to_numpy()]
    inside = np.isin(lines["event"].to_numpy(object), ["fee", "interest", "wages", "tax", "private", "own_transfer", "supplier", "foreign"])
    languages[inside] = home
    u = rng.random((len(lines), 9)).tolist()
    whims = people.payers["whims"].to_numpy()[lines["payer"].to_numpy()].tolist()
    customers = people.customers["customer_no"].to_numpy(object)
    customer = lines["customer"].to_numpy()
    numbers = customers[np.minimum(customer, len(customers) - 1)]
    orders = items["order_no"].to_numpy(object)[first]
    day = np.where(first >= 0, items["issued"].to_numpy()[first], lines["day"].to_numpy())
    calendar = {value: (company.start + value).item() for value in np.unique(day).tolist()}
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
            f"{calendar[on]:{_DATES[whim // 11 % len(_DATES)]}}",
            lexicon[language]["month"][calendar[on].month - 1],
            str(calendar[on].year),
            company.discount[0],
            f"{deducted // 100},{deducted % 100:02d}",
            channel,
        )
        for language, whim, shares, number, order, on, deducted, channel in zip(
            languages.tolist(), whims, u, numbers.tolist(), orders.tolist(), day.tolist(), off, channels, strict=True
        )
    ]


_WORD_OF = {"returned": "returned", "prepayment": "prepay", "on_account": "onacc", "own_transfer": "transfer", "foreign": "supplier"}


def _text(event: str, how: str, numbers: str, n: int, nth: int, told: _Told) -> str:
    if how == "none":
        if event == "old_document":
            return _fill(f"{_own(told, 'invoice', 1)} {{a}}", numbers, nth, told)
        return _fill(_any(told, _WORD_OF.get(event, event), 0), numbers, nth, told)
    if event == "returned":
        return _fill(_any(told, "returned", 0), numbers, nth, told)
    if event == "refund":
        return _fill(_any(told, "refund", 0), numbers, nth, told)
    if told.channel:
        made = f"{_any(told, 'cash', 2)} {numbers if how == 'full' else ''}".strip() if told.channel == "till" else numbers or "PAYOUT"
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
    for name, value in (
        ("{n}", numbers), ("{c}", told.customer_no), ("{d}", told.date), ("{m}", told.month), ("{a}", other), ("{o}", told.order_no or other),
        ("{k}", str(nth)), ("{p}", rate), ("{v}", told.off), ("{y}", told.year),
    ):  # fmt: skip
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

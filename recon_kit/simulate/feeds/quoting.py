"""How payers name what they pay: by which number, in which manner, and what of it is spoiled."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from recon_kit.simulate.feeds.chance import Texts, named, texts
from recon_kit.simulate.feeds.company import Company
from recon_kit.simulate.feeds.events import Bookings
from recon_kit.simulate.feeds.numbering import number
from recon_kit.simulate.feeds.people import People
from recon_kit.simulate.feeds.spoil import SPOILERS, compact, headless

_JOINTS = (", ", " ", ",", " + ", "/", ";", " / ", "+", " - ", " & ")
_OFTEN_OTHERWISE = 0.07
"""Share of lines on which a payer does not keep to its manner."""


def typed_references(rng: np.random.Generator, references: Texts) -> list[str]:
    """Structured references that payers type into the text, as printed on the bill; taken out of `references`."""
    typed = np.array([reference is not None for reference in references.tolist()], dtype=bool) & (
        rng.random(len(references)) < 0.3
    )
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


def manners(
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
class Quoted:
    numbers: list[str]
    reference: Texts
    first: np.ndarray


def quoted_numbers(
    rng: np.random.Generator, people: People, items: pd.DataFrame, books: Bookings, quoting: Texts, noise: Texts
) -> Quoted:
    """For each line the numbers that it quotes, joined."""
    parts = books.parts[(books.parts["kind"] == "payment") & (books.parts["item"] >= 0)]
    order = np.argsort(parts["line"].to_numpy(), kind="stable")
    line, item = parts["line"].to_numpy()[order], parts["item"].to_numpy()[order]
    whims = people.payers["whims"].to_numpy()[books.lines["payer"].to_numpy()]
    first = _first(books)
    item = _some_old(rng, items, noise[line], item)
    quoted = _quoted(items, quoting[line], whims[line], item)
    quoted[_silently_netted(items, whims[line], line, item)] = ""
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
    return Quoted(numbers, reference, first)


def _silently_netted(items: pd.DataFrame, whims: np.ndarray, line: np.ndarray, item: np.ndarray) -> np.ndarray:
    """Credit notes that a payer takes off without naming them: two payers in five do, where an invoice is named beside."""
    negative = items["amount"].to_numpy()[item] < 0
    named = np.zeros(int(line.max(initial=0)) + 1, dtype=bool)
    named[line[~negative]] = True
    return np.asarray(negative & named[line] & (whims // 23 % 5 < 2))


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
    made: Texts = number.copy()
    manner = whims % 20
    for chosen, change in ((manner >= 14) & (manner < 17), compact), (manner == 17, headless), (manner == 18, str.lower):
        at = np.flatnonzero(chosen & (quoting == "full"))
        made[at] = [change(text) for text in number[at].tolist()]
    at = np.flatnonzero(quoting == "digits")
    bare = zip(counted[at].tolist(), whims[at].tolist(), strict=True)
    made[at] = [text.lstrip("0") if whim % 2 else text for text, whim in bare]
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
    numbers = [number for number in numbers if number]
    if len(numbers) > 1 and brief and len(numbers[0]) > 5:
        stem = numbers[0][:-3]
        size = len(numbers[0])
        numbers = [numbers[0], *(text[-3:] if text.startswith(stem) and len(text) == size else text for text in numbers[1:])]
    return joint.join(numbers)


def closed_long_ago(company: Company, rng: np.random.Generator, items: pd.DataFrame, customer_no: list[str]) -> Texts:
    """Numbers in the company's own style of documents that were issued years before the period, one a customer named."""
    series = replace(company.series[0], first=max(1, company.series[0].first // 2))
    year = int(str(company.start)[:4]) - 2
    issued = texts([f"{year}{month:02d}" for month in np.sort(rng.integers(1, 13, len(customer_no))).tolist()])
    made, _ = number(rng, series, issued, np.arange(len(customer_no)), texts(customer_no))
    alive = set(items["document_no"].tolist()) | set(items["counted"].tolist())
    return texts([text if text not in alive else f"{text}9" for text in made.tolist()])

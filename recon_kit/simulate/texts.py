"""What payers write: four languages, lists of numbers in many styles, and what goes wrong on the way to the statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from recon_kit.simulate.draw import Draw
from recon_kit.simulate.model import Customer, Item

_SENTENCES = {
    "de": [
        "{n}",
        "Rechnung {n}",
        "Rg. {n}",
        "RNR {n} KD {c}",
        "Re.-Nr. {n} v. {d}",
        "Zahlung {n}",
        "{n} Kd-Nr. {c}",
        "Rechnungen {n}",
    ],
    "en": ["{n}", "Invoice {n}", "INV {n} ACCT {c}", "Payment of {n}", "Inv. {n} dated {d}", "Settlement {n}"],
    "nl": ["{n}", "Factuur {n}", "betaling fact.nr. {n}", "fact. {n} klantnr {c}", "Factuurnummer {n} d.d. {d}"],
    "fr": ["{n}", "Facture {n}", "REGLEMENT FACT {n}", "Fact. {n} client {c}", "virement facture no {n} du {d}"],
}
_ADVICE = {
    "de": ["siehe Avis vom {d}", "lt. Avis {a}", "Sammelzahlung gem. Zahlungsavis {a}", "Avis folgt per Mail"],
    "en": ["see remittance advice {a}", "as per advice of {d}", "remittance advice sent by e-mail"],
    "nl": ["zie betaalspecificatie {a}", "volgens specificatie d.d. {d}"],
    "fr": ["voir avis de paiement {a}", "selon avis du {d}"],
}
_CUSTOMER_ONLY = {
    "de": ["Kundennr. {c}", "KD {c}", "Kdnr {c} Danke"],
    "en": ["Account {c}", "customer {c}"],
    "nl": ["klantnr {c}"],
    "fr": ["client {c}"],
}
_NOTHING = {
    "de": ["Danke", "Zahlung", "Ueberweisung", "Warenlieferung", "Rechnung"],
    "en": ["Payment", "goods", "thank you"],
    "nl": ["betaling", "overboeking"],
    "fr": ["virement", "reglement"],
}
REASONS = {
    "de": [
        "abzgl. Retoure",
        "Abzug Bruch",
        "abzgl. Fehlmenge lt. Reklamation",
        "Kuerzung Preisdifferenz",
        "abzgl. Frachtkosten",
    ],
    "en": ["less return", "less damaged goods", "short delivery deducted", "price difference deducted"],
    "nl": ["minus retour", "min breuk", "prijsverschil verrekend"],
    "fr": ["moins retour", "deduction casse", "ecart de prix deduit"],
}
NOISE = {
    "cut_number": 30, "glued_number": 30, "transposed_digits": 12, "letters_for_digits": 12, "lower_case": 16,
    "wrapped_line": 30, "old_reference": 8,
}  # fmt: skip
"""What happens to the text of a payment that quotes numbers, by weight."""
_NOISE_SHARE = 0.13
_TEXT_LENGTH = 140


@dataclass(frozen=True)
class Text:
    """A payment text, its structured reference, and what went wrong with it (None if nothing did)."""

    text: str
    reference: str | None = None
    noise: str | None = None


def payment_text(draw: Draw, customer: Customer, items: list[Item], on: date, earlier: list[Item]) -> Text:
    """What the customer writes when paying `items`; `earlier` are documents it paid before."""
    if not items or customer.quotes == "nothing":
        return Text(draw.one(_NOTHING[customer.language]), noise="no_reference")
    if customer.quotes == "structured" and len(items) == 1 and items[0].reference:
        return Text("", items[0].reference, "structured_reference")
    if customer.quotes == "customer_number":
        return Text(_fill(draw.one(_CUSTOMER_ONLY[customer.language]), customer, on, draw), noise="customer_number_only")
    if customer.quotes == "advice" and len(items) > 1:
        return Text(_fill(draw.one(_ADVICE[customer.language]), customer, on, draw), noise="payment_advice")
    if len(items) > 9:
        return Text(_fill(draw.one(_ADVICE[customer.language]), customer, on, draw), noise="payment_advice")
    noise = draw.of(NOISE) if draw.chance(_NOISE_SHARE) else None
    return _quoted(draw, customer, items, on, noise, earlier)


def _quoted(draw: Draw, customer: Customer, items: list[Item], on: date, noise: str | None, earlier: list[Item]) -> Text:
    numbers = [item.document_no for item in items]
    if noise == "old_reference":
        if not earlier:
            noise = None
        else:
            numbers[0] = earlier[-1].document_no
    if noise in _SPOILERS:
        at = draw.whole(0, len(numbers) - 1)
        numbers[at] = _SPOILERS[noise](draw, numbers[at])
    sentence = draw.one(_SENTENCES[customer.language])
    joined = _joined(draw, numbers)
    if noise == "glued_number" and "{n}" in sentence:
        sentence = sentence.replace(" {n}", "{n}")
    text = _fill(sentence.replace("{n}", joined), customer, on, draw, items[0].issued_on)
    if noise == "lower_case":
        text = text.lower()
    if noise == "wrapped_line":
        text, noise = _wrapped(draw, text, noise)
    return Text(text[:_TEXT_LENGTH], noise=noise)


def _joined(draw: Draw, numbers: list[str]) -> str:
    """A list of numbers as people write it; later ones are sometimes shortened to their last digits."""
    if len(numbers) > 1 and draw.chance(0.25):
        start = numbers[0][:-5] if len(numbers[0]) > 7 else ""
        if start and all(number.startswith(start) for number in numbers):
            return draw.one(["/", ", ", "+", "-"]).join([numbers[0], *(number[-5:] for number in numbers[1:])])
    return draw.one([", ", " ", " + ", "/", ",", "; "]).join(numbers)


def _fill(sentence: str, customer: Customer, on: date, draw: Draw, issued: date | None = None) -> str:
    told = {"c": customer.customer_id, "d": f"{issued or on:%d.%m.%Y}", "a": draw.digits(6)}
    for name, value in told.items():
        sentence = sentence.replace(f"{{{name}}}", value)
    return sentence


def _wrapped(draw: Draw, text: str, noise: str) -> tuple[str, str | None]:
    """Cut into lines of 27 or 35 characters, joined by a blank, wherever that falls."""
    width = draw.one([27, 35])
    if len(text) <= width:
        return text, None
    return " ".join(text[at : at + width] for at in range(0, len(text), width)), noise


def _cut(draw: Draw, number: str) -> str:
    plain = number.split("-")[-1] if "-" in number else number[-5:]
    return draw.one([plain, plain.lstrip("0"), number[3:], number[:-1] if len(number) > 10 else plain])


def _glued(draw: Draw, number: str) -> str:
    return number.replace("-", "").replace("/", "")


def _transposed(draw: Draw, number: str) -> str:
    spots = [at for at in range(len(number) - 4, len(number) - 1) if number[at] != number[at + 1]]
    if not spots:
        return number
    at = draw.one(spots)
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


def _lettered(draw: Draw, number: str) -> str:
    head, tail = number[:-5], number[-5:]
    return head + tail.replace("0", "O", 1) if "0" in tail else head + tail.replace("1", "I", 1)


_SPOILERS = {
    "cut_number": _cut,
    "glued_number": _glued,
    "transposed_digits": _transposed,
    "letters_for_digits": _lettered,
}

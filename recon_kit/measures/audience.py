"""Who may read a page: the frozen cut itself, with account numbers masked, or with payers and persons under other names.

Masks are put on before any page, workbook or figure is made, so nothing that was left out can stand in a hidden sheet or in
the data of a chart.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, get_args

import pandas as pd

from recon_kit.errors import Fault, ParameterError, nearest
from recon_kit.measures.cut import Cut

Audience = Literal["full", "internal", "external"]
AUDIENCES: tuple[str, ...] = get_args(Audience)
"""full: as it is. internal: account numbers masked, e-mails left out. external: payers, persons and texts as well."""

IBAN = re.compile(r"(?<![0-9A-Za-z])([A-Z]{2}\d{2}(?:[ ]?[0-9A-Z]{4}){2,7}(?:[ ]?[0-9A-Z]{1,3})?)(?![0-9A-Za-z])")
E_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_HIDDEN = "••••"

_ACCOUNTS = {"account", "counterparty_account", "customer_account"}
_PEOPLE = {"counterparty_name": "P", "customer_name": "C", "customer_id": "K"}
_IDS = {"line_id": "L", "item_id": "D"}
_TEXTS = {"remittance", "reference", "end_to_end_id", "bank_reference", "order_no", "value", "facts", "control_sums"}
"""Columns of foreign text: none of it goes out of the house."""


def for_audience(cut: Cut, audience: str, key: bytes = b"") -> Cut:
    """The cut as an audience may see it; equal things keep one mask, unequal ones have two, so every sum still holds.

    Args:
        key: secret from which other names are made for "external": without it nobody can try names out. Empty takes one
            from the cut itself, so that the same cut gives the same page.
    Raises:
        ParameterError: no such audience.
    """
    if audience not in AUDIENCES:
        told = f"one of {', '.join(AUDIENCES)}{nearest(audience, AUDIENCES)}"
        raise ParameterError("audience", [Fault(told, field="audience", found=audience)])
    if audience == "full":
        return cut
    masks = _Masks(cut, key or _own_key(cut), external=audience == "external")
    frames = {name: masks.frame(frame) for name, frame in cut.frames.items()}
    return Cut.of({**masks.meta(cut.meta), "audience": audience}, frames)


def _own_key(cut: Cut) -> bytes:
    told = json.dumps([cut.meta["period"], cut.meta["policy_sha256"], len(cut.bank_lines)], sort_keys=True)
    return hashlib.sha256(told.encode()).digest()


class _Masks:
    """What stands for what, the same in every table."""

    def __init__(self, cut: Cut, key: bytes, *, external: bool) -> None:
        self.external = external
        self.accounts = _shortened(_values(cut, _ACCOUNTS) | {str(a["id"]) for a in cut.meta["accounts"]})
        self.names: dict[str, dict[str, str]] = {}
        if external:
            for columns, sign in ((("counterparty_name",), "P"), (("customer_name",), "C"), (("customer_id",), "K")):
                self.names |= dict.fromkeys(columns, _renamed(_values(cut, set(columns)), sign, key))
            for column, sign in _IDS.items():
                self.names[column] = _renamed(_values(cut, {column}) | self._ids(cut, column), sign, key)

    @staticmethod
    def _ids(cut: Cut, column: str) -> set[str]:
        """Identities that breaks and late rows tell under the name `id`."""
        side = {"line_id": "bank_line", "item_id": "open_item"}[column]
        parts = [frame.loc[frame["side"] == side, "id"] for frame in (cut.breaks, cut.breaks_before)]
        if column == "line_id":
            parts.append(cut.late.loc[cut.late["what"] == "bank_line", "id"])
        return {str(value) for part in parts for value in part.dropna()}

    def frame(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A table under its masks."""
        made = frame.copy()
        for name in made.columns:
            if str(made[name].dtype) in ("str", "object", "string"):
                made[name] = self._column(name, made)
        return made

    def _column(self, name: str, frame: pd.DataFrame) -> pd.Series:
        column = frame[name]
        if name in _ACCOUNTS:
            return _mapped(column, lambda text: self.accounts.get(text, _scrubbed(text)))
        if self.external and name in self.names:
            return _mapped(column, lambda text: self.names[name].get(text, _HIDDEN))
        if self.external and name == "id":
            return self._identities(frame)
        if self.external and name in _TEXTS:
            return pd.Series(None, index=column.index, dtype="str")
        if self.external and name == "detail":
            return _mapped(column, lambda text: "")
        return _mapped(column, _scrubbed)

    def _identities(self, frame: pd.DataFrame) -> pd.Series:
        sides = frame["side"] if "side" in frame else frame["what"]
        known = {"bank_line": self.names["line_id"], "open_item": self.names["item_id"]}
        told = [
            known[side].get(text, _HIDDEN) if side in known else _scrubbed(text)
            for side, text in zip(sides, frame["id"], strict=True)
        ]
        return pd.Series(told, index=frame.index, dtype="str")

    def meta(self, meta: Mapping[str, Any]) -> dict[str, Any]:
        """What a cut tells of itself, with the numbers of its own accounts masked."""
        accounts = [{**account, "id": self.accounts[str(account["id"])]} for account in meta["accounts"]]
        return {**meta, "accounts": accounts}


def _values(cut: Cut, columns: set[str]) -> set[str]:
    found: set[str] = set()
    for frame in cut.frames.values():
        for name in columns & set(frame.columns):
            found |= {str(value) for value in frame[name].dropna().unique()}
    return found


def _shortened(numbers: Iterable[str]) -> dict[str, str]:
    """Numbers with their middle hidden; two that would look alike are told apart by a letter."""
    made: dict[str, str] = {}
    taken: dict[str, int] = {}
    for number in sorted(set(numbers)):
        short = masked_number(number)
        taken[short] = taken.get(short, 0) + 1
        made[number] = short if taken[short] == 1 else f"{short} {_letters(taken[short])}"
    return made


def _letters(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def masked_number(number: str) -> str:
    """An account number with its middle hidden.

    >>> masked_number("DE89370400440532013000"), masked_number("4711"), masked_number("11004567")
    ('DE89••••3000', '••11', '••••4567')
    """
    text = re.sub(r"[^0-9A-Za-z]", "", number).upper()
    if re.fullmatch(r"[A-Z]{2}\d\d[0-9A-Z]{8,30}", text):
        return f"{text[:4]}{_HIDDEN}{text[-4:]}"
    return f"••{text[-2:]}" if len(text) <= 6 else f"{_HIDDEN}{text[-4:]}"


def _renamed(values: Iterable[str], sign: str, key: bytes) -> dict[str, str]:
    """Values under numbers whose order tells nothing: by a keyed hash of each."""
    order = sorted(set(values), key=lambda value: hmac.digest(key, value.encode(), "sha256"))
    width = max(4, len(str(len(order))))
    return {value: f"{sign}{number:0{width}d}" for number, value in enumerate(order, 1)}


def _mapped(column: pd.Series, mask: Callable[[str], str]) -> pd.Series:
    known = {value: mask(str(value)) for value in column.dropna().unique()}
    made: pd.Series = column.map(known).astype("str")
    return made.where(column.notna(), None)


def _scrubbed(text: str) -> str:
    """A text without account numbers and e-mail addresses."""
    if "@" in text:
        text = E_MAIL.sub(_HIDDEN, text)
    return IBAN.sub(lambda found: masked_number(found[1]), text) if any(c.isdigit() for c in text) else text

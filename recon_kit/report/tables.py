"""Tables for a page: one function makes them all, and whatever it is given is escaped; payer text is hostile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from recon_kit.report.words import Words, plain

_TALL = 24
_UNNAMED = Markup("<!--caption-->")
LIMIT = 200
"""Rows of a table on a page; the rest is in the workbook."""


@dataclass(frozen=True)
class Column:
    """A column's heading, and how its cells stand: "" for text, "n" for figures, "w" for text that never wraps;
    "slim" lets a long heading wrap."""

    head: str
    look: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell with a look of its own, over its column's."""

    value: object
    look: str


@dataclass(frozen=True)
class Row:
    """A row with a look of its own: "sum", "group" (a heading over all columns) or "mark"."""

    cells: Sequence[object]
    look: str = ""


@dataclass(frozen=True)
class Html:
    """A piece of a page: what a notebook shows and what the exported page is made of."""

    markup: Markup
    text: str = ""

    def __html__(self) -> str:
        return str(self.markup)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {"text/html": f'<div class="rk">{self.markup}</div>', "text/plain": self.text}

    def __repr__(self) -> str:
        return self.text or "Html"


def table(
    columns: Sequence[Column | str],
    rows: Iterable[Row | Sequence[object]],
    *,
    foot: Row | Sequence[object] | None = None,
    look: str = "",
    caption: object = _UNNAMED,
) -> Markup:
    """A table in a card; every value that is not markup of our own is escaped, control and direction marks are taken out.

    Args:
        columns: headings; one without `Column` is text.
        rows: sequences as long as the columns, or `Row`s; a "group" row has one cell that spans all.
        caption: what it is, for those who hear the page; without one it takes the title of its section.
        look: "dense" for tables of many figures; "long" lists stand in a box that scrolls, and print in full.
    """
    heads = [column if isinstance(column, Column) else Column(column) for column in columns]
    lines = [row if isinstance(row, Row) else Row(row) for row in rows]
    made = Markup().join(_row(heads, row) for row in lines)
    head = Markup().join(Markup('<th scope="col"{}>{}</th>').format(_class(column.look), column.head) for column in heads)
    last = _foot(heads, foot)
    names = " ".join(filter(None, [look, "short" if len(lines) <= 14 else ""]))
    long = "long" in look and len(lines) > _TALL
    box = Markup('card scroll" tabindex="0') if long else "card"
    return Markup(
        '<div class="{}"><table{}><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody>{}</table></div>'
    ).format(box, _class(names), caption, head, made, last)


def _foot(heads: Sequence[Column], foot: Row | Sequence[object] | None) -> Markup:
    if foot is None:
        return Markup()
    rows = foot if isinstance(foot, Row) else Row(foot)
    return Markup("<tfoot>{}</tfoot>").format(_row(heads, rows))


def _row(heads: Sequence[Column], row: Row) -> Markup:
    if row.look == "group":
        return Markup('<tr class="group"><td class="wide" colspan="{}">{}</td></tr>').format(len(heads), _value(row.cells[0]))
    cells = Markup().join(_cell(column, value) for column, value in zip(heads, row.cells, strict=True))
    return Markup("<tr{}>{}</tr>").format(_class(row.look), cells)


def _cell(column: Column, value: object) -> Markup:
    look = column.look
    if isinstance(value, Cell):
        look, value = f"{look} {value.look}".strip(), value.value
    return Markup("<td{}>{}</td>").format(_class(look), _value(value))


def _value(value: object) -> Markup:
    return value if isinstance(value, Markup) else escape(plain(value, 400))


def _class(look: str) -> Markup:
    return Markup(' class="{}"').format(look) if look else Markup()


def tag(text: str) -> Markup:
    """A word in a frame."""
    return Markup('<span class="tag">{}</span>').format(text)


def two_lines(first: object, second: object) -> Markup:
    """A bold line over a soft one; both are foreign text."""
    below = Markup('<div class="why">{}</div>').format(_value(second)) if second else Markup()
    return Markup('<span class="who">{}</span>{}').format(_value(first), below)


def looked(text: object, look: str) -> Markup:
    """A word with a meaning of colour: "ok", "no", "hm", "up", "dn"."""
    return Markup('<span class="{}">{}</span>').format(look, text)


def bar(parts: Sequence[tuple[str, int]], label: str) -> Markup:
    """A small bar of shares, by the names of their meaning, with its figure beside it; amounts by size, whatever their sign."""
    whole = sum(abs(amount) for _, amount in parts)
    if not whole:
        return Markup("{}").format(label)
    pieces = Markup().join(
        Markup('<i class="b-{}" style="width:{}%"></i>').format(name, f"{100 * abs(amount) / whole:.1f}")
        for name, amount in parts
        if amount
    )
    return Markup('<span class="bar" aria-hidden="true">{}</span>{}').format(pieces, label)


def section(title: str, question: str, *parts: object, after: Sequence[object] = ()) -> Html:
    """A heading that states the finding, the question that it answers, and what shows it."""
    notes = Markup().join(Markup('<p class="after">{}</p>').format(note) for note in after if note)
    body = Markup().join(Markup("{}").format(part) for part in parts).replace(_UNNAMED, escape(title))
    markup = Markup('<section><h2>{}</h2><p class="q">{}</p>{}{}</section>').format(title, question, body, notes)
    return Html(markup, f"{title}\n{question}")


def shortened(words: Words, shown: int, whole: int, sheet: str) -> Markup:
    """The note under a table that does not hold every row; nothing if it does."""
    if shown >= whole:
        return Markup()
    name = words(f"sheet.{sheet}")
    return words("decisions.workbook_more", whole, shown=words.count(shown), sheet=name)

"""Key figures as tiles: the value, how it moved against last period and a year ago, or in words why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from markupsafe import Markup

from recon_kit.measures.figure import NOT_AVAILABLE
from recon_kit.measures.naming import Kind, Name
from recon_kit.money import minor_units
from recon_kit.report.context import Context, Earlier
from recon_kit.report.tables import looked
from recon_kit.report.words import Words

Good = Literal["up", "down", ""]
_LONG = 10


@dataclass(frozen=True)
class Tile:
    """One key figure.

    Args:
        label: what it is called.
        name: of the metric, which tells its unit, and what it was before; empty where it is not compared.
        text: the metric's own text, "n/a" where it is not defined.
        good: which way is better, for the colour of a change; the sign says it too.
        below: what stands under the figure: shares, counts, and the reason for an "n/a".
        shown: what to show in place of the value, where its look carries a meaning.
    """

    label: object
    name: str = ""
    text: str = NOT_AVAILABLE
    good: Good = ""
    below: Sequence[object] = ()
    shown: Markup | None = None


def band(context: Context, tiles: Sequence[Tile]) -> Markup:
    """The tiles in a row, and below them what there is nothing to compare with."""
    made = Markup().join(_tile(context, tile) for tile in tiles)
    words = context.words
    lacking = [words(f"kpi.no_{name}") for name in ("previous", "year_ago") if getattr(context, name) is None]
    notes = Markup('<p class="after">{}</p>').format(Markup(" ").join(lacking)) if lacking else Markup()
    return Markup('<div class="kpis" role="group" aria-label="{}">{}</div>{}').format(words("paper.figures"), made, notes)


def _tile(context: Context, tile: Tile) -> Markup:
    value = tile.shown if tile.shown is not None else _shown(context.words, tile)
    earlier = [known for known in (context.previous, context.year_ago) if known is not None and tile.name]
    moved = [_against(context.words, tile, known) for known in earlier if tile.text != NOT_AVAILABLE]
    lines = [Markup(" · ").join(Markup("{}").format(part) for part in tile.below if part), *moved]
    under = Markup().join(Markup("<div>{}</div>").format(line) for line in lines if line)
    return Markup('<div class="kpi"><div class="l">{}</div><div class="v">{}</div><div class="d">{}</div></div>').format(
        tile.label, value, under
    )


def _shown(words: Words, tile: Tile) -> Markup:
    if not tile.name or tile.text == NOT_AVAILABLE:
        return words("number.na")
    name = Name.read(tile.name)
    text = said(words, name, tile.text)
    small = Markup(" <small>{}</small>").format(name.currency) if name.kind == "money" and len(text) < _LONG else ""
    return Markup("{}{}").format(text, small)


def said(words: Words, name: Name, text: str) -> str:
    """A metric's text as people write it, with the sign of its unit; money without its currency."""
    if text == NOT_AVAILABLE:
        return str(words("number.na"))
    if name.kind == "text":
        return words.known("status", text)
    if name.kind == "money":
        return words.money(minor_units(text, name.currency, "."), name.currency)
    return _number(words, name.kind, Decimal(text))


def _number(words: Words, kind: Kind, value: Decimal) -> str:
    if kind == "percent":
        return words.percent(str(value))
    if kind == "count":
        return words.count(value)
    return str(words(f"number.{kind}", n=words.decimal(value)))


def _against(words: Words, tile: Tile, earlier: Earlier) -> Markup:
    """How much it moved since; where that is not known, that it is not."""
    before = earlier.metrics.get(tile.name)
    if before is None or before == NOT_AVAILABLE:
        return words("kpi.not_then", period=earlier.name)
    change, text = _change(words, Name.read(tile.name), Decimal(before), Decimal(tile.text))
    better = (change > 0) == (tile.good == "up")
    look = "" if not change or not tile.good else "up" if better else "dn"
    return Markup("{} {}").format(looked(text, look), words("head.versus", period=earlier.name))


def _change(words: Words, name: Name, before: Decimal, now: Decimal) -> tuple[Decimal, str]:
    """The difference, and as text: points of a share, percent of an amount, else in the figure's own unit."""
    change = now - before
    sign = "+" if change > 0 else "±" if not change else ""
    if name.kind == "percent":
        return change, f"{sign}{words.decimal(change)} {words('number.points')}"
    if name.kind != "money":
        return change, sign + _number(words, name.kind, change)
    if before <= 0:
        return change, sign + said(words, name, str(change))
    return change, sign + words.percent(f"{100 * change / before:.1f}")

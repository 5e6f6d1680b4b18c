"""The head of every page: whose, of which day, what it is, its state in one word and its bottom line."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from recon_kit.report.context import Context
from recon_kit.report.tables import Html
from recon_kit.report.words import plain


def masthead(context: Context, title: object, pill: tuple[str, object], lead: Markup, *below: object) -> Html:
    """Eyebrow, title, state and one sentence; then what is given.

    Args:
        pill: how the state looks ("ready", "needs_review", "not_ready") and what it says.
    """
    look, state = pill
    rest = Markup().join(Markup("{}").format(part) for part in below)
    markup = Markup(
        '<div data-language="{}"><p class="eyebrow">{}</p><div class="row"><h1>{}</h1><span class="pill {}">{}</span></div>'
        '<p class="lead">{}</p>{}</div>'
    ).format(context.words.language, eyebrow(context), title, look, state, lead, rest)
    return Html(markup, f"{title}: {state}. {lead.striptags()}")


def eyebrow(context: Context) -> str:
    """Company, its entities where they are few, currencies, and the day that ages count to."""
    words, meta = context.words, context.cut.meta
    currencies = ", ".join(context.cut.currencies)
    parts = [meta["company"], *_entities(context), words("head.accounts", currencies=currencies)]
    return plain(" · ".join([*(str(part) for part in parts), words("head.as_of", day=words.day(meta["as_of"]))]), 240)


def _entities(context: Context) -> Sequence[str]:
    names = [str(name) for name in context.cut.meta["entities"].values()]
    return names if len(names) < 4 and names != [context.cut.meta["company"]] else []


def also(sentences: Sequence[Markup]) -> Markup:
    """What is said after the bottom line, softer; nothing where there is nothing to say."""
    return Markup('<p class="also">{}</p>').format(Markup(" ").join(sentences)) if sentences else Markup()


def bold(text: object) -> Markup:
    """A figure within the bottom line."""
    return Markup("<b>{}</b>").format(text)

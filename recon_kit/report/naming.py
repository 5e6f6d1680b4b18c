"""How a question that no line and no document carries is called: a ledger account's balance, a day that two sources tell."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from recon_kit.measures.carried import LEDGER, kind_of
from recon_kit.measures.questions import told_day
from recon_kit.report.context import Context
from recon_kit.report.words import plain


def name_of(context: Context, entity: Any, known: Any, reason: Any) -> tuple[str, str] | None:
    """What a question of side "expected" is about, and whose or when; None where its id is a name of the user's own.

    Args:
        known: the question's id.
        reason: its code.
    """
    words, kind = context.words, kind_of("expected", str(reason))
    if kind == "balance" and str(known).startswith(LEDGER):
        title = f"{words('ledger.account')} {plain(str(known).removeprefix(LEDGER), 40)}"
        return title, context.entity(entity) if context.several else ""
    day = told_day(known) if kind == "records" else None
    if day is None:
        return None
    account, on, _ = day
    return context.account(account), words.day(on)


def named_account(context: Context, account: Any, *, first: bool) -> str:
    """An account within a sentence: "account DE89 •••• 3000", or its name alone where that says the word itself.

    Args:
        first: whether it begins the sentence.
    """
    name, word = context.account(account), str(context.words("accounts.account"))
    if re.match(rf"{re.escape(word)}\b|account\b|konto\b", name, re.IGNORECASE):
        return name
    small = word.lower() if context.words.language == "en" and not first else word
    return f"{small} {name}"


def gl_account(context: Context, gl: Any, entity: Any) -> str:
    """A ledger account's number, with its company where several have their own."""
    whose = "" if entity is None or pd.isna(entity) or not context.several else context.entity(entity)
    return f"{plain(gl, 60)} ({whose})" if whose else plain(gl, 60)

"""The ways in which a set of documents is guessed for a bank line, each with its bit and its meaning in one table.

A set that several families found is one hypothesis with all their bits: how many independent ways lead to it is evidence.
Bits are part of what a trained model has learned: a family keeps its bit for ever, a new one takes the next.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Family(NamedTuple):
    """One way to guess a set: its name, and what the sets it proposes have in common."""

    name: str
    means: str


FAMILIES = (
    Family("quoted", "all documents that the text quotes, down to one strength of quotation; also if they do not sum"),
    Family("quoted_one", "one quoted document alone; also if it does not sum"),
    Family("quoted_part", "some of the quoted documents, others left out"),
    Family("quoted_plus", "the quoted documents and one or two more of the same payer"),
    Family("quoted_run", "the quoted documents and a stretch of the payer's others in order of due day"),
    Family("single", "one document of the payer"),
    Family("pair", "two documents of the payer"),
    Family("triple", "three documents among the nearest of the payer"),
    Family("due_day", "all documents of one due day"),
    Family("issue_day", "all documents of one day of issue"),
    Family("month", "all documents issued, or due, in one calendar month"),
    Family("run", "a stretch of documents in order of due day"),
    Family("run_issued", "a stretch of documents in order of issue"),
    Family("run_invoices", "a stretch in order of due day that leaves out documents of the other sign"),
    Family("run_less_one", "a stretch in order of due day without one of its documents"),
    Family("prefix", "everything due by one day"),
    Family("prefix_less_one", "everything due by one day without one document"),
    Family("prefix_less_two", "everything due by one day without two documents"),
    Family("prefix_credits", "all invoices due by one day with all credit notes, or with none"),
    Family("all_open", "everything that the payer has open, or had when the line was booked"),
    Family("tails", "documents whose number ends like a short number in the text, looked up only among the payer's own"),
    Family("tails_plus", "the same, with one document more or less"),
    Family("near", "any documents among the sixteen nearest in due day, unless more than forty such sets fit"),
    Family("rare", "one document of any payer of that very amount, when hardly another one has it"),
    Family("rest_few", "each document of a payer with few of them, and all together, though the sum differs"),
    Family("rest_larger", "a larger document that the line may pay in part"),
    Family("rest_close", "a document, a day or all due by a day whose sum differs by little"),
    Family("rest_fraction", "a document of which the line is the double, a half, a third ... a twelfth"),
    Family("rest_round", "a document that differs from the line by a round amount, though the line is not round"),
    Family("part_discount", "a day, all due by a day or all open, less some of the discounts agreed in it"),
    Family("owners", "documents of several linked payers together: everything open, or everything due by one day"),
)
"""Bit n of `Hypotheses.families` is FAMILIES[n]."""

whole: Any = np.int64
"""A whole number of 64 bits: constants in this type keep compiled functions from being compiled once for each constant."""

BIT = {family.name: whole(1 << at) for at, family in enumerate(FAMILIES)}

EXACT, NET, LESS, MORE, NET_LATE, CHARGED, NET_PART = range(7)
HOW = (
    "the set sums to the line",
    "less all discounts of the set that the line was in time for",
    "the line is less than the set",
    "the line is more than the set",
    "less all discounts agreed in the set, some of them too late",
    "the set sums to the line before the bank's stated charges",
    "less some of the discounts agreed in the set",
)
"""What `Hypotheses.how` says."""

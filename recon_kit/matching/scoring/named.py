"""The features of a proposed set: their names, what each says, and which way it may only move a probability."""

from __future__ import annotations

from recon_kit.matching.model import Feature

OF_THE_SET = (
    Feature("exact", "the set sums to the line", 1),
    Feature("discounted", "less the agreed discounts: 1 all in time, 2 some too late, 3 only some of them; else 0"),
    Feature("discounts", "documents in the set with an agreed discount"),
    Feature("short", "the line is less than the set"),
    Feature("difference", "how far line and set are apart, log of 1 + minor units", -1),
    Feature("difference_share", "how far they are apart, as a share of the set", -1),
    Feature("difference_signed", "line less set, as a share of the set, between -1 and 1"),
    Feature("difference_round", "how many decimal noughts the difference ends with; missing where there is none"),
    Feature("amount", "log of the line's amount"),
    Feature("round", "how many decimal noughts the line's amount ends with"),
    Feature("charges", "the set sums to the line before the bank's stated charges; missing where none are stated", 1),
    Feature("size", "documents in the set"),
    Feature("negative", "documents of the other sign in the set"),
    Feature("hub", "whether it gathers payouts or deposits instead of a debtor's documents"),
    Feature("outgoing", "whether money left"),
    Feature("strongest", "strongest quote of a document of the set in the line's text, 0 for none", 1),
    Feature("weakest", "weakest of the strongest quotes of each document, 0 for none", 1),
    Feature("quoted_fully", "share of the set quoted by whole number", 1),
    Feature("quoted", "share of the set quoted in any form", 1),
    Feature("tail_least", "fewest last digits by which a document not quoted stands as a number in the text; 13 if all are", 1),
    Feature("tail_mean", "the same, a mean over the documents not quoted; missing where all are", 1),
    Feature("slip", "share of the set not quoted whose number stands in the text but for one digit; missing where all are"),
    Feature("quoted_elsewhere", "open documents that the line quotes by whole number and that are not in the set", -1),
    Feature("quoted_closed", "documents that the line quotes by whole number and that are not open any more"),
    Feature("quotes", "documents that the line quotes in any form"),
    Feature("long_numbers", "long numbers in the text"),
    Feature("unknown_numbers", "long numbers in the text that are no document's"),
    Feature("crowded_numbers", "numbers of the text that too many documents carry"),
    Feature("text_length", "characters of the text, as log"),
    Feature("link", "how the payer is known to be the set's debtor, 0 for not at all", 1),
    Feature("similarity", "how like the debtor's name the payer's is; missing where either has none", 1),
    Feature("name_letters", "letters of the words in which the payer's and the debtor's name begin alike, as log", 1),
    Feature("name_share", "the same as a share of the shorter name; missing where either has none", 1),
    Feature("account", "the payer's account is the debtor's (1), another than the known one (-1), or unknown (0)", 1),
    Feature("proof", "earlier payments that prove the payer's account, as log", 1),
    Feature("shares", "debtors who share the name or account by which the payer is known", -1),
    Feature("links", "bits of every kind of evidence that links payer and debtor, counted", 1),
    Feature("silent", "the link was learned from equal amounts without references"),
    Feature("debtors", "debtors that the line is linked with", 0),
    Feature("mixed", "the set is of several debtors"),
    Feature("better_link", "how much better another debtor is linked to the line", -1),
    Feature("after_last_due", "days from the latest due day to the booking"),
    Feature("after_first_due", "days from the earliest due day to the booking"),
    Feature("after_issue", "days from the latest issue to the booking"),
    Feature("off_habit", "days by which the delay differs from the debtor's median"),
    Feature("delay", "log-likelihood of the delays under the debtor's own past, a mean over the set", 1),
    Feature("in_discount", "share of the set paid while its discount may be taken; missing where none has one"),
    Feature("habit_quotes", "share of the debtor's settled payments that quoted documents; missing where none is settled"),
    Feature("habit_size", "documents in the set less the debtor's usual number; missing where none is settled"),
    Feature("habit_known", "payments of the debtor that are settled, as log"),
    Feature("habit_discounts", "share of the discounts it could take that the debtor took"),
    Feature("habit_orderly", "share of the debtor's settled payments that left nothing older open"),
    Feature("pool", "open documents of the debtor, as log"),
    Feature("offered", "open documents of all debtors that the line is linked with, as log"),
    Feature("older_left", "open documents due before the set's latest that it leaves out, as log"),
    Feature("older_left_share", "the same as a share of those due until then"),
    Feature("inside_left", "open documents due within the set's span that it leaves out, as log"),
    Feature("same_amount_here", "other open documents of the debtor with the amount of one of the set, as log", -1),
    Feature("same_amount_anywhere", "open documents anywhere with the line's amount, as log", -1),
    Feature("rank_among_same", "place of the set's oldest among equal amounts of the debtor, against the line's among equals"),
    Feature("equal_lines", "lines of the same payer and amount, as log"),
    Feature("days_since_equal", "days since the latest line of the same payer and amount; missing where it is the first"),
    Feature("chance", "log of how many other sets of this size would explain the amount by chance", -1),
    Feature("luck", "log of how many documents of the debtor would have the line's amount by chance", -1),
    Feature("found_by", "how many ways of looking found the set", 1),
    Feature("by_text", "ways of looking that start from quoted numbers", 1),
    Feature("by_order", "of everything open, everything due or issued by a day, on a day or in a month", 1),
    Feature("by_all", "whether it is everything that the payer has open, or all due by a day", 1),
    Feature("by_run", "of stretches in order of due day or issue"),
    Feature("by_search", "of pairs, triples, any subset and stretches without one"),
    Feature("by_rest", "of guesses at a part, a rest or a deduction"),
)
"""What is known of a set by itself."""

OF_RIVALS = (
    Feature("sets", "sets proposed for the line, as log"),
    Feature("exact_sets", "of them exact, as log"),
    Feature("exact_same_size", "of them exact and of this size, as log"),
    Feature("exact_of_debtor", "of them exact and of this debtor, as log"),
    Feature("claims", "most lines that claim one document of the set by an exact set, as log"),
    Feature("claims_quoted", "most lines that quote one document of the set by whole number, as log"),
    Feature("capped", "whether a limit of the search was hit"),
    Feature("crowded", "whether too many sets near the line fit to be proposed"),
)
"""What competes with it, by counts."""

OF_ODDS = (
    Feature("own", "log-odds of the first stage", 1),
    Feature("rival", "log-odds of the line's best other set; missing where there is none", -1),
    Feature("gap", "own less rival", 1),
    Feature("total", "probabilities of all the line's other sets together", -1),
    Feature("strongest_claim", "greatest probability by which another line claims a document of the set", -1),
    Feature("mean_claim", "the same, a mean over the set", -1),
    Feature("left_behind", "documents due before the set's latest that it leaves out and nobody else claims, as log"),
    Feature("left_inside", "the same within the set's span"),
)
"""What competes with it, by the first stage's probabilities."""

IN_THE_END = (
    Feature("pass", "number of the pass that chose the set, from 0"),
    Feature("said", "log-odds that the pass gave it", 1),
    Feature("ahead_of_free", "log-odds ahead of the line's best other set that nobody took from; missing without one", 1),
    Feature("ahead_of_taken", "log-odds ahead of the line's best other set that others took from; missing without one", 1),
    Feature("taken_by", "how sure that other line's set was; missing without one"),
    Feature("claim_in_the_end", "chance that another line wanted a document of the set and has nothing better in the end", -1),
    Feature("wanted_in_vain", "lines that end without a set and would be explained with a document of the set, as log", -1),
    Feature("older_in_the_end", "documents due before the set's latest that nobody took in the end, as log"),
    Feature("inside_in_the_end", "the same within the set's span"),
    Feature("same_in_the_end", "documents of the debtor with the amount of one of the set that nobody took, as log"),
    Feature("link_in_the_end", "how the payer is known by all other payments to be the set's debtor", 1),
    Feature(
        "account_in_the_end", "the payer's account is the debtor's (1), another (-1), unknown (0), by all other payments", 1
    ),
    Feature("proof_in_the_end", "payments of the whole run that prove the payer, the line's own not counted, as log", 1),
    Feature("better_link_in_the_end", "how much better another debtor is linked to the line", -1),
    Feature("delay_in_the_end", "log-likelihood of the delays under all other payments of the debtor", 1),
)
"""What is known of a chosen set when everything is settled."""

FIRST = (*OF_THE_SET, *OF_RIVALS)
SECOND = (*FIRST, *OF_ODDS)
LAST = (*SECOND, *IN_THE_END)

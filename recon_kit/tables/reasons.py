"""Why something is left open: the coded list that every break takes its reason from."""

REASONS = {
    # money that arrived or left
    "proposed": "A match is proposed and waits for a decision.",
    "no_item": "Nothing open fits this line, and its text names no document that is known.",
    "payer_unknown": "Neither the payer nor any reference is known.",
    "no_rule": "Money left the account and no rule says where it belongs.",
    "short_payment": "The quoted documents are paid short.",
    "overpayment": "More arrived than the quoted documents are open.",
    "discount_late": "A cash discount was taken after its last day and the days of grace.",
    "discount_too_high": "The deduction is larger than the discount agreed.",
    "ambiguous": "Several explanations fit equally well.",
    "possible_duplicate": "The same payer already paid this; perhaps it was paid twice.",
    "item_closed": "The quoted document is already paid or closed in the ledger.",
    "other_entity": "The quoted document belongs to a sister company.",
    "other_currency": "The quoted document is in another currency.",
    "return_unmatched": "A return whose original payment is not known.",
    "transfer_unpaired": "A transfer between own accounts whose other side is missing.",
    "payout_unknown": "A payout of a provider without a settlement report.",
    "payout_differs": "The payout arrived with another amount than its report says.",
    "deposit_differs": "The cash deposit differs from the till closings it belongs to.",
    "batch_unresolved": "A collective entry whose parts are not all known.",
    "over_ceiling": "Would be automatic, but is above the ceiling for a match or for a run.",
    "never": "A rule says that this is never decided automatically.",
    # expected, but not there
    "payout_missing": "A payout is overdue on the bank account.",
    "deposit_missing": "A cash deposit is overdue on the bank account.",
    "statement_missing": "A bank statement is missing in the running numbers or days.",
    "source_missing": "An expected file is not there.",
    "source_stale": "An expected file does not reach the end of the period.",
    # two books that disagree
    "ledger_differs": "The ledger's list and our matches disagree on what is open.",
    "balance_differs": "The ledger's balance and the bank statement's differ.",
    "statement_differs": "Two sources of the same account and day differ.",
    "totals_differ": "A file's own totals do not tie; it was taken in with an override.",
    "settlement_differs": "A settlement report's lines do not sum to its payout, or two exports tell it differently.",
}
"""Code -> what it means, in one sentence for a person."""

"""One small company's first quarter of 2026, on which every formula of receivables is worked out; amounts in euro."""

from datetime import date

from recon_kit.measures.flows import Span
from recon_kit.tables import LEDGER_BALANCES, LEDGER_MOVEMENTS, OPEN_ITEMS
from tests.frames import frame

END = date(2026, 3, 31)
QUARTER = Span(date(2026, 1, 1), END)
MARCH = Span(date(2026, 3, 1), END)
MONTHS = [Span(date(2026, 1, 1), date(2026, 1, 31)), Span(date(2026, 2, 1), date(2026, 2, 28)), MARCH]

OPEN = """
item_id  kind                issued_on   due_on      open_amount
INV1     invoice             2026-03-20  2026-04-19  60000.00
INV2     invoice             2026-03-05  2026-04-04  20000.00
INV3     invoice             2026-02-10  2026-03-12  30000.00
INV4     invoice             2026-01-15  2026-03-16  15000.00
CN1      credit_note         2026-03-25  -           -4000.00
PA1      payment_on_account  2026-02-20  -           -6000.00
"""

MOVED = """
document_no  kind         posted_on   amount
S1           invoice      2026-01-31  100000.00
S2           invoice      2026-02-28  120000.00
S3           invoice      2026-03-31  90000.00
Z1           receipt      2026-03-15  -270000.00
G1           credit_note  2026-02-15  -6000.00
Z1           discount     2026-03-15  -2500.00
W1           write_off    2026-03-31  -1500.00
"""

HELD = """
gl_account  role         on          amount
1200        receivables  2025-12-31  95000.00
1200        receivables  2026-03-31  125000.00
1800        bank         2026-03-31  7.00
"""


def items(text=OPEN, **same):
    """Open items of entity A in EUR, customer C, named like their documents, as large as they are open."""
    same = {"entity": "A", "currency": "EUR", "customer_id": "C", "kind": "invoice", "document_no": "", **same}
    found = frame(OPEN_ITEMS, text, **{"amount": 0, "issued_on": date(2026, 1, 1), **same})
    return found.assign(amount=found["open_amount"])


def movements(text=MOVED, **same):
    """Postings of entity A on account 1200 in EUR."""
    same = {"entity": "A", "gl_account": "1200", "currency": "EUR", "document_on": date(2026, 1, 1), **same}
    return frame(LEDGER_MOVEMENTS, text, **same)


def balances(text=HELD):
    """Ledger balances of entity A in EUR."""
    return frame(LEDGER_BALANCES, text, entity="A", currency="EUR")

"""The text of a new recon.toml and rules.toml: every setting with a comment, so that the file explains itself."""

from __future__ import annotations

from dataclasses import dataclass
from json import dumps
from pathlib import PurePosixPath

from recon_kit.workspace.finding import Found


@dataclass(frozen=True)
class Answers:
    """What `recon init` asks: the first entity's short name, its full name, its currency, the language of reports."""

    entity: str
    name: str
    currency: str = "EUR"
    country: str = "DE"
    locale: str = "en"


_HEAD = """\
# Recon Kit, the policy of {name}. The program reads this file and never writes it.
# A misspelt key is an error that names the nearest right one; `recon status` tells what is missing.

[company]
name = {name}
base_currency = {currency}
locale = {locale}                 # language of reports: "en" or "de"
time_zone = "Europe/Berlin"

[folders]                       # relative to this file
inbox = "inbox"                 # files are dropped here and never removed
store = "store.sqlite"          # or "postgresql://user@host/database" for more than one machine
sources = "sources"             # each file taken in, kept under its hash
reports = "reports"             # one folder a period

[calendar]
kind = "month"                  # "month", "quarter", "year" or "4-4-5"
year_starts = 1                 # first month of the financial year
holidays = {country}                # bank holidays: country, or country and part as "DE-BY"

# Legal entities. Two of them may both have an invoice 4711.
[entities.{entity}]
name = {name}
base_currency = {currency}
country = {country}
receivables_account = "1200"    # ledger account of the receivables, for the tie
"""

_TAIL = """
# Up to how much less may be paid, by currency; the rest is written off. Nothing means: to the cent.
[tolerance]
# EUR = "0.00"

[discount]                      # when a cash discount may be granted without a person
grace_days = 3                  # days after the agreed last day
max_percent = 3.0               # of the gross amount, whatever an invoice says

[windows]                       # calendar days between two things that may still be one
before_issue = 3                # payment before the invoice's date
after_due = 365
own_transfer = 5
payout = 10
deposit = 10
return_after = 400              # SEPA: unauthorised debits come back for 13 months
duplicate = 30

[exchange]                      # documents of another currency where the bank states no rate: proposed, never automatic
tolerance_percent = 3.0         # of the day's rate, as the bank stated it on other lines
days = 7                        # as near as this to the line

[ceilings]                      # above these nothing is decided without a person
per_match = {{ {currency_key} = "100000.00" }}
per_run = {{}}                    # e.g. {{ EUR = "2000000.00" }}; empty means no ceiling
charges = {{ {currency_key} = "50.00" }}   # bank charges that are taken off a payment

[matching]
floor = 0.999                   # of what the model matches by itself at least this share is right, as measured
margin = 0.5                    # and the line's best other set is less probable by at least this
ties = "ask"                    # equal documents that nothing tells apart: "ask" a person, or pay the "oldest" first
rules_floor = 0.99              # a named rule decides only if its measured precision is at least this
payout_days = 3                 # business days until a payout counts as overdue
deposit_days = 6
"""

_RULES = """\
# Rules: what you decided once about lines of a kind. The first rule that fits decides; `recon match` names it.
# text and counterparty are looked for at word boundaries, ignoring case; "*" stands for any letters.

# [[rule]]
# name = "bank fees"
# kind = ["fee"]
# then = "ledger_account"
# gl_account = "6855"

# [[rule]]
# name = "wages"
# direction = "out"
# text = ["lohn", "gehalt", "salary"]
# then = "ledger_account"
# gl_account = "3790"

# On the evidence of what the model chose; `recon evaluate --rules` measures each rule on past months.
# [[rule]]
# name = "accounts that paid before, exact amount"
# payer = ["ledger_account", "proven_account"]
# amount = ["exact"]
# documents_at_most = 3
# then = "accept"                  # or "propose": never without a person; "never": leave it open
"""


def recon_toml(answers: Answers, found: Found) -> str:
    """The text of a new recon.toml, with an account and a source for everything that was found."""
    values = {name: dumps(value, ensure_ascii=False) for name, value in vars(answers).items()}
    parts = [_HEAD.format(**{**values, "entity": answers.entity}), "\n# Our accounts, each of exactly one entity."]
    if not found.accounts and not found.psp_accounts:
        parts.append(
            '# [[accounts]]\n# id = "DE89370400440532013000"\n# entity = "..."\n# currency = "EUR"\n# name = "Main account"\n'
        )
    for number, (account, (currency, told)) in enumerate(found.accounts.items(), 1):
        parts.append(_account(answers, found, account, currency, f"Account {number} ({told})"))
    for account, (currency, psp) in found.psp_accounts.items():
        parts.append(_account(answers, found, account, currency, f"{psp} {account}") + f"psp = {dumps(psp)}\n")
    parts.append("# What is expected, and what its files have to be told (account, date_order, mapping ...).")
    patterns = {(str(PurePosixPath(name).parent / "*"), kind) for name, kind in found.kinds.items() if kind}
    for number, (pattern, kind) in enumerate(sorted(patterns), 1):
        parts.append(_source(answers, pattern.removeprefix("./"), kind, number))
    return "\n".join(parts) + _TAIL.format(currency_key=answers.currency)


def rules_toml() -> str:
    """The text of a new rules.toml: examples, commented out."""
    return _RULES


def _account(answers: Answers, found: Found, account: str, currency: str, name: str) -> str:
    entity = dumps(answers.entity)
    text = (
        f"[[accounts]]\nid = {dumps(account)}\nentity = {entity}\ncurrency = {dumps(currency)}\n"
        f'name = {dumps(name, ensure_ascii=False)}\n# gl_account = "1800"   # its account in the ledger, for the tie\n'
    )
    if others := found.spellings.get(account):
        text += f"also_known_as = {dumps(sorted(others), ensure_ascii=False)}   # as other formats spell it\n"
    for number, (likely, why) in found.doubtful.items():
        if likely == account:
            text += (
                f"# {dumps(number)} may be this account: {why}. If it is, put it into also_known_as here; if it is not,\n"
                "# give it [[accounts]] of its own. Until then its files are refused, so that nothing counts twice.\n"
            )
    return text


def _source(answers: Answers, pattern: str, kind: str, number: int) -> str:
    known = ("bank", "psp", "open_items", "customers", "ledger_balances", "ledger_movements", "orders")
    often = "monthly" if kind in ("bank", "psp", "open_items", "ledger_balances") else "never"
    shown = kind if kind in known else "orders"
    return (
        f'[[sources]]\nname = "{shown} {number}"\nkind = "{shown}"\nfiles = {dumps(pattern)}\n'
        f'entity = {dumps(answers.entity)}\nexpected = "{often}"   # daily, weekly, monthly or never\n'
    )

"""What the files in a folder tell before anything is set up: whose accounts, at which providers, in how many spellings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from recon_kit.errors import LoadError
from recon_kit.load import Loaded, read
from recon_kit.workspace.spellings import fullness, likeness

_KINDS = {"statements": "bank", "settlement_lines": "psp", "open_items": "open_items", "customers": "customers"}


@dataclass
class Found:
    """What the files in a folder tell before anything is set up.

    Args:
        accounts: our account -> (currency, format of its statements); an account that files spell in two ways stands once.
        psp_accounts: merchant account -> (currency, provider).
        spellings: account -> its other spellings, where that is certain.
        doubtful: number -> (account, why they may be one): not set up, for a person to decide.
        kinds: path below the inbox -> what it holds.
        unread: path -> why nothing reads it as it is.
    """

    accounts: dict[str, tuple[str, str]] = field(default_factory=dict)
    psp_accounts: dict[str, tuple[str, str]] = field(default_factory=dict)
    spellings: dict[str, list[str]] = field(default_factory=dict)
    doubtful: dict[str, tuple[str, str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)


@dataclass
class _Told:
    """What all files tell of one spelling: days with count and sum of their lines, balances at the end of days, ids."""

    currency: str
    source: str
    days: dict[object, tuple[int, int]] = field(default_factory=dict)
    balances: dict[object, int] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)


def look_into(inbox: Path, step: Callable[[str], None] = lambda _: None) -> Found:
    """What the files in a folder are, by their content."""
    found = Found()
    banks: dict[str, _Told] = {}
    providers: dict[str, _Told] = {}
    for path in sorted(file for file in inbox.rglob("*") if file.is_file() and not file.name.startswith(".")):
        name = path.relative_to(inbox).as_posix()
        step(f"looking into {name}")
        try:
            loaded = read(path)
        except LoadError as error:
            found.unread[name] = str(error).splitlines()[0]
            continue
        found.kinds[name] = next(
            (kind for table, kind in _KINDS.items() if table in loaded.tables), next(iter(loaded.tables), "")
        )
        _note_bank(banks, loaded)
        _note_provider(providers, loaded)
    _name_accounts(found, banks)
    _name_providers(found, providers)
    return found


def _note_bank(banks: dict[str, _Told], loaded: Loaded) -> None:
    for table, rows in loaded.tables.items():
        if table in ("statements", "bank_lines"):
            for account, own in rows.groupby("account"):
                told = banks.setdefault(str(account), _Told(own["currency"].iloc[0], loaded.source.format))
                if table == "statements":
                    closed = own[own["closing"].notna()]
                    told.balances.update(zip(closed["to_on"], closed["closing"].astype("int64"), strict=True))
                else:
                    days = own.groupby("booked_on")["amount"].agg(["size", "sum"])
                    told.days.update(zip(days.index, days.itertuples(index=False, name=None), strict=True))


def _note_provider(providers: dict[str, _Told], loaded: Loaded) -> None:
    if (rows := loaded.tables.get("settlement_lines")) is not None:
        for account, own in rows.groupby("psp_account"):
            told = providers.setdefault(str(account), _Told(own["currency"].iloc[0], own["psp"].iloc[0]))
            told.ids.update(own["txn_id"])


def _name_accounts(found: Found, banks: dict[str, _Told]) -> None:
    """Each account once, an IBAN before a number; what is certain becomes a spelling, what is likely a question."""
    for number in sorted(banks, key=lambda text: (-fullness(text), text)):
        told = banks[number]
        same, likely = _compared(number, told, found.accounts, banks)
        if len(same) == 1:
            found.spellings.setdefault(same[0], []).append(number)
        elif likely:
            found.doubtful[number] = next(iter(likely.items()))
        else:
            found.accounts[number] = (told.currency, told.source)


def _compared(number: str, told: _Told, accounts: Iterable[str], banks: dict[str, _Told]) -> tuple[list[str], dict[str, str]]:
    """The accounts that a number certainly is, and those that it may be, each with the reason."""
    degrees = {account: likeness(number, account) for account in accounts}
    agreed = {account: _agreement(told, banks[account]) for account in degrees}
    same = [account for account, degree in degrees.items() if degree == "same"]
    if not same:
        same = [
            account
            for account, degree in degrees.items()
            if degree == "number" and agreed[account] != "differ" and banks[account].currency == told.currency
        ]
    likely = {}
    for account, degree in degrees.items():
        if degree in ("same", "number"):
            likely[account] = "its number is the same" + (
                ", but their statements differ" if agreed[account] == "differ" else ""
            )
        elif degree == "alike" and agreed[account] != "differ":
            likely[account] = "its last digits are the same" + (" and so are its bookings" if agreed[account] else "")
        elif agreed[account] == "agree" and fullness(number) + fullness(account) < 4:  # two IBANs are two accounts
            likely[account] = "its bookings and balances are the same on the same days"
    return same, likely


def _agreement(one: _Told, two: _Told) -> str:
    """Whether two spellings tell the same money on the days that both tell: "agree", "differ", or "" if there are none."""
    pairs = [(one.days[day], two.days[day]) for day in one.days.keys() & two.days.keys()]
    told = [(one.balances[day], two.balances[day]) for day in one.balances.keys() & two.balances.keys()]
    if any(left != right for left, right in [*pairs, *told]):
        return "differ"
    return "agree" if pairs or any(left for left, _ in told) else ""


def _name_providers(found: Found, providers: dict[str, _Told]) -> None:
    """Merchant accounts; two that hold transactions with the provider's same ids are one, spelled in two ways."""
    for number, told in providers.items():
        same = [
            known for known, (_, psp) in found.psp_accounts.items() if psp == told.source and providers[known].ids & told.ids
        ]
        if len(same) == 1:
            found.spellings.setdefault(same[0], []).append(number)
        else:
            found.psp_accounts[number] = (told.currency, told.source)

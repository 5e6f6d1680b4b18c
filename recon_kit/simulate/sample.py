"""The whole sample in one call: a workspace that works as it is, and the truth behind it."""

from __future__ import annotations

from importlib.resources import files as resources
from importlib.resources.abc import Traversable
from pathlib import Path

from recon_kit.simulate import (
    accounts,
    movements,
    world,
    writers_camt,
    writers_csv,
    writers_ledger,
    writers_master,
    writers_mt940,
    writers_psp,
)
from recon_kit.simulate.company import ACCOUNTS
from recon_kit.simulate.files import Files
from recon_kit.simulate.truth import write_truth

SEED = 20261031
"""Of the sample in `data_samples/`."""


def simulate(folder: Path, *, seed: int = SEED, scale: float = 1.0) -> None:
    """Write a workspace with three months of the invented company's files, the ledger's year before them and the truth.

    The same seed and scale give the same bytes on any machine.

    Args:
        folder: made if absent; files of the same names are replaced, others left alone.
        seed: which company.
        scale: how large; 1 gives about 6,000 bank lines, 9,000 open items and 60,000 ledger postings.
    """
    happened = world.happen(seed, scale)
    inbox = Files(folder / "inbox")
    _write_bank(inbox, happened)
    writers_psp.write_payouts(inbox, happened.payouts)
    writers_ledger.write_lists(inbox, happened.ledger)
    writers_master.write_customers(inbox, happened.customers)
    writers_master.write_tills(inbox, happened.closings)
    found = accounts.balances(happened.ledger, happened.book, happened.payouts, happened.closings)
    writers_master.write_balances(inbox, found)
    postings = movements.movements(happened.ledger, happened.book)
    writers_master.write_movements(inbox, postings)
    rest = Files(folder)
    write_truth(rest, happened, postings)
    _copy(resources("recon_kit.simulate") / "workspace", "", rest)


def _write_bank(inbox: Files, happened: world.World) -> None:
    lines = {key: happened.lines_of(account) for key, account in ACCOUNTS.items()}
    writers_camt.write_daily(inbox, ACCOUNTS["main"], lines["main"], 136)
    writers_camt.write_monthly(inbox, ACCOUNTS["chf"], lines["chf"], 8)
    writers_mt940.write_months(inbox, ACCOUNTS["stores"], lines["stores"], 149, every_day=True)
    writers_mt940.write_months(inbox, ACCOUNTS["gbp"], lines["gbp"], 97, every_day=False)
    writers_csv.write_months(inbox, ACCOUNTS["alpen"], lines["alpen"])


def _copy(source: Traversable, below: str, target: Files) -> None:
    """The files that a person wrote: recon.toml, rules.toml, mappings, README."""
    for entry in sorted(source.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            _copy(entry, f"{below}{entry.name}/", target)
        else:
            target.write(f"{below}{entry.name}", entry.read_bytes())

"""MultiSafepay in its three forms: payout report and accountant export (CSV or XLSX), and the API's JSON."""

from __future__ import annotations

from recon_kit.errors import Fault, LoadError
from recon_kit.load.loaded import Loaded
from recon_kit.load.multisafepay import api, sheet
from recon_kit.load.source import Hints, SourceFile
from recon_kit.policy import Policy


def claims(head: SourceFile) -> str | None:
    """`multisafepay:payout`, `multisafepay:accountant` or `multisafepay:api`, by captions and fields."""
    if api.claims(head):
        return api.API
    found = sheet.claims(head)
    return found[0] if found else None


def read(file: SourceFile, policy: Policy, hints: Hints) -> Loaded:
    """Settlement lines of one file, positive toward us; a fee is a row of its own, a payout is the positive sum of its lines.

    Raises:
        LoadError: see the module of each form; or the file is none of the three.
    """
    if api.claims(file):
        return api.read(file, hints)
    found = sheet.claims(file)
    if not found:
        raise LoadError(file.name, [Fault("a payout report, an accountant export or an API answer of MultiSafepay")])
    return sheet.read(file, hints, *found)

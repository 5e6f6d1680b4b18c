"""What recon.toml tells a reader about a file: the hints of the source whose pattern its path fits."""

from __future__ import annotations

import re
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from recon_kit.errors import Fault, LoadError, nearest
from recon_kit.layouts import layouts
from recon_kit.load import Hints
from recon_kit.policy import ExpectedSource, Policy

_NAMED_DAY = re.compile(r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")


def source_of(name: str, policy: Policy) -> ExpectedSource | None:
    """The source whose pattern a path below the inbox fits; the first in recon.toml's order."""
    return next((source for source in policy.sources if fnmatchcase(name.lower(), source.files.lower())), None)


def hints_for(name: str, policy: Policy, folder: Path) -> Hints:
    """The hints for a file.

    Args:
        name: its path below the inbox, with "/".
        folder: the workspace, which mappings are relative to.
    Raises:
        LoadError: recon.toml says that the file's name holds the day of its list, and it does not.
    """
    source = source_of(name, policy)
    if source is None:
        return Hints()
    snapshot = _named_day(name) if source.snapshot == "from_name" else None
    account = policy.account(source.account)
    psp = account is not None and account.psp is not None
    return Hints(
        account=source.account if account and not psp else None,
        psp_account=source.account if psp else None,
        currency=source.currency or (account.currency if account else None),
        entity=source.entity or (account.entity if account else None),
        date_order=source.date_order,
        decimal_mark=source.decimal_mark,
        layout=source.layout,
        mapping=str(folder / source.mapping) if source.mapping else None,
        encoding=source.encoding,
        snapshot_on=snapshot,
        complete=source.complete,
    )


def require_layout(name: str, policy: Policy) -> None:
    """Refuse a layout that neither ships nor lies in the workspace's own folder.

    Raises:
        LoadError: names the nearest one, and all that there are.
    """
    own = Path(policy.folders.layouts)
    known = layouts(own if own.is_absolute() and own.is_dir() else None)
    if name not in known:
        told = f"a layout that exists{nearest(name, known)}; known are {', '.join(sorted(known))}"
        raise LoadError("layout", [Fault(told, field="--layout", found=name)])


def _named_day(name: str) -> date:
    found = _NAMED_DAY.findall(name)
    if not found:
        raise LoadError(name, [Fault("the day of the list in the file's name, such as open-items-2026-10-31.csv")])
    return date(*map(int, found[-1]))

"""What the tests run as processes of their own: `write URL NAME COUNT` and `die URL WHEN`."""

from __future__ import annotations

import os
import sys

from recon_kit import durable
from recon_kit.store import Store
from recon_kit.tables import BANK_LINES
from tests.store.helpers import AT, booked, lines, take


def write(url: str, name: str, count: int) -> None:
    """Journal `count` entries, each with a row."""
    rows = lines("a 10-01 1.00")
    with Store.open(url) as store:
        for number in range(count):
            with store.writing(by=name, at=AT) as writer:
                seq = writer.journal("source", booked("camt.053"))
                writer.append(BANK_LINES, rows.assign(line_id=f"{name}{number}"), seq)


def die(url: str, when: str) -> None:
    """Be gone before or after the commit of an entry."""
    with Store.open(url) as store:
        durable.watch(lambda point, moment: os._exit(9) if (point, moment) == ("store.write", when) else None)
        take(store, "camt.053", lines("new 10-02 1.00"))


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        die(sys.argv[2], sys.argv[3])

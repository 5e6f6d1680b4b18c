"""How a figure is called in a manifest: its definition with its version, so that only like is ever compared with like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from recon_kit.measures.definitions import DEFINITIONS, Unit

Kind = Unit | Literal["text"]
Side = Literal["ledger", "applied"]
BASES: tuple[Side, ...] = ("ledger", "applied")

_STATES = ("", "_explained", "_proposed", "_unexplained")
_WAYS = ("credits", "debits", "own_credits", "own_debits")
_COUNTS = (
    "n_lines", "n_explained", "n_automatic", "n_proposed", "n_unexplained", "n_decisions", "n_decisions_proposed", "n_missing",
    "n_files",
)  # fmt: skip

FIRST: Mapping[str, Kind] = MappingProxyType(
    {
        "status": "text",
        **dict.fromkeys(_COUNTS, "count"),
        **dict.fromkeys(("explained_share_of_lines", "automatic_share_of_lines"), "percent"),
        **dict.fromkeys(("missing", "bridge_difference", "proof_difference"), "money"),
        **dict.fromkeys((way + state for way in _WAYS for state in _STATES), "money"),
        **dict.fromkeys((f"{way}_explained_share" for way in _WAYS), "percent"),
    }
)
"""The reconciliation's figures and what each counts in. They are older than versions and are called without one."""


@dataclass(frozen=True)
class Name:
    """A figure's name, taken apart: `dso_period_end.v1.ledger.EUR`, `credits.EUR`, `receivables_roll.v1.EUR.NORD/1400`.

    Args:
        definition: an id of `DEFINITIONS`, or of `FIRST`.
        version: of the definition; 0 for the reconciliation's own figures, which are called without.
        basis: "ledger" or "applied"; empty where the definition leaves no choice.
        currency: ISO 4217; empty for counts.
        of: whose part it is, where it is not the whole company's: an entity, or an account of one.
    """

    definition: str
    version: int = 0
    basis: str = ""
    currency: str = ""
    of: str = ""

    def __str__(self) -> str:
        version = f"v{self.version}" if self.version else ""
        return ".".join(part for part in (self.definition, version, self.basis, self.currency, self.of) if part)

    @classmethod
    def read(cls, text: str) -> Name:
        """The name that `str` wrote.

        >>> Name.read("overdue_share.v1.ledger.EUR")
        Name(definition='overdue_share', version=1, basis='ledger', currency='EUR', of='')
        >>> str(Name.read("n_lines")), str(Name.read("credits.EUR")), Name.read("gross.v2.EUR.N.1/14").of
        ('n_lines', 'credits.EUR', 'N.1/14')
        """
        definition, *rest = text.split(".")
        version = int(rest.pop(0)[1:]) if rest and rest[0][:1] == "v" and rest[0][1:].isdigit() else 0
        basis = rest.pop(0) if rest and rest[0] in BASES else ""
        currency = rest.pop(0) if rest else ""
        return cls(definition, version, basis, currency, ".".join(rest))

    @property
    def kind(self) -> Kind:
        """What the figure counts in.

        Raises:
            KeyError: neither register declares its definition.
        """
        return DEFINITIONS[self.definition].unit if self.version else FIRST[self.definition]


def named(definition: str, currency: str = "", *, basis: str = "", of: str = "") -> str:
    """The name of a figure of a registered definition, with the version that holds now.

    Two figures are compared only if their whole names are equal: definition, version, basis, currency and whose they are.
    """
    return str(Name(definition, DEFINITIONS[definition].version, basis, currency, of))

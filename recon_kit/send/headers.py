"""Headers as they travel. Python's own folding loses or doubles blanks in long ones, so texts and names are written here."""

from __future__ import annotations

from email.header import Header
from email.headerregistry import Address, HeaderRegistry, UniqueAddressHeader, UnstructuredHeader
from email.policy import SMTP, EmailPolicy
from typing import Any

_LINE = 75
"""Characters; RFC 2047 2 allows an encoded word no more."""


class _Text(UnstructuredHeader):
    name: str

    def fold(self, *, policy: EmailPolicy) -> str:
        plain = f"{self.name}: {self}"
        if plain.isascii() and len(plain) <= _LINE:
            return plain + policy.linesep
        return f"{self.name}: {_encoded(str(self), len(self.name) + 2, policy.linesep)}{policy.linesep}"


class _Addresses(UniqueAddressHeader):
    name: str

    def fold(self, *, policy: EmailPolicy) -> str:
        written = [_address(address, policy.linesep) for address in self.addresses]
        return f"{self.name}: {f',{policy.linesep} '.join(written)}{policy.linesep}"


def _address(address: Address, linesep: str) -> str:
    if address.display_name.isascii():
        return str(address)
    return f"{_encoded(address.display_name, len('Reply-To: '), linesep)}{linesep} <{address.addr_spec}>"


def _encoded(text: str, taken: int, linesep: str) -> str:
    """Encoded words, each a line and cut between characters; `taken` are the characters before the first."""
    return Header(text, "utf-8", maxlinelen=_LINE, header_name="x" * (taken - 2)).encode(linesep=linesep)


def _registry() -> Any:
    registry: Any = HeaderRegistry(default_class=_Text)
    registry.map_to_type("subject", _Text)
    for name in ("from", "to", "cc", "reply-to"):
        registry.map_to_type(name, _Addresses)
    return registry


WIRE = SMTP.clone(cte_type="7bit", header_factory=_registry())
"""How a mail is written: lines end as SMTP wants them, and seven bits are enough, which every server takes."""

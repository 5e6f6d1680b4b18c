"""Mail addresses as people write them: read strictly once, so that no later step can be talked into another recipient."""

from __future__ import annotations

import re
import unicodedata
from email.headerregistry import Address

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_BARE = rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*"
_WRITTEN = re.compile(
    rf"""(?P<alone>{_BARE})
    | (?: "(?P<quoted>(?:[^"\\]|\\.)*)" | (?P<plain>[^"<>@,;:()\[\]\\]*?) ) \s* <(?P<angled>{_BARE})>""",
    re.VERBOSE,
)
_LONGEST = {"the part before @": 64, "an address": 254, "a name": 200}
"""Characters; the first two by RFC 5321 4.5.3.1."""


def mail_address(text: str) -> Address:
    """One address with the name before it, if any: `cfo@example.com`, `Anna Müller <cfo@example.com>`, `"Müller, Anna" <...>`.

    Raises:
        ValueError: what should stand there instead, as the rest of a sentence.

    Source: RFC 5322 3.4 without comments, groups and obsolete forms; addresses in ASCII, since RFC 6531 is not everywhere.
    """
    if has_control(text) or "=?" in text:
        raise ValueError("an address on one line, in plain text without control characters")
    found = _WRITTEN.fullmatch(text.strip())
    if not found:
        wide = not text.rpartition("<")[2].isascii()
        ascii_only = '; the address itself in ASCII, its domain as "xn--..."' if wide else ""
        raise ValueError(f'one address such as cfo@example.com or "Müller, Anna" <cfo@example.com>{ascii_only}')
    bare, name = found["alone"] or found["angled"], re.sub(r"\\(.)", r"\1", found["quoted"] or "") or found["plain"] or ""
    for what, value in zip(_LONGEST, (bare.partition("@")[0], bare, name), strict=True):
        if len(value) > _LONGEST[what]:
            raise ValueError(f"{what} of at most {_LONGEST[what]} characters, and these are {len(value)}")
    return Address(name.strip(), addr_spec=bare)


def has_control(text: str) -> bool:
    """Whether a text holds anything that ends a line or steers a machine: it may stand in no header and no name.

    >>> has_control("Zürich – 10.2026"), has_control("x\\r\\nBcc: y")
    (False, True)
    """
    return any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in text)

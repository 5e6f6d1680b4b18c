"""The format of notebooks, loaded without two seconds of what nobody asks for."""

from __future__ import annotations

import sys
from typing import Any

_IRIS = "rfc3987_syntax"


def nbformat() -> Any:
    """The module nbformat.

    It checks notebooks by jsonschema, which builds the 38 grammars of an international address when it is loaded, if it finds
    the package that has them. No notebook's schema asks for such an address, and jsonschema goes without where there is none.
    """
    absent = {_IRIS: None} if _IRIS not in sys.modules else {}
    sys.modules.update(absent)  # type: ignore[arg-type]  # None: as if it were not installed
    try:
        import nbformat as found
    finally:
        for name in absent:
            del sys.modules[name]
    return found

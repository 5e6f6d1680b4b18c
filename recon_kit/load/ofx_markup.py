"""OFX markup as a tree: SGML whose leaves nobody closes, XML, and what banks write between the two."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import NamedTuple

from recon_kit.errors import Fault

_MARKUP = re.compile(
    r"<!\[CDATA\[(?P<cdata>.*?)\]\]>|<!--.*?-->|<\?.*?\?>|<(?P<end>/?)(?P<name>[A-Za-z][\w.\-]*)[^<>]*>", re.DOTALL
)
_FORBIDDEN = re.compile(r"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_LEAVES = frozenset(
    """TRNTYPE DTPOSTED DTUSER DTAVAIL TRNAMT FITID CORRECTFITID CORRECTACTION SRVRTID CHECKNUM REFNUM SIC PAYEEID NAME EXTDNAME
    MEMO BALAMT DTASOF CURDEF CURRATE CURSYM DTSTART DTEND ACCTID BANKID BRANCHID ACCTTYPE ACCTKEY CODE SEVERITY MESSAGE TRNUID
    LANGUAGE DTSERVER ORG FID INTU.BID INTU.USERID""".split()
)
"""Never an aggregate, even if empty and unclosed, so that what follows is not taken for their content."""

_AGGREGATES = frozenset(
    """OFX BANKMSGSRSV1 CREDITCARDMSGSRSV1 INVSTMTMSGSRSV1 STMTTRNRS CCSTMTTRNRS STMTRS CCSTMTRS INVSTMTRS BANKACCTFROM
    CCACCTFROM BANKACCTTO CCACCTTO BANKTRANLIST STMTTRN LEDGERBAL AVAILBAL STATUS""".split()
)
"""Never a leaf, even in a file that is cut off before any of them ends."""


class Leaf(NamedTuple):
    """A value and the line it stands on."""

    text: str
    line: int


@dataclass
class Node:
    """An aggregate; `leaves` keeps the first of each name, names are upper case."""

    name: str
    line: int
    leaves: dict[str, Leaf] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)

    def text(self, name: str) -> str:
        """A leaf's value, "" if it is not there."""
        leaf = self.leaves.get(name)
        return leaf.text if leaf else ""

    def child(self, *names: str) -> Node | None:
        """The first direct aggregate of one of the names."""
        return next((child for child in self.children if child.name in names), None)

    def all(self, *names: str) -> Iterator[Node]:
        """Every aggregate of these names at any depth, in the file's order."""
        for child in self.children:
            if child.name in names:
                yield child
            else:
                yield from child.all(*names)


def parse(text: str, faults: list[Fault]) -> Node:
    """The tree of all documents in a text, under one root; what cannot be a whole document is a fault."""
    ends = [found.start() for found in re.finditer("\n", text)]
    if found := _FORBIDDEN.search(text):
        faults.append(Fault(f"a statement without {found[0]}", bisect_right(ends, found.start()) + 1))
        return Node("", 1)
    closed = {name.upper() for name in re.findall(r"</([A-Za-z][\w.\-]*)", text)}
    tree = _Tree(closed | _AGGREGATES)
    at, line, counted = 0, 1, 0
    for match in _MARKUP.finditer(text):
        tree.add_text(text[at : match.start()])
        line += text.count("\n", counted, match.start())
        counted = match.start()
        at = match.end()
        if match["cdata"] is not None:
            tree.add_text(match["cdata"], raw=True)
        elif match["name"]:
            tree.add_tag(match["name"].upper(), bool(match["end"]), line)
    tree.finish(faults)
    return tree.root


class _Tree:
    """Builds the nodes; an opened tag is held back until its text or the next tag tells what it is."""

    def __init__(self, closed: set[str]) -> None:
        self.root = Node("", 1)
        self._closed = closed
        self._open = [self.root]
        self._held: tuple[str, int] | None = None
        self._text: list[str] = []

    def add_text(self, text: str, *, raw: bool = False) -> None:
        if self._held and text:
            self._text.append(text if raw or "&" not in text else unescape(text))

    def add_tag(self, name: str, end: bool, line: int) -> None:
        self._settle(leaf=end and self._held is not None and self._held[0] == name)
        if not end:
            self._held = (name, line)
        elif any(node.name == name for node in self._open):
            while self._open.pop().name != name:
                pass

    def _settle(self, *, leaf: bool = False) -> None:
        if self._held is None:
            return
        (name, line), text = self._held, "".join(self._text).strip()
        self._held, self._text = None, []
        if text or name in _LEAVES or name not in self._closed or (leaf and name not in _AGGREGATES):
            self._open[-1].leaves.setdefault(name, Leaf(text, line))
            return
        while name in ("STMTTRN", "STMTRS", "CCSTMTRS") and any(node.name == name for node in self._open):
            self._open.pop()
        node = Node(name, line)
        self._open[-1].children.append(node)
        self._open.append(node)

    def finish(self, faults: list[Fault]) -> None:
        self._settle()
        if any(node.name == "OFX" for node in self._open):
            last = self._open[-1]
            faults.append(Fault(f"the whole document, but it ends inside <{last.name}> before </OFX>", last.line))

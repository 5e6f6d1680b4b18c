"""OFX markup as a stream of aggregates: SGML whose leaves nobody closes, XML, and what banks write between the two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import NamedTuple

from recon_kit.errors import Fault

_TOKEN = re.compile(
    r"<(?:(?P<end>/?)(?P<name>[A-Za-z][\w.\-]*)[^<>]*+>|(?P<opener>!\[CDATA\[|!--|\?)|(?P<forbidden>!DOCTYPE|!ENTITY))", re.I
)
_CLOSERS = {"![CDATA[": "]]>", "!--": "-->", "?": "?>"}
_END_TAG = re.compile(r"</([A-Za-z][\w.\-]*)")
_LONGEST = 1_000_000
_LONGEST_TAG = 500
_DEEPEST = 100
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

STATEMENTS = frozenset(("STMTRS", "CCSTMTRS", "INVSTMTRS"))
_STREAMED = STATEMENTS | {"STMTTRN", "STMTTRNP", "STATUS"}
_ONE_AT_A_TIME = STATEMENTS | {"STMTTRN"}


class Leaf(NamedTuple):
    """A value and the line it stands on."""

    text: str
    line: int


class Token(NamedTuple):
    """A piece of text and the tag behind it; the last one has no tag."""

    text: str
    name: str
    end: bool
    line: int


@dataclass
class Node:
    """An aggregate; `leaves` keeps the first of each name, names are upper case.

    Args:
        owner: the statement that it stands in.
        children: aggregates in it that do not come from the stream themselves.
        rows: for who reads the stream, to gather what belongs to a statement.
    """

    name: str
    line: int
    owner: Node | None = field(default=None, compare=False, repr=False)
    leaves: dict[str, Leaf] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    rows: list[object] = field(default_factory=list)

    def text(self, name: str) -> str:
        """A leaf's value, "" if it is not there."""
        leaf = self.leaves.get(name)
        return leaf.text if leaf else ""

    def child(self, *names: str) -> Node | None:
        """The first direct aggregate of one of the names."""
        return next((child for child in self.children if child.name in names), None)


def closed_names(texts: Iterable[str]) -> set[str]:
    """Every name that an end tag has, anywhere: a first walk through the text, for SGML closes aggregates only."""
    found: set[str] = set()
    kept = ""
    for block in texts:
        text = kept + block
        found.update(_END_TAG.findall(text))
        at = text.rfind("<", max(0, len(text) - _LONGEST_TAG))
        kept = text[at:] if at >= 0 else ""
    return {name.upper() for name in found}


def nodes(texts: Iterable[str], closed: set[str], faults: list[Fault]) -> Iterator[Node]:
    """Transactions, pending ones, statements and status aggregates, each when it ends: a statement after all that is in it.

    Args:
        texts: the text, block by block.
        closed: `closed_names` of the same text.
        faults: gets what cannot be a whole document; reading stops where nothing can be told any more.
    """
    tree = _Tree(closed | _AGGREGATES)
    for text, name, end, line in _tokens(texts, faults):
        tree.add_text(text)
        if name:
            tree.add_tag(name, end, line)
        if tree.ended:
            yield from tree.ended
            tree.ended.clear()
        if tree.n_open > _DEEPEST:
            faults.append(Fault(f"aggregates at most {_DEEPEST} deep", line))
            return
    tree.finish(faults)
    yield from tree.ended


def _tokens(texts: Iterable[str], faults: list[Fault]) -> Iterator[Token]:
    blocks = iter(texts)
    text, line, ended = "", 1, False
    unclosed: set[str] = set()
    while not ended:
        block = next(blocks, None)
        ended, text = block is None, text + (block or "")
        done, told, at = 0, [], 0  # end of what is told, text told aside from tags, where to look on
        while found := _TOKEN.search(text, at):
            if found["forbidden"]:
                faults.append(Fault(f"a statement without {found[0]}", line + text.count("\n", 0, found.start())))
                return
            at = found.end()
            if opener := found["opener"]:
                closer = _CLOSERS[opener.upper()]
                ends = -1 if opener in unclosed else text.find(closer, at)
                if ends < 0 and not ended and opener not in unclosed:
                    break
                if ends < 0:
                    unclosed.add(opener)  # plain text, then: the file ends before it does
                    continue
                told += [_plain(text[done : found.start()]), text[at:ends] if opener[0] == "!" and opener[1] == "[" else ""]
                line += text.count("\n", done, ends)
                done = at = ends + len(closer)
                continue
            line += text.count("\n", done, found.start())
            yield Token("".join([*told, _plain(text[done : found.start()])]), found["name"].upper(), bool(found["end"]), line)
            line += text.count("\n", found.start(), at)
            done, told = at, []
        if told:
            yield Token("".join(told), "", False, line)
        text = text[done:]
        if len(text) > _LONGEST:
            faults.append(Fault(f"values of at most {_LONGEST:,} characters, but here is a longer one", line))
            return
    yield Token(_plain(text), "", False, line)


def _plain(text: str) -> str:
    return unescape(text) if "&" in text else text


class _Tree:
    """Builds the aggregates; an opened tag is held back until its text or the next tag tells what it is."""

    def __init__(self, closed: set[str]) -> None:
        self._closed = closed
        self._open = [Node("", 1)]
        self._held: tuple[str, int] | None = None
        self._text: list[str] = []
        self.ended: list[Node] = []

    @property
    def n_open(self) -> int:
        return len(self._open)

    def add_text(self, text: str) -> None:
        if self._held and text:
            self._text.append(text)

    def add_tag(self, name: str, end: bool, line: int) -> None:
        self._settle(leaf=end and self._held is not None and self._held[0] == name)
        if not end:
            self._held = (name, line)
        elif any(node.name == name for node in self._open):
            self._close(name)

    def finish(self, faults: list[Fault]) -> None:
        """The end of the file: what is still open ends too, and inside a document that is a fault."""
        self._settle()
        if any(node.name == "OFX" for node in self._open):
            last = self._open[-1]
            faults.append(Fault(f"the whole document, but it ends inside <{last.name}> before </OFX>", last.line))
        self._close("")

    def _close(self, name: str) -> None:
        while True:
            node = self._open.pop()
            if node.name in _STREAMED:
                self.ended.append(node)
            if node.name == name:
                return

    def _settle(self, *, leaf: bool = False) -> None:
        if self._held is None:
            return
        (name, line), text = self._held, "".join(self._text).strip()
        self._held, self._text = None, []
        if text or name in _LEAVES or name not in self._closed or (leaf and name not in _AGGREGATES):
            self._open[-1].leaves.setdefault(name, Leaf(text, line))
            return
        if name in _ONE_AT_A_TIME and any(node.name == name for node in self._open):
            self._close(name)
        above = self._open[-1]
        node = Node(name, line, above if above.name in STATEMENTS else above.owner)
        if name not in _STREAMED and self._is_kept(node):
            above.children.append(node)
        self._open.append(node)

    def _is_kept(self, node: Node) -> bool:
        """Only what belongs to a bank or card statement is held until that ends."""
        return node.owner is not None and node.owner.name != "INVSTMTRS"

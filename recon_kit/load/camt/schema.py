"""What is read of a camt message, and where each version keeps it: the paths are data, so that versions differ here only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

INSIDE, FIRST, EACH, ONCE, RECORD, MIXED = range(6)
"""What an element is to the reader: of no interest or a wrapper; text of which the first counts; repeated text; text that
must stand there once at most (its line is kept); a record of its own; an element in the middle of a text."""

_CODES = {
    "Domn": "BkTxCd/Domn/Cd",
    "Fmly": "BkTxCd/Domn/Fmly/Cd",
    "SubFmly": "BkTxCd/Domn/Fmly/SubFmlyCd",
    "Prtry": "BkTxCd/Prtry/Cd",
}
_AMOUNTS = {
    "InstdAmt!": "AmtDtls/InstdAmt/Amt",
    "TxAmt!": "AmtDtls/TxAmt/Amt",
    "CntrValAmt!": "AmtDtls/CntrValAmt/Amt",
    "XchgRate": " ".join(f"AmtDtls/{part}/CcyXchg/XchgRate" for part in ("InstdAmt", "TxAmt", "CntrValAmt", "AnncdPstngAmt")),
}


def _account(where: str) -> str:
    return " ".join(f"{where}/Id/{form}" for form in ("IBAN", "Othr/Id", "PrtryAcct/Id", "BBAN", "UPIC"))


def _party(name: str) -> dict[str, str]:
    return {
        name: f"RltdPties/{name}/Nm RltdPties/{name}/Pty/Nm RltdPties/{name}/Agt/FinInstnId/Nm",
        f"Ultmt{name}": f"RltdPties/Ultmt{name}/Nm RltdPties/Ultmt{name}/Pty/Nm",
        f"{name}Acct": _account(f"RltdPties/{name}Acct"),
    }


_STATEMENT = {
    "Id!": "Id",
    "Pg!": "StmtPgntn/PgNb RptPgntn/PgNb NtfctnPgntn/PgNb",
    "LastPg!": "StmtPgntn/LastPgInd RptPgntn/LastPgInd NtfctnPgntn/LastPgInd",
    "ElctrncSeqNb!": "ElctrncSeqNb",
    "LglSeqNb!": "LglSeqNb",
    "CreDtTm!": "CreDtTm",
    "FrDt!": "FrToDt/FrDtTm FrToDt/FrDt",
    "ToDt!": "FrToDt/ToDtTm FrToDt/ToDt",
    "CpyDplctInd": "CpyDplctInd",
    "Acct!": _account("Acct"),
    "Ccy!": "Acct/Ccy",
    "TtlNtries.Nb": "TxsSummry/TtlNtries/NbOfNtries",
    "TtlNtries.Sum": "TxsSummry/TtlNtries/Sum",
    "TtlCdtNtries.Nb": "TxsSummry/TtlCdtNtries/NbOfNtries",
    "TtlCdtNtries.Sum": "TxsSummry/TtlCdtNtries/Sum",
    "TtlDbtNtries.Nb": "TxsSummry/TtlDbtNtries/NbOfNtries",
    "TtlDbtNtries.Sum": "TxsSummry/TtlDbtNtries/Sum",
    "+Bal": "Bal",
    "+Ntry": "Ntry",
}

SHAPES: Mapping[str, Mapping[str, str]] = {
    "GrpHdr": {"CreDtTm!": "CreDtTm", "Pg!": "MsgPgntn/PgNb", "LastPg!": "MsgPgntn/LastPgInd"},
    "Stmt": _STATEMENT,
    "Rpt": _STATEMENT,
    "Ntfctn": _STATEMENT,
    "Bal": {"Tp!": "Tp/CdOrPrtry/Cd Tp/Cd", "Amt!": "Amt", "CdtDbtInd!": "CdtDbtInd", "Dt!": "Dt/Dt Dt/DtTm Dt"},
    "Ntry": {
        "Amt!": "Amt",
        "CdtDbtInd!": "CdtDbtInd",
        "RvslInd!": "RvslInd",
        "Sts!": "Sts Sts/Cd Sts/Prtry",
        "BookgDt!": "BookgDt/Dt BookgDt/DtTm",
        "ValDt!": "ValDt/Dt ValDt/DtTm",
        "AcctSvcrRef": "AcctSvcrRef",
        "AddtlNtryInf": "AddtlNtryInf",
        **_CODES,
        **_AMOUNTS,
        "+Chrgs": "Chrgs",
        "+Btch": "NtryDtls/Btch Btch",
        "+TxDtls": "NtryDtls/TxDtls TxDtls",
    },
    "Btch": {"NbOfTxs": "NbOfTxs", "TtlAmt": "TtlAmt", "CdtDbtInd": "CdtDbtInd"},
    "Chrgs": {"TtlChrgsAndTaxAmt!": "TtlChrgsAndTaxAmt", "Amt!": "Amt", "CdtDbtInd!": "CdtDbtInd", "+Rcrd": "Rcrd"},
    "Rcrd": {"Amt!": "Amt", "CdtDbtInd!": "CdtDbtInd"},
    "TxDtls": {
        "Amt": "Amt",
        "CdtDbtInd": "CdtDbtInd",
        "EndToEndId": "Refs/EndToEndId",
        "AcctSvcrRef": "Refs/AcctSvcrRef",
        **_CODES,
        **_AMOUNTS,
        **_party("Dbtr"),
        **_party("Cdtr"),
        "Ustrd*": "RmtInf/Ustrd",
        "Ref*": "RmtInf/Strd/CdtrRefInf/Ref RmtInf/Strd/CdtrRefInf/CdtrRef",
        "Nb*": "RmtInf/Strd/RfrdDocInf/Nb RmtInf/Strd/RfrdDocInf/RfrdDocNb",
        "AddtlRmtInf*": "RmtInf/Strd/AddtlRmtInf",
        "AddtlTxInf": "AddtlTxInf",
        "+Chrgs": "Chrgs",
        "+RtrInf": "RtrInf",
    },
    "RtrInf": {"Rsn": "Rsn/Cd RtrRsn/Cd Rsn/Prtry RtrRsn/Prtry", "AddtlInf*": "AddtlInf AddtlRtrRsnInf"},
}
"""By record: each field and the paths it may stand at. `!` once at most, `*` each one counts, `+` a record of its own."""

MESSAGES = {"BkToCstmrAcctRpt": "Rpt", "BkToCstmrStmt": "Stmt", "BkToCstmrDbtCdtNtfctn": "Ntfctn"}
FORMATS = {"Rpt": "camt.052", "Stmt": "camt.053", "Ntfctn": "camt.054"}


_REMEMBERED = 256


class Node(dict[str, "Node"]):
    """One place in the message: its children of interest by local tag, and what is done with it.

    A tag met for the first time (a prefix, or something not declared) is looked up once and then remembered.
    """

    __slots__ = ("field", "is_text", "role")

    def __init__(self, field: str = "", role: int = INSIDE) -> None:
        super().__init__()
        self.field, self.role = field, role
        self.is_text = False

    def __missing__(self, tag: str) -> Node:
        found = self._unknown(tag)
        if len(self) < _REMEMBERED:
            self[tag] = found
        return found

    def _unknown(self, tag: str) -> Node:
        _, colon, local = tag.rpartition(":")
        if colon:
            return self[local]
        return _MIXED if self.is_text else SKIPPED


class _Outside(Node):
    """The document and whatever envelope is around it: passed through until a message begins."""

    def _unknown(self, tag: str) -> Node:
        local = tag.rpartition(":")[2]
        name = local[:-3] if local[-3:-2] == "V" and local[-2:].isdigit() else local
        return self.get(name, self)


SKIPPED = Node()
_MIXED = Node(role=MIXED)


def _record(name: str) -> Node:
    node = Node(name, RECORD)
    for declared, paths in SHAPES[name].items():
        for path in paths.split():
            _place(node, declared, path.split("/"))
    return node


def _place(node: Node, declared: str, path: Iterable[str]) -> None:
    *above, last = path
    for tag in above:
        node = node.setdefault(tag, Node())
        node.is_text = False
    if declared.startswith("+"):
        node[last] = _record(declared[1:])
        return
    leaf = node.setdefault(last, Node())
    leaf.field, leaf.role = declared.rstrip("!*"), {"!": ONCE, "*": EACH}.get(declared[-1], FIRST)
    leaf.is_text = not leaf


def _document() -> Node:
    outside = _Outside()
    for message, statement in MESSAGES.items():
        outside[message] = Node(message)
        outside[message].update({"GrpHdr": _record("GrpHdr"), statement: _record(statement)})
    return outside


DOCUMENT = _document()
"""Where reading begins."""

"""What came of a delivery: a receipt of what arrived, or an error that says whether anything can have arrived."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from recon_kit.errors import Fault, FaultyError

Stage = Literal["secret", "content", "connect", "login", "recipients", "text", "answer", "folder", "upload", "rename"]
"""How far a delivery came: before the server, in talk with it, or (`answer`, `rename`) past what can be taken back."""


@dataclass(frozen=True)
class SentFile:
    """A file as the other side has it now.

    Args:
        state: "sent" under a name that was free, "replaced" over other contents, or "there already", the same bytes.
    """

    name: str
    sha256: str
    n_bytes: int
    state: Literal["sent", "replaced", "there already"] = "sent"

    @classmethod
    def of(cls, name: str, content: bytes, state: Literal["sent", "replaced", "there already"] = "sent") -> SentFile:
        """A file by its name and bytes."""
        return cls(name, hashlib.sha256(content).hexdigest(), len(content), state)


@dataclass(frozen=True)
class Refused:
    """An address that the server did not take, and what it said."""

    address: str
    answer: str


@dataclass(frozen=True)
class Receipt:
    """What was delivered; nothing in it is secret.

    Args:
        target: the place: "smtp.example.com:587", "sftp://user@host:22/folder".
        answer: the server's own words when it took the mail ("250 2.0.0 queued as 4F2A"); of SFTP its greeting.
        message_id: of a mail.
        accepted, refused: addresses as they were given; a mail with a refused address did go to the others.
        files: attachments, or files in their folder.
    """

    kind: Literal["mail", "sftp"]
    target: str
    answer: str
    message_id: str | None = None
    accepted: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()
    files: tuple[SentFile, ...] = ()

    def facts(self) -> dict[str, Any]:
        """The same as plain values for JSON: texts, whole numbers, lists and tables."""
        told = asdict(self)
        return told | {key: list(told[key]) for key in ("accepted", "refused", "files")}


class SendError(FaultyError):
    """A delivery that failed.

    Args:
        certain: surely nothing arrived besides `files`, so it may be tried again. If False nobody knows: the connection broke
            after the last word of a mail, or while a file got its name. A mail is then not to be sent again without a person;
            files may be, for one that is there already is left as it is.
        stage: how far it came.
        files: of several files those that had arrived before.
    """

    def __init__(
        self, place: str, faults: Iterable[Fault | str], stage: Stage, *, certain: bool = True, files: tuple[SentFile, ...] = ()
    ) -> None:
        self.certain, self.stage, self.files = certain, stage, files
        super().__init__(place, faults)

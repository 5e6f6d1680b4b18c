"""When a close fails, those whom `error_to` names hear of it: what failed and where to look, and nothing of what was read."""

from __future__ import annotations

import hashlib
import platform
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from recon_kit.close.building import ReportError
from recon_kit.close.deliveries import KIND
from recon_kit.errors import (
    BookingError,
    DeliveryError,
    FaultyError,
    LoadError,
    ModelError,
    ParameterError,
    PolicyError,
    ReconError,
    StoreError,
    TableError,
)
from recon_kit.policy import Delivery, load_delivery
from recon_kit.policy.addresses import mail_address
from recon_kit.send import Mail, deliver_mail, message_id, secret
from recon_kit.workspace import Workspace

_WORDS: dict[type[Exception], str] = {
    ReportError: "a report could not be made",
    LoadError: "a file was refused",
    TableError: "rows break their declared table",
    PolicyError: "recon.toml, rules.toml or a layout cannot be followed",
    ModelError: "the model cannot be used",
    BookingError: "what is matched cannot be posted",
    StoreError: "the store could not be read or written",
    DeliveryError: "a report is not as it was made",
    ReconError: "it did not go through",
}


@dataclass(frozen=True)
class Failure:
    """A command that failed.

    Args:
        command: as typed, "recon close 2026-10". period: as typed. exit_code: with which it ends.
        folder: in which it ran, or the workspace that it named.
    """

    command: str
    period: str
    folder: Path
    error: Exception
    exit_code: int


def notify(failure: Failure, *, by: str, at: datetime) -> str | None:
    """Mail to `error_to` of delivery.toml; what became of it in one line, None where nobody is to be told.

    The same failure is told once a day: of the company where recon.toml can be read, else of UTC. Where the store cannot be
    reached it is told each time. Wrong use (`ParameterError`) is told to nobody but who typed it. Never raises: what failed
    before is what counts.
    """
    if isinstance(failure.error, ParameterError):
        return None
    try:
        return _notified(failure, by, at)
    except Exception as error:  # noqa: BLE001 (whatever fails here must not hide what failed before)
        return f"those of error_to were not told: {error}"


def _notified(failure: Failure, by: str, at: datetime) -> str | None:
    home = _home(failure.folder)
    delivery = load_delivery(home) if home else Delivery()
    people = delivery.error_addresses
    if home is None or not people or delivery.mail is None:
        return None
    workspace = None
    with suppress(ReconError):
        workspace = Workspace.open(home)
    key = _key(failure, workspace.day(at).isoformat() if workspace else at.date().isoformat())
    if workspace and _told_already(workspace, key):
        return "those of error_to were told of this today already"
    known_secret = secret(delivery.mail.secret) if delivery.mail.secret else None
    sender = delivery.mail.from_
    mail = Mail(sender, people, _subject(failure), _text(failure, home), at, message_id(key, sender))
    receipt = deliver_mail(delivery.mail, known_secret, mail)
    if workspace:
        with suppress(ReconError), workspace.store.writing(by=by, at=at) as writing:
            to = [writing.name(mail_address(one).addr_spec) for one in people]
            told = {"step": "notice", "key": key, "period": failure.period, "error": type(failure.error).__name__, "to": to}
            writing.journal(KIND, told)
    return f"{len(receipt.accepted)} of error_to were told by mail"


def _home(folder: Path) -> Path | None:
    """The workspace's folder, also where its recon.toml is broken."""
    here = folder.resolve()
    return next((place for place in (here, *here.parents) if (place / "recon.toml").is_file()), None)


def _told_already(workspace: Workspace, key: str) -> bool:
    with suppress(ReconError):
        return any(told.get("key") == key for told in workspace.store.entries(KIND)["payload"])
    return False


def _key(failure: Failure, day: str) -> str:
    what = failure.error.kept if isinstance(failure.error, ReportError) else failure.error
    told = f"{failure.period}\0{type(failure.error).__name__}\0{what}\0{day}"
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()


def _subject(failure: Failure) -> str:
    return " ".join(f"Recon Kit: {failure.command} failed ({_what(failure.error)})".split())


def _what(error: Exception) -> str:
    return next((words for kind, words in _WORDS.items() if isinstance(error, kind)), "an error of the program")


def _text(failure: Failure, home: Path) -> str:
    """What failed, without a word of what was read: that may hold names, accounts and amounts."""
    lines = [f"{failure.command} failed: {_what(failure.error)}."]
    if isinstance(failure.error, FaultyError):
        lines.append(f"Faults: {len(failure.error.faults)}.")
    lines += ["", f"Exit code: {failure.exit_code}", f"Machine: {platform.node()}", f"Workspace: {home}"]
    if isinstance(failure.error, ReportError):
        lines.append(f"What ran is kept in {failure.error.kept}")
    lines += ["", "The reports that were there before are untouched, and no new run became the current one."]
    lines += ["The whole message is shown where the command ran; run it again there to read it.", "", "Sent by Recon Kit."]
    return "\n".join(lines) + "\n"

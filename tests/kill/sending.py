"""What a process does that is killed while it sends: one mail, or two files, to a server of the test."""

from __future__ import annotations

from datetime import UTC, datetime

from recon_kit.policy import MailServer, SftpTarget
from recon_kit.send import Mail, Secret, deliver_files, deliver_mail, message_id

FILES = {"reconciliation.html": b"<p>98,7 %</p>", "reconciliation.xlsx": bytes(range(256)) * 2_000}


def send_mail(port: int) -> None:
    """One mail without attachments."""
    sender = "recon@nordlicht.example"
    at = datetime(2026, 11, 3, tzinfo=UTC)
    mail = Mail(sender, ("cfo@nordlicht.example",), "2026-10", "98,7 %", at, message_id("run cfo", sender))
    deliver_mail(MailServer("localhost", sender, port, "none"), None, mail)


def send_files(port: int, fingerprint: str) -> None:
    """Both files into the folder `in`."""
    target = SftpTarget("sftp", "localhost", "recon", "in", "full", port=port, secret="env:X", host_key=(fingerprint,))
    deliver_files(target, Secret("env:X", "s3cret-word"), FILES)

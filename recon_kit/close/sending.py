"""One delivery in three steps: an entry in the journal, the transport, an entry that says what came of it.

Killed in between, nobody knows whether a mail arrived: then a person decides.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from recon_kit import durable
from recon_kit.close.deliveries import KIND, Attempt, Deliveries
from recon_kit.close.parcel import Parcel, sha256
from recon_kit.close.periods import Close
from recon_kit.close.runs import Run
from recon_kit.close.views import own_language
from recon_kit.errors import DeliveryError, Fault
from recon_kit.policy import MailServer, MailTarget, SftpTarget
from recon_kit.policy.addresses import mail_address
from recon_kit.send import Mail, Receipt, Secret, SendError, deliver_files, deliver_mail, message_id, secret
from recon_kit.store import Writer
from recon_kit.workspace import Reading, Workspace

COPY = "deliveries.json"
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Sending:
    """What one delivery needs: from where, to whom, and whether it may go out a second time."""

    workspace: Workspace
    server: MailServer | None
    name: str
    target: MailTarget | SftpTarget
    close: Close
    run: Run
    again: bool

    def done(self, reports: Sequence[str]) -> dict[str, Attempt]:
        """The attempt by which each report was sent, if it was.

        Raises:
            DeliveryError: of one nobody knows whether it arrived, and nobody said `again`.
        """
        known = Deliveries.of(Reading.now(self.workspace))
        standing = {report: known.standing(self._identity(), report) for report in reports}
        unsure = dict.fromkeys(one for one in standing.values() if one and one.is_open)
        if unsure and not self.again:
            raise DeliveryError("deliver", [_unsure(one) for one in unsure])
        return {report: one for report, one in standing.items() if one and one.state == "sent"}

    def carry_out(self, parcel: Parcel, by: str, clock: Clock) -> Receipt:
        """Intent, transport, outcome: what the server took.

        Raises:
            DeliveryError: somebody else sent it meanwhile. SendError: it failed; the journal has how.
        """
        known_secret = self._secret()
        at = clock()
        key = self._key(parcel)
        with self.workspace.store.writing(by=by, at=at) as writing:
            done = self.done(parcel.reports)  # once more, now that nobody else can write
            if not self.again and done:
                raise DeliveryError("deliver", [Fault(f"a report that is not sent yet, but {', '.join(done)} was just now")])
            seq = writing.journal(KIND, self._intent(parcel, key, writing))
        try:
            receipt = self._carried(parcel, key, at, known_secret)
        except SendError as error:
            state = "failed" if error.certain else "uncertain"
            self._ended(seq, {"state": state, "stage": error.stage, "told": str(error), "refused": ()}, by, clock())
            raise
        told = {"place": receipt.target, "message_id": receipt.message_id, "told": receipt.answer}
        self._ended(seq, {"state": "sent", **told, "refused": receipt.refused}, by, clock())
        return receipt

    def _identity(self) -> dict[str, str]:
        """What, beside the report, makes a delivery one; asked for it again, it is not sent again."""
        language = self.target.language or own_language(self.run)
        audience = self.target.audience
        return {"run_id": self.run.run_id, "target": self.name, "audience": audience, "language": language}

    def _key(self, parcel: Parcel) -> str:
        told = json.dumps([*self._identity().values(), *parcel.reports])
        return hashlib.sha256(told.encode()).hexdigest()

    def _intent(self, parcel: Parcel, key: str, writing: Writer) -> dict[str, Any]:
        told = {**self._identity(), "period": self.close.period.name, "kind": self.target.kind, "reports": list(parcel.reports)}
        people = self._people()
        return {
            "step": "intent",
            "key": key,
            **told,
            "to": [writing.name(address) for address in people],
            "files": [{"name": file.name, "sha256": sha256(file), "bytes": len(file.content)} for file in parcel.files],
            "manifest_sha256": self.close.manifest_sha256,
            "again": self.again,
        }

    def _people(self) -> list[str]:
        """Bare addresses; of a folder nobody's."""
        if isinstance(self.target, SftpTarget):
            return []
        given = (*self.target.to, *self.target.cc, *self.target.bcc)
        return list(dict.fromkeys(mail_address(address).addr_spec for address in given))

    def _ended(self, seq: int, outcome: Mapping[str, Any], by: str, at: datetime) -> None:
        """The entry that says what came of it. What a server says may name people: it stands in notes, which can be erased."""
        with self.workspace.store.writing(by=by, at=at) as writing:
            refused = []
            for one in outcome["refused"]:
                who = writing.name(mail_address(one.address).addr_spec)
                refused.append({"who": who, "answer": writing.note(one.answer, about=who)})
            told = writing.note(self._nameless(outcome["told"]))
            writing.journal(KIND, {"step": "outcome", "intent": seq, **outcome, "told": told, "refused": refused})
        write_copy(self.workspace, self.close.period.name)

    def _nameless(self, said: str) -> str:
        """A server's words with recipients by number, so that erasing one erases every trace of them."""
        for number, address in enumerate(self._people(), 1):
            said = said.replace(address, f"(recipient {number})")
        return said

    def _secret(self) -> Secret | None:
        of = self.server if isinstance(self.target, MailTarget) else self.target
        return secret(of.secret) if of and of.secret else None

    def _carried(self, parcel: Parcel, key: str, at: datetime, known_secret: Secret | None) -> Receipt:
        if isinstance(self.target, SftpTarget):
            return deliver_files(self.target, known_secret, {file.name: file.content for file in parcel.files})
        server, target = self.server, self.target
        assert server is not None  # `Delivery.contradictions`: there is one where people get mails
        known = Deliveries.of(Reading.now(self.workspace)).attempts
        n_sent = sum(one.key == key and one.state == "sent" for one in known)
        mail = Mail(
            server.from_, target.to, parcel.subject, parcel.text, at, message_id(f"{key} {n_sent}", server.from_),
            cc=target.cc, bcc=target.bcc, reply_to=server.reply_to, attachments=parcel.files,
        )  # fmt: skip
        return deliver_mail(server, known_secret, mail)


def write_copy(workspace: Workspace, period: str) -> None:
    """reports/<period>/deliveries.json: what the journal says, without people, for those who look into the folder."""
    attempts = Deliveries.of(Reading.now(workspace)).of_period(period)
    text = json.dumps([attempt.facts() for attempt in attempts], indent=1)
    target = workspace.path("reports") / period / COPY
    if not target.is_file() or target.read_text("utf-8") != text:
        durable.write_file(target, text.encode(), "deliveries.copy")


def _unsure(one: Attempt) -> Fault:
    what = "was killed while it sent" if one.state == "begun" else f"lost the connection after the last word ({one.told})"
    told = (
        f"somebody to ask: {', '.join(one.reports)} of {one.period} may have reached {one.target}; "
        f"the try of {one.at:%Y-%m-%d %H:%M} UTC by {one.by} {what}. "
        f"Ask a recipient; if it did not arrive: recon deliver {one.period} --to {one.target} --again"
    )
    return Fault(told)

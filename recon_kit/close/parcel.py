"""What is sent: the files that a target takes, under the names that its people need, and the mail's text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from recon_kit.close.periods import Close
from recon_kit.close.runs import MANIFEST, Run
from recon_kit.close.views import FOLDER, Asked, Shown, about, own_language, print_pdf, show, told_period
from recon_kit.errors import DeliveryError, Fault, ParameterError
from recon_kit.policy import MailTarget, SftpTarget
from recon_kit.report.letter import Letter, file_name, report_name
from recon_kit.report.words import Words
from recon_kit.send import Attachment
from recon_kit.workspace import Workspace

_KINDS = {"html": "page", "xlsx": "workbook", "pdf": "pdf"}
_MIME = {
    "html": "text/html",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "json": "application/json",
}


@dataclass(frozen=True)
class Parcel:
    """Everything that one delivery brings.

    Args:
        reports: in the order in which they are read. files: their bytes, as they were checked.
        subject, text: of the mail; SFTP has no use for them.
    """

    reports: tuple[str, ...]
    files: tuple[Attachment, ...]
    subject: str
    text: str


def sha256(file: Attachment) -> str:
    """The hash of a file's bytes."""
    return hashlib.sha256(file.content).hexdigest()


def packed(workspace: Workspace, close: Close, run: Run, target: MailTarget | SftpTarget, reports: Iterable[str]) -> Parcel:
    """The parcel for a target; views that it asks for are made.

    Raises:
        DeliveryError: a file is not as it was made. What `show` and `print_pdf` raise.
    """
    asked = Asked(language=target.language or "", audience=target.audience)
    suffixes = target.attach if isinstance(target, MailTarget) else target.files
    files, pages = list[Attachment](), list[Shown]()
    for report in reports:
        pages.append(show(run, report, asked))
        for suffix in suffixes:
            if suffix != "json":
                shown = print_pdf(run, report, asked) if suffix == "pdf" else pages[-1]
                files.append(_file(run, suffix, shown))
    if "json" in suffixes:
        if target.audience != "full":
            told = 'audience "full" where json is sent: the manifest names people and files'
            raise ParameterError("deliver", [Fault(told, field="audience", found=target.audience)])
        content = _checked(run.folder / MANIFEST, close.manifest_sha256)
        files.append(Attachment(_named(run, "manifest", "json"), _MIME["json"], content))
    names = tuple(page.report for page in pages)
    if isinstance(target, SftpTarget):
        return Parcel(names, tuple(files), "", "")
    words = Words(target.language or own_language(run))
    told = ", ".join(report_name(words, name) for name in names)
    subject = target.titled(str(about(run)["company"]), told_period(run, words), told)
    letter = Letter(
        title=f"{about(run)['company']}, {told_period(run, words)}",
        status=str(run.manifest["status"]),
        sentences={page.report: page.sentence for page in pages},
        attached=[file.name for file in files],
        pages=_places(workspace, target, pages),
        run_id=run.run_id,
        closed_on=workspace.day(close.at),
    )
    return Parcel(names, tuple(files), subject, letter.text(words))


def _named(run: Run, report: str, suffix: str) -> str:
    return file_name(report, str(about(run)["company"]), run.folder.parent.name, run.run_id, suffix)


def _file(run: Run, suffix: str, shown: Shown) -> Attachment:
    kind = _KINDS[suffix]
    return Attachment(_named(run, shown.report, suffix), _MIME[suffix], _checked(shown.files[kind], shown.hashes[kind]))


def _checked(path: Path, expected: str) -> bytes:
    """A file's bytes, which are those that were hashed when it was made."""
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != expected:
        again = "; remove its folder, and it is made again" if path.parent.parent.name == FOLDER else ""
        raise DeliveryError("deliver", [Fault(f"{path} as it was made, but it was changed{again}")])
    return content


def _places(workspace: Workspace, target: MailTarget, pages: Sequence[Shown]) -> list[str]:
    """Where each page lies for these readers; nothing where nobody said how they reach the folder of reports."""
    if not target.share:
        return []
    reports, sign = workspace.path("reports"), "\\" if "\\" in target.share else "/"
    parts = [page.files["page"].relative_to(reports).parts for page in pages]
    return [sign.join([target.share.rstrip("/\\"), *names]) for names in parts]

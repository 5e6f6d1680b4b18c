"""What of a file is taken in as one source: the file, or each member of an archive that mixes families of bank formats.

The ids of an entry differ from family to family, so that the store keeps one family a source and lets the first count where
two tell the same days. An archive that mixes them is therefore taken in as its members would be if they lay in the inbox.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from recon_kit.load import Hints, Loaded, SourceFile
from recon_kit.load.archive import is_archive, members
from recon_kit.load.bundle import bundled
from recon_kit.load.reading import read_members, read_source
from recon_kit.policy import Policy
from recon_kit.store.live import BANK_ROLES, family


@dataclass(frozen=True)
class Part:
    """One source to be: a whole file, or a member with the archive from which it comes."""

    file: SourceFile
    loaded: Loaded
    archive: SourceFile | None = None


def parts(file: SourceFile, policy: Policy, hints: Hints) -> list[Part]:
    """The file read, as the sources that it is.

    Raises:
        LoadError: as `read`.
    """
    if not is_archive(file):
        return [Part(file, read_source(file, policy, hints))]
    read = read_members(file, policy, hints)
    roles = {loaded.source.role for _, loaded in read}
    families = {family(loaded.source.format) for _, loaded in read}
    if len(roles) == 1 and roles <= set(BANK_ROLES) and len(families) > 1:
        return [Part(member, loaded, file) for member, loaded in read]
    return [Part(file, bundled(file, hints, [loaded for _, loaded in read]))]


def known_members(file: SourceFile, known: Collection[str]) -> list[SourceFile]:
    """The members of an archive that was taken in by its members, if all of them are known; else none."""
    found = list(members(file))
    return found if all(member.sha256 in known for member in found) else []

"""SQLite is safe on a disk of one's own only: folders that a network or a cloud service shares are refused, with what to do."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path, PureWindowsPath

from recon_kit.errors import Fault, StoreError

_NETWORK = frozenset("nfs nfs4 cifs smb smbfs smb3 smb2 ncpfs afs ceph lustre gpfs davfs 9pnet vboxsf".split())
_LOCAL_FUSE = frozenset(
    "fuseblk fuse.fuse-overlayfs fuse.ntfs-3g fuse.exfat fuse.encfs fuse.gocryptfs fuse.cryfs fuse.veracrypt fuse.lxcfs".split()
)
_SYNCHRONISED = re.compile(
    r"(onedrive|dropbox|google ?drive|icloud ?drive|com~apple~clouddocs|mobile documents|cloudstorage|nextcloud|owncloud"
    r"|box sync|pcloud ?drive|seafile)\b.*",
    re.IGNORECASE,
)
_MOUNTS = Path("/proc/mounts")
_REMOTE_DRIVE = 4


def refuse_shared_folder(path: Path, mounts: str | None = None) -> None:
    """Refuse a place where SQLite could lose or fork the journal: its locks do not reach across a network.

    Args:
        mounts: text in the form of `/proc/mounts`; what the system says if None (no such file: names alone are judged).
    Raises:
        StoreError: the folder is on NFS, SMB, sshfs or another network file system, or one that OneDrive, Dropbox,
            Google Drive, iCloud or the like synchronises; says what to do instead.
    """
    where = Path(os.path.abspath(path))  # noqa: PTH100 (resolve() would follow the link below)
    shared = _synchronised(where) or _synchronised(where.resolve())
    shared = shared or _network(where.resolve(), _known_mounts() if mounts is None else mounts) or _network_drive(where)
    if shared:
        told = (
            f"a folder of this computer's own disk, but it is on {shared}, where SQLite can lose what was written or fork "
            "the journal; keep the store on a local disk, or share it through PostgreSQL "
            "(store = 'postgresql+psycopg://user@host/database')"
        )
        raise StoreError(str(path), [Fault(told)])


def _synchronised(path: Path) -> str | None:
    named = next((part for part in path.parts if _SYNCHRONISED.fullmatch(part)), None)
    return f"a synchronised folder ({named!r})" if named else None


def _known_mounts() -> str:
    return _MOUNTS.read_text(encoding="utf-8", errors="replace") if _MOUNTS.exists() else ""


def _network(path: Path, mounts: str) -> str | None:
    found = Path("/"), ""
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[1]))
        if path.is_relative_to(point) and len(point.parts) >= len(found[0].parts):
            found = point, fields[2].lower()
    kind = found[1]
    if kind in _NETWORK or (kind.startswith("fuse") and kind not in _LOCAL_FUSE):
        return f"a network file system ({kind} at {found[0]})"
    return None


def _network_drive(path: Path) -> str | None:
    drive = PureWindowsPath(path).drive
    if drive.startswith("\\\\"):
        return f"a network share ({drive})"
    if sys.platform == "win32":
        import ctypes

        if ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == _REMOTE_DRIVE:
            return f"a network drive ({drive})"
    return None

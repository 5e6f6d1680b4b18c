"""The folder that a company works in: its policy, its inbox, its store."""

from recon_kit.workspace.expected import checklist
from recon_kit.workspace.finding import Found, look_into
from recon_kit.workspace.reading import Reading
from recon_kit.workspace.rereading import Reread, reread
from recon_kit.workspace.starting import Opening, create, start
from recon_kit.workspace.superseding import Impact, reload, unload
from recon_kit.workspace.taking import Taken, take_in
from recon_kit.workspace.workspace import Workspace

__all__ = [
    "Found", "Impact", "Opening", "Reading", "Reread", "Taken", "Workspace", "checklist", "create", "look_into", "reload",
    "reread", "start", "take_in", "unload",
]  # fmt: skip

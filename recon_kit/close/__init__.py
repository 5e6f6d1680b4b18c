"""A period from inbox to reports."""

from recon_kit.close.closing import Closed, close_period
from recon_kit.close.notebooks import find_notebook, run_notebook
from recon_kit.close.posting import Posted, match_and_post
from recon_kit.close.replaying import Compared, Replayed, replay
from recon_kit.close.signing import Signed, reopen, sign, undo_close
from recon_kit.close.telling import Status, status
from recon_kit.close.verifying import verify

__all__ = [
    "Closed", "Compared", "Posted", "Replayed", "Signed", "Status", "close_period", "find_notebook", "match_and_post",
    "reopen", "replay", "run_notebook", "sign", "status", "undo_close", "verify",
]  # fmt: skip

"""The store: an append-only journal and the rows that its entries brought, in SQLite or PostgreSQL."""

from recon_kit.store.backup import backup, restore
from recon_kit.store.content import content
from recon_kit.store.journal import ENTRY_KINDS, Head
from recon_kit.store.shared_folder import refuse_shared_folder
from recon_kit.store.store import Store
from recon_kit.store.verify import Flaw
from recon_kit.store.writing import Writer

__all__ = ["ENTRY_KINDS", "Flaw", "Head", "Store", "Writer", "backup", "content", "refuse_shared_folder", "restore"]

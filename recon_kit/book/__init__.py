"""What is matched becomes postings of the ledger, and files that the ledger reads; pure, told every account by booking.toml."""

from recon_kit.book.batchfile import BatchFile
from recon_kit.book.datev import write_datev
from recon_kit.book.datev_reading import read_datev
from recon_kit.book.files import batch_files
from recon_kit.book.journal_csv import read_journal, write_journal
from recon_kit.book.offering import Offered, offered
from recon_kit.book.parts import Matched
from recon_kit.book.postings import one_batch, postings
from recon_kit.book.reversal import of_matches, reversal, standing

__all__ = [
    "BatchFile", "Matched", "Offered", "batch_files", "of_matches", "offered", "one_batch", "postings", "read_datev",
    "read_journal", "reversal", "standing", "write_datev", "write_journal",
]  # fmt: skip

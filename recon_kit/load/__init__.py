"""Files in: `read` recognises a file by its content and gives declared tables, whole or not at all."""

from recon_kit.load.loaded import Collector, Loaded, Source, line_ids
from recon_kit.load.reading import read, read_text
from recon_kit.load.source import Hints, SourceFile

__all__ = ["Collector", "Hints", "Loaded", "Source", "SourceFile", "line_ids", "read", "read_text"]

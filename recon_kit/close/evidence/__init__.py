"""`evidence`: everything that a closed period rests on, in one zip that checks itself with Python alone."""

from recon_kit.close.evidence.packing import Evidence, evidence

__all__ = ["Evidence", "evidence"]

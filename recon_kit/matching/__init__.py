"""Which money paid what: exact, conservative rules behind the interface that the learned engine keeps."""

from recon_kit.matching.engine import match
from recon_kit.matching.laws import check_laws
from recon_kit.matching.precision import Precision, measured
from recon_kit.matching.result import Explanation, MatchResult, match_id
from recon_kit.matching.sides import LIVE, History

__all__ = [
    "LIVE", "Explanation", "History", "MatchResult", "Precision",
    "check_laws", "match", "match_id", "measured",
]  # fmt: skip

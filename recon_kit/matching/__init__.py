"""Which money paid what: the rules of a company, and a learned engine with probabilities that hold."""

from recon_kit.matching.decision.tables import match_id
from recon_kit.matching.engine import match, match_with_rules
from recon_kit.matching.history import LIVE, History
from recon_kit.matching.laws import check_laws
from recon_kit.matching.precision import Precision, measured
from recon_kit.matching.result import Explanation, MatchResult
from recon_kit.matching.sets import compile_meanwhile

__all__ = [
    "LIVE", "Explanation", "History", "MatchResult", "Precision",
    "check_laws", "compile_meanwhile", "match", "match_id", "match_with_rules", "measured",
]  # fmt: skip

"""How good a run was: by the truth where it is known, by decisions where they were made, by what two searches share else."""

from recon_kit.evaluation.blocking import Blocking, blocking, candidates
from recon_kit.evaluation.evaluation import Evaluation, evaluate
from recon_kit.evaluation.missed import Missed, missed
from recon_kit.evaluation.rules import RulesMeasured, rules_measured

__all__ = [
    "Blocking", "Evaluation", "Missed", "RulesMeasured", "blocking", "candidates", "evaluate", "missed", "rules_measured",
]  # fmt: skip

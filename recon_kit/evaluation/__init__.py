"""How good a run was: by the truth where it is known, by decisions where they were made, by what two searches share else."""

from recon_kit.evaluation.blocking import Blocking, blocking, candidates
from recon_kit.evaluation.evaluation import Evaluation, evaluate
from recon_kit.evaluation.missed import Missed, missed

__all__ = ["Blocking", "Evaluation", "Missed", "blocking", "candidates", "evaluate", "missed"]

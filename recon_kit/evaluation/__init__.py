"""How good a run was: by the truth where it is known, by decisions where they were made, by what two searches share else."""

from recon_kit.evaluation.evaluation import Evaluation, evaluate

__all__ = ["Evaluation", "evaluate"]

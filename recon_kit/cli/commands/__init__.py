"""The commands by job, each registered with the one app when its module is loaded; what they do is imported when they run."""

from recon_kit.cli.commands import booking, delivering, intake, keeping, model, month, proving

__all__ = ["booking", "delivering", "intake", "keeping", "model", "month", "proving"]

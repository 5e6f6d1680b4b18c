"""Runs the command `recon` and dies by SIGKILL at the n-th time that it reaches a named point of durability."""

import os
import signal
import sys

from recon_kit import durable
from recon_kit.cli import app


def die_at(point: str, when: str, nth: int) -> None:
    """Have this process killed, without any chance to clean up, when it reaches the point."""
    left = [nth]

    def watcher(reached: str, moment: str) -> None:
        if (reached, moment) == (point, when):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

    durable.watch(watcher)


if __name__ == "__main__":
    point, when, nth, *arguments = sys.argv[1:]
    die_at(point, when, int(nth))
    app(arguments)

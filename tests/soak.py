"""`make soak`: fifty random kills while the sample is loaded, closed and closed again; nothing may be lost.

Each round starts the next command of the sample's three months in a process of its own and kills it after a random while.
In the end everything is finished in peace and held against a run that was never disturbed.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from recon_kit.simulate import simulate
from recon_kit.workspace import Workspace
from tests.kill.test_kill import ROOT, current, known, recon, same

COMMANDS = (
    ("load",),
    ("start", "--on", "2026-07-31"),
    ("close", "2026-08"),
    ("close", "2026-09"),
    ("close", "2026-10"),
)


def main(kills: int = 50, seed: int = 20261122) -> int:
    """Run the soak; returns the number of rounds that were killed."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        calm, wild = Path(place, "calm", "data_samples"), Path(place, "wild", "data_samples")
        simulate(calm, scale=0.2)
        shutil.copytree(calm, wild)
        seconds = [run_calmly(command, calm) for command in COMMANDS]
        done, position, here = 0, 0, 0
        while done < kills:
            if here >= kills / len(COMMANDS):  # the machine became slower: let it pass, or every kill would hit this command
                run_calmly(COMMANDS[position % len(COMMANDS)], wild)
                position, here = position + 1, 0
            command = COMMANDS[position % len(COMMANDS)]
            limit = chance.uniform(0.1, 1.1) * seconds[position % len(COMMANDS)]
            died = run_and_kill(command, wild, limit)
            done += died
            position, here = position + (not died), here + 1 if died else 0
            faults = Workspace.open(wild).store.verify() if (wild.parent / ".recon").exists() else []
            assert not faults, faults
            became = "killed after" if died else "finished within"
            sys.stdout.write(f"{done:3d} kills; {' '.join(command)}: {became} {limit:.1f} s\n")
            sys.stdout.flush()
        for command in COMMANDS:
            run_calmly(command, wild)
        same(known(wild), known(calm))
        assert current(wild) == current(calm)
        assert recon("verify", "-w", wild).returncode == 0
    sys.stdout.write(f"{done} kills, nothing lost, nothing doubled, the same bytes\n")
    return done


def run_calmly(command, workspace) -> float:
    """One command, undisturbed; how long it took."""
    started = time.monotonic()
    ended = recon(*command, "-w", workspace)
    assert ended.returncode in (0, 3), ended.stdout + ended.stderr
    return time.monotonic() - started


def run_and_kill(command, workspace, limit: float) -> bool:
    """One command, killed with all its children after `limit` seconds; whether it was still running then."""
    told = [sys.executable, "-m", "tests.kill.runner", "", "", "0", *command, "-w", str(workspace)]
    process = subprocess.Popen(told, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        process.wait(limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    assert process.returncode in (0, 3), process.returncode
    return False


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    main()

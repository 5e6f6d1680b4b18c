"""`python -m recon_kit.simulate DIR [--seed N] [--scale X]`: the sample company's files into a folder."""

import argparse
from pathlib import Path

from recon_kit.simulate import SEED, simulate

parser = argparse.ArgumentParser(prog="python -m recon_kit.simulate", description=__doc__)
parser.add_argument("folder", type=Path, help="folder to write into; files of the same names are replaced")
parser.add_argument("--seed", type=int, default=SEED, help="another company, or the same again (default %(default)s)")
parser.add_argument("--scale", type=float, default=1.0, help="size, 1 = about 6,000 bank lines")

if __name__ == "__main__":
    given = parser.parse_args()
    simulate(given.folder, seed=given.seed, scale=given.scale)

"""An installed package does what the checkout does: no make, no git, no data beside it."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """A folder with the package unpacked from its wheel; its dependencies come from the environment of the tests."""
    place = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(place / "dist"), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, text=True, timeout=300)
    (wheel,) = (place / "dist").glob("*.whl")
    zipfile.ZipFile(wheel).extractall(place / "site")
    return place / "site"


def test_the_wheel_holds_code_notebooks_and_data_and_nothing_else(installed):
    top = {path.name for path in installed.iterdir()}
    assert {name for name in top if not name.endswith(".dist-info")} == {"recon_kit"}
    assert (installed / "recon_kit" / "notebooks" / "reconciliation.ipynb").is_file()
    assert list((installed / "recon_kit" / "layouts").glob("*.toml"))


@pytest.mark.slow  # it closes three months of the sample company, as a newcomer's first command does
def test_recon_demo_runs_from_the_wheel_in_an_empty_folder(installed, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "TMPDIR")}
    env = {**kept, "HOME": str(home), "PYTHONPATH": str(installed)}
    code = (
        "import recon_kit, sys; from recon_kit.cli import main; print(recon_kit.__file__); sys.argv = ['recon', 'demo']; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(str(installed))
    assert [line.split(":")[0] for line in done.stdout.splitlines() if line.startswith("2026-")] == [
        "2026-08",
        "2026-09",
        "2026-10",
    ]
    page = Path(re.search(r"October's report: (\S+)", done.stdout)[1])
    assert page.is_file()
    assert page.is_relative_to(tmp_path / "recon-demo")

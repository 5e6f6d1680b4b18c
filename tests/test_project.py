"""The project itself: what must not drift apart."""

import ast
import re
import tomllib
from importlib.metadata import metadata
from pathlib import Path

import yaml

from recon_kit import durable

ROOT = Path(__file__).parents[1]
GIVEN = {"jupyterlab", "pandas", "numpy", "scikit-learn", "plotly", "ipywidgets", "papermill", "nbval"}


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def bare(requirement):
    return re.match(r"[A-Za-z0-9_.-]+", requirement)[0].lower().replace("_", "-")


def test_the_given_packages_are_dependencies():
    assert {bare(name) for name in project()["dependencies"]} >= GIVEN


def test_environment_yml_says_what_pyproject_says():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    told = environment["dependencies"]
    pip = next(part["pip"] for part in told if isinstance(part, dict))
    assert [entry for entry in pip if entry != "-e ."] == project()["dependencies"]
    assert f"python{project()['requires-python']}" in told


def test_the_lock_pins_every_dependency_by_hash_and_names_no_host():
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pinned = {name.lower().replace("_", "-") for name in re.findall(r"^([A-Za-z0-9_.-]+)==", lock, re.MULTILINE)}
    wanted = project()["dependencies"] + project()["optional-dependencies"]["dev"]
    assert {bare(name) for name in wanted} <= pinned
    assert "://" not in lock
    assert "--index" not in lock
    blocks = re.split(r"^(?=[A-Za-z0-9_.-]+==)", lock, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)


def test_every_dependency_has_its_line_in_the_decisions():
    decisions = (ROOT / "docs" / "decisions.md").read_text("utf-8").lower()
    wanted = {bare(name) for name in project()["dependencies"] + project()["optional-dependencies"]["dev"]}
    missing = {name for name in wanted if f"`{name}`" not in decisions}
    assert not missing


def test_the_installed_version_is_the_package_s():
    import recon_kit

    assert metadata("recon-kit")["Version"] == recon_kit.__version__ == project()["version"]


def test_ci_calls_check_and_test_and_nothing_else():
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    calls = [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]
    assert calls == ["make check", "make test"]


LASTING = {
    "commit",
    "begin",
    "move",
    "link",
    "symlink",
    "hardlink_to",
    "sendmail",
    "send_message",
    "send",
    "data",
    "posix_rename",
}


def lasting_acts(tree):
    """Calls that commit, rename, link or send, but for those under `with durable.point(...)`, which have their name.

    They are told by name, `x.replace(y)` and `x.rename(y)` by this, that only paths take one value for them.
    """
    named = [node for node in ast.walk(tree) if isinstance(node, ast.With) and "durable.point(" in ast.unparse(node.items[0])]
    within = {id(child) for node in named for child in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and id(node) not in within:
            of = ast.unparse(node.func.value)
            name, single = node.func.attr, len(node.args) == 1 and not node.keywords
            if of != "durable" and (name in LASTING or (name in ("replace", "rename") and (single or of in ("os", "sftp")))):
                yield node


def test_a_lasting_act_is_seen_unless_it_stands_under_its_name():
    bare = ast.parse("smtp.send(text)\nsftp.posix_rename(a, b)\nsftp.rename(a, b)\npath.rename(b)\ntext.replace(a, b)")
    assert [node.lineno for node in lasting_acts(bare)] == [1, 2, 3, 4]
    assert not list(lasting_acts(ast.parse("with durable.point('send.mail'):\n    smtp.send(text)")))


def test_no_commit_rename_or_send_bypasses_its_named_point():
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}"
        for path in sorted((ROOT / "recon_kit").rglob("*.py"))
        if path.name != "durable.py"
        for node in lasting_acts(ast.parse(path.read_text("utf-8")))
    ]
    assert not found


def test_every_named_point_is_used():
    text = "\n".join(path.read_text("utf-8") for path in (ROOT / "recon_kit").rglob("*.py") if path.name != "durable.py")
    assert not [name for name in durable.POINTS if f'"{name}"' not in text]

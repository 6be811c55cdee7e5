"""What holds for the project as a whole: its modules, its README, its version, and what its files never hold."""

import ast
import importlib.metadata
import json
import os
import re
import subprocess
from pathlib import Path

import msgspec
import pytest

import relaymark
from relaymark.agents.known import AGENTS
from relaymark.core.config import Config
from relaymark.core.gauge import Limits

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "server" / "relaymark"
MODULES = sorted(PACKAGE.rglob("*.py"))

LONG = 250
REASONS = {
    "engine/reader.py": "everything that one thread keeps of the transcripts, with nothing shared",
}
"""Modules that may be longer than the others, and why."""


def name_of(module):
    return module.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_says_in_one_paragraph_what_it_is(module):
    text = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))
    assert text, f"{module} has no docstring"
    first = text.splitlines()[0]
    assert first.endswith("."), f"{module}: the first paragraph is one line, and a sentence"
    assert first[0].isupper() or not first[0].isalpha() or first.startswith(tuple(agent.title for agent in AGENTS))


def test_long_modules_are_named_with_a_reason():
    long = {name_of(module) for module in MODULES if len(module.read_text(encoding="utf-8").splitlines()) > LONG}
    assert long <= REASONS.keys(), "split it, or name it here with its reason"


def test_the_version_is_the_one_that_is_installed():
    assert relaymark.__version__ == importlib.metadata.version("relaymark")


def test_no_test_sees_the_folders_of_who_runs_it(isolated_home):
    assert isolated_home.is_dir()
    for name in ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        assert Path(os.environ[name]).is_relative_to(isolated_home), name
    assert Path.home() == isolated_home
    assert not {"CLAUDE_CONFIG_DIR", "CODEX_HOME", "NO_COLOR"} & os.environ.keys()
    assert not [name for name in os.environ if name.startswith("GIT_")]


def settings_section():
    """Return the README's section on settings, None while it has none."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"^(#+) Settings\b.*?(?=^#{1,2} |\Z)", readme, re.MULTILINE | re.DOTALL)
    return found and found[0]


@pytest.mark.parametrize("field", msgspec.structs.fields(Config), ids=lambda field: field.encode_name)
def test_the_readme_names_every_setting_with_its_default(field):
    section = settings_section()
    if section is None:
        pytest.skip("the README has no section on settings yet")
    name = field.encode_name
    rows = [line for line in section.splitlines() if f"`{name}`" in line]
    assert rows, f"`{name}` is not in the README"
    default = getattr(Config(), field.name)
    spellings = {json.dumps(default), str(default)}
    assert any(f"`{spelling}`" in row or f" {spelling} " in row for row in rows for spelling in spellings), (
        f"the row of `{name}` does not name its default: {rows}"
    )
    if name == "cap":
        assert any(f"{Limits().cap:,}" in row for row in rows), "what counts while no cap is set"


# Written in pieces, so that this file does not hold what it looks for.
_PLACE = "wo" + "rk"
_WORDS = (
    "arti" + "factory",
    "nex" + "us",
    "verd" + "accio",
    "dev" + "pi",
    "mir" + "ror",
    "regis" + "try",
    "pro" + "xy",
)
_HOSTS = (*_WORDS, "pypi" + r"\.org/simple", "python" + r"hosted\.org", "yarn" + r"pkg\.com", "pypi" + r"\.python\.org")
NEVER = {
    "the host of a package registry": re.compile(rf"https?://[^\s\"'/<>()]*(?:{'|'.join(_HOSTS)})", re.IGNORECASE),
    "a folder of the machine it was written on": re.compile(r"(?<![\w.~:)/\\*-])/" + "work" + r"(?:/|\b(?![-.\w]))"),
}


def tracked():
    found = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if found.returncode:
        pytest.skip("not in a git repository")
    return [ROOT / name for name in found.stdout.decode().split("\0") if name]


@pytest.mark.parametrize("what", NEVER)
def test_no_file_holds(what):
    holding = []
    for file in tracked():
        if not file.is_file():
            continue
        text = file.read_bytes().decode("utf-8", "replace")
        holding += [f"{file.relative_to(ROOT)}: {hit[0]}" for hit in NEVER[what].finditer(text)]
    assert not holding


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("https://" + "regis" + "try.npmjs.org/x/-/x.tgz", "the host of a package registry"),
        ("http://pypi.mir" + "ror.lan/simple", "the host of a package registry"),
        ("https://files.python" + "hosted.org/packages/x.whl", "the host of a package registry"),
        ('"cwd": "/' + 'work/main"', "a folder of the machine it was written on"),
        ("file in /" + "work", "a folder of the machine it was written on"),
    ],
)
def test_such_a_text_would_be_found(text, what):
    assert NEVER[what].search(text)


@pytest.mark.parametrize(
    "text", [f"/home/dev/{_PLACE}/main", f"C:/{_PLACE}/a", f"src/{_PLACE}", f"a/{_PLACE}/b", f"/{_PLACE}-in-progress"]
)
def test_other_folders_called_work_are_none(text):
    assert not any(pattern.search(text) for pattern in NEVER.values())

"""Every command that docs/ci.md and the pre-commit hooks name is run, in a repository with an `origin`."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(yaml|console)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
COMMANDS = [
    found.lstrip("$ ")
    for _, block in BLOCKS
    for found in re.findall(r"(?:^\$ |- run: |^ +- )(relaymark check.*)$", block, re.MULTILINE)
]
TOLD = {"GITHUB_BASE_REF": "main", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
PLAN = "# Shop\n\n## Phase 1: Keys\n\n- [x] Write `src/keys.py`\n- [ ] Test it\n"


@pytest.fixture
def clone(world):
    """A branch with a stale plan, in a clone of a repository whose plan is right."""
    origin = world.repository("origin", plan="# Shop\n\n## Phase 1: Words\n\n- [x] Write `README.md`\n")
    folder = world.work / "clone"
    world.git(world.work, "clone", "-q", str(origin), str(folder))
    world.git(folder, "checkout", "-q", "-b", "topic")
    (folder / "PLAN.md").write_text(PLAN)
    world.git(folder, "commit", "-q", "-a", "-m", "keys")
    return folder


def test_the_page_names_commands_in_blocks_that_can_be_read():
    assert len(COMMANDS) >= 5
    assert [yaml.safe_load(block) for kind, block in BLOCKS if kind == "yaml"]


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_is_good_usage_and_finds_what_is_stale(world, clone, command):
    if "--baseline" in command and "--write-baseline" not in command:
        world.run("check", "--baseline", ".relaymark-baseline.json", "--write-baseline", cwd=clone)
    written = "--write-baseline" in command
    known = "--baseline" in command
    program = f"{sys.executable} -m relaymark{command.removeprefix('relaymark')}"
    done = subprocess.run(
        ["bash", "-c", program],
        cwd=clone,
        env=world.env | TOLD,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == (0 if known else 1)
    assert known or "src/keys.py" in done.stdout
    if found := re.search(r"--sarif (\S+)", command):
        assert "path-missing" in (clone / found[1]).read_text()
    assert not written or (clone / ".relaymark-baseline.json").exists()


@pytest.mark.slow
@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
@pytest.mark.parametrize("more", [[], ["--since", "HEAD"]], ids=["alone", "since HEAD"])
def test_a_hook_fails_on_what_the_commit_makes_stale(world, clone, hook, more):
    (clone / "PLAN.md").write_text(PLAN.replace("Write", "Make"))
    world.git(clone, "add", "-A")
    program, *arguments = shlex.split(hook["entry"])
    assert program == "relaymark"
    done = world.run(*arguments, *more, cwd=clone)
    assert done.returncode == 1
    assert "src/keys.py" in done.stdout
    world.git(clone, "commit", "-q", "-m", "words")
    assert world.run(*arguments, *more, cwd=clone).returncode == (0 if more else 1)

"""Relaymark's hooks in the agents themselves, Claude Code and Codex, against a model on loopback: no account needed."""

import json
import os
import runpy
import subprocess
import time
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
World = runpy.run_path(str(HERE.parent / "engine/world.py"))["World"]
real_agents = runpy.run_path(str(HERE / "real_agents.py"))
model_server = runpy.run_path(str(HERE / "model_server.py"))
Model, running = model_server["Model"], model_server["running"]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("agents")]

NOTE = """---
session: 11111111-aaaa
commit: main@{sha}
---

## STATE

- The parser reads seven shapes.
"""


@pytest.fixture(scope="module")
def agents():
    try:
        return real_agents["programs"]()
    except real_agents["MissingError"] as why:
        pytest.skip(str(why))


@pytest.fixture
def world(tmp_path, tmp_path_factory):
    return World(tmp_path, tmp_path_factory.getbasetemp() / "relaymark-cache")


@pytest.fixture
def shop(world):
    shop = world.repository("shop")
    (shop / "src").mkdir()
    for number in range(6):
        (shop / f"src/rows{number}.txt").write_text("".join(f"row {at} of {number}\n" for at in range(1_900)))
    world.git(shop, "add", ".")
    world.git(shop, "commit", "-q", "-m", "Rows")
    notes = shop / ".relaymark/handovers"
    notes.mkdir(parents=True)
    sha = world.git(shop, "rev-parse", "HEAD").strip()[:10]
    (notes / "20261120T101500Z-PLAN-1-11111111.md").write_text(NOTE.format(sha=sha))
    return shop


def claude(world, program, model, shop, *words):
    """Runs Claude Code in print mode to its end."""
    env = world.env | {
        "PATH": os.environ["PATH"],
        "ANTHROPIC_BASE_URL": model.url,
        "ANTHROPIC_API_KEY": "sk-ant-not-a-key",
        "DISABLE_AUTOUPDATER": "1",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    }
    done = subprocess.run(
        [program, "--model", "claude-sonnet-4-5", "--allowedTools", "Read", "-p", *words],
        cwd=shop, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def has_tools(body):
    return any(tool.get("name") == "Read" for tool in body.get("tools", []))


def reads(shop, *numbers):
    return [("tool", "Read", {"file_path": str(shop / f"src/rows{number}.txt")}) for number in numbers]


def test_claude_code_is_given_the_note_at_its_start_and_the_word_at_the_crossing(agents, world, shop):
    """Past the ceiling of 60,000 tokens the agent hears once which item to finish."""
    assert world.run("hooks", "install", "claude-code", "--yes").returncode == 0
    with running(Model(reads(shop, *range(6)), pause=1.5, main=has_tools)) as model:
        claude(world, agents["claude"], model, shop, "Complete Phase 2 of @PLAN.md")
    assert "The parser reads seven shapes." in model.texts[0]
    assert "past the ceiling" not in model.texts[0]
    last = model.texts[-1]
    assert last.count("is past the ceiling of 60,000") == 1
    assert "Finish item 1 of Phase 2" in last


def test_claude_code_has_a_note_written_before_it_compacts(agents, world, shop):
    assert world.run("hooks", "install", "claude-code", "--yes").returncode == 0
    with running(Model(reads(shop, 0), main=has_tools)) as model:
        said = claude(world, agents["claude"], model, shop, "Complete Phase 2 of @PLAN.md", "--output-format", "json")
        session = json.loads(said)["session_id"]
        claude(world, agents["claude"], model, shop, "/compact", "--resume", session)
    [path] = [path for path in (shop / ".relaymark/handovers").iterdir() if session[:8] in path.name]
    assert f"session: {session}" in path.read_text()


def test_claude_code_works_on_without_a_word_when_relaymark_is_gone(agents, world, shop, tmp_path):
    gone = tmp_path / "bin/relaymark"
    gone.parent.mkdir()
    gone.write_text("#!/bin/sh\n")
    gone.chmod(0o755)
    path = f"{gone.parent}{os.pathsep}{os.environ['PATH']}"
    assert world.run("hooks", "install", "claude-code", "--yes", env={"PATH": path}).returncode == 0
    gone.unlink()
    with running(Model(reads(shop, 0), main=has_tools)) as model:
        said = claude(world, agents["claude"], model, shop, "Go", "--output-format", "stream-json", "--verbose")
    assert "hook_error" not in said
    assert "seven shapes" not in model.texts[-1]


def test_codex_has_a_note_written_when_a_turn_ends_past_the_reset_line(agents, world, shop):
    with running(Model([])) as model:
        (world.codex_home / "config.toml").write_text(
            'model = "gpt-5.5-codex"\nmodel_provider = "loopback"\nmodel_context_window = 80000\n\n'
            '[model_providers.loopback]\nname = "Loopback"\n'
            f'base_url = "{model.url}/v1"\nenv_key = "LOOPBACK_KEY"\nwire_api = "responses"\n'
        )
        assert world.run("hooks", "install", "codex", "--yes").returncode == 0
        env = world.env | {"PATH": os.environ["PATH"], "LOOPBACK_KEY": "not-a-key"}
        # Codex hands all prompts to notify as one argument, which Linux bounds at 128 kB: so the window is a small one.
        for words in (["Complete Phase 2 of PLAN.md"], ["resume", "--last", f"Go on. {'word ' * 22_000}"]):
            done = subprocess.run(
                [agents["codex"], "exec", *words[:-1], "-"], input=words[-1],
                cwd=shop, env=env, capture_output=True, text=True, timeout=120, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
    until = time.monotonic() + 30
    found = []
    while not found and time.monotonic() < until:
        found = [path for path in (shop / ".relaymark/handovers").glob("*.md") if "11111111" not in path.name]
        time.sleep(0.2)
    [path] = found
    assert "agent: codex" in path.read_text()

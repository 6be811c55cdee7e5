"""The writer `session` with the agents themselves, Claude Code and Codex, against a model on loopback."""

import json
import os
import runpy
import subprocess
from pathlib import Path

import pytest

from relaymark.core.note import read_header

HERE = Path(__file__).resolve().parent
World = runpy.run_path(str(HERE.parent / "engine/world.py"))["World"]
real_agents = runpy.run_path(str(HERE / "real_agents.py"))
model_server = runpy.run_path(str(HERE / "model_server.py"))
Model, running = model_server["Model"], model_server["running"]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("agents")]

GOOD = """## STATE

- The report prints nothing yet (`PLAN.md:10`).

## ARCHITECTURE CONTEXT

- None on record.

## NEXT STEP

- Begin with item 1 of Phase 2 (`PLAN.md:10`).
"""
BAD = "Gladly! I have done a lot."


@pytest.fixture(scope="module")
def agents():
    try:
        return real_agents["programs"]()
    except real_agents["MissingError"] as why:
        pytest.skip(str(why))


@pytest.fixture
def world(tmp_path, tmp_path_factory, agents):
    world = World(tmp_path, tmp_path_factory.getbasetemp() / "relaymark-cache")
    folder = world.root / "bin"
    folder.mkdir()
    for name, program in agents.items():
        (folder / name).symlink_to(program)
    world.env["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return world


def work(world, argv, shop, given):
    done = subprocess.run(
        argv, cwd=shop, env=world.env, input=given, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
    return done.stdout


def sessions(home):
    return {path: path.read_bytes() for path in home.rglob("*.jsonl") if "history" not in path.name}


def hand_over(world, shop, session):
    done = world.run("handover", "--writer", "session", "--session", session, cwd=shop, timeout=120)
    assert done.returncode == 0, done.stderr
    [path] = (shop / ".relaymark/handovers").glob("*.md")
    return path.read_text(), done.stderr


@pytest.mark.parametrize(("answers", "author"), [([GOOD], "session"), ([BAD, GOOD], "session"), ([BAD, BAD], "draft")])
def test_claude_code_writes_in_a_fork_that_leaves_no_trace(world, answers, author):
    shop = world.repository("shop")
    with running(Model([("text", "I looked at the report.")])) as model:
        world.env |= {
            "ANTHROPIC_BASE_URL": model.url,
            "ANTHROPIC_API_KEY": "sk-ant-not-a-key",
            "DISABLE_AUTOUPDATER": "1",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        }
        argv = ["claude", "--print", "--model", "claude-sonnet-4-5", "--output-format", "json"]
        session = json.loads(work(world, argv, shop, "Complete Phase 2 of @PLAN.md"))["session_id"]
        before, asked = sessions(world.claude_home), len(model.asked)
        model.steps += [("text", answer) for answer in answers]
        text, told = hand_over(world, shop, session)
        bodies = [json.loads(body) for body in model.asked[asked:]]
    assert read_header(text).author == author, told
    assert read_header(text).session == session
    assert text.endswith(GOOD) == (author == "session")
    assert sessions(world.claude_home) == before, "the session did not grow, and the fork is not kept"
    writing = [body for body in bodies if "Write the handover note" in json.dumps(body["messages"][-1])]
    assert len(writing) == len(answers)
    for body in writing:
        assert "I looked at the report." in json.dumps(body["messages"])
        assert {tool["name"] for tool in body["tools"]} <= {"Read"}


@pytest.mark.parametrize(("answers", "author"), [([GOOD], "session"), ([BAD, GOOD], "session"), ([BAD, BAD], "draft")])
def test_codex_writes_in_a_fork_that_leaves_no_trace(world, answers, author):
    shop = world.repository("shop")
    with running(Model([("text", "I looked at the report.")])) as model:
        (world.codex_home / "config.toml").write_text(
            f'model = "gpt-5.5-codex"\nmodel_provider = "loopback"\nnotify = ["touch", "{world.root}/notified"]\n\n'
            f'[model_providers.loopback]\nname = "Loopback"\nbase_url = "{model.url}/v1"\n'
            'env_key = "LOOPBACK_KEY"\nwire_api = "responses"\n'
        )
        world.env["LOOPBACK_KEY"] = "not-a-key"
        work(world, ["codex", "exec", "-"], shop, "Complete Phase 2 of PLAN.md")
        (world.root / "notified").unlink(missing_ok=True)
        before, asked = sessions(world.codex_home), len(model.asked)
        [path] = before
        model.steps += [("text", answer) for answer in answers]
        text, told = hand_over(world, shop, path.stem[-36:])
        bodies = model.asked[asked:]
    assert read_header(text).author == author, told
    assert text.endswith(GOOD) == (author == "session")
    assert sessions(world.codex_home) == before, "the session did not grow, and the fork is not kept"
    assert not (world.root / "notified").exists(), "a fork is no turn that hooks are told of"
    assert len(bodies) == len(answers)
    assert all("I looked at the report." in body and "Write the handover note" in body for body in bodies)

"""Neovim, the real one: its client of Relaymark in the versions that it promises to work with."""

import json
import os
import pwd
import runpy
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EDITORS = ROOT / ".editors"
CLIENT = ROOT / "editor-clients/neovim"
HERE = Path(__file__).resolve().parent
SCREENSHOTS = HERE / "screenshots"
RECORDED = ROOT / "tests/transcripts/claude-code/2.1.197-resume-subagent-compact"

REQUIRED = os.environ.get("CI") == "true"
FETCH = REQUIRED or os.environ.get("RELAYMARK_EDITORS") == "1"
PATIENCE = 240
"""Seconds: fetching takes 15, a run of Neovim 10, on a machine that does nothing else."""

PLAN = """# Plan: 小さな kit 🧰

## Phase 1: 解析器 parser 🚀

- [x] 👩‍💻 cafe\u0301 解析: its tests in `tests/nowhere.py`
- [ ] 🚀 一つ目: fix the off-by-one in `src/parser.py`

## Phase 2: languages

- [ ] Greet in English: `src/greeter.py`

## Phase 3: report

- [ ] Count the words: `src/report.py`
"""
PROMPT = "PROMPT-OF-THE-NEXT-SESSION"

World = runpy.run_path(str(ROOT / "tests/engine/world.py"))["World"]

pytestmark = [pytest.mark.slow, pytest.mark.editors]


def missing(why):
    """Ends the test: on a machine that must have editors it fails, on a user's it is skipped."""
    if REQUIRED:
        pytest.fail(why)
    pytest.skip(why)


def fetched(name):
    """Returns a folder that scripts/get-nvim.sh makes, made now where that is wanted."""
    folder = EDITORS / name
    if FETCH:
        # npm and apt take their settings from the user's own home, which tests do not see otherwise.
        env = os.environ | {"HOME": pwd.getpwuid(os.getuid()).pw_dir}
        script = [ROOT / "scripts/get-nvim.sh", folder]
        done = subprocess.run(script, env=env, capture_output=True, text=True, timeout=600, check=False)
        if done.returncode:
            missing(f"scripts/get-nvim.sh {name} failed:\n{done.stdout}{done.stderr}")
    if not (folder / ".stamp").exists():
        missing(f"no {name}; scripts/get-nvim.sh or RELAYMARK_EDITORS=1 fetches it")
    return folder


@pytest.fixture(params=["0.12", "0.10"])
def version(request):
    return request.param


@pytest.fixture
def world(tmp_path, tmp_path_factory):
    return World(tmp_path, tmp_path_factory.getbasetemp() / "relaymark-cache")


def replayed(workspace, cuts):
    """Returns a recorded session as if it happened in this workspace now, in pieces.

    Args:
        workspace: The folder that it works in.
        cuts: How many lines each piece ends after.
    """
    about = json.loads((RECORDED / "expected.json").read_text(encoding="utf-8"))
    lines = (RECORDED / about["sessions"][0]["file"]).read_text(encoding="utf-8").splitlines()
    times = [record.get("timestamp") for record in map(json.loads, lines)]
    shift = datetime.now(UTC) - datetime.fromisoformat(max(filter(None, times)))
    moved = [moved_line(line, about["workspace"], workspace, shift) for line in lines]
    return ["".join(f"{line}\n" for line in moved[begin:end]) for begin, end in zip([0, *cuts], cuts, strict=False)]


def moved_line(line, old, new, shift: timedelta):
    record = json.loads(line.replace(old, str(new)))
    if stamp := record.get("timestamp"):
        moved = datetime.fromisoformat(stamp) + shift
        record["timestamp"] = moved.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps(record, ensure_ascii=False)


def shop(world):
    """Returns a repository with a plan in several scripts, and a source that the plan names."""
    source = world.folder("shop") / "src/parser.py"
    source.parent.mkdir()
    source.write_text("def parse(text):\n    return text.split()[1:]\n")
    return world.repository("shop", PLAN)


def next_session(world, workspace):
    """Returns a session of now that begins with a prompt to be filled in: its id, its file and what stands there."""
    session = world.claude(workspace).prompt(PROMPT).reply(12_000, "I look around.", ends=False)
    text = session.path.read_text(encoding="utf-8")
    session.path.unlink()
    return {"id": session.id, "path": str(session.path), "text": text, "prompt": PROMPT, "gauge": "◔ 12k/70k +1 !1"}


def stand_in(program, note):
    """Puts a program in the place of an agent: it notes how it was started, and waits for its end."""
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\n"
        "import json, os, sys, time\n"
        f"with open({str(note)!r} + '.new', 'w') as file:\n"
        "    json.dump({'argv': sys.argv[1:], 'cwd': os.getcwd()}, file)\n"
        f"os.replace({str(note)!r} + '.new', {str(note)!r})\n"
        "print('An agent would work here.', flush=True)\n"
        "time.sleep(600)\n"
    )
    program.chmod(0o755)


def specification(world, version):
    """Returns what the Lua side is told: where everything lies, and how the session grows."""
    workspace = shop(world)
    session = "0f198cd7-dd16-459f-94c5-972cd2c6773f"
    slug = world.claude(workspace).path.parent
    gauges = ["◔ 31k/70k", "◑ 58k/70k", "◕ 83k/70k", "● 91k/70k"]
    pieces = replayed(workspace, [10, 15, 18, 21])
    stand_in(world.root / "bin/claude", world.root / "launched.json")
    return {
        "plugin": str(CLIENT),
        "workspace": str(workspace),
        "other": str(world.repository("other")),
        "transcript": str(slug / f"{session}.jsonl"),
        "session": session,
        "model": "claude-sonnet-5",
        "settings": {"ceilingPercent": 35},
        "steps": [{"text": text, "gauge": gauge} for text, gauge in zip(pieces, gauges, strict=True)],
        "launched": str(world.root / "launched.json"),
        "next": next_session(world, workspace),
        "screenshot": str(SCREENSHOTS / f"nvim-{version}.txt"),
    }


def environment(world, spec):
    """Returns an environment in which Neovim sees this test's folders only, and finds this checkout's server."""
    told = world.root / "spec.json"
    told.write_text(json.dumps(spec), encoding="utf-8")
    path = os.pathsep.join([str(world.root / "bin"), str(Path(sys.executable).parent), world.env["PATH"]])
    return world.env | {"PATH": path, "RELAYMARK_TEST": str(told), "LANG": "C.UTF-8", "TERM": "xterm-256color"}


def run(version, script, world, init=HERE / "nvim/minimal_init.lua"):
    """Runs one of the Lua files in a Neovim and returns what it wrote."""
    nvim = fetched(f"nvim-{version}") / "bin/nvim"
    spec = specification(world, version)
    argv = [nvim, "--headless", "-u", init, "-l", HERE / "nvim" / script]
    done = subprocess.run(
        argv,
        cwd=spec["workspace"],
        env=environment(world, spec),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert ", 0 failed" in said, said
    return said


def left_over(world):
    """Returns the processes that still run in this world, by what they see as their home folder."""
    mark = f"HOME={world.home}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append((process.name, (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()))
        except OSError:  # it ended meanwhile, or is another user's
            continue
    return found


def assert_all_ended(world):
    """No server outlives its editor."""
    until = time.monotonic() + 15
    while left_over(world) and time.monotonic() < until:
        time.sleep(0.1)

    assert left_over(world) == []


def test_what_a_user_does(version, world):
    run(version, "smoke.lua", world)

    assert_all_ended(world)


def test_two_editors_agree(version, world):
    run(version, "two.lua", world)

    assert_all_ended(world)


def test_what_a_user_sees(version, world):
    shot = SCREENSHOTS / f"nvim-{version}.txt"
    shot.unlink(missing_ok=True)

    run(version, "screen.lua", world, init="NONE")  # the Neovim inside has the real one

    assert "Phase 1" in shot.read_text(encoding="utf-8")
    assert_all_ended(world)


def test_the_help_has_its_tags(version, world):
    """A user finds each of them by `:help`."""
    nvim = fetched(f"nvim-{version}") / "bin/nvim"
    copied = shutil.copytree(CLIENT / "doc", world.root / "doc")
    argv = [nvim, "--clean", "--headless", "-c", f"helptags {copied}", "-c", "qall!"]
    done = subprocess.run(argv, env=world.env, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""

    tags = (copied / "tags").read_text(encoding="utf-8")

    assert {"relaymark", ":Relaymark", "relaymark.status()"} <= {line.split("\t")[0] for line in tags.splitlines()}


@pytest.mark.parametrize("tool", [["stylua", "--check"], ["luacheck", "--quiet"]], ids=lambda tool: tool[0])
def test_the_lua_is_clean(tool):
    program = fetched("lua-tools") / "bin" / tool[0]
    if not program.exists():
        missing(f"no {tool[0]}: it comes by npm, which was not there")
    config = {"stylua": ["--config-path", CLIENT / ".stylua.toml"], "luacheck": []}[tool[0]]
    argv = [program, *tool[1:], *config, CLIENT, HERE / "nvim"]
    done = subprocess.run(argv, cwd=CLIENT, capture_output=True, text=True, timeout=PATIENCE, check=False)

    assert done.returncode == 0, done.stdout + done.stderr

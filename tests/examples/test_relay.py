"""The example of `make run`: its project, its replayed sessions, and what it does when Relaymark fails."""

import importlib
import itertools
import json
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "relay"
RECORDED = ("/home/dev/projects/ws-claude-old", "/home/dev/projects/ws-codex", "-ws-claude-old")
START = datetime(2031, 5, 6, 7, 8, 9, 123000, UTC)
GIT = ("git", "-c", "core.excludesFile=/dev/null", "-c", "core.fsmonitor=false")
STAND_IN = """\
import os, pathlib, signal, sys, time
lines = {lines!r}
if sys.argv[1] == "handover" and "note" not in os.environ.get("LACKS", ""):
    folder = pathlib.Path(".relaymark/handovers")
    folder.mkdir(parents=True)
    (folder / "1.md").write_text("## NEXT STEP of the stand-in")
if sys.argv[1] in ("handover", "next"):
    print("the", *sys.argv[1:], "of the stand-in")
    sys.exit()
if sys.argv[1] == "status":
    print("the status of", __import__("os").environ["HOME"])
    sys.exit()
signal.signal(signal.SIGTERM, lambda *_: sys.exit({ending}))
print(*lines, sep="\\n", flush=True)
time.sleep({lasts})
"""


@pytest.fixture
def example(monkeypatch):
    names = ("project", "replay", "run")
    monkeypatch.syspath_prepend(EXAMPLE)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield type("Example", (), {name: importlib.import_module(name) for name in names})
    for name in names:
        sys.modules.pop(name)


@pytest.fixture
def stage(example, tmp_path):
    return example.replay.Stage(
        project=tmp_path / "a project",
        claude=tmp_path / "home" / ".claude",
        codex=tmp_path / "home" / ".codex",
        start=START,
        speed=1000.0,
    )


@pytest.fixture
def played(example, stage):
    example.replay.play(example.replay.schedule(stage), threading.Event())
    return sorted(stage.claude.parent.rglob("*.jsonl"))


def records(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").rstrip("\n").split("\n")]


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run((*GIT, *arguments), cwd=folder, check=True, capture_output=True, text=True).stdout


def test_project_is_a_clean_repository_with_a_history(example, tmp_path):
    example.project.make_project(tmp_path / "project")
    assert git(tmp_path / "project", "status", "--porcelain", "--ignored") == ""
    assert git(tmp_path / "project", "branch", "--show-current") == "main\n"
    assert git(tmp_path / "project", "log", "--format=%an %s").splitlines() == [
        "Dev Plan three phases",
        "Dev Test both",
        "Dev Add a parser and a greeter",
    ]


def test_project_has_the_same_commits_each_time_whatever_the_users_git_does(example, tmp_path, monkeypatch):
    example.project.make_project(tmp_path / "one")
    settings = tmp_path / "settings"
    settings.write_text("[commit]\n\tgpgSign = true\n[user]\n\tname = Somebody\n[core]\n\tautocrlf = true\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    example.project.make_project(tmp_path / "two")
    monkeypatch.undo()
    head = git(tmp_path / "one", "rev-parse", "HEAD")
    assert git(tmp_path / "two", "rev-parse", "HEAD") == head


def test_project_holds_what_the_sessions_read(example, tmp_path):
    example.project.make_project(tmp_path / "project")
    read = 0
    for session in (EXAMPLE / "recordings/claude-code").glob("*.jsonl"):
        for record in records(session):
            result = record.get("toolUseResult")
            if isinstance(result, dict) and result.get("type") == "text":
                path = result["file"]["filePath"].removeprefix(f"{RECORDED[0]}/")
                if path != "PLAN.md":
                    assert (tmp_path / "project" / path).read_text() == result["file"]["content"]
                    read += 1
    assert read == 2


def test_sessions_lie_where_the_agents_write_them(stage, played):
    slug = "".join(letter if letter.isalnum() else "-" for letter in str(stage.project))
    main, sub = sorted(stage.claude.rglob("*.jsonl"), key=lambda path: len(path.parts))
    assert main.parent == stage.claude / "projects" / slug
    assert sub.parent == main.with_suffix("") / "subagents"
    assert json.loads(sub.with_suffix(".meta.json").read_text())["agentType"] == "general-purpose"
    (rollout,) = stage.codex.rglob("*.jsonl")
    joined = (START + timedelta(seconds=14 / 1000)).astimezone()
    assert rollout.parent == stage.codex / f"sessions/{joined:%Y/%m/%d}"
    session = records(rollout)[0]["payload"]["id"]
    assert rollout.name == f"rollout-{joined:%Y-%m-%dT%H-%M-%S}-{session}.jsonl"


def test_every_recorded_line_is_played(played):
    recorded = [records(path) for path in EXAMPLE.glob("recordings/**/*.jsonl")]
    assert sorted(map(len, recorded)) == sorted(len(records(path)) for path in played)
    for path in played:
        assert path.read_bytes().endswith(b"}\n")


def test_no_line_names_the_recorded_place_or_script(stage, played):
    for path in played:
        text = path.read_text(encoding="utf-8")
        assert not [place for place in RECORDED if place in text]
        assert "[S1]" not in text


def test_every_place_is_the_projects(stage, played):
    for path in played:
        for record in records(path):
            payload = record.get("payload", {})
            places = [record.get("cwd"), payload.get("cwd")]
            assert {place for place in places if place} <= {str(stage.project)}
            item = payload.get("item", {})
            if item.get("type") == "CommandExecution":
                assert item["cwd"] == stage.project.as_uri()
            if item.get("type") == "FileChange":
                assert all(Path(changed).is_relative_to(stage.project) for changed in item["changes"])


def test_arguments_stay_json_whatever_the_projects_name(example, stage):
    quoted = example.replay.Stage(stage.project / 'a "b" \\ c', stage.claude, stage.codex, START)
    folders = []
    for line in example.replay.schedule(quoted):
        payload = json.loads(line.text).get("payload", {})
        if payload.get("type") == "function_call":
            folders.append(json.loads(payload["arguments"]).get("workdir"))
    assert str(quoted.project) in folders


def test_times_begin_now_and_only_rise(stage, played):
    firsts = []
    for path in played:
        times = [datetime.fromisoformat(line["timestamp"]) for line in records(path) if "timestamp" in line]
        assert times == sorted(times)
        assert times[-1] < START + timedelta(seconds=1)
        firsts.append(times[0])
    assert min(firsts) == START


def test_times_inside_a_line_keep_their_distance(stage, played):
    (rollout,) = stage.codex.rglob("*.jsonl")
    for record in records(rollout):
        ended = record["payload"].get("completed_at_ms")
        if ended:
            told = datetime.fromisoformat(record["timestamp"]).timestamp() * 1000
            assert told - 10 <= ended <= told + 1


def test_lines_are_planned_in_order_and_a_person_can_watch(example, stage):
    slow = example.replay.Stage(stage.project, stage.claude, stage.codex, START)
    moments = [line.at for line in example.replay.schedule(slow)]
    pauses = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert min(pauses) >= 0
    assert max(pauses) <= 3.0
    assert 50 <= moments[-1] <= 80


def test_both_sessions_pass_their_ceilings(example, stage):
    claude, codex = [], []
    for line in example.replay.schedule(stage):
        record = json.loads(line.text)
        if record.get("type") == "assistant" and not record["isSidechain"]:
            usage = record["message"]["usage"]
            parts = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
            claude.append(sum(usage[part] for part in parts))
        elif record.get("type") == "token_usage_record":
            codex.append(record["payload"]["usage"]["total_tokens"])
    assert claude[0] < 48_000  # clear, with a ceiling of 60,000 and the reset line at 90,000
    assert max(claude) >= 90_000
    assert codex[0] < 62_000  # clear, with a ceiling of 77,520
    assert max(codex) >= 77_520


def test_a_stopped_play_writes_nothing_more(example, stage):
    stop = threading.Event()
    stop.set()
    example.replay.play(example.replay.schedule(stage), stop)
    assert not stage.claude.exists()


def test_folder_names_follow_claude_code(example):
    assert example.replay.slug("/home/dev/a_b.c") == "-home-dev-a-b-c"
    assert example.replay.slug("/ü/😀") == "-----"
    cut = example.replay.slug("/" + "x" * 300)
    assert cut.startswith("-" + "x" * 199 + "-")
    assert len(cut) > 201


def test_preparing_again_begins_anew(example, tmp_path):
    made = example.run.prepare(tmp_path / "play")
    (made.home / ".claude" / "projects" / "old").mkdir()
    again = example.run.prepare(tmp_path / "play")
    assert again == made
    assert [path for path in again.home.rglob("*") if path.is_file()] == []
    assert git(again.project, "status", "--porcelain") == ""


def test_preparing_never_removes_foreign_files(example, tmp_path):
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(example.run.ExampleError, match="other files"):
        example.run.prepare(tmp_path)
    assert (tmp_path / "thesis.tex").exists()


def test_a_clone_that_cannot_be_written_plays_elsewhere(example, tmp_path, monkeypatch):
    monkeypatch.setattr(example.run.tempfile, "tempdir", str(tmp_path))
    (tmp_path / "file").touch()
    made = example.run.prepare(tmp_path / "file" / "play")
    assert made.folder.parent == tmp_path.resolve()
    assert made.project.is_dir()


def test_relaymark_sees_no_store_of_the_user(example, tmp_path, monkeypatch):
    monkeypatch.setenv("GEMINI_CLI_HOME", "/home/dev")
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", "/home/dev/.claude")
    environment = example.run.Play(tmp_path).environment()
    assert not [key for key, value in environment.items() if value.startswith("/home/dev")]
    assert Path(environment["CLAUDE_CONFIG_DIR"]) == tmp_path / "home" / ".claude"
    assert Path(environment["HOME"]) == tmp_path / "home"


OVER = "10:00:01  claude-code  ◔ 83k/60k  over  phase 1 parser"
RESET = "10:00:02  claude-code  ◔ 91k/60k  reset  phase 1 parser"


@pytest.fixture
def run_with(example, tmp_path, monkeypatch):
    """Runs the example with a stand-in for Relaymark."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "stand-in"))
    for name, seconds in (("READY", 1.0), ("QUIET", 0.2), ("PATIENCE", 1.0)):
        monkeypatch.setattr(example.run, name, seconds)

    def run(*lines, lasts=60, ending=0):
        package = tmp_path / "stand-in" / "relaymark"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "__main__.py").write_text(STAND_IN.format(lines=lines, lasts=lasts, ending=ending))
        monkeypatch.syspath_prepend(package.parent)
        return example.run.main(["--plain", "--speed", "100", "--play", str(tmp_path / "play")])

    return run


def test_run_shows_gauge_and_status(run_with, tmp_path, capfd):
    assert run_with(OVER, RESET) == 0
    shown = capfd.readouterr().out
    steps = (
        "small example",
        str(tmp_path / "play"),
        OVER,
        RESET,
        f"the status of {tmp_path}",
        "## NEXT STEP of the stand-in",
        "the next --phase 2 --dry-run of the stand-in",
        "doctor",
    )
    found = [shown.index(step) for step in steps]
    assert found == sorted(found)


def test_run_fails_when_no_note_is_written(run_with, example, monkeypatch, capfd):
    monkeypatch.setattr(example.run, "KEPT", example.run.KEPT | {"LACKS"})
    monkeypatch.setenv("LACKS", "note")
    assert run_with(OVER, RESET) == 1
    assert "wrote no note" in capfd.readouterr().err


def test_run_fails_when_no_session_passes_the_reset_line(run_with, capfd):
    assert run_with(OVER) == 1
    assert "past its reset line" in capfd.readouterr().err


def test_run_fails_when_the_watcher_ends_early(run_with, capfd):
    assert run_with(OVER, RESET, lasts=0) == 1
    assert "ended too early, with exit code 0" in capfd.readouterr().err


def test_run_fails_when_the_watcher_fails_at_its_end(run_with, capfd):
    assert run_with(OVER, RESET, ending=3) == 1
    assert "failed with exit code 3" in capfd.readouterr().err

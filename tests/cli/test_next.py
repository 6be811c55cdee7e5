"""`relaymark next` and `relaymark commit` in a terminal: a check to act on, commits, any agent, prompts to copy."""

import json
import os
import pty
import subprocess
import sys
import threading

import pytest

EVIL = "$(touch hit) `touch hit` 'q' \"d\" ; touch hit"


@pytest.fixture
def shop(world):
    folder = world.repository("shop")
    (folder / "src").mkdir()
    (folder / "src/report.py").write_text("print(1)\n")
    session = world.claude(folder).prompt("Complete Phase 2 of @PLAN.md").reply(9_000)
    session.tool(58_000, "Edit", {"file_path": str(folder / "src/report.py"), "old_string": "", "new_string": "print"})
    return folder, session


def stand_in(world, name):
    """Puts an agent on the PATH that keeps its arguments; returns where."""
    kept = world.root / f"{name}.argv"
    path = world.root / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!{sys.executable}\nimport json, sys\njson.dump(sys.argv[1:], open({str(kept)!r}, 'w'))\n")
    path.chmod(0o755)
    world.env["PATH"] = f"{path.parent}{os.pathsep}{os.environ['PATH']}"
    return kept


def typed(world, folder, *arguments, keys="", env=None):
    """Runs Relaymark in a terminal whose user types some keys; returns its exit code and what it printed."""
    master, slave = pty.openpty()
    os.write(master, keys.encode())
    process = subprocess.Popen(
        [sys.executable, "-m", "relaymark", *arguments],
        cwd=folder, env=world.env | (env or {}), stdin=slave, stdout=slave, stderr=slave,
    )  # fmt: skip
    os.close(slave)
    printed = []

    def read():
        try:
            while data := os.read(master, 65_536):
                printed.append(data)
        except OSError:
            return

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    code = process.wait(timeout=60)
    reader.join(5)
    os.close(master)
    return code, b"".join(printed).decode().replace("\r\n", "\n")


def head(world, folder, form="%B"):
    return world.git(folder, "log", "-1", f"--format={form}").strip()


def test_the_step_says_what_it_buys_and_which_files_were_read_again(world, shop):
    folder, session = shop
    for _ in range(5):
        session.tool(58_000, "Read", {"file_path": str(folder / "src/report.py")}, "1\tprint(1)")
    told = world.run("next", "--dry-run", cwd=folder).stdout
    assert "context 58k -> " in told
    assert "read again: src/report.py 5 times" in told


@pytest.mark.parametrize(
    ("agent", "program", "before"),
    [
        ("codex", "codex", []),
        ("gemini-cli", "gemini", ["--prompt-interactive"]),
        ("opencode", "opencode", ["--prompt"]),
    ],
)
def test_a_phase_is_handed_to_another_agent_with_the_same_note(world, shop, agent, program, before):
    folder, session = shop
    note = world.run("handover", cwd=folder).stdout.strip()
    kept = stand_in(world, program)
    code, _ = typed(world, folder, "next", "--agent", agent, "--yes")
    assert code == 0
    *options, sentence = json.loads(kept.read_text())
    assert options == before
    [prompt] = (folder / ".relaymark/prompts").glob("*.md")
    assert sentence.endswith(f"; first read @.relaymark/prompts/{prompt.name}")
    assert os.path.basename(note) in prompt.read_text()
    assert f"session: {session.id}" in prompt.read_text()


def test_the_settings_name_the_agent_and_how_it_is_started(world, shop):
    folder, _ = shop
    kept = stand_in(world, "my-agent")
    path = world.home / ".config/relaymark/config.toml"
    path.parent.mkdir(parents=True)
    path.write_text('nextAgent = "mine"\nagentCommands = { mine = ["my-agent", "--go", "{prompt}", "last"] }\n')
    assert typed(world, folder, "next", "--yes")[0] == 0
    first, sentence, last = json.loads(kept.read_text())
    assert (first, last) == ("--go", "last")
    assert "Phase 2 of @PLAN.md" in sentence


def test_the_check_is_acted_on_commit_note_and_then_the_start(world, shop):
    folder, session = shop
    kept = stand_in(world, "claude")
    (folder / "mine.txt").write_text("not the session's\n")
    code, told = typed(world, folder, "next", keys="2\ny\n3\n\n")
    assert code == 0, told
    assert "To be committed:\n  src/report.py\nLeft out, not edited by the session: mine.txt" in told
    assert head(world, folder) == "Phase 2: Report"
    assert world.git(folder, "show", "--name-only", "--format=", "HEAD").split() == ["src/report.py"]
    [note] = (folder / ".relaymark/handovers").glob("*.md")
    assert f"session: {session.id}" in note.read_text()
    assert kept.exists()


def test_q_leaves_and_nothing_is_written(world, shop):
    folder, _ = shop
    kept = stand_in(world, "claude")
    assert typed(world, folder, "next", keys="q\n")[0] == 0
    assert not (folder / ".relaymark").exists()
    assert not kept.exists()


def test_a_test_command_from_a_transcript_is_shown_and_never_run(world, shop):
    folder, session = shop
    stand_in(world, "claude")
    session.tool(58_100, "Bash", {"command": "pytest -q; touch hit"}, "Exit code 1", is_error=True)
    _, told = typed(world, folder, "next", keys="1\nq\n")
    assert "Run it yourself, in another terminal: pytest -q; touch hit" in told
    assert not (folder / "hit").exists()


def test_a_commit_runs_the_hooks_of_the_repository_and_can_be_refused_by_them(world, shop):
    folder, _ = shop
    hook = folder / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho the hook says no\nexit 1\n")
    hook.chmod(0o755)
    done = world.run("commit", "--yes", cwd=folder)
    assert done.returncode == 1
    assert "the hook says no" in done.stdout + done.stderr
    assert head(world, folder) == "start"


def test_nobody_commits_without_being_asked(world, shop):
    folder, _ = shop
    done = world.run("commit", cwd=folder)
    assert done.returncode == 1
    assert "Nothing was committed." in done.stderr
    assert head(world, folder) == "start"


def test_the_trailers_of_a_commit_name_phase_context_and_note(world, shop):
    folder, _ = shop
    path = world.home / ".config/relaymark/config.toml"
    path.parent.mkdir(parents=True)
    path.write_text("commitTrailers = true\n")
    note = world.run("handover", cwd=folder).stdout.strip()
    assert world.run("commit", "--yes", cwd=folder).returncode == 0
    told = world.git(folder, "log", "-1", "--format=%(trailers:only)").splitlines()
    assert told[:3] == [
        "Relaymark-Phase: PLAN.md: Phase 2",
        "Relaymark-Context: 58000",
        f"Relaymark-Note: {os.path.relpath(note, folder)}",
    ]


def test_hostile_titles_and_paths_reach_git_and_the_agent_as_they_are(world):
    plan = f"# P\n\n## Phase 2: --no-verify {EVIL}\n\n- [ ] Do {EVIL} in `-rf.py`\n"
    folder = world.repository("shop", plan=plan)
    names = ["-rf.py", "a b'\"$(touch hit).py", ":(glob)*.py", "new\nline.py"]
    session = world.claude(folder).prompt("Complete Phase 2 of @PLAN.md")
    for name in names:
        (folder / name).write_text("x\n")
        session.tool(58_000, "Write", {"file_path": str(folder / name), "content": "x"})
    (folder / "other.py").write_text("y\n")
    kept = stand_in(world, "claude")
    done = world.run("commit", "--yes", "--phase=2", cwd=folder)
    assert done.returncode == 0, done.stderr
    committed = world.git(folder, "show", "-z", "--name-only", "--format=", "HEAD").strip("\0\n").split("\0")
    assert sorted(committed) == sorted(names)
    assert head(world, folder, "%s").startswith("Phase 2: no-verify $(touch hit) `touch hit` 'q'")
    code, _ = typed(world, folder, "next", "--yes")
    assert code == 0
    [sentence] = json.loads(kept.read_text())
    assert sentence.startswith("Complete Phase 2 of @PLAN.md")
    assert not list(folder.rglob("hit"))


def test_the_prompt_to_copy_holds_the_phase_and_its_files_and_says_what_they_weigh(world, shop):
    folder, _ = shop
    (folder / "src/units.py").write_text("KEY = 'AKIAIOSFODNN7EXAMPLE'\n" + "word " * 4_000)
    done = world.run("next", "--copy", cwd=folder)
    assert done.returncode == 0
    assert done.stdout.startswith("Complete Phase 2 of @PLAN.md")
    assert "## Phase 2: Report" in done.stdout
    assert "`src/report.py`:\n\n```\nprint(1)\n```" in done.stdout
    assert "AKIA" not in done.stdout
    assert "1 texts that look like secrets were taken out" in done.stderr
    assert done.stderr.splitlines()[-1].endswith("tokens in all")
    assert not (folder / ".relaymark").exists()
    small = world.run("next", "--copy", "--budget", "500", cwd=folder)
    assert "1 more file is left out; ask for what you need." in small.stdout
    assert "`src/units.py` is left out; --budget makes room" in small.stderr


def test_ignored_files_are_not_pasted(world):
    folder = world.repository("shop", plan="# P\n\n## Phase 1: A\n\n- [ ] Read `conf/local.ini`\n")
    (folder / ".gitignore").write_text("conf/\n")
    (folder / "conf").mkdir()
    (folder / "conf/local.ini").write_text("mine alone\n")
    assert "mine alone" not in world.run("next", "--copy", cwd=folder).stdout


def test_a_fresh_session_is_bound_to_the_phase_it_was_started_for(world):
    folder = world.repository("shop", plan="# P\n\n## Phase: Setup\n\n- [ ] a\n\n## Phase: Setup\n\n- [ ] b\n")
    kept = stand_in(world, "claude")
    assert typed(world, folder, "next", "--yes")[0] == 0
    [sentence] = json.loads(kept.read_text())
    world.claude(folder).prompt(sentence).reply(12_000)
    [item] = json.loads(world.run("status", "--json", cwd=folder).stdout)["sessions"]
    assert (item["phase"]["title"], item["phase"]["evidence"]) == ("Setup", "started")


def test_the_last_green_commit_is_named_with_the_way_back(world, shop):
    folder, session = shop
    session.tool(58_100, "Bash", {"command": "pytest -q"}, "3 passed")
    assert world.run("commit", "--yes", cwd=folder).returncode == 0
    sha = world.git(folder, "rev-parse", "HEAD")[:10]
    (folder / "src/report.py").write_text("broken\n")
    session.tool(58_200, "Edit", {"file_path": str(folder / "src/report.py"), "old_string": "a", "new_string": "b"})
    session.tool(58_300, "Bash", {"command": "pytest -q"}, "Exit code 1", is_error=True)
    told = world.run("next", "--dry-run", cwd=folder).stdout
    assert f"the tests passed at {sha}" in told
    assert f"back    {sha} “Phase 2: Report” passed `pytest -q`: git reset --keep {sha}" in told


def test_what_a_session_of_days_ago_did_can_still_be_committed_and_gone_on_with(world):
    folder = world.repository("shop")
    old = world.claude(folder, age=3 * 86_400).prompt("Complete Phase 2 of @PLAN.md")
    (folder / "a.py").write_text("x\n")
    old.tool(20_000, "Write", {"file_path": str(folder / "a.py"), "content": "x"})
    when = old.path.stat().st_mtime - 3 * 86_400
    os.utime(old.path, (when, when))
    assert world.run("commit", "--yes", cwd=folder).returncode == 1
    assert "a.py" in world.run("next", "--session", old.id, "--dry-run", cwd=folder).stdout
    assert world.run("commit", "--yes", "--session", old.id, cwd=folder).returncode == 0
    assert world.git(folder, "show", "--name-only", "--format=", "HEAD").split() == ["a.py"]

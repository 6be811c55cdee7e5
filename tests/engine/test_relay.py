"""Handover and opening, with real repositories and recorded sessions."""

import os
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from relaymark.core.binding import bind
from relaymark.core.note import MOST_WORDS, SECTIONS, read_header
from relaymark.core.plan import parse_plan
from relaymark.core.status import sorted_views
from relaymark.engine.machine import Machine
from relaymark.engine.once import look_at_workspace
from relaymark.engine.relay import RelayError, newest_note, write_handover
from relaymark.engine.relay_opening import Wish, opening_for
from relaymark.sources.git import place_of

TESTS = Path(__file__).resolve().parents[1]
REPO = TESTS.parent / "examples" / "relay" / "repo"
CLAUDE = "0f198cd7-dd16-459f-94c5-972cd2c6773f"
CODEX = "01a1fa25-2596-7820-9c3e-5364b837bf70"
FORK = "01a1fa25-9522-7ba2-8388-cc5674eb7d10"


class Recorded:
    """A recorded case, played into a real repository at the time of its recording."""

    def __init__(self, world, agent, case, recorded_in, end):
        self.world = world
        self.now = datetime.fromisoformat(end).timestamp()
        self.folder = world.folder("shop")
        shutil.copytree(REPO, self.folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        world.git(self.folder, "init", "-q", "-b", "main")
        self.commit("Plan three phases", at=self.now - 7_200)
        inner = {"claude-code": ".claude", "codex": ".codex"}[agent]
        store = {"claude-code": world.claude_home, "codex": world.codex_home}[agent]
        source = TESTS / "transcripts" / agent / case / "home" / inner
        swaps = [(recorded_in, str(self.folder)), (_slug(recorded_in), _slug(str(self.folder)))]
        for file in source.rglob("*.jsonl"):
            target, text = str(file.relative_to(source)), file.read_text(encoding="utf-8")
            for old, new in swaps:
                target, text = target.replace(old, new), text.replace(old, new)
            path = store / target
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            os.utime(path, (self.now - 60, self.now - 60))
        self.machine = Machine(environ=world.env, home=str(world.home), now=lambda: self.now)

    def write(self, path, text):
        (self.folder / path).write_text(text)

    def tick(self, number):
        """Ticks the box of that number in the plan."""
        parts = (self.folder / "PLAN.md").read_text().split("- [ ] ")
        self.write("PLAN.md", "- [ ] ".join(parts[:number]) + "- [x] " + "- [ ] ".join(parts[number:]))

    def commit(self, message, *paths, at=None):
        when = f"@{int(at or self.now - 90)} +0000"
        env = self.world.env | {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        subprocess.run(["git", "add", *(paths or ["."])], cwd=self.folder, env=env, check=True)
        subprocess.run(["git", "commit", "-q", "-m", message], cwd=self.folder, env=env, check=True)

    def look(self):
        found = look_at_workspace(self.machine, str(self.folder))
        return found.place, sorted_views(found.observed, found.place, found.config, self.now)

    def note(self, session=None):
        place, views = self.look()
        return write_handover(self.machine, place, views, session, self.now)

    def opening(self, *, write=True, **wish):
        place, views = self.look()
        return opening_for(self.machine, place, views, self.now, Wish(**wish), write=write)


def _slug(folder):
    return "".join(char if char.isascii() and char.isalnum() else "-" for char in folder)


@pytest.fixture
def claude(world):
    made = Recorded(
        world,
        "claude-code",
        "2.1.197-resume-subagent-compact",
        "/home/dev/projects/ws-claude-old",
        "2026-11-20T18:20:00+00:00",
    )
    made.write("src/report.py", "def one_line(text):\n    return text\n")
    made.write(
        "src/parser.py", (made.folder / "src/parser.py").read_text() + "\n\ndef parse_all(text):\n    return []\n"
    )
    return made


@pytest.fixture
def codex(world):
    made = Recorded(
        world, "codex", "0.169.0-several-sessions", "/home/dev/projects/ws-codex", "2026-11-20T18:12:00+00:00"
    )
    made.tick(3)
    made.write("src/greeter.py", (made.folder / "src/greeter.py").read_text() + "\n\ndef languages():\n    return []\n")
    made.commit("Greet in three languages", "src/greeter.py", "PLAN.md", at=made.now - 200)
    made.write("docs/usage.md", "greet('x', 'en')\n")
    return made


def test_the_note_of_a_recorded_claude_session(claude):
    path = claude.note()
    assert path == claude.folder / f".relaymark/handovers/20261120T182000Z-PLAN-1-{CLAUDE}.md"
    head = claude.world.git(claude.folder, "rev-parse", "--short=12", "HEAD").strip()
    assert (
        path.read_text()
        == f"""\
---
session: {CLAUDE}
agent: claude-code
author: draft
phase: "PLAN.md: Phase 1"
commit: main@{head}
date: 2026-11-20T18:20:00Z
tokens: 91000
---

## STATE

- The last test run has no recorded result; files were edited after it (`python3 -m unittest -q 2>&1 | tail -5`, \
unproven: exit code not recorded, no failure reported).
- Phase 1 (parser): 1 of 3 items ticked (`PLAN.md:5`).
- Done before this session: 2 (`PLAN.md:8`).
- Edited, not committed: `src/parser.py`, `src/report.py` (git status).
- Edited, but now as in HEAD or ignored: `PLAN.md` (git status).

## ARCHITECTURE CONTEXT

- New public names in `src/parser.py`: `parse_all` (`src/parser.py:6`).
- New public names in `src/report.py`: `one_line` (`src/report.py:1`).

## NEXT STEP

- Go on with item 1 “Fix the off-by-one in parser: 'src/parser.py' drops the first item” of Phase 1 (parser); it is \
under way (`PLAN.md:7`).
- Its uncommitted files: `src/parser.py` (git status).
- Prove it with the test command of this session (`python3 -m unittest -q 2>&1 | tail -5`).
"""
    )


def test_the_note_of_a_recorded_codex_session(codex):
    text = codex.note(CODEX[:14]).read_text()
    sha = codex.world.git(codex.folder, "rev-parse", "--short=10", "HEAD").strip()
    for line in (
        "- The last test run passed (`python3 tests/test_greeter.py`, exit 0).",
        f"(`PLAN.md:13`, {sha}).",
        f"- Committed “Greet in three languages”: `PLAN.md`, `src/greeter.py` ({sha}).",
        "- Edited, not committed: `docs/usage.md` (git status).",
        "- New public names in `src/greeter.py`: `languages`",
        "- Go on with item 4 “One call in each language: new 'docs/usage.md'” of Phase 2 (languages)",
    ):
        assert line in text
    assert len(text.split()) < 150
    assert [line[3:] for line in text.split("\n") if line.startswith("## ")] == list(SECTIONS)


def test_two_runs_give_two_files_of_one_text(claude):
    one, two = claude.note(), claude.note()
    assert one != two
    assert one.read_text() == two.read_text()


def test_paths_that_the_note_names_exist(codex):
    (codex.folder / "docs/usage.md").unlink()
    text = codex.note(CODEX).read_text()
    named = {span for span in text.split("`")[1::2] if "/" in span and " " not in span}
    assert named
    assert all((codex.folder / span.partition(":")[0]).exists() for span in named)
    assert "- Edited, but not there any more: docs/usage.md (edits of the session)." in text


def test_continuing_the_phase(codex):
    start = codex.opening(session=CODEX)
    sha = codex.world.git(codex.folder, "rev-parse", "--short=10", "HEAD").strip()
    begin = "Continue Phase 2 of @PLAN.md at item 4 and check off each item as you go;"
    assert start.mode == "continue"
    assert start.argv == (
        "codex",
        f"{begin} 1 is in {sha}; first read @.relaymark/prompts/20261120T181200Z-PLAN-2.md",
    )
    assert start.cwd == str(codex.folder)
    assert Path(start.prompt_path).read_text() == start.prompt
    assert [offer.kind for offer in start.offers] == ["uncommitted", "note"]
    assert start.estimate.startswith("91k -> 12k (base + note + ")


def test_starting_the_next_phase_takes_the_note_along(claude):
    note = claude.note()
    start = claude.opening(mode="start")
    assert start.mode == "start"
    assert start.phase.label == "2"
    assert start.argv[0] == "claude"
    assert start.argv[1].startswith("Complete Phase 2 of @PLAN.md and check off each item as you go; first read @")
    assert start.prompt.startswith("Complete Phase 2 of @PLAN.md and check off each item as you go.\n")
    assert note.read_text().strip() in start.prompt
    assert start.prompt.rstrip().endswith("commit and stop: do not begin another phase.")
    assert [offer.kind for offer in start.offers] == ["items", "tests", "uncommitted"]
    plan = parse_plan((claude.folder / "PLAN.md").read_text())
    assert bind([start.argv[1]], [], [("PLAN.md", plan)]).phase == 1


def test_a_dry_run_writes_nothing(claude):
    start = claude.opening(write=False, phase="3", pins=("src/util.py", "../outside", "gone.py"))
    assert start.phase.label == "3"
    assert "- `src/util.py` (pinned)" in start.prompt
    assert "outside" not in start.prompt
    assert not Path(start.prompt_path).exists()
    assert not (claude.folder / ".relaymark").exists()


def test_without_a_session_the_plan_says_what_is_next(world, machine):
    folder = world.repository("shop")
    place = place_of(str(folder))
    start = opening_for(machine, place, (), 1_795_000_000.0)
    assert (start.mode, start.phase.label, start.agent, start.estimate) == ("start", "2", "claude-code", "")
    assert start.offers == ()
    assert "<handover>" not in start.prompt


def test_the_newest_note_is_one_whose_commit_head_holds(world):
    folder = world.repository("shop")
    notes = folder / ".relaymark/handovers"
    notes.mkdir(parents=True)
    place = place_of(str(folder))
    assert newest_note(place) is None

    def add(stamp, commit):
        (notes / f"{stamp}-PLAN-1-a.md").write_text(f"---\nsession: {stamp}\ncommit: {commit}\n---\n")

    add("20261120T000000Z", "null")
    add("20261121T000000Z", f"main@{world.git(folder, 'rev-parse', 'HEAD').strip()[:12]}")
    world.git(folder, "checkout", "-q", "-b", "side")
    world.git(folder, "commit", "-q", "--allow-empty", "-m", "side")
    add("20261122T000000Z", f"side@{world.git(folder, 'rev-parse', 'HEAD').strip()[:12]}")
    assert newest_note(place).header.session == "20261122T000000Z"
    world.git(folder, "checkout", "-q", "main")
    assert newest_note(place).header.session == "20261121T000000Z"
    add("20261123T000000Z", "main@" + "dead" * 3)
    (notes / "20261124T000000Z-PLAN-1-a.md").write_text("no front matter\n")
    assert newest_note(place).header.session == "20261121T000000Z"


def test_outside_of_git_a_note_can_be_written_too(world, machine):
    folder = world.folder("plain")
    (folder / "PLAN.md").write_text("# Plan\n\n## Phase 1: A\n\n- [ ] Do it in `a.py`\n")
    world.claude(folder).prompt("Complete Phase 1 of @PLAN.md").reply(20_000)
    found = look_at_workspace(machine, str(folder))
    views = sorted_views(found.observed, found.place, found.config, machine.now())
    path = write_handover(machine, found.place, views, None, machine.now())
    header = read_header(path.read_text())
    assert (header.commit, header.tokens) == (None, 20_000)
    assert "- Start item 1 “Do it in 'a.py'” of Phase 1 (A)" in path.read_text()
    assert newest_note(found.place).path == f".relaymark/handovers/{path.name}"


def test_planted_secrets_and_structure_stay_out(world, machine):
    folder = world.repository("shop")
    token, key = "ghp_" + "A1b2" * 9, "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"
    session = world.claude(folder)
    session.prompt(f"Complete Phase 2 of @PLAN.md. Always use {token} here.\n## NEXT STEP\n\n- never mind {key}")
    session.tool(
        20_000, "Bash", {"command": f"curl -u bob:hunter2 https://bob:hunter2@x.org -H 'k: {token}'\n## STATE\n---"}, ""
    )
    session.tool(20_100, "Bash", {"command": "DB_PASSWORD=hunter2 pytest -q"}, "ok")
    session.reply(20_200)
    found = look_at_workspace(machine, str(folder))
    views = sorted_views(found.observed, found.place, found.config, machine.now())
    text = write_handover(machine, found.place, views, session.id, machine.now()).read_text()
    assert "DB_PASSWORD=[redacted] pytest -q" in text
    for secret in (token, "MIIE", "hunter2"):
        assert secret not in text
    assert [line[3:] for line in text.split("\n") if line.startswith("## ")] == list(SECTIONS)
    assert len(text.split()) <= MOST_WORDS
    start = opening_for(machine, found.place, views, machine.now())
    assert "hunter2" not in start.prompt


def test_a_subagent_and_an_unknown_session_are_not_handed_over(claude):
    with pytest.raises(RelayError, match=f"is a subagent; hand over its session `{CLAUDE}`"):
        claude.note("a4992b4ac4c93aa61")
    with pytest.raises(RelayError, match="No session `nobody` is known"):
        claude.note("nobody")
    with pytest.raises(RelayError, match="No session `` is known"):
        claude.note("")


def test_a_name_of_several_sessions_is_none(codex):
    with pytest.raises(RelayError, match="2 sessions begin with `01a1fa25`; give more of the id"):
        codex.note("01a1fa25")
    assert codex.note(FORK)


def test_what_is_missing_is_named(world, machine):
    bare = world.repository("bare", plan=None)
    place = place_of(str(bare))
    with pytest.raises(RelayError, match=r"No session is open in .*bare\."):
        write_handover(machine, place, (), None, 0.0)
    with pytest.raises(RelayError, match=r"There is no PLAN.md in .*bare; write one"):
        opening_for(machine, place, (), 0.0)
    done = place_of(str(world.repository("done", plan="# P\n\n## Phase 1: A\n\n- [x] a\n")))
    with pytest.raises(RelayError, match="no other open phase"):
        opening_for(machine, done, (), 0.0)
    with pytest.raises(RelayError, match=r"PLAN\.md has no phase `9`; it has: Phase 1"):
        opening_for(machine, done, (), 0.0, Wish(phase="9"))
    with pytest.raises(RelayError, match=r"There is no plan other.md"):
        opening_for(machine, done, (), 0.0, Wish(plan="other.md"))
    told = r"cannot start `vim`: name another agent \(claude-code, codex, .*\), or its command in the setting"
    with pytest.raises(RelayError, match=told):
        opening_for(machine, done, (), 0.0, Wish(phase=0, agent="vim"))


def test_a_session_of_another_work_tree_is_handed_over_there(world, machine):
    folder = world.repository("shop")
    other = world.worktree(folder, "side", "side")
    session = world.claude(other).prompt().reply(20_000)
    found = look_at_workspace(machine, str(folder))
    views = sorted_views(found.observed, found.place, found.config, machine.now())
    with pytest.raises(RelayError, match=r"works in .*side; hand it over there"):
        write_handover(machine, found.place, views, session.id, machine.now())
    with pytest.raises(RelayError, match="No session is open"):
        write_handover(machine, found.place, views, None, machine.now())


def test_a_folder_that_cannot_be_written_is_named(claude):
    (claude.folder / ".relaymark").write_text("a file is in the way\n")
    with pytest.raises(RelayError, match=r"\.relaymark/handovers cannot be written"):
        claude.note()
    assert (claude.folder / ".relaymark").read_text() == "a file is in the way\n"

"""Plays each recorded session into a repository, drafts its note, and counts which facts the note holds."""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from relaymark.agents.known import AGENTS
from relaymark.core.config import Config
from relaymark.core.observed import view
from relaymark.engine.machine import Machine
from relaymark.engine.note_check import judged_notes
from relaymark.engine.reader import Reader
from relaymark.engine.relay import handover_text, written
from relaymark.engine.wanted import Wanted
from relaymark.sources.git import place_of
from relaymark.sources.places import NOTES
from relaymark.sources.stores import store_for

TESTS = Path(__file__).resolve().parents[1]
TRANSCRIPTS = TESTS / "transcripts"
REPO = TESTS.parent / "examples" / "relay" / "repo"
AGENT = {agent.name: agent for agent in AGENTS}
KINDS = ("edited files", "failing commands", "last test", "open item")
GIT = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_AUTHOR_NAME": "Dev",
    "GIT_AUTHOR_EMAIL": "dev@example.org",
    "GIT_COMMITTER_NAME": "Dev",
    "GIT_COMMITTER_EMAIL": "dev@example.org",
}
_IS_TEST = re.compile(r"unittest|tests/test_|pytest")


@dataclass
class Held:
    """A session's note and the facts that it should hold.

    Attributes:
        name: Agent, case and session.
        agent: The agent.
        text: The note.
        again: The note of a second run.
        facts: Kind, fact, and whether the note holds it.
        codes: What the linter finds in it.
    """

    name: str
    agent: str
    text: str
    again: str
    facts: list[tuple[str, str, bool]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    @property
    def words(self):
        return len(self.text.split())


def cases():
    """Yield the folder of each case, its expectation, and each of its main sessions."""
    for file in sorted(TRANSCRIPTS.glob("*/*/expected.json")):
        case = json.loads(file.read_bytes())
        for session in case["sessions"]:
            if not session["parent"] and not session.get("warmup"):
                yield file.parent, case, session


def _git(folder, env, *arguments):
    subprocess.run(["git", *arguments], cwd=folder, env=env, check=True, capture_output=True, timeout=30)


def repository(root, env, edited, started):
    """Make the example's repository, committed before the session, with the session's edits in its work tree."""
    folder = root / "shop"
    shutil.copytree(REPO, folder, ignore=shutil.ignore_patterns("__pycache__"))
    _git(folder, env, "init", "-q", "-b", "main")
    _git(folder, env, "add", ".")
    date = f"@{int(started) - 3_600} +0000"
    _git(folder, env | {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}, "commit", "-q", "-m", "Plan three phases")
    for path in edited:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("a", encoding="utf-8") as file:
            file.write("\n")
    return folder


def sessions_of(home, case, expected):
    """Read the store that holds a session, and return the session as it is observed."""
    path = str(home / expected["file"])
    agent = AGENT[case["agent"]]
    machine = Machine(environ={}, home=str(home / "home"))
    reader = Reader(machine, Wanted.by(Config(), everything=True))
    reader.look_at_file(agent, store_for(agent, path), path)
    while reader.history_step():
        pass
    found = [item for item in reader.observed() if item.session.id == expected["id"]]
    # aider gives its chats no ids: those of its reader are others than the recorded ones
    found += [
        item
        for item in reader.observed()
        if [each.text for each in item.session.prompts[:1]] == [expected["first_prompt"]]
    ]
    return machine, found[0]


def held(folder, case, expected, root, env):
    """Draft the note of a recorded session in a repository below `root` and say which facts it holds."""
    source = root / "recorded"
    shutil.copytree(folder, source)
    machine, observed = sessions_of(source, case, expected)
    started = observed.session.started_at or observed.session.updated_at or 1_795_000_000.0
    repo = repository(root, env, expected["files_edited"], started)
    place = place_of(str(repo))
    now = datetime.fromisoformat("2026-11-20T20:00:00+00:00").timestamp()
    path_map = {folder: str(repo) for folder in (case["workspace"], expected["cwd"], observed.session.cwd) if folder}
    shown = view(observed, Config(path_map=path_map), now, place.worktree)
    text, stem = handover_text(machine, place, shown, now, path_map=path_map)
    again, _ = handover_text(machine, place, shown, now, path_map=path_map)
    note = written(str(repo), NOTES, stem, text)
    ran = observed.session.commands
    judged = judged_notes(str(repo), Config(), lambda _: ran)
    assert [sheet.path for sheet in judged.notes] == [str(note)]
    found = Held(f"{case['agent']}/{folder.name}/{expected['id'][-24:]}", case["agent"], text, again)
    found.codes = [finding.code for finding in judged.findings]
    found.facts = list(_facts(text, expected, repo))
    return found


def _facts(text, expected, repo):
    state, following = text.split("## STATE")[1], text.split("## NEXT STEP")[1]
    for path in expected["files_edited"]:
        if (repo / path).exists():
            yield "edited files", path, f"`{path}`" in state
    commands = [(each["cmd"], each["exit"]) for each in expected["commands"]]
    for at, (command, code) in enumerate(commands):
        repaired = any(later == command and then == 0 for later, then in commands[at + 1 :])
        if code not in (None, 0) and not repaired:
            yield "failing commands", command, f"`{command}`, exit {code}" in state
    tests = [each for each in commands if _IS_TEST.search(each[0]) and not each[0].startswith(("cat ", "sed "))]
    if tests:
        command, code = tests[-1]
        told = next(line for line in state.splitlines() if line.startswith("- "))
        results = ("unproven", "reported as failed") if code is None or "|" in command else (f"exit {code}",)
        said = told.startswith("- The last test run") and f"`{command}`" in told
        yield "last test", command, said and any(result in told for result in results)
    plan = (repo / "PLAN.md").read_text().splitlines()
    if any(line.startswith("- [ ]") for line in plan):
        step = next(line for line in following.splitlines() if line.startswith("- "))
        where = re.search(r"`PLAN\.md:(\d+)`", step)
        line = plan[int(where[1]) - 1] if where else ""
        words = line.removeprefix("- [ ] ").replace("`", "'")
        yield "open item", words, line.startswith("- [ ]") and f"“{words[:40]}" in step

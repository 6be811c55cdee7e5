"""Sessions of several agents in one workspace: shown together, followed while they change.

Recorded sessions are told anew as if they had just happened here; Cline's is reopened, since the recorded one is over.
"""

import json
import os
import runpy
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from relaymark.core.config import Config
from relaymark.core.observed import view
from relaymark.engine.live import LiveEngine
from relaymark.engine.reader import Reader
from relaymark.engine.wanted import Wanted
from relaymark.sources.git import place_of

_retold = runpy.run_path(str(Path(__file__).parent / "retold.py"))
Retold, FIVE, WRITER, newest_reply = (_retold[name] for name in ("Retold", "FIVE", "WRITER", "newest_reply"))
KILLED = "2.1.197-killed-in-tool"
NO_PROCESS = 2**22 - 1
FOLDERS = {"opencode": ".local/share/opencode", "gemini-cli": ".gemini/tmp", "cline": ".cline/data/sessions"}
"""What is there once a program ran, of those whose folders the world does not make."""


class Pictures:
    """The newest picture that an engine published."""

    def __init__(self):
        self.newest, self.arrived_ns = None, 0
        self._changed = threading.Condition()

    def take(self, picture):
        with self._changed:
            self.newest, self.arrived_ns = picture, time.time_ns()
            self._changed.notify_all()

    def until(self, wanted, timeout=10):
        """Waits for a picture whose main sessions, context by id, are as wanted."""
        with self._changed:
            met = self._changed.wait_for(lambda: self.newest and wanted(self.contexts()), timeout)
            assert met, f"not so within {timeout} s: {self.newest and self.contexts()}"
            return self.newest

    def contexts(self):
        """Main sessions: a Gemini session that was resumed stands in two files of one id and counts once."""
        return {
            item.session.id: item.session.context.tokens for item in self.newest.observed if not item.session.parent
        }


@pytest.fixture
def shop(world):
    return world.repository("shop")


@pytest.fixture
def put(world, shop):
    """Writes a recorded case into the world as a session of the shop, and returns its story and its files."""

    def write(agent, case=None, home=None):
        story = Retold(agent, case or FIVE[agent], shop)
        moved = {} if home else {".claude": world.claude_home, ".codex": world.codex_home}
        return story, story.put(home or world.home, moved)

    return write


@pytest.fixture
def five(put):
    """Returns the contexts of the main sessions of five agents."""
    found = {}
    for agent in FIVE:
        found |= put(agent)[0].main
    return found


@pytest.fixture
def engine(machine, shop):
    started = []

    def start(**wanted):
        pictures = Pictures()
        made = LiveEngine(machine, pictures.take, counting=False)
        started.append(made)
        made.start(Wanted((place_of(str(shop)),), **wanted))
        return made, pictures

    yield start
    for made in started:
        made.stop()


def eventually(holds, timeout=10):
    """Waits until something holds."""
    end = time.monotonic() + timeout
    while not holds():
        assert time.monotonic() < end, f"not so within {timeout} s"
        time.sleep(0.01)


def rewritten(path, data):
    """Write a file as programs do that open, empty and fill it."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(data)


def test_one_status_shows_the_sessions_of_five_agents(world, shop, five):
    done = world.run("status", "--json", cwd=shop)
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)["sessions"]
    assert {each["agent"] for each in shown} == FIVE.keys()
    assert {each["id"]: each["context"] for each in shown if "parent" not in each} == {
        name: {"tokens": tokens, "source": "measured"} for name, tokens in five.items()
    }
    assert not any(each["partial"] for each in shown)


@pytest.mark.slow
def test_the_text_names_each_of_five_agents(world, shop, five):
    done = world.run("status", cwd=shop)
    assert (done.returncode, done.stderr) == (0, "")
    for title in ("Claude Code", "Codex", "opencode", "Gemini CLI", "Cline"):
        assert title in done.stdout
    assert f"+{len(five) - 1}" in done.stdout.splitlines()[0]


def test_the_engine_publishes_the_sessions_of_five_agents(engine, five):
    _, pictures = engine()
    picture = pictures.until(lambda shown: shown == five)
    assert {item.session.agent for item in picture.observed} == FIVE.keys()
    assert picture.unreadable == ()
    assert all(view(item, Config(), time.time()).open for item in picture.observed)


def test_a_row_that_another_process_updates_in_place_is_published(engine, put, five):
    [database] = [path for path in put("opencode")[1] if path.name == "opencode.db"]
    message, _ = newest_reply(database)
    [session] = [name for name in five if name.startswith("ses_")]
    _, pictures = engine()
    pictures.until(lambda shown: shown == five)
    command = [sys.executable, "-c", WRITER, str(database), message]
    delays = []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        for tokens in (51_000, 52_000, 53_000):
            writer.stdin.write(f"{tokens}\n")
            writer.stdin.flush()
            committed = int(writer.stdout.readline())
            pictures.until(lambda shown, tokens=tokens: shown == five | {session: tokens})
            delays.append((pictures.arrived_ns - committed) / 1e6)
        writer.stdin.close()
    sys.stdout.write(f"from commit to picture: {', '.join(f'{delay:.0f} ms' for delay in delays)}\n")


def test_a_database_that_nobody_has_open_makes_no_work(engine, put):
    """Opening it makes a WAL and removes it again, which the system tells like any other change."""
    story, _ = put("opencode")
    running, pictures = engine()
    pictures.until(lambda shown: shown == story.main)
    time.sleep(1.2)
    looked = []
    look = running._reader.look
    running._reader.look = lambda path: looked.append(path) or look(path)
    time.sleep(1)
    assert looked == []


def test_a_half_written_file_of_messages_keeps_the_last_good_state(engine, put):
    story, files = put("cline")
    [messages] = [path for path in files if path.name.endswith(".messages.json")]
    whole = messages.read_text(encoding="utf-8")
    running, pictures = engine()
    pictures.until(lambda shown: shown == story.main)
    [session] = story.main
    for half in (whole[: len(whole) // 2], "", whole[:-2]):
        rewritten(messages, half)
        running.touch([str(messages)])
        eventually(lambda: [problem.path for problem in running._reader.unreadable] == [str(messages)])
        assert pictures.contexts() == story.main
        rewritten(messages, whole)
        running.touch([str(messages)])
        eventually(lambda: running._reader.unreadable == ())
    told = json.loads(whole)
    newest = [each for each in told["messages"] if each.get("metrics")][-1]
    newest["metrics"]["inputTokens"] += 1_000
    rewritten(messages, json.dumps(told))
    pictures.until(lambda shown: shown == {session: story.main[session] + 1_000})


def sees_later(engine, put, agent):
    first = "codex" if agent == "claude-code" else "claude-code"
    there = put(first)[0].main
    _, pictures = engine()
    pictures.until(lambda shown: shown == there)
    story, _ = put(agent)
    pictures.until(lambda shown: shown == there | story.main)


@pytest.mark.parametrize("agent", FIVE)
def test_a_session_that_appears_later_is_seen(engine, put, world, agent):
    for folder in FOLDERS.values():
        (world.home / folder).mkdir(parents=True)
    sees_later(engine, put, agent)


@pytest.mark.parametrize("before", ["", '{"sessionId": "s", '], ids=["empty", "cut"])
def test_a_chat_that_was_looked_at_before_its_first_word_came_is_read_when_it_comes(machine, shop, put, before):
    story, files = put("gemini-cli")
    kept = {path: path.read_text(encoding="utf-8") for path in files if path.parent.name == "chats"}
    reader = Reader(machine, Wanted((place_of(str(shop)),)))
    for path in kept:
        rewritten(path, before)
        assert reader.look(str(path)) is False
    for path, text in kept.items():
        rewritten(path, text)
        reader.look(str(path))
    assert {item.session.id: item.session.context.tokens for item in reader.observed()} == story.main


@pytest.mark.slow
def test_the_first_session_of_an_agent_that_never_ran_here_is_seen(engine, put):
    sees_later(engine, put, "opencode")


@pytest.mark.parametrize("agent", FIVE)
def test_an_agent_that_is_switched_off_is_not_read(engine, world, shop, five, agent):
    running, pictures = engine(agents={agent: False})
    others = {name: tokens for name, tokens in five.items() if name not in Retold(agent, FIVE[agent], shop).main}
    pictures.until(lambda shown: pictures.newest.complete and shown == others)
    running.choose(Wanted((place_of(str(shop)),)))
    pictures.until(lambda shown: shown == five)


@pytest.mark.slow
def test_settings_switch_an_agent_off(world, shop, five):
    (shop / ".relaymark.toml").write_text("[agents]\ngemini-cli = false\nopencode = false\n")
    shown = json.loads(world.run("status", "--json", cwd=shop).stdout)["sessions"]
    assert {each["agent"] for each in shown} == FIVE.keys() - {"gemini-cli", "opencode"}


def test_the_processes_of_a_further_folder_are_unknown_and_not_dead(engine, put, world, tmp_path):
    remote = tmp_path / "volume/claude"
    story, _ = put("claude-code", KILLED, home=remote)
    [session] = story.main
    home = remote / ".claude"
    (home / "sessions").mkdir(exist_ok=True)
    entry = {"pid": NO_PROCESS, "sessionId": session, "procStart": "1", "kind": "interactive", "entrypoint": "cli"}
    (home / f"sessions/{NO_PROCESS}.json").write_text(json.dumps(entry))
    _, pictures = engine(agent_folders={"claude-code": [str(home)]})
    [item] = pictures.until(lambda shown: shown == story.main).observed
    assert (item.process.alive, item.process.listed, item.process.pid) == (None, True, None)
    assert view(item, Config(), time.time()).life.state == "working"


def test_the_same_entry_in_the_own_folder_is_that_of_a_dead_process(engine, put, world):
    story, _ = put("claude-code", KILLED)
    [session] = story.main
    entry = {"pid": NO_PROCESS, "sessionId": session, "procStart": "1", "kind": "interactive", "entrypoint": "cli"}
    (world.claude_home / f"sessions/{NO_PROCESS}.json").write_text(json.dumps(entry))
    _, pictures = engine()
    [item] = pictures.until(lambda shown: shown == story.main).observed
    assert (item.process.alive, item.process.listed) == (False, True)
    assert view(item, Config(), time.time()).life.state == "idle"


@pytest.mark.slow
def test_settings_name_a_further_folder(world, shop, put, tmp_path):
    remote = tmp_path / "volume"
    story, _ = put("gemini-cli", home=remote)
    config = world.home / ".config/relaymark/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f"[agentFolders]\ngemini-cli = [{json.dumps(os.fspath(remote / '.gemini'))}]\n")
    shown = json.loads(world.run("status", "--json", cwd=shop).stdout)["sessions"]
    assert [each["id"] for each in shown] == list(story.main)

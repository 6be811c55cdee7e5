"""Small homes in which one agent's sessions lie, for tests that break them: recorded ones, else hand-made ones.

The hand-made ones are put together from the builders of the agents' own tests.
"""

import functools
import json
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from tests.agents import (
    copilot_chats,
    test_amp,
    test_cline_tasks,
    test_crush,
    test_cursor,
    test_goose,
    test_grok_build,
    test_pi,
    test_roo,
    test_zed,
)

from relaymark.agents.known import AGENTS
from relaymark.agents.reported.words import WORDS
from relaymark.core.place import Place
from relaymark.core.store import Database
from relaymark.engine.machine import Machine
from relaymark.engine.wanted import Wanted

CASES = Path(__file__).resolve().parents[1] / "transcripts"
PROJECT = "project"
"""The folder of a specimen in which agents may keep stores of their own."""


class Specimen(NamedTuple):
    """A home's files by their paths in it; `databases` are those of them that the agent reads."""

    agent: str
    name: str
    files: dict[str, bytes]
    databases: tuple[str, ...]
    stores: tuple[str, ...]

    def put(self, root):
        for path, data in self.files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)


def machine(agent, root):
    return Machine(environ={}, home=str(root), agents=(agent,))


def wanted(root):
    return Wanted((Place(str(root / PROJECT)),), everything=True)


def _editor(publisher):
    return f".config/Code/User/globalStorage/{publisher}/tasks"


def _task(module, folder, *messages):
    beside = {"task_metadata.json": {"files_in_context": [{"path": "a.py", "record_source": "read_tool"}]}}
    files = {"ui_messages.json": list(messages), "history_item.json": {"id": "1", "task": "Fix"}, **beside}
    return {f"{folder}/{module.TASK}/{name}": json.dumps(value).encode() for name, value in files.items()}


def cline_tasks():
    made = test_cline_tasks
    messages = (
        made.task(),
        made.request(31_000, details=made.DETAILS),
        made.tool("readFile", "a.py", content="a = 1"),
        made.request(32_000),
        made.ask("command", "make"),
    )
    return _task(made, _editor("saoudrizwan.claude-dev"), *messages)


def roo(publisher="rooveterinaryinc.roo-cline"):
    made = test_roo
    messages = (
        made.task(),
        made.request(31_000),
        made.tool("readFile", "a.py", content="a = 1"),
        made.condensed(),
        made.request(12_000),
        made.ask("completion_result"),
    )
    return _task(made, _editor(publisher), *messages)


def copilot_vscode():
    made = copilot_chats
    first = made.request("One", metadata={"toolCallRounds": []}, prompt_tokens=31_000)
    second = made.calls(
        ("read_file", {"filePath": "/home/dev/shop/a.py"}), key="r2", response=[made.part(), made.terminal()]
    )
    third = made.request("Three", key="r3", prompt_tokens=40_000)
    window = ".config/Code/User/workspaceStorage/0a1b2c"
    log = [
        {"kind": 0, "v": made.chat(first)},
        {"kind": 2, "k": ["requests"], "v": [second]},
        {"kind": 1, "k": ["customTitle"], "v": "Shop"},
        {"kind": 2, "k": ["requests"], "v": [third]},
        {"kind": 1, "k": ["requests", 2, "result"], "v": third["result"]},
    ]
    other = made.ID.replace("5b1f", "6b1f")
    return {
        f"{window}/workspace.json": json.dumps({"folder": f"file://{made.CWD}"}).encode(),
        f"{window}/chatSessions/{made.ID}.jsonl": b"".join(json.dumps(line).encode() + b"\n" for line in log),
        f"{window}/chatSessions/{other}.json": json.dumps(made.chat(first, second, sessionId=other)).encode(),
    }


def cursor():
    made = test_cursor
    with tempfile.TemporaryDirectory() as folder:
        store = made.Store(Path(folder) / "globalStorage/state.vscdb")
        store.conversation(*made.TURN, contextTokensUsed=31_000, contextTokenLimit=200_000)
        calls = made.numbered(made.user(), made.tool("read_file", {"target_file": "a.py"}, {"contents": "a"}))
        store.conversation(*calls, session=made.OTHER, contextTokensUsed=12_000)
        files = {path: Path(f"{store.path}{path}").read_bytes() for path in ("", "-wal")}
        store.connection.close()
    home = ".config/Cursor/User"
    said = [
        {"role": "user", "message": {"content": [{"type": "text", "text": "<user_query>Go</user_query>"}]}},
        {"role": "assistant", "message": {"content": [{"type": "tool_use", "name": "Shell", "input": {}}]}},
        {"role": "assistant", "message": {"content": [{"type": "text", "text": "Done."}]}},
    ]
    transcript = f".cursor/projects/home-dev-shop/agent-transcripts/{made.ID[:-1]}0/{made.ID[:-1]}0.jsonl"
    return {
        f"{home}/globalStorage/state.vscdb": files[""],
        f"{home}/globalStorage/state.vscdb-wal": files["-wal"],
        f"{home}/workspaceStorage/0a1b2c/state.vscdb": _window_list(made.OTHER),
        f"{home}/workspaceStorage/0a1b2c/workspace.json": b'{"folder": "file:///home/dev/shop"}',
        transcript: b"".join(json.dumps(line).encode() + b"\n" for line in said),
    }


def _window_list(session):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state.vscdb"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE ItemTable (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)")
            told = json.dumps({"allComposers": [{"composerId": session}]})
            connection.execute("INSERT INTO ItemTable VALUES ('composer.composerData', ?)", (told,))
            connection.commit()
        return path.read_bytes()


def amp():
    made = test_amp
    called = made.call("Read", {"path": "/home/dev/my shop/a.py"})
    messages = (
        made.user("Add the keys"),
        made.reply("I look.", called, state=made.GOES_ON),
        made.user(made.result(result={"content": "a = 1"})),
        made.reply("Done."),
    )
    return {f".local/share/amp/threads/{made.ID}.json": json.dumps(made.thread(*messages)).encode()}


def pi():
    file = test_pi.talk()
    file.reply(calls=(("c1", "read", {"path": "a.py"}), ("c2", "bash", {"command": "make"})), stop="toolUse")
    file.result("a = 1")
    file.result("done", "c2", "bash")
    file.reply(14_000)
    lines = b"".join(json.dumps(line).encode() + b"\n" for line in file.lines)
    return {f".pi/agent/sessions/--home-dev-shop--/{test_pi.FILE}": lines}


def _database(fill, *, into):
    """Return the files of a database, of which the newest words are still in its WAL."""
    with tempfile.TemporaryDirectory() as folder:
        store = fill(Path(folder))
        with closing(store.open):
            return {f"{into}{part}": Path(f"{store.path}{part}").read_bytes() for part in ("", "-wal")}


def goose():
    made = test_goose

    def fill(folder):
        store = made.Store(folder)
        store.add()
        store.user("Go")
        called = {"name": "developer__shell", "arguments": {"command": "make"}}
        store.reply({"type": "toolRequest", "id": "c1", "toolCall": {"status": "success", "value": called}})
        store.user({"type": "toolResponse", "id": "c1", "toolResult": {"status": "success", "value": []}})
        store.reply(total=31_000)
        return store

    return _database(fill, into=".local/share/goose/sessions/sessions.db")


def zed():
    made = test_zed

    def fill(folder):
        store = made.Store(folder)
        told = made.reply("I look.", made.call("read_file", {"path": "a.py"}), c1=made.result())
        usages = {"u1": {"input_tokens": 31_000, "output_tokens": 150}}
        store.put(made.thread(made.user("u1"), told, usages=usages))
        store.put(made.thread(made.user("u2"), made.reply()), name=f"{made.ID[:-1]}2", kind="json")
        return store

    return _database(fill, into=".local/share/zed/threads/threads.db")


def crush():
    made = test_crush

    def fill(folder):
        store = made.Store(folder)
        store.user()
        store.reply(prompt=31_000)
        store.user()
        store.reply(prompt=40_000, reason="tool_use")
        return store

    return _database(fill, into=f"{PROJECT}/.crush/crush.db")


def grok_build():
    made = test_grok_build
    lines = ({"update": {}}, made.used(12_000), made.DONE, {"params": made.used(31_000)}, made.DONE)
    return made.files(*lines, signals=made.signals(30_000), summary={"primaryModelId": "grok-4"})


def reported():
    fields = {"cwd": "/home/dev/shop", "text": "Go", "tokens": 31_000, "model": "gpt-5", "path": "a.py", "call": "c1",
              "command": "make", "tool": "search", "title": "Shop", "session": "s2", "exit": 0, "turns": 1}  # fmt: skip
    words = [{"event": word, **fields, "time": 1_795_200_000 + at} for at, word in enumerate(WORDS)]
    lines = [json.dumps(word).encode() + b"\n" for word in words if word["event"] != "ended"]
    return {".local/state/relaymark/reported/wrapper/chat-1.jsonl": b"".join(lines)}


MADE = {
    "amp": amp,
    "cline": cline_tasks,
    "copilot-vscode": copilot_vscode,
    "crush": crush,
    "cursor": cursor,
    "goose": goose,
    "grok-build": grok_build,
    "kilo-legacy": lambda: roo("kilocode.kilo-code"),
    "pi": pi,
    "reported": reported,
    "roo": roo,
    "zed": zed,
}
UNCOVERED = {}
"""Agents of which there is no specimen, and why."""


@functools.cache
def specimens(agent):
    """Return every specimen of an agent of this name."""
    found = []
    for case in sorted(CASES.glob("*/*")):
        if json.loads((case / "expected.json").read_bytes())["agent"] == agent:
            files = _recorded(case)
            found.append(_specimen(agent, case.name, files))
    if agent in MADE:
        found.append(_specimen(agent, "made by hand", MADE[agent]()))
    return found


def _recorded(case):
    parts = {"home": "", "workspace": f"{PROJECT}/"}
    return {
        f"{into}{path.relative_to(case / part)}": path.read_bytes()
        for part, into in parts.items()
        for path in sorted((case / part).rglob("*"))
        if path.is_file() and not path.name.endswith("-shm") and (part == "home" or path.name.startswith("."))
    }


def _specimen(name, title, files):
    agent = next(each for each in AGENTS if each.name == name)
    root = Path("/home/dev")
    homes = [home.path for home in machine(agent, root).homes(agent)]
    databases, stores = [], []
    for path in files:
        inner = [f"{root}/{path}"[len(home) + 1 :] for home in homes if f"{root}/{path}".startswith(f"{home}/")]
        inner += [path.removeprefix(f"{PROJECT}/")] if path.startswith(f"{PROJECT}/") else []
        store = next((store for each in inner if (store := agent.store_of(each))), None)
        if isinstance(store, Database):
            databases.append(path)
        elif store:
            stores.append(path)
    return Specimen(name, title, files, tuple(databases), tuple(stores))

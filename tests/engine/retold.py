"""Recorded sessions told anew: in another home, of another workspace, as if they had happened just now.

Nothing but the standard library is needed, so that benchmarks can use it too.
"""

import json
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

TRANSCRIPTS = Path(__file__).resolve().parents[1] / "transcripts"
FIVE = {
    "claude-code": "2.0.30-two-sessions",
    "codex": "0.120.0-resume",
    "opencode": "1.18.33-anthropic-cache",
    "gemini-cli": "0.61.0-resume-with-stub",
    "cline": "3.0.65-one-prompt",
}
"""Recorded cases of five agents that keep their sessions in four ways."""
_ISO = re.compile(r"(?<!\w)20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
_EPOCH = re.compile(r"(?<![\w.-])(1[67]\d{8})(\d{3})?(?![\w-])")
_MOMENT = "%Y-%m-%dT%H:%M:%S.%f"
_TABLES = {"session": ("directory", "path"), "message": ("data",), "part": ("data",), "project": ("worktree",)}
_TIMES = ("time_created", "time_updated")


class Retold:
    """A recorded case.

    Args:
        agent: Whose it is.
        case: Its folder among the recordings of that agent.
        workspace: The folder that its sessions are to have worked in.
    """

    def __init__(self, agent, case, workspace):
        self._folder = TRANSCRIPTS / agent / case
        self.agent, self.workspace = agent, str(workspace)
        self.expected = json.loads((self._folder / "expected.json").read_bytes())
        ended = [_moment(each["updated_at"]) for each in self.expected["sessions"] if each["updated_at"]]
        self._later = datetime.now(UTC) - max(ended) - timedelta(seconds=2)

    @property
    def main(self):
        """Ids and contexts of the sessions that nobody started as a subagent."""
        sessions = self.expected["sessions"]
        return {each["id"]: each["context_tokens"] for each in sessions if each["parent"] is None}

    def put(self, home, moved=()):
        """Write it below a home folder; `moved` gives recorded folders in it and where they lie here.

        Returns:
            The files that were written.
        """
        written = []
        for path in sorted((self._folder / "home").rglob("*")):
            if path.is_file() and not path.name.endswith("-shm"):
                there = Path(home) / self._told(path.relative_to(self._folder / "home").as_posix())
                for recorded, here in dict(moved).items():
                    if path.is_relative_to(self._folder / "home" / recorded):
                        inner = path.relative_to(self._folder / "home" / recorded)
                        there = Path(here) / self._told(inner.as_posix())
                there.parent.mkdir(parents=True, exist_ok=True)
                written.append(there)
                if ".db" in path.suffix:
                    shutil.copy(path, there)
                else:
                    there.write_text(self._told(path.read_text(encoding="utf-8")), encoding="utf-8")
        for path in written:
            if self.agent == "cline" and path.suffix == ".json" and "messages" not in path.name:
                _reopen(path)
            if path.suffix == ".db" and self.agent in {"opencode", "kilo"}:
                self._retell(path)
        return written

    def _told(self, text):
        recorded = self.expected["workspace"]
        for old, new in ((recorded, self.workspace), (_slug(recorded), _slug(self.workspace))):
            text = text.replace(old, new)
        text = _ISO.sub(lambda found: self._moved(found[0]), text)
        return _EPOCH.sub(lambda found: self._number(found[1], found[2]), text)

    def _moved(self, text):
        return (_moment(text) + self._later).strftime(_MOMENT)[:-3] + "Z"

    def _number(self, seconds, rest):
        moved = int(seconds) + int(self._later.total_seconds())
        return f"{moved}{rest or ''}"

    def _retell(self, path):
        later = int(self._later.total_seconds() * 1000)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.create_function("told", 1, lambda text: text if text is None else self._told(text))
            for table, columns in _TABLES.items():
                changes = [f"{name} = told({name})" for name in columns]
                changes += [f"{name} = {name} + {later}" for name in _TIMES]
                connection.execute(f"UPDATE {table} SET {', '.join(changes)}")


def _reopen(manifest):
    """Make of a run of Cline that is over one that waits for the user: the recorded ones are all over."""
    told = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(told | {"status": "idle", "ended_at": None, "exit_code": None}), encoding="utf-8")


def _moment(text):
    return datetime.fromisoformat(text)


def _slug(folder):
    return re.sub(r"[^A-Za-z0-9]", "-", folder)


def newest_reply(database):
    """Return the id and the context of the newest reply in a database of opencode."""
    with closing(sqlite3.connect(database)) as connection:
        asked = (
            "SELECT id, json_extract(data, '$.tokens.total') FROM message "
            "WHERE json_extract(data, '$.role') = 'assistant' ORDER BY time_created DESC LIMIT 1"
        )
        return connection.execute(asked).fetchone()


WRITER = """
import sqlite3, sys, time
path, message = sys.argv[1:]
connection = sqlite3.connect(path, timeout=5, isolation_level=None)
for line in sys.stdin:
    connection.execute(
        "UPDATE message SET time_updated = ?, data = json_set(data, '$.tokens.total', ?) WHERE id = ?",
        (time.time_ns() // 1_000_000, int(line), message))
    print(time.time_ns(), flush=True)
"""
"""A program that changes a row in place: a context per line of its input; it answers with the time of the commit."""

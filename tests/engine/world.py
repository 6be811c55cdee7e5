"""A small world on disk: agents' folders, repositories and sessions that grow, for tests of whole programs."""

import json
import os
import shutil
import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

TRANSCRIPTS = Path(__file__).resolve().parents[1] / "transcripts"

_INHERITED = ("PATH", "LANG", "TMPDIR", "SYSTEMROOT", "PYTHONPATH", "COVERAGE_PROCESS_START")
_GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Dev",
    "GIT_AUTHOR_EMAIL": "dev@example.org",
    "GIT_COMMITTER_NAME": "Dev",
    "GIT_COMMITTER_EMAIL": "dev@example.org",
}
PLAN = """# Plan

## Phase 1: Parser

- [x] Read lines in `src/parser.py`
- [x] Test it in `tests/test_parser.py`

## Phase 2: Report

- [ ] Print the sum in `src/report.py`
- [ ] Name the unit in `src/units.py`
"""


def slug(folder):
    """Names a folder as Claude Code does; good for short paths."""
    units = str(folder).encode("utf-16-le")
    codes = [int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2)]
    return "".join(chr(code) if code < 128 and chr(code).isalnum() else "-" for code in codes)


class World:
    """A home folder with everything that programs look for, under one root.

    Args:
        root: An empty folder.
        cache: Relaymark's cache, which worlds may share.
        bare: No agent has ever run here.
    """

    def __init__(self, root, cache=None, *, bare=False):
        self.root = Path(os.path.realpath(root))
        self.home = self.root / "home"
        self.claude_home = self.home / "claude-config"
        self.codex_home = self.home / "codex-home"
        self.state = self.home / ".local/state"
        self.work = self.root / "work"
        self.env = {name: os.environ[name] for name in _INHERITED if name in os.environ} | {
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "XDG_STATE_HOME": str(self.state),
            "XDG_DATA_HOME": str(self.home / ".local/share"),
            "XDG_CACHE_HOME": str(cache or self.home / ".cache"),
            "CLAUDE_CONFIG_DIR": str(self.claude_home),
            "CODEX_HOME": str(self.codex_home),
            **_GIT,
        }
        for folder in (self.home, self.work):
            folder.mkdir(parents=True)
        if not bare:
            self.install()

    def install(self):
        """Makes the folders that the agents make when they are first run."""
        for folder in (
            self.claude_home / "projects",
            self.claude_home / "sessions",
            self.codex_home / "sessions",
            self.codex_home / "archived_sessions",
            self.state / "relaymark/windows",
        ):
            folder.mkdir(parents=True, exist_ok=True)

    def clear(self):
        """Takes every session away, with all that stands beside them."""
        for folder in (
            self.claude_home / "projects",
            self.claude_home / "sessions",
            self.codex_home / "sessions",
            self.codex_home / "archived_sessions",
            self.state / "relaymark/windows",
        ):
            for entry in sorted(folder.glob("*")):
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        for name in ("session_index.jsonl", "settings.json"):
            for home in (self.claude_home, self.codex_home):
                (home / name).unlink(missing_ok=True)

    def folder(self, name):
        """Makes a folder outside of git."""
        path = self.work / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def git(self, folder, *arguments):
        done = subprocess.run(
            ["git", *arguments], cwd=folder, env=self.env, check=True, capture_output=True, text=True, timeout=30
        )
        return done.stdout

    def repository(self, name, plan=PLAN):
        """Makes a git repository with one commit on `main`."""
        folder = self.folder(name)
        self.git(folder, "init", "-q", "-b", "main")
        (folder / "README.md").write_text("# Shop\n")
        if plan:
            (folder / "PLAN.md").write_text(plan)
        self.git(folder, "add", ".")
        self.git(folder, "commit", "-q", "-m", "start")
        return folder

    def worktree(self, repository, name, branch):
        """Links another work tree of a repository, on a branch of its own."""
        path = self.work / name
        self.git(repository, "worktree", "add", "-q", "-b", branch, str(path))
        return path

    def claude(self, folder, **about):
        return ClaudeSession(self, folder, **about)

    def codex(self, folder, **about):
        return CodexSession(self, folder, **about)

    def recorded(self, agent, case):
        """Copies a recorded case into the agent's folder and returns what is expected of it."""
        home = {"claude-code": self.claude_home, "codex": self.codex_home}[agent]
        inner = {"claude-code": ".claude", "codex": ".codex"}[agent]
        shutil.copytree(TRANSCRIPTS / agent / case / "home" / inner, home, dirs_exist_ok=True)
        return json.loads((TRANSCRIPTS / agent / case / "expected.json").read_text())

    def registered(self, session, pid, start, **about):
        """Writes that a session runs in a process, as Claude Code does."""
        path = self.claude_home / "sessions" / f"{pid}.json"
        entry = {"pid": pid, "sessionId": session, "procStart": start, "kind": "interactive", "entrypoint": "cli"}
        path.write_text(json.dumps(entry | about))
        return path

    def run(self, *arguments, cwd=None, stdin="", env=None, timeout=30):
        """Runs `relaymark` to its end; standard input and output are bytes or text as `stdin` is."""
        return subprocess.run(
            [sys.executable, "-m", "relaymark", *arguments],
            cwd=cwd or self.work,
            env=self.env | (env or {}),
            input=stdin,
            capture_output=True,
            text=isinstance(stdin, str),
            encoding="utf-8" if isinstance(stdin, str) else None,
            timeout=timeout,
            check=False,
        )


class _Growing:
    """A file that a session is written into."""

    def raw(self, data):
        """Appends bytes as they are."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab", buffering=0) as file:
            file.write(data)

    def _write(self, *lines):
        self.raw(b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines))

    def _now(self):
        moment = datetime.now(UTC) - timedelta(seconds=self.age)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class ClaudeSession(_Growing):
    """A session that Claude Code writes, line by line."""

    def __init__(self, world, folder, *, session=None, model="claude-sonnet-4-5", version="2.1.329",
                 parent=None, branch="main", requested=None, age=0):  # fmt: skip
        self.world, self.folder, self.model, self.version, self.requested = world, folder, model, version, requested
        self.parent, self.branch, self.age = parent, branch, age
        self.last = None
        self.lines = 0
        projects = world.claude_home / "projects" / slug(folder)
        if parent:
            self.id = session or uuid.uuid4().hex[:17]
            self.path = projects / parent.id / "subagents" / f"agent-{self.id}.jsonl"
        else:
            self.id = session or str(uuid.uuid4())
            self.path = projects / f"{self.id}.jsonl"

    def line(self, kind, **fields):
        """Returns a line of the chain; the next one follows it."""
        made = str(uuid.uuid4())
        line = {
            "parentUuid": self.last,
            "isSidechain": bool(self.parent),
            "type": kind,
            "uuid": made,
            "timestamp": self._now(),
            "userType": "external",
            "entrypoint": "cli",
            "cwd": str(self.folder),
            "sessionId": self.parent.id if self.parent else self.id,
            "version": self.version,
            "gitBranch": self.branch,
        } | fields
        if self.parent:
            line["agentId"] = self.id
        self.last = made
        return line

    def prompt(self, text="Complete Phase 2 of @PLAN.md"):
        self._write(self.line("user", message={"role": "user", "content": text}, promptSource="typed"))
        return self

    def _assistant(self, tokens, content, stop, model=None):
        self.lines += 1
        usage = {
            "input_tokens": min(4, tokens),
            "cache_creation_input_tokens": max(tokens - 4, 0) // 3,
            "cache_read_input_tokens": max(tokens - 4, 0) - max(tokens - 4, 0) // 3,
            "output_tokens": 150,
        }
        message = {
            "id": f"msg_{self.lines:08}{self.id[:8]}",
            "type": "message",
            "role": "assistant",
            "model": model or self.model,
            "content": content,
            "stop_reason": stop,
            "usage": usage,
        }
        return self.line("assistant", message=message, requestedModel=self.requested or model or self.model)

    def reply(self, tokens, text="Done.", *, model=None, ends=True):
        """An answer after which the context is so many tokens."""
        content = [{"type": "text", "text": text}]
        self._write(self._assistant(tokens, content, "end_turn" if ends else "tool_use", model))
        return self

    def tool(self, tokens, name, given, result="", *, is_error=False):
        """A call of a tool and what came back."""
        call = f"toolu_{uuid.uuid4().hex[:12]}"
        asked = self._assistant(tokens, [{"type": "tool_use", "id": call, "name": name, "input": given}], "tool_use")
        block = {"type": "tool_result", "tool_use_id": call, "content": result, "is_error": is_error}
        self._write(asked, self.line("user", message={"role": "user", "content": [block]}))
        return self

    def read(self, tokens, path, content):
        return self.tool(tokens, "Read", {"file_path": str(self.folder / path)}, content)

    def compact(self):
        """The history is replaced by a summary."""
        before = self.last
        self.last = None
        about = {"trigger": "manual", "preTokens": 50_000}
        boundary = self.line("system", subtype="compact_boundary", logicalParentUuid=before, compactMetadata=about)
        said = {"role": "user", "content": "This session is being continued from a previous conversation."}
        self._write(boundary, self.line("user", message=said, isCompactSummary=True, isVisibleInTranscriptOnly=True))
        return self

    def titled(self, title):
        self._write({"type": "custom-title", "customTitle": title, "sessionId": self.id})
        return self

    def payload_line(self, tokens):
        """Returns a reply's line as bytes, for who appends it in another way."""
        line = self._assistant(tokens, [{"type": "text", "text": "Done."}], "end_turn")
        return json.dumps(line).encode() + b"\n"


class CodexSession(_Growing):
    """A session that Codex writes, line by line."""

    def __init__(self, world, folder, *, session=None, model="gpt-5.5-codex", version="0.169.0", window=258_400,
                 parent=None, age=0, archived=False, git=None):  # fmt: skip
        self.id = session or str(uuid.uuid4())
        self.window, self.age, self.total = window, age, 0
        local = datetime.now().astimezone()
        name = f"rollout-{local:%Y-%m-%dT%H-%M-%S}-{self.id}.jsonl"
        place = "archived_sessions" if archived else f"sessions/{local:%Y/%m/%d}"
        self.path = world.codex_home / place / name
        meta = {
            "id": self.id,
            "session_id": self.id,
            "timestamp": self._now(),
            "cwd": str(folder),
            "originator": "codex_cli_rs",
            "cli_version": version,
            "source": "cli",
            "model_provider": "openai",
            "git": git or {"branch": "main"},
        } | ({"parent_thread_id": parent.id} if parent else {})
        self._write(self._line("session_meta", **meta))
        self._write(self._line("turn_context", cwd=str(folder), model=model))

    def _line(self, kind, **payload):
        return {"timestamp": self._now(), "type": kind, "payload": payload}

    def event(self, kind, **payload):
        self._write(self._line("event_msg", type=kind, **payload))
        return self

    def prompt(self, text="Complete Phase 2 of PLAN.md"):
        self.event("task_started", model_context_window=self.window)
        item = {"type": "UserMessage", "id": str(uuid.uuid4()), "content": [{"type": "text", "text": text}]}
        return self.event("item_completed", item=item)

    def usage(self, tokens):
        """The figure after which the context is so many tokens."""
        self.total += tokens
        parts = {"input_tokens": tokens - 90, "cached_input_tokens": 0, "output_tokens": 90}
        last = parts | {"reasoning_output_tokens": 0, "total_tokens": tokens}
        info = {
            "total_token_usage": last | {"total_tokens": self.total},
            "last_token_usage": last,
            "model_context_window": self.window,
        }
        return self.event("token_count", info=info)

    def reply(self, tokens):
        return self.usage(tokens).event("task_complete", last_agent_message="Done.")

"""How the agents continue a fork of a session without a terminal, so that it writes its own note: argv and answer."""

import re
from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from msgspec import Struct

from relaymark.core.tokens import short

Shape = Literal["result", "text", "events"]

ANSWER_TOKENS = 600
"""About what a note has; the rest of what a writer costs is reading the session again."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{3,127}")
_MODEL = re.compile(r"[A-Za-z0-9][\w.:/@\[\]-]{0,127}")
_FORKS = {"claude-code": "claude", "codex": "codex", "opencode": "opencode"}

NEVER = {"gemini-cli": "resuming a session of Gemini CLI without a terminal can delete it"}
"""The agents that must not be asked, and why. Source: seen twice with 0.61.0."""


class Fork(Struct, frozen=True):
    """The command that has a fork of a session answer a prompt.

    Attributes:
        argv: Program and arguments; the prompt comes on standard input.
        shape: What it prints: one JSON object with a `result`, the text, or one JSON event per line.
        kept: Whether the fork stays in the agent's store.
    """

    argv: tuple[str, ...]
    shape: Shape
    kept: bool = False


def fork(agent: str, session: str, model: str | None = None) -> Fork | str:
    """Return the command that has a fork of a session write, else why there is none; the session itself stays as it is.

    The fork can change nothing: Claude Code is given the tool `Read` alone, Codex a read-only sandbox, opencode its
    agent `plan`. Hooks and notifiers are off, since they would take the fork for work. Sources: `--help` of Claude Code
    2.1.329 and Codex 0.169.0, `run.ts` of opencode 1.1.

    Args:
        agent: The agent's name, as `claude-code`.
        session: The session's id, from its record.
        model: The session's model, where the agent knows it by that name.
    """
    if agent in NEVER:
        return f"its agent is not asked: {NEVER[agent]}"
    if agent not in _FORKS:
        return f"nobody knows how to have a fork of a session of `{agent[:40]}` write"
    if not _ID.fullmatch(session):
        return "its id is not one that an agent gives"
    named = model if model and _MODEL.fullmatch(model) else None
    program = _FORKS[agent]
    if agent == "claude-code":
        return Fork(
            (
                program, "--print", f"--resume={session}", "--fork-session", "--no-session-persistence",
                "--output-format=json", "--tools=Read", "--strict-mcp-config", '--settings={"disableAllHooks":true}',
                *([f"--model={named}"] if named else []),
            ),
            "result",
        )  # fmt: skip
    if agent == "codex":
        return Fork(
            (
                program, "exec", "fork", "--ephemeral", "--skip-git-repo-check", '--config=sandbox_mode="read-only"',
                "--config=notify=[]", *([f"--model={named}"] if named else []), session, "-",
            ),
            "text",
        )  # fmt: skip
    return Fork(
        (program, "run", f"--session={session}", "--fork", "--agent=plan", "--format=json"), "events", kept=True
    )


def answer(shape: Shape, printed: str) -> str:
    """Return what a fork answered, empty where it answered nothing or failed."""
    if shape == "text":
        return printed.strip()
    if shape == "result":
        found = _json(printed)
        if not isinstance(found, dict) or found.get("is_error") or not isinstance(found.get("result"), str):
            return ""
        return str(found["result"]).strip()
    return "\n\n".join(_texts(printed)).strip()


def cost_text(tokens: int | None, price: float | None, model: str | None) -> str:
    """Return what the writer `session` costs, in one sentence.

    Args:
        tokens: What the session holds, None if unknown.
        price: Of one round without any cache, in dollars; None if unknown.
        model: Who writes.
    """
    who = model or "its model"
    if tokens is None:
        return f"A fork of the session reads all of it again with {who}; how much that is, is not known."
    money = f" (about ${price:.2f} without a cache)" if price is not None else ""
    read = f"A fork of the session reads its {short(tokens)} tokens again with {who}{money}"
    return f"{read}, twice if the note needs repair."


def _texts(printed: str) -> Iterator[str]:
    for line in printed.splitlines():
        event = _json(line)
        part = event.get("part") if isinstance(event, dict) and event.get("type") == "text" else None
        text = part.get("text") if isinstance(part, dict) else None
        if isinstance(text, str):
            yield text


def _json(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError):
        return None

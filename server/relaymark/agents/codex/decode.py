"""Codex: what one line of a rollout tells, in the three dialects of 0.50, 0.120 and 0.169.

One file can mix them: a new version that resumes an old file goes on in the old dialect. Facts: observed in files of
these versions; the display formula is in Codex's public source (`codex-rs/protocol`).
"""

import re
from typing import Any

from relaymark.agents.codex.shell import changes, command_text, shown_file
from relaymark.agents.codex.usage import token_count, usage
from relaymark.agents.fields import inner, instant, joined, listing, mapping, text, whole
from relaymark.core import events as ev
from relaymark.core.paths import join

SKIPPED = ()
"""Codex writes no lines that can be told useless by their first bytes."""

_EXITED = re.compile(r"(?:Process exited with code|Exit code:) (-?\d+)")
_SHELL_TOOLS = ("shell", "exec_command", "local_shell", "shell_command", "container.exec")


def decode(record: Any, session_id: str | None = None) -> ev.Record:
    """Return what one parsed line tells; a line of no known type tells nothing.

    Args:
        record: The parsed JSON of the line.
        session_id: The id that the file's name gives; None: the recorded one counts.
    """
    line = mapping(record)
    if not line:
        return ev.Record(bad="not an object")
    payload = mapping(line.get("payload"))
    bad = ""
    found: list[ev.Event] = []
    match line.get("type"):
        case "session_meta":
            found = _meta(payload, session_id)
        case "turn_context":
            found = [ev.ModelChanged(text(payload.get("model"))), ev.CwdChanged(text(payload.get("cwd")))]
        case "event_msg":
            found, bad = _event(payload)
        case "response_item":
            found = _item(payload)
        case "compacted":
            found = [ev.Compacted(text(payload.get("message")) or "")]
        case "token_usage_record":
            reply, bad = usage(payload.get("usage"), mapping(payload.get("thread_token_usage")))
            found = [reply] if reply else []
    return ev.Record(tuple(found), time=instant(line.get("timestamp")), bad=bad)


def _meta(meta: Any, session_id: str | None) -> list[ev.Event]:
    source = mapping(mapping(meta.get("source")).get("subagent"))
    spawn = mapping(source.get("thread_spawn"))
    git = mapping(meta.get("git"))
    parent = text(meta.get("parent_thread_id")) or text(spawn.get("parent_thread_id"))
    if parent is None and (source or mapping(meta.get("source")).get("subagent")):
        root = text(meta.get("session_id"))
        parent = root if root != meta.get("id") else None
    return [
        ev.Started(
            session=session_id or text(meta.get("id")),
            parent=parent,
            forked_from=text(meta.get("forked_from_id")),
            version=text(meta.get("cli_version")),
            entry=text(meta.get("source")),
            cwd=text(meta.get("cwd")),
            branch=text(git.get("branch")),
            provider=text(meta.get("model_provider")) or "openai",
            at=instant(meta.get("timestamp")),
            repository=text(git.get("repository_url")),
            commit=text(git.get("commit_hash")),
        ),
        ev.CwdChanged(text(meta.get("cwd")), text(git.get("branch"))),
    ]


def _event(payload: Any) -> tuple[list[ev.Event], str]:
    match payload.get("type"):
        case "task_started" | "turn_started":
            window = whole(payload.get("model_context_window"))
            return [ev.TurnStarted(), *([ev.WindowSeen(window)] if window else [])], ""
        case "task_complete" | "turn_complete":
            return [ev.TurnEnded()], ""
        case "turn_aborted":
            return [ev.Interrupted()], ""
        case "error":
            return [ev.Failed()], ""
        case "user_message":
            images = [path for path in listing(payload.get("local_images")) if isinstance(path, str)]
            return [
                ev.Prompt(text(payload.get("message")) or ""),
                *(ev.Mentioned(path) for path in images),
            ], ""
        case "token_count":
            return token_count(payload.get("info"))
        case "thread_name_updated" if title := text(payload.get("thread_name")):
            return [ev.Titled(title)], ""
        case "thread_rolled_back":
            return [ev.Rewound(whole(payload.get("num_turns")) or 1)], ""
        case "exec_approval_request" | "apply_patch_approval_request":
            return [ev.Waiting()], ""
        case "item_completed":
            return _completed(mapping(payload.get("item"))), ""
        case "patch_apply_end" if call := text(payload.get("call_id")):
            ok = payload.get("success")
            return [
                *_files(call, payload),
                ev.Returned(call, ok if isinstance(ok, bool) else None, text=None),
            ], ""
    return [], ""


def _files(call: str, payload: Any) -> list[ev.Event]:
    return [ev.FileEdit(call, path) for path in mapping(payload.get("changes")) if isinstance(path, str)]


def _completed(item: Any) -> list[ev.Event]:
    call = text(item.get("id")) or ""
    match item.get("type"):
        case "UserMessage":
            blocks = [mapping(block) for block in listing(item.get("content"))]
            images = [
                path for block in blocks if block.get("type") == "local_image" and (path := text(block.get("path")))
            ]
            return [ev.Prompt(joined(blocks)), *(ev.Mentioned(path) for path in images)]
        case "CommandExecution":
            found: list[ev.Event] = []
            parsed = [mapping(part) for part in listing(item.get("parsed_cmd"))]
            reads = [path for part in parsed if part.get("type") == "read" and (path := text(part.get("path")))]
            if len(reads) == len(parsed) == 1:
                found.append(ev.FileRead(call, reads[0]))
            code = item.get("exit_code")
            known = code if isinstance(code, int) and not isinstance(code, bool) else None
            done = item.get("status") == "completed"
            return [*found, ev.Returned(call, done if known is None else known == 0, known, text=None)]
        case "FileChange":
            done = item.get("status") in (None, "completed")
            return [*_files(call, item), ev.Returned(call, done, text=None)]
        case "ImageView" if path := text(item.get("path")):
            return [ev.FileRead(call, path)]
        case "CollabAgentToolCall" | "SubAgentActivity":
            threads = [
                item.get("receiver_thread_id"),
                item.get("thread_id"),
                *listing(item.get("receiver_thread_ids")),
            ]
            return [ev.SubagentStarted(thread) for thread in threads if isinstance(thread, str)]
    return []


def _item(item: Any) -> list[ev.Event]:
    call = text(item.get("call_id")) or text(item.get("id")) or ""
    match item.get("type"):
        case "message" if item.get("role") == "assistant":
            said: list[ev.Event] = [ev.Said(joined(item.get("content")))]
            # Versions that tell phases also mark the ends of turns; only older ones leave it to the last word.
            return said if "phase" in item else [*said, ev.TurnEnded(certain=False)]
        case "reasoning":
            return [ev.Said(joined(item.get("summary")))]
        case "function_call":
            return _function(call, str(item.get("name")), item.get("arguments"))
        case "local_shell_call":
            action = mapping(item.get("action"))
            return _shell(call, action.get("command"), "", text(action.get("working_directory")))
        case "custom_tool_call":
            if item.get("name") == "apply_patch" and (patch := text(item.get("input"))):
                return _patch(call, patch)
            return [ev.Called(call, str(item.get("name"))), ev.Said(text(item.get("input")) or "")]
        case "function_call_output" | "custom_tool_call_output":
            return [_output(call, item.get("output"))]
    return []


def _function(call: str, name: str, arguments: Any) -> list[ev.Event]:
    given = mapping(inner(arguments))
    if name in _SHELL_TOOLS:
        return _shell(call, given.get("cmd", given.get("command")), str(arguments), text(given.get("workdir")))
    if name == "apply_patch" and (patch := text(given.get("input"))):
        return _patch(call, patch)
    if name == "view_image" and (path := text(given.get("path"))):
        return [ev.FileRead(call, path)]
    return [ev.Called(call, name), ev.Said(arguments if isinstance(arguments, str) else "")]


def _shell(call: str, given: Any, said: str, folder: str | None) -> list[ev.Event]:
    words = given if isinstance(given, list) else []
    if len(words) == 2 and words[0] in ("apply_patch", "applypatch") and isinstance(words[1], str):
        return _patch(call, words[1])
    command = command_text(given)
    if command is None:
        return [ev.Called(call, "shell"), ev.Said(said)]
    found: list[ev.Event] = [ev.Command(call, command), ev.Said(said or command)]
    path = shown_file(command)
    return [*found, ev.FileRead(call, join(folder, path))] if path else found


def _patch(call: str, patch: str) -> list[ev.Event]:
    return [ev.FileEdit(call, change.path, change.added, change.removed, change.whole) for change in changes(patch)]


def _output(call: str, output: Any) -> ev.Returned:
    """Read a tool's output: a text, a JSON text with `metadata.exit_code` (0.50, patches of 0.120), or blocks."""
    said = output if isinstance(output, str) else joined(output) or joined(mapping(output).get("content"))
    if said.startswith("{"):
        told = mapping(inner(said))
        code = mapping(told.get("metadata")).get("exit_code")
        if isinstance(code, int) and not isinstance(code, bool):
            return ev.Returned(call, code == 0, code, text(told.get("output")) or said)
    found = _EXITED.search(said[:400])
    if found:
        return ev.Returned(call, found[1] == "0", int(found[1]), said)
    refused = said.startswith(("apply_patch verification failed", "failed to parse", "exec command rejected"))
    return ev.Returned(call, False if refused else None, None, said)

"""What the messages of `ui_messages.json` tell, one after the other.

Facts: `ExtensionMessage.ts` of Cline, `packages/types/src/message.ts` of Roo Code. A message either asks the user or
says something; the file holds what the user sees, so what tools gave the model is not in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Any

from relaymark.agents.cline_tasks.ending import following
from relaymark.agents.cline_tasks.history import model_told
from relaymark.agents.cline_tasks.tools import SUMMARISES, tool_called
from relaymark.agents.cline_tasks.usage import Rule, usage
from relaymark.agents.fields import inner, mapping, milliseconds, text, whole
from relaymark.core import events as ev

_APPROVAL_MARK = "REQ_APP"
_NOT_ALLOWED = ("clineignore_error", "rooignore_error", "command_permission_denied")
_NOT_DONE = ("error", "diff_error")
_CANCELLED: dict[Any, ev.Event] = {
    "user_cancelled": ev.Interrupted(),
    "streaming_failed": ev.Failed(),
    "retries_exhausted": ev.Failed(),
}


class Messages:
    """Turns the messages of one task into records.

    Args:
        messages: The parsed file.
        rule: How the agent counts the context.
    """

    def __init__(self, messages: Sequence[Any], rule: Rule) -> None:
        self._messages, self._rule = messages, rule
        self._begun = False
        self._call = ""
        self._model: ev.ModelChanged | None = None
        self._tokens = 0
        self._share = 1.0
        self._range: Any = None
        self._condensing: str | None = None

    def records(self) -> Iterator[ev.Record]:
        """Yield a record per message."""
        for at, one in enumerate(self._messages):
            message = mapping(one)
            time = milliseconds(message.get("ts"))
            if not message:
                yield ev.Record(bad="not an object")
                continue
            found, bad = [*self._cut(message), *self._model_of(message)], ""
            match message.get("type"):
                case "say":
                    told, bad = self._said(message.get("say"), message, at)
                case "ask":
                    told = self._asked(message.get("ask"), message, at)
                case _:
                    told = []
            yield ev.Record((*found, *told), time=time, bad=bad)

    def _said(self, kind: Any, message: Mapping[str, Any], at: int) -> tuple[list[ev.Event], str]:
        said = text(message.get("text")) or ""
        match kind:
            case "api_req_started" | "api_req_finished":
                return self._request(message, at)
            case "task" | "text" if not self._begun:
                self._begun = True
                return [ev.Prompt(said)], ""
            case "user_feedback":
                return [ev.Prompt(said)], ""
            case "text" | "completion_result" | "plan_completion_result" if said:
                return [ev.Said(said)], ""
            case "subtask_result" if said:
                return [ev.Fed(said)], ""
            case "command_output" | "mcp_server_response" if self._call:
                return [ev.Returned(self._call, text=said)], ""
            case "condense":
                return [ev.Compacted(said)], ""
            case "compaction":
                return self._compaction(mapping(inner(said)), at), ""
            case "condense_context" if done := mapping(message.get("contextCondense")):
                return [ev.Compacted(text(done.get("summary")) or ""), *self._estimated(done, at)], ""
            case "sliding_window_truncation" if done := mapping(message.get("contextTruncation")):
                return self._estimated(done, at) or [ev.Reply(f"cut {at}", None)], ""
        return self._worked(kind, said, message, at), ""

    def _asked(self, kind: Any, message: Mapping[str, Any], at: int) -> list[ev.Event]:
        said = text(message.get("text")) or ""
        match kind:
            case "followup" | "plan_mode_respond" | "act_mode_respond" | "completion_result" if said:
                return [ev.Said(said)]
            case "command_output" if self._call:
                return [ev.Returned(self._call, text=said)]
            case "condense" | "summarize_task":
                self._condensing = said
                return []
        return self._worked(kind, said, message, at)

    def _worked(self, kind: Any, said: str, message: Mapping[str, Any], at: int) -> list[ev.Event]:
        """Return what the message of a tool tells: a setting approved it (say), or the user had to (ask)."""
        if kind not in ("tool", "command", "use_mcp_server") or message.get("partial") is True:
            return []
        asks, later = message.get("type") == "ask", following(self._messages, at)
        if asks and not later:
            return []  # nothing was done yet
        answered = asks and later.get("say") == "user_feedback"
        call = f"{kind} {at}"
        if kind == "command":
            command = said.removesuffix(_APPROVAL_MARK).rstrip()
            refused = later.get("say") in _NOT_ALLOWED or (answered and not self._has_output(at))
            if refused or not command:
                return []
            self._call = call
            return [ev.Command(call, command), ev.Said(command)]
        told = mapping(inner(said))
        if kind == "use_mcp_server":
            self._call = call
            return [ev.Called(call, text(told.get("toolName")) or "mcp"), ev.Said(text(told.get("arguments")) or "")]
        if told.get("tool") == SUMMARISES:
            self._condensing = text(told.get("content")) or ""
            return []
        events: list[ev.Event] = [*tool_called(call, told)]
        if not later:
            return events
        # Who approves with a remark looks like who refuses; what was done then stands in the metadata.
        failed = answered or later.get("say") in (*_NOT_ALLOWED, *_NOT_DONE)
        return [*events, ev.Returned(call, False if failed else None)]

    def _has_output(self, at: int) -> bool:
        """Tell whether the command at a place put something out before the next request."""
        for place in range(at + 1, len(self._messages)):
            message = mapping(self._messages[place])
            if "command_output" in (message.get("say"), message.get("ask")):
                return True
            if message.get("say") == "api_req_started":
                break
        return False

    def _request(self, message: Mapping[str, Any], at: int) -> tuple[list[ev.Event], str]:
        self._begun, written, key = True, message.get("text"), f"request {at}"
        request = inner(written)
        if written and not isinstance(request, dict):
            return [ev.TurnStarted(), ev.Reply(key, None)], "a request that is no JSON"
        told = mapping(request)
        found: list[ev.Event] = [ev.TurnStarted()]
        if model := model_told(told):
            found.append(ev.ModelChanged(model))
        figures, bad = usage(told)
        if bad:
            self._tokens = 0
            found.append(ev.Reply(key, None))
        elif figures:
            self._tokens, self._share = self._rule(figures), 1.0
            found.append(ev.Reply(key, self._tokens, output=figures.answered))
        if stopped := _CANCELLED.get(text(told.get("cancelReason"))):
            found.append(stopped)
        return found, bad

    def _compaction(self, told: Mapping[str, Any], at: int) -> list[ev.Event]:
        """Return a finished compaction of Cline, which scales its own gauge by the ratio of two estimates."""
        if told.get("status") != "completed":
            return []
        found: list[ev.Event] = [ev.Compacted(trigger=text(told.get("mode")) or "")]
        before, after = whole(told.get("tokensBefore")), whole(told.get("tokensAfter"))
        if before and after and self._tokens:
            self._share *= after / before
            found.append(ev.Reply(f"compaction {at}", ceil(self._tokens * self._share), "estimated"))
        return found

    def _estimated(self, done: Mapping[str, Any], at: int) -> list[ev.Event]:
        tokens = whole(done.get("newContextTokens"))
        return [ev.Reply(f"estimate {at}", tokens, "estimated")] if tokens else []

    def _cut(self, message: Mapping[str, Any]) -> list[ev.Event]:
        """Return the compaction that an earlier summary announced: done once more of the history is left out."""
        told = message.get("conversationHistoryDeletedRange")
        if not isinstance(told, list) or told == self._range:
            return []
        self._range, summary = told, self._condensing
        self._condensing = None
        return [] if summary is None else [ev.Compacted(summary)]

    def _model_of(self, message: Mapping[str, Any]) -> list[ev.Event]:
        info = mapping(message.get("modelInfo"))
        model = text(info.get("modelId"))
        changed = ev.ModelChanged(model, provider=text(info.get("providerId")))
        if model is None or changed == self._model:
            return []
        self._model = changed
        return [changed]

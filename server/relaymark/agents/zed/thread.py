"""Zed: what a thread tells, in its form since 0.3.0 and in the older ones.

The usage of a request stands under the user's message that it belongs to, and each request of the turn takes the place
of the one before it: what the first one held is not known. Facts: Zed's public source (`crates/agent/src/thread.rs`,
`db.rs`, `legacy_thread.rs`, `crates/acp_thread/src/mention.rs`). No message has a time.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from relaymark.agents.fields import instant, listing, mapping, text, whole
from relaymark.agents.zed.tools import Tools
from relaymark.core import events as ev
from relaymark.core import paths
from relaymark.core.events import Record

_FIGURES = ("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
_UNNAMED = "New Thread"


class Row(Struct, frozen=True, kw_only=True):
    """What a thread's row tells beside its data.

    Attributes:
        id: The thread's id.
        title: Its name.
        updated: When it was written last, as ISO 8601.
        created: When it began, None in older versions.
        parent: The thread that started it as its subagent.
        folders: The folders of the project, the first one first.
    """

    id: str
    title: str | None
    updated: str | None
    created: str | None
    parent: str | None
    folders: tuple[str, ...]


def records(row: Row, thread: Mapping[str, Any], bad: str = "") -> tuple[Record, ...]:
    """Return what a thread tells; one that could not be unpacked (`bad`) tells what stands in its row."""
    snapshot = mapping(thread.get("initial_project_snapshot"))
    trees = [mapping(tree) for tree in listing(snapshot.get("worktree_snapshots"))]
    folders = row.folders or tuple(path for tree in trees if (path := text(tree.get("worktree_path"))))
    context = mapping(thread.get("subagent_context"))
    found: list[ev.Event] = [
        ev.Started(
            session=row.id,
            parent=row.parent or text(context.get("parent_thread_id")),
            cwd=folders[0] if folders else None,
            branch=_branch(trees, folders),
            at=instant(row.created) or instant(snapshot.get("timestamp")),
        )
    ]
    title = row.title or text(thread.get("title")) or text(thread.get("summary"))
    if title and title != _UNNAMED:
        found.append(ev.Titled(title))
    model = mapping(thread.get("model"))
    if name := text(model.get("model")):
        found.append(ev.ModelChanged(name, provider=text(model.get("provider"))))
    about = Record(tuple(found), time=instant(row.updated), bad=bad)
    messages = [each for each in listing(thread.get("messages")) if each]
    old = any("role" in mapping(message) for message in messages)
    turns = _old(messages, thread, Tools(folders)) if old else _new(messages, thread, Tools(folders))
    return (about, *turns)


def _branch(trees: list[Mapping[str, Any]], folders: tuple[str, ...]) -> str | None:
    """Return the git branch of the first folder when the thread began."""
    for tree in trees:
        if folders and text(tree.get("worktree_path")) == folders[0]:
            return text(mapping(tree.get("git_state")).get("current_branch"))
    return None


def _new(messages: list[Any], thread: Mapping[str, Any], tools: Tools) -> Iterator[Record]:
    usages = mapping(thread.get("request_token_usage"))
    user, answered = "", False
    for message in messages:
        one = mapping(message)
        if "User" in one:
            yield from _figure(usages, user, answered=answered)
            asked = mapping(one["User"])
            user, answered = text(asked.get("id")) or "", False
            yield Record((*_asked(asked), ev.Reply(user, None)) if asked.get("content") else ())
        elif "Agent" in one:
            answered = True
            yield Record(tuple(_answered(mapping(one["Agent"]), tools)))
        elif "Compaction" in one:
            answered = False  # the figure of the turn so far is that of the history which was replaced
            yield Record((ev.Compacted(text(mapping(one["Compaction"]).get("Summary")) or ""),))
    yield from _figure(usages, user, answered=answered)


def _figure(usages: Mapping[str, Any], user: str, *, answered: bool) -> Iterator[Record]:
    """Yield the context after a turn: the usage of its newest request, if there is one."""
    if answered and (usage := usages.get(user)) is not None:
        reply, bad = usage_of(usage, f"usage of {user}")
        yield Record((reply,), bad=bad)


def usage_of(usage: Any, key: str) -> tuple[ev.Reply, str]:
    """Return what a usage tells, and why it is bad if it is; figures of zero are left out of the record."""
    if not isinstance(usage, dict):
        return ev.Reply(key, None), "usage that is no object"
    figures = [0 if usage.get(name) is None else whole(usage[name]) for name in _FIGURES]
    known = [figure for figure in figures if figure is not None]
    if len(known) < len(figures):
        return ev.Reply(key, None), "usage that is no number"
    return ev.Reply(key, sum(known) or None, output=known[1]), ""


def _asked(message: Mapping[str, Any]) -> list[ev.Event]:
    said: list[str] = []
    named: list[ev.Event] = []
    for part in map(mapping, listing(message.get("content"))):
        mention = mapping(part.get("Mention"))
        content = text(mention.get("content")) or ""
        told = next(map(mapping, mapping(mention.get("uri")).values()), {})
        kind = next(iter(mapping(mention.get("uri"))), "")
        path = text(told.get("abs_path"))
        if path and kind != "Directory":
            said.append(f"@{paths.name(path)}")
            named.append(ev.Mentioned(path, content))
        elif content:
            named.append(ev.Fed(content))
        said.append(text(part.get("Text")) or "")
    return [ev.Prompt("".join(said)), *named]


def _answered(message: Mapping[str, Any], tools: Tools) -> list[ev.Event]:
    found: list[ev.Event] = []
    results = mapping(message.get("tool_results"))
    calls = spoke = False
    for part in map(mapping, listing(message.get("content"))):
        if said := text(part.get("Text")):
            spoke = True
            found.append(ev.Said(said))
        elif said := text(mapping(part.get("Thinking")).get("text")):
            found.append(ev.Said(said))
        elif use := mapping(part.get("ToolUse")):
            calls = True
            found += tools.called(use, results.get(text(use.get("id")) or ""))
    return [*found, ev.TurnEnded(certain=False)] if spoke and not calls else found


def _old(messages: list[Any], thread: Mapping[str, Any], tools: Tools) -> Iterator[Record]:
    usages = listing(thread.get("request_token_usage"))
    for at, message in enumerate(map(mapping, messages)):
        segments = [mapping(segment) for segment in listing(message.get("segments"))]
        said = [told for segment in segments if (told := text(segment.get("text")))] or [
            text(message.get("text")) or ""
        ]
        attached = text(message.get("context"))
        results = {
            text(result.get("tool_use_id")): result for result in map(mapping, listing(message.get("tool_results")))
        }
        match message.get("role"):
            case "user" if not results:
                hidden = message.get("is_hidden") is True
                prompt = ev.Fed("\n".join(said)) if hidden else ev.Prompt("\n".join(said))
                yield Record((prompt, *([ev.Fed(attached)] if attached else [])))
            case "assistant":
                uses = [mapping(use) for use in listing(message.get("tool_uses"))]
                found: list[ev.Event] = [ev.Said(told) for told in said if told]
                for use in uses:
                    found += tools.called(use, results.get(text(use.get("id"))))
                if any(said) and not uses:
                    found.append(ev.TurnEnded(certain=False))
                usage = usages[at] if at < len(usages) else None
                reply, bad = usage_of(usage, f"{at}") if usage else (None, "")
                yield Record((reply, *found) if reply else tuple(found), bad=bad)

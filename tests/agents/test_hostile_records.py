"""Whatever a line holds, it becomes a record: decoding and folding never raise."""

import functools
import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from relaymark.agents.known import AGENTS
from relaymark.core.events import Record
from relaymark.core.fold import SessionFold
from relaymark.core.lean import lean, texts
from relaymark.core.store import Lines
from relaymark.sources.lines import TOO_LONG
from relaymark.sources.passing import record_of

CASES = Path(__file__).resolve().parents[1] / "transcripts"
OF_LINES = [agent for agent in AGENTS if any(isinstance(store, Lines) for store in agent.stores)]
EVERY_AGENT = pytest.mark.parametrize("agent", OF_LINES, ids=lambda agent: agent.name)
SHAPES = {"claude-code": 45, "codex": 45, "copilot-cli": 2, "qwen-code": 20}
"""Recorded lines of different shapes that there are at least, so that the laws meet every kind of line."""
EVERY_RECORDED = pytest.mark.parametrize(
    "agent", [agent for agent in OF_LINES if (CASES / agent.name).is_dir()], ids=lambda agent: agent.name
)
WORDS = (
    "type", "uuid", "parentUuid", "message", "content", "usage", "input_tokens", "total_tokens", "id", "name",
    "input", "file_path", "command", "payload", "info", "last_token_usage", "call_id", "arguments", "output",
    "item", "changes", "source", "subagent", "user", "assistant", "system", "attachment", "session_meta",
    "turn_context", "event_msg", "response_item", "token_count", "item_completed", "function_call",
    "apply_patch", "shell", "compacted", "tool_use", "tool_result", "text", "Read", "Bash", "Edit", "MultiEdit",
    "edits", "thread_rolled_back", "num_turns", "timestamp", "cwd", "sessionId",
)  # fmt: skip
ODD = ("", "12000", "\x00", "\ud800", "[1m]", "2026-11-20T18:10:00Z", "9999-99-99", "0001-01-01T00:00:00+23:59", "..",
       "file://[", "C:\\x", "[" * 3_000, "*** Update File: ")  # fmt: skip


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=9),
    st.sampled_from(WORDS),
    st.sampled_from(ODD),
)
keys = st.sampled_from(WORDS) | st.text(max_size=5)
values = st.recursive(
    scalars | st.just(nested(150)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6),
    max_leaves=25,
)


def store_of(agent):
    return next(store for store in agent.stores if isinstance(store, Lines))


def decoder(agent):
    return store_of(agent).decoder("/home/dev/x.jsonl")


def taken(agent, *records):
    """Fold records as the reader does, and return the session."""
    folding = SessionFold(agent.name, "fallback")
    for at, record in enumerate(records):
        assert isinstance(record, Record)
        for event in record.events:
            assert all(isinstance(text, str) for text in texts(event))
            lean(event)
        folding.add(at, record)
    return folding.session()


@functools.cache
def recorded_lines(agent):
    """Return recorded lines, one per shape: what they are called and which keys they have."""
    found = {}
    for path in sorted((CASES / agent.name).rglob("*.jsonl")):
        for line in path.read_bytes().splitlines():
            value = json.loads(line)
            if len(line) < 20_000:
                found.setdefault(shape(value), value)
    return tuple(found.values())


def shape(value):
    inner = value.get("payload") or value.get("attachment") or value.get("message") or {}
    item = inner.get("item") or {}
    return (value.get("type"), value.get("subtype"), inner.get("type"), item.get("type"), inner.get("name"),
            tuple(sorted(value)), tuple(sorted(inner)))  # fmt: skip


def places(value, path=()):
    """Yield the path of every part of a JSON value."""
    yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from places(part, (*path, key))


def changed(value, path, part, *, drop):
    """Return a copy of a JSON value with one part exchanged, or left out."""
    if not path:
        return part
    copy = value.copy()
    key, *rest = path
    if not rest and drop:
        del copy[key]
    else:
        copy[key] = changed(copy[key], rest, part, drop=drop)
    return copy


@EVERY_AGENT
@settings(deadline=None)
@given(value=values)
@example(value={"type": "assistant", "message": {"usage": {"input_tokens": float("nan")}}})
@example(
    value={"type": "event_msg", "payload": {"type": "token_count", "info": {"last_token_usage": {"total_tokens": 0}}}}
)
def test_any_value_becomes_a_record(agent, value):
    record = decoder(agent)(value)
    session = taken(agent, record)
    assert session.bad_records == bool(record.bad)


@EVERY_RECORDED
def test_recorded_lines_have_many_shapes(agent):
    """Or the test below would look at little."""
    assert len(recorded_lines(agent)) > SHAPES[agent.name]


@EVERY_AGENT
@pytest.mark.parametrize("key", ["message", "payload", "content", "usage", "type", "timestamp"])
def test_values_nested_very_deeply_become_a_record(agent, key):
    deep = nested(20_000)
    for value in (
        deep,
        {"type": "user", key: deep},
        {"type": "event_msg", "payload": {"type": "token_count", key: deep}},
    ):
        assert not taken(agent, decoder(agent)(value)).commands


@EVERY_RECORDED
@settings(deadline=None)
@given(data=st.data())
def test_any_change_of_a_recorded_line_becomes_a_record(agent, data):
    lines = recorded_lines(agent)
    at = data.draw(st.integers(0, len(lines) - 1), label="line")
    value = lines[at]
    for _ in range(data.draw(st.integers(1, 3), label="changes")):
        path = data.draw(st.sampled_from(list(places(value))), label="place")
        value = changed(value, path, data.draw(values, label="part"), drop=data.draw(st.booleans(), label="drop"))
        if not isinstance(value, dict):
            break
    read = decoder(agent)
    neighbours = [lines[(at + step) % len(lines)] for step in (-2, -1, 1, 2)]
    taken(agent, *map(read, neighbours[:2]), read(value), read(value), *map(read, neighbours[2:]))


@EVERY_AGENT
@settings(deadline=None)
@given(line=st.binary(max_size=200) | values.map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass")))
@example(line=b"{" * 100_000)
@example(line=b'{"type":"user","n":1e400}')
@example(line=b'{"type":"user"}{"type":"user"}')
@example(line=b"\x00" * 64)
@example(line=b"\xff\xfe{}")
def test_any_bytes_become_a_record_or_are_of_no_interest(agent, line):
    record = record_of(store_of(agent), decoder(agent), line)
    assert record is None or isinstance(record, Record)
    assert record is not None or line.startswith(store_of(agent).skipped)


@EVERY_AGENT
def test_a_line_that_is_too_long_is_a_bad_record(agent):
    assert record_of(store_of(agent), decoder(agent), TOO_LONG).bad


@EVERY_AGENT
@settings(deadline=None)
@given(values)
def test_what_lies_beside_the_transcripts_never_raises(agent, value):
    store_of(agent).recognises(value)
    if agent.registry:
        agent.registry.decode(value)
    if agent.titles:
        agent.titles.decode(value)
    if agent.settings:
        agent.settings.model(value)


@EVERY_AGENT
@settings(deadline=None)
@given(path=st.text(max_size=60) | st.sampled_from(ODD), name=st.text(max_size=20))
@example(path="home/dev/\udcff", name="")
def test_no_path_or_name_is_too_odd(agent, path, name):
    agent.owns(path)
    store_of(agent).session_id(path)
    agent.near("/" + path)
    agent.closed(path)
    agent.one_million(name)
    assert agent.window(path, name) is None or agent.window(path, name) > 0

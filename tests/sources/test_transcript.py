"""A transcript on disk: any way of growing gives the session of one reading, and what is broken hurts only itself."""

import json
import os
import tempfile
import tracemalloc
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from relaymark.agents.known import AGENTS
from relaymark.core.session import Context
from relaymark.sources import transcript
from relaymark.sources.lines import LONGEST_LINE, raw_lines
from relaymark.sources.transcript import Transcript

CASES = Path(__file__).resolve().parents[1] / "transcripts"
AGENT = {agent.name: agent for agent in AGENTS}
CLAUDE, CODEX = AGENT["claude-code"], AGENT["codex"]
RECORDINGS = {
    "rewind": ("claude-code", "2.1.329-tui-rename-rewind", "06b2a57d-3af1-4693-98d7-0a1ca30b2e6e.jsonl"),
    "compact": ("claude-code", "2.0.30-resume-subagent-compact", "7e3a4434-b1b8-4d26-99d9-3bc8aea75aed.jsonl"),
    "copies": ("claude-code", "1.0.100-resume-copies", "7b30aa19-7827-439e-b746-1f1bc0ffc246.jsonl"),
    "resumed": ("codex", "0.169.0-several-sessions", "01a1fa25-2596-7820-9c3e-5364b837bf70.jsonl"),
    "renamed": ("codex", "0.169.0-several-sessions", "01a1fa26-95ca-7332-b445-2828a03a2800.jsonl"),
    "oldest": ("codex", "0.50.0-auto-compact", "01a1fa33-e2a8-7660-a557-d6c13b6a1525.jsonl"),
}
NAME = "06b2a57d-3af1-4693-98d7-0a1ca30b2e6e.jsonl"
ROLLOUT = "rollout-2026-11-20T18-09-55-01a1fa26-95ca-7332-b445-2828a03a2800.jsonl"


@cache
def recording(name):
    agent, case, part = RECORDINGS[name]
    [path] = (CASES / agent / case).rglob(f"*{part}")
    return AGENT[agent], path.name, path.read_bytes()


@cache
def at_once(name, end=None):
    """Return the session of a recording's first bytes, read in one go, and the records that want to be counted."""
    agent, file, data = recording(name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, file)
        path.write_bytes(data[:end])
        reading = Transcript(agent, str(path))
        return replace(reading.read_all(), path=""), reading.fold("").wanted


def finished(reading):
    """Refresh, read the history, and return the session without its path."""
    reading.refresh()
    while not reading.read_history():
        pass
    return replace(reading.session(), path="")


def append(path, data):
    with open(path, "ab") as file:
        file.write(data)


# Growth


@pytest.mark.parametrize("name", RECORDINGS)
@settings(deadline=None)
@given(data=st.data())
def test_any_split_into_appends_gives_the_session_of_one_reading(name, data):
    agent, file, content = recording(name)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(content)), max_size=10), label="cuts"))
    steps = data.draw(
        st.lists(st.sampled_from(["refresh", "some", "all", "nothing"]), min_size=len(cuts)), label="steps"
    )
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(transcript, "TAIL", data.draw(st.sampled_from([100, 4_096, 65_536]), label="tail"))
        patch.setattr(transcript, "_CHUNK", data.draw(st.sampled_from([700, 65_536]), label="chunk"))
        path = Path(folder, file)
        path.write_bytes(b"")
        reading = Transcript(agent, str(path))
        for start, end, step in zip([0, *cuts], cuts, steps, strict=False):
            append(path, content[start:end])
            if step == "nothing":
                continue
            reading.refresh()
            if step == "some":
                reading.read_history(most=1_000)
            elif step == "all":
                assert finished(reading) == at_once(name, end)[0]
        append(path, content[cuts[-1] if cuts else 0 :])
        session = finished(reading)
        assert (session, reading.fold("").wanted) == at_once(name)
        assert reading.offset == len(content)
        assert not reading.partial


@pytest.mark.parametrize("name", ["rewind", "renamed"])
def test_line_by_line_gives_the_session_of_one_reading(name, tmp_path):
    agent, file, content = recording(name)
    path = tmp_path / file
    reading = Transcript(agent, str(path))
    for line in content.splitlines(keepends=True):
        append(path, line)
        session = reading.refresh()
        assert not session.partial
    assert (replace(session, path=""), reading.fold("").wanted) == at_once(name)


def test_each_recording_of_these_tests_has_something_to_lose():
    for name in RECORDINGS:
        session, wanted = at_once(name)
        assert session.context.tokens
        assert session.prompt_count >= 2
        assert wanted


# Small transcripts made by hand


def prompt(number, text="Go"):
    parent = f"a{number - 1}" if number else None
    return {"type": "user", "uuid": f"u{number}", "parentUuid": parent, "cwd": "/home/dev/shop",
            "timestamp": f"2026-11-20T10:00:{number:02}Z", "message": {"role": "user", "content": text}}  # fmt: skip


def reply(number, tokens, model="claude-opus-5-5"):
    usage = {"input_tokens": tokens, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
    body = {"id": f"m{number}", "model": model, "stop_reason": "end_turn", "usage": usage,
            "content": [{"type": "text", "text": "Done."}]}  # fmt: skip
    return {"type": "assistant", "uuid": f"a{number}", "parentUuid": f"u{number}", "message": body,
            "timestamp": f"2026-11-20T10:00:{number:02}Z"}  # fmt: skip


def encoded(*records):
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def turns(*tokens):
    return encoded(*(one for number, size in enumerate(tokens) for one in (prompt(number), reply(number, size))))


def other_turns(*tokens):
    return turns(*tokens).replace(b'"Go"', b'"Something else"')


def written(folder, data, name=NAME):
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_partial_last_line_waits(tmp_path):
    path = written(tmp_path, turns(10_000, 20_000))
    reading = Transcript(CLAUDE, str(path))
    assert reading.refresh().context.tokens == 20_000
    data = encoded(prompt(2), reply(2, 30_000))
    append(path, data[:-40])
    session = reading.refresh()
    assert (session.context.tokens, session.prompt_count, session.bad_records) == (20_000, 3, 0)
    append(path, data[-40:-1])
    assert reading.refresh().context.tokens == 20_000
    append(path, data[-1:])
    session = reading.refresh()
    assert (session.context.tokens, session.prompt_count, session.bad_records) == (30_000, 3, 0)


@pytest.mark.parametrize("end", [b"\r\n", b"\n\n", b"\n\r\n"])
def test_other_line_ends_and_empty_lines_are_fine(tmp_path, end):
    path = written(tmp_path, turns(10_000, 20_000).replace(b"\n", end))
    session = Transcript(CLAUDE, str(path)).read_all()
    assert (session.context.tokens, session.prompt_count, session.bad_records) == (20_000, 2, 0)


def test_an_empty_file_is_an_empty_session(tmp_path):
    path = written(tmp_path, b"")
    reading = Transcript(CLAUDE, str(path))
    session = reading.refresh()
    assert (session.context, session.prompt_count, session.turn, session.partial) == (Context(), 0, "none", False)
    append(path, turns(10_000))
    assert reading.refresh().context.tokens == 10_000


def test_nothing_new_changes_nothing(tmp_path):
    reading = Transcript(CLAUDE, str(written(tmp_path, turns(10_000))))
    assert reading.refresh() == reading.refresh() == reading.read_all()


def test_size_time_and_offset_tell_how_far_it_was_read(tmp_path):
    data = turns(10_000)
    path = written(tmp_path, data + b'{"type":')
    os.utime(path, (1_000, 2_000))
    reading = Transcript(CLAUDE, str(path))
    assert reading.offset == 0
    reading.refresh()
    assert (reading.size, reading.modified) == (len(data) + 8, 2_000)
    assert reading.offset == len(data) + 8


# Files that do not only grow


def test_a_shrunk_file_is_read_anew(tmp_path):
    path = written(tmp_path, turns(10_000, 20_000, 30_000))
    reading = Transcript(CLAUDE, str(path))
    assert reading.refresh().prompt_count == 3
    os.truncate(path, len(turns(10_000)))
    session = reading.refresh()
    assert (session.context.tokens, session.prompt_count) == (10_000, 1)


def test_a_file_in_place_of_the_old_one_is_read_anew(tmp_path):
    path = written(tmp_path, turns(10_000))
    reading = Transcript(CLAUDE, str(path))
    reading.refresh()
    other = written(tmp_path, turns(77_000, 88_000, 99_000), "other.jsonl")
    os.replace(other, path)
    session = reading.refresh()
    assert (session.context.tokens, session.prompt_count, session.first_context) == (99_000, 3, 77_000)


def test_a_file_in_place_of_one_whose_history_is_being_read_is_read_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(transcript, "TAIL", 400)
    monkeypatch.setattr(transcript, "_CHUNK", 300)
    path = written(tmp_path, turns(*range(1_000, 1_030)))
    reading = Transcript(CLAUDE, str(path))
    assert reading.refresh().partial
    assert not reading.read_history(most=300)
    os.replace(written(tmp_path, turns(77_000, 88_000), "other.jsonl"), path)
    reading.read_history(most=300)
    session = finished(reading)
    assert (session.context.tokens, session.prompt_count, session.bad_records) == (88_000, 2, 0)


@pytest.mark.parametrize("before", [1, 3, 40])
def test_an_emptied_file_that_has_grown_larger_again_is_read_anew(tmp_path, before):
    path = written(tmp_path, turns(*(10_000 + number for number in range(before))))
    reading = Transcript(CLAUDE, str(path))
    reading.refresh()
    inode = path.stat().st_ino
    path.write_bytes(other_turns(*(50_000 + number for number in range(before + 5))))
    assert path.stat().st_ino == inode
    session = finished(reading)
    assert (session.context.tokens, session.prompt_count) == (50_000 + before + 4, before + 5)
    assert {prompt.text for prompt in session.prompts} == {"Something else"}


def test_a_file_rewritten_while_its_history_is_read_is_read_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(transcript, "TAIL", 400)
    monkeypatch.setattr(transcript, "_CHUNK", 300)
    path = written(tmp_path, turns(*range(10_000, 10_030)))
    reading = Transcript(CLAUDE, str(path))
    assert reading.refresh().partial
    assert not reading.read_history(most=3_000)
    path.write_bytes(other_turns(*range(50_000, 50_040)))
    while not reading.read_history(most=3_000):
        pass
    session = finished(reading)
    assert (session.context.tokens, session.prompt_count, session.bad_records) == (50_039, 40, 0)
    assert session == replace(Transcript(CLAUDE, str(path)).read_all(), path="")


def test_a_file_that_is_gone_leaves_the_last_good_state_until_it_is_back(tmp_path):
    path = written(tmp_path, turns(10_000))
    reading = Transcript(CLAUDE, str(path))
    before = reading.refresh()
    path.unlink()
    with pytest.raises(FileNotFoundError):
        reading.refresh()
    assert reading.session() == before
    written(tmp_path, turns(10_000, 20_000))
    assert reading.refresh().context.tokens == 20_000


def test_a_folder_where_a_file_is_expected_is_an_error_of_the_system(tmp_path):
    path = tmp_path / NAME
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        Transcript(CLAUDE, str(path)).refresh()


def test_a_file_that_turned_into_a_folder_leaves_the_last_good_state(tmp_path):
    path = written(tmp_path, turns(10_000))
    reading = Transcript(CLAUDE, str(path))
    before = reading.refresh()
    path.unlink()
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        reading.read_all()
    assert reading.session() == before


def test_a_file_that_may_not_be_read_leaves_the_last_good_state(tmp_path, monkeypatch):
    path = written(tmp_path, turns(10_000))
    reading = Transcript(CLAUDE, str(path))
    before = reading.refresh()
    append(path, encoded(prompt(1), reply(1, 20_000)))

    def refused(*_args, **_more):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(transcript, "open", refused, raising=False)
    with pytest.raises(PermissionError):
        reading.refresh()
    with pytest.raises(PermissionError):
        Transcript(CLAUDE, str(path)).refresh()
    assert reading.session() == before
    monkeypatch.undo()
    assert reading.refresh().context.tokens == 20_000


# Broken lines


def cut_in_half(line):
    return line[: len(line) // 2]


def with_usage(**parts):
    broken = reply(8, 1)
    broken["uuid"], broken["parentUuid"] = "broken", "u0"
    broken["message"]["usage"].update(parts)
    return json.dumps(broken).encode()


GOOD = json.dumps(prompt(9, "Lost")).encode()
CLAUDE_BROKEN = {
    "truncated": cut_in_half(GOOD),
    "invalid UTF-8": GOOD.replace(b"Lost", b"\xff\xfeost"),
    "NUL bytes": GOOD.replace(b"Lost", b"Lo\x00st"),
    "only NUL bytes": b"\x00" * 4_096,
    "figures as strings": with_usage(input_tokens="12000"),
    "a negative figure": with_usage(cache_read_input_tokens=-5),
    "1e400": with_usage(input_tokens=0).replace(b'"input_tokens": 0', b'"input_tokens": 1e400'),
    "null usage": json.dumps({**reply(8, 1), "message": {**reply(8, 1)["message"], "usage": None}}).encode(),
    "2,000 levels": GOOD.replace(b'"Lost"', b"[" * 2_000 + b"]" * 2_000),
    "two objects": GOOD + GOOD,
    "a list": b"[1,2,3]",
    "a word": b"hello",
    "another encoding": GOOD.decode().encode("utf-16"),
    "16 MB and more": None,
}


@pytest.mark.parametrize("what", [*CLAUDE_BROKEN])
def test_a_broken_line_is_counted_and_the_rest_is_right(tmp_path, what):
    broken = CLAUDE_BROKEN[what] or b'{"type":"user","x":"' + b"x" * LONGEST_LINE + b'"}'
    broken = broken.replace(b"\n", b"")
    before, after = turns(10_000), encoded(prompt(1), reply(1, 20_000))
    right = Transcript(CLAUDE, str(written(tmp_path, before + after))).read_all()
    for end in (b"\n", b"\r\n"):
        path = written(tmp_path, before + broken + end + after)
        reading = Transcript(CLAUDE, str(path))
        session = reading.read_all()
        assert session.bad_records == 1
        assert reading.first_bad[0] == len(before)
        assert reading.first_bad[1]
        assert replace(session, bad_records=0, updated_at=right.updated_at) == right


@pytest.mark.parametrize("what", [*CLAUDE_BROKEN])
def test_a_broken_line_that_is_appended_hurts_nothing_that_follows(tmp_path, what):
    broken = CLAUDE_BROKEN[what] or b'{"x":"' + b"x" * LONGEST_LINE + b'"}'
    path = written(tmp_path, turns(10_000))
    reading = Transcript(CLAUDE, str(path))
    reading.refresh()
    for at in range(0, len(broken), max(len(broken) // 3, 1)):
        append(path, broken.replace(b"\n", b"")[at : at + max(len(broken) // 3, 1)])
        reading.refresh()
    append(path, b"\n" + encoded(prompt(1), reply(1, 20_000)))
    session = reading.refresh()
    assert (session.context.tokens, session.prompt_count, session.bad_records) == (20_000, 2, 1)


def count(tokens, **more):
    last = {"input_tokens": 1, "output_tokens": 0, "total_tokens": tokens, **more}
    info = {"last_token_usage": last, "total_token_usage": {"total_tokens": tokens}, "model_context_window": 258_400}
    return {"type": "event_msg", "payload": {"type": "token_count", "info": info}}


HEAD = {"type": "session_meta", "payload": {"id": "x", "cwd": "/home/dev/shop", "cli_version": "0.169.0"}}
SAID = {"type": "event_msg", "payload": {"type": "user_message", "message": "Lost"}}


@pytest.mark.parametrize(
    "broken",
    [
        json.dumps(SAID).encode()[:30],
        json.dumps(SAID).encode().replace(b"Lost", b"\xffost"),
        json.dumps(SAID).encode().replace(b"Lost", b"\x00ost"),
        json.dumps(SAID).encode() * 2,
        json.dumps(SAID).encode().replace(b'"Lost"', b"[" * 2_000 + b"]" * 2_000),
        json.dumps(count("31000")).encode(),
        json.dumps(count(None)).encode(),
        json.dumps(count(-4)).encode(),
        json.dumps(count(5)).encode().replace(b'"total_tokens": 5', b'"total_tokens": 1e400'),
    ],
    ids=lambda broken: repr(broken[-20:]),
)
def test_a_broken_line_of_a_rollout_is_counted_and_the_rest_is_right(tmp_path, broken):
    before = encoded(HEAD, {"type": "turn_context", "payload": {"model": "gpt-5.5-codex"}}, count(10_000))
    path = written(tmp_path, before + broken + b"\n" + encoded(count(20_000)), ROLLOUT)
    session = Transcript(CODEX, str(path)).read_all()
    assert (session.context, session.window, session.bad_records) == (Context(20_000, "measured"), 258_400, 1)
    assert (session.prompt_count, session.cwd, session.model) == (0, "/home/dev/shop", "gpt-5.5-codex")


def test_every_broken_line_is_counted_and_the_first_is_named(tmp_path):
    path = written(tmp_path, turns(10_000) + b"{\n[\n" + encoded(prompt(1)) + b"nonsense\n")
    reading = Transcript(CLAUDE, str(path))
    assert reading.refresh().bad_records == 3
    assert reading.first_bad[0] == len(turns(10_000))
    assert Transcript(CLAUDE, str(written(tmp_path, turns(1_000)))).first_bad is None


def test_a_file_of_nothing_but_rubbish_is_a_session_without_a_context(tmp_path):
    path = written(tmp_path, bytes(range(256)) * 2_000)
    session = Transcript(CLAUDE, str(path)).read_all()
    assert session.context == Context()
    assert session.bad_records == 2_000


@pytest.mark.slow
@pytest.mark.parametrize("where", ["middle", "last", "unfinished"])
def test_a_line_of_50_mb_is_one_bad_record_and_takes_no_memory(tmp_path, where):
    path = written(tmp_path, turns(10_000))
    with open(path, "ab") as file:
        file.write(b'{"type":"user","message":"')
        file.writelines(b"x" * 1_000_000 for _ in range(50))
        file.write(b'"}\n' if where != "unfinished" else b"")
        file.write(encoded(prompt(1), reply(1, 20_000)) if where == "middle" else b"")
    reading = Transcript(CLAUDE, str(path))
    tracemalloc.start()
    try:
        session = reading.read_all()
        used, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 40_000_000
    assert used < 2_000_000
    assert session.context.tokens == (20_000 if where == "middle" else 10_000)
    assert session.prompt_count == (2 if where == "middle" else 1)
    assert session.bad_records == (0 if where == "unfinished" else 1)
    if where == "unfinished":
        append(path, b'"}\n' + encoded(prompt(1), reply(1, 20_000)))
        session = reading.refresh()
        assert (session.context.tokens, session.bad_records) == (20_000, 1)


# Tail first


def test_only_the_end_of_a_large_transcript_is_read_at_first(tmp_path, monkeypatch):
    path = written(tmp_path, turns(*range(1_000, 3_000)))
    read = []
    feed = transcript.LineCutter.feed
    monkeypatch.setattr(transcript.LineCutter, "feed", lambda self, data: (read.append(len(data)), feed(self, data))[1])
    reading = Transcript(CLAUDE, str(path))
    session = reading.refresh()
    assert sum(read) <= transcript.TAIL < path.stat().st_size
    assert (session.partial, session.prompt_count, session.compactions) == (True, None, None)
    assert session.context.tokens == 2_999
    read.clear()
    append(path, encoded(prompt(2_000), reply(2_000, 5_000)))
    assert reading.refresh().context.tokens == 5_000
    assert sum(read) < 1_000
    session = finished(reading)
    assert (session.partial, session.prompt_count, session.context.tokens) == (False, 2_001, 5_000)


def test_a_tail_without_a_figure_grows_until_it_has_one(tmp_path, monkeypatch):
    monkeypatch.setattr(transcript, "TAIL", 300)
    noise = [{"type": "attachment", "uuid": f"n{at}", "parentUuid": "a1", "attachment": {"type": "date"}} for at in
             range(50)]  # fmt: skip
    reading = Transcript(CLAUDE, str(written(tmp_path, turns(*range(1_000, 1_099), 40_000) + encoded(*noise))))
    session = reading.refresh()
    assert session.context.tokens == 40_000
    assert session.partial


def test_a_transcript_without_any_figure_is_read_to_its_start(tmp_path, monkeypatch):
    monkeypatch.setattr(transcript, "TAIL", 300)
    path = written(tmp_path, encoded(*(prompt(number) for number in range(20))))
    session = Transcript(CLAUDE, str(path)).refresh()
    assert (session.partial, session.context, session.prompt_count) == (False, Context(), 20)


@pytest.mark.parametrize("tail", range(1, 700, 23))
def test_a_tail_that_begins_anywhere_begins_with_a_whole_line(tmp_path, monkeypatch, tail):
    monkeypatch.setattr(transcript, "TAIL", tail)
    monkeypatch.setattr(transcript, "_CHUNK", 64)
    path = written(tmp_path, turns(10_000, 20_000, 30_000))
    reading = Transcript(CLAUDE, str(path))
    session = reading.refresh()
    assert session.context.tokens == 30_000
    assert session.bad_records == 0
    assert finished(reading) == replace(Transcript(CLAUDE, str(path)).read_all(), path="")


def test_appends_while_the_history_is_read_are_in_it(tmp_path, monkeypatch):
    monkeypatch.setattr(transcript, "TAIL", 400)
    monkeypatch.setattr(transcript, "_CHUNK", 300)
    path = written(tmp_path, turns(*range(10_000, 10_010)))
    reading = Transcript(CLAUDE, str(path))
    reading.refresh()
    number = 10
    while not reading.read_history(most=900):
        append(path, encoded(prompt(number), reply(number, 20_000 + number)))
        assert reading.refresh().context.tokens == 20_000 + number
        number += 1
        assert number < 60
    assert number > 12
    session = finished(reading)
    assert (session.context.tokens, session.prompt_count) == (20_000 + number - 1, number)


def test_what_was_appended_is_there_as_soon_as_the_history_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(transcript, "TAIL", 400)
    monkeypatch.setattr(transcript, "_CHUNK", 50)
    path = written(tmp_path, turns(10_000, 20_000, 30_000))
    reading = Transcript(CLAUDE, str(path))
    assert reading.refresh().partial
    append(path, encoded(prompt(3), reply(3, 40_000)))
    assert reading.read_history(most=1 << 30)
    assert (reading.session().context.tokens, reading.session().prompt_count) == (40_000, 4)


def test_a_tail_that_begins_with_a_line_begins_with_that_line(tmp_path, monkeypatch):
    monkeypatch.setattr(transcript, "TAIL", len(encoded(reply(2, 30_000))))
    session = Transcript(CLAUDE, str(written(tmp_path, turns(10_000, 20_000, 30_000)))).refresh()
    assert session.context.tokens == 30_000
    assert session.prompts == ()


# Raw lines


def test_lines_are_found_again_by_their_offsets(tmp_path):
    data = turns(10_000, 20_000).replace(b"\n", b"\r\n")
    path = written(tmp_path, data)
    starts = [0, *(at + 1 for at, byte in enumerate(data) if byte == 10)][:-1]
    lines = dict(raw_lines(str(path), tuple(reversed(starts))))
    assert [lines[start] for start in starts] == data.splitlines()
    assert dict(raw_lines(str(path), (len(data) + 50,))) == {len(data) + 50: b""}
    path.unlink()
    with pytest.raises(OSError, match="No such file"):
        list(raw_lines(str(path), (0,)))

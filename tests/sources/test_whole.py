"""Units of files that are rewritten whole: any state in between keeps the last good one."""

import json
import os
import time

import pytest
from msgspec.structs import replace

from relaymark.core import events as ev
from relaymark.core.agent import Agent
from relaymark.core.events import Record
from relaymark.core.store import Files, Told
from relaymark.sources import whole
from relaymark.sources.whole import NotReadableError, Whole


def decode(_path, files):
    own = files["talk.json"]
    lines = files.get("more.jsonl", [])
    said = [
        *own.get("said", []),
        *lines,
        *(value["said"] for name, value in files.items() if name.startswith("parts/")),
    ]
    records = [Record((ev.Prompt(text),)) if isinstance(text, str) else Record(bad="not a text") for text in said]
    if "note.md" in files:
        records.append(Record((ev.Titled(files["note.md"]),)))
    return (Told(own["id"], tuple(records)),)


def beside(_name, read):
    named = [f"parts/{part}.json" for part in read["talk.json"].get("parts", [])]
    return ("more.jsonl", "note.md", *named, "parts/x*.json")


STORE = Files(owns=lambda path: path == "talk.json", decode=decode, recognises=lambda _value: False, beside=beside)
AGENT = Agent(name="talker", title="Talker", homes=lambda _environ, _home: (), stores=(STORE,), host="")


def put(path, value):
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value))
    old = time.time() - 60
    os.utime(path, (old, old))


@pytest.fixture
def folder(tmp_path):
    put(tmp_path / "talk.json", {"id": "t1", "said": ["one"]})
    return tmp_path


@pytest.fixture
def unit(folder):
    made = Whole(AGENT, str(folder / "talk.json"), STORE)
    made.refresh()
    return made


def prompts(unit):
    [session] = unit.sessions()
    return [typed.text for typed in session.prompts]


def test_it_is_read_whole_with_the_files_beside_it(folder):
    put(folder / "talk.json", {"id": "t1", "said": ["one"], "parts": ["a"]})
    (folder / "more.jsonl").write_text('"two"\n"three"\n"cut')
    (folder / "note.md").write_text("A title")
    put(folder / "parts/a.json", {"said": "four"})
    put(folder / "parts/x1.json", {"said": "five"})
    put(folder / "parts/not-named.json", {"said": "never"})
    unit = Whole(AGENT, str(folder / "talk.json"), STORE)
    unit.refresh()
    assert sorted(prompts(unit)) == ["five", "four", "one", "three", "two"]
    assert unit.sessions()[0].title == "A title"


@pytest.mark.parametrize("half", ["", '{"id": "t1", "sa', "\x00\x00", "[" * 5_000])
def test_a_half_written_file_keeps_the_last_good_state_until_it_is_whole(folder, unit, half):
    (folder / "talk.json").write_text(half)
    with pytest.raises(NotReadableError):
        unit.refresh()
    assert prompts(unit) == ["one"]
    put(folder / "talk.json", {"id": "t1", "said": ["one", "two"]})
    unit.refresh()
    assert prompts(unit) == ["one", "two"]


def test_a_half_written_file_beside_it_keeps_the_last_good_state(folder, unit):
    (folder / "parts").mkdir()
    (folder / "parts/x1.json").write_text("{")
    with pytest.raises(NotReadableError):
        unit.refresh()
    assert prompts(unit) == ["one"]


def test_a_file_beside_it_that_stays_broken_is_left_out_counted_and_named(folder):
    put(folder / "parts/x1.json", {})
    (folder / "parts/x1.json").write_text("{")
    long_ago = time.time() - 10 * whole.SETTLED
    os.utime(folder / "parts/x1.json", (long_ago, long_ago))
    unit = Whole(AGENT, str(folder / "talk.json"), STORE)
    unit.refresh()
    assert prompts(unit) == ["one"]
    assert "parts/x1.json" in unit.first_bad[1]
    assert unit.sessions()[0].bad_records == 1


def test_a_file_that_is_half_written_at_first_is_an_error_with_its_reason(folder):
    (folder / "talk.json").write_text("")
    with pytest.raises(NotReadableError, match="empty"):
        Whole(AGENT, str(folder / "talk.json"), STORE).refresh()


def test_what_did_not_change_is_not_read_again(folder, unit):
    reads = unit.reads
    unit.refresh()
    assert unit.reads == reads
    (folder / "note.md").write_text("A title")
    unit.refresh()
    assert unit.reads == reads + 1
    (folder / "note.md").unlink()
    unit.refresh()
    assert unit.sessions()[0].title is None


def test_a_path_beside_it_belongs_to_it_before_it_is_there(folder, unit):
    assert unit.concerns(str(folder / "talk.json"))
    assert unit.concerns(str(folder / "more.jsonl"))
    assert unit.concerns(str(folder / "parts/x9.json"))
    assert not unit.concerns(str(folder / "parts/y.json"))
    assert not unit.concerns(str(folder / "parts/x9/x.json"))
    assert not unit.concerns(str(folder.parent / "talk.json"))


def test_each_bad_line_is_left_out_and_counted_and_the_first_is_named(folder):
    (folder / "more.jsonl").write_text('"two"\n{"cut": \n"three"\n"four" "five"\n')
    unit = Whole(AGENT, str(folder / "talk.json"), STORE)
    unit.refresh()
    assert prompts(unit) == ["one", "two", "three"]
    assert "truncated" in unit.first_bad[1]
    assert unit.sessions()[0].bad_records == 2


def test_a_bad_record_is_counted_and_named(folder, unit):
    put(folder / "talk.json", {"id": "t1", "said": ["one", 2]})
    unit.refresh()
    assert unit.sessions()[0].bad_records == 1
    assert unit.first_bad[1] == "not a text"


def test_what_was_counted_still_counts_after_a_rewrite(folder, unit):
    fold = unit.fold("t1")
    for key in fold.wanted:
        fold.weigh(key, ((5,),))
    put(folder / "talk.json", {"id": "t1", "said": ["before", "one", "one"]})
    unit.refresh()
    wanted = unit.fold("t1").wanted
    assert len(wanted) == 2
    again = dict(unit.records()["t1"])
    assert {again[key].events[0].text for key in wanted} == {"before", "one"}


def test_a_file_that_is_too_large_is_named_and_not_read(folder, unit, monkeypatch):
    monkeypatch.setattr(whole, "LARGEST", 10)
    put(folder / "talk.json", {"id": "t1", "said": ["one", "two"]})
    with pytest.raises(NotReadableError, match="larger than"):
        unit.refresh()
    assert prompts(unit) == ["one"]


def test_a_file_that_is_gone_is_no_file_any_more(folder, unit):
    (folder / "talk.json").unlink()
    with pytest.raises(FileNotFoundError):
        unit.refresh()


def test_its_time_is_that_of_the_newest_file(folder, unit):
    put(folder / "parts/x1.json", {"said": "five"})
    moment = time.time() - 5
    os.utime(folder / "parts/x1.json", (moment, moment))
    unit.refresh()
    assert unit.modified == pytest.approx(moment, abs=0.01)


def test_a_store_may_give_any_number_of_sessions(folder):
    def two(_path, files):
        said = files["talk.json"]["said"]
        return tuple(Told(text, (Record((ev.Prompt(text),)),)) for text in said)

    unit = Whole(AGENT, str(folder / "talk.json"), replace(STORE, decode=two))
    put(folder / "talk.json", {"said": ["one", "two"]})
    unit.refresh()
    assert [session.id for session in unit.sessions()] == ["one", "two"]
    put(folder / "talk.json", {"said": ["two"]})
    unit.refresh()
    assert [session.id for session in unit.sessions()] == ["two"]

"""The reader, the catalog and single looks: which transcripts are read, in which order, and what of the rest."""

import logging
import os
import shutil
import time

import pytest

from relaymark.core.place import Place
from relaymark.engine import catalog, once
from relaymark.engine.machine import Machine
from relaymark.engine.note import nothing_open
from relaymark.engine.reader import Reader
from relaymark.engine.recognise import recognise
from relaymark.engine.wanted import Wanted
from relaymark.sources.git import place_of


def aged(session, hours):
    """Makes a transcript look as if it was last written so many hours ago."""
    when = time.time() - hours * 3600
    os.utime(session.path, (when, when))
    return session


def paths(items):
    return [item.path for item in items]


def wanted(*folders):
    return Wanted(tuple(Place(str(folder)) for folder in folders))


# The catalog


def test_transcripts_are_listed_the_newest_first_without_opening_them(world, machine):
    shop = world.folder("shop")
    old = aged(world.claude(shop).prompt(), 3)
    new = aged(world.codex(shop), 1)
    sub = aged(world.claude(shop, parent=old).prompt(), 2)
    (old.path.parent / "notes.txt").write_text("no transcript")
    (new.path.parent / "rollout-without-an-id.jsonl").write_text("{}\n")
    for session in (old, new, sub):
        session.path.chmod(0)
    found, failed = catalog.listed(machine)
    assert paths(found) == [str(new.path), str(sub.path), str(old.path)]
    assert [item.agent.name for item in found] == ["codex", "claude-code", "claude-code"]
    assert failed == ()


def test_without_any_agent_nothing_is_listed_and_nothing_fails(tmp_path):
    machine = Machine(environ={}, home=str(tmp_path))
    assert catalog.listed(machine) == ((), ())


def test_a_link_to_nowhere_hides_none_of_its_neighbours(world, machine):
    shop = world.folder("shop")
    sessions = [world.claude(shop).prompt() for _ in range(4)]
    for digit in "0123456789abcdef":
        name = f"{digit}1111111-0000-4000-8000-000000000000.jsonl"
        (sessions[0].path.parent / name).symlink_to("gone.jsonl")
    found, _ = catalog.listed(machine)
    assert sorted(paths(found)) == sorted(str(session.path) for session in sessions)


def test_the_owner_of_a_path_is_the_agent_whose_folder_it_lies_in(world, machine):
    session = world.claude(world.folder("shop")).prompt()
    [owned] = catalog.owners(machine, str(session.path))
    agent, home, inner = owned.agent, owned.home, owned.inner
    assert agent.name == "claude-code"
    assert home.path == str(world.claude_home)
    assert inner == f"projects/{session.path.parent.name}/{session.path.name}"
    assert not list(catalog.owners(machine, str(world.work / "shop/x.jsonl")))
    assert not list(catalog.owners(machine, f"{world.claude_home}-other/projects/a/b.jsonl"))


def test_a_home_that_stands_there_twice_is_listed_once(world):
    session = world.claude(world.folder("shop")).prompt()
    twice = f"{world.claude_home},{world.claude_home}/../{world.claude_home.name}"
    machine = Machine(environ=world.env | {"CLAUDE_CONFIG_DIR": twice}, home=str(world.home))
    assert paths(catalog.listed(machine)[0]) == [str(session.path)]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_permission_is_named_once_with_its_reason(world, machine):
    closed = world.claude_home / "projects/-closed"
    closed.mkdir()
    closed.chmod(0)
    try:
        _, [problem] = catalog.listed(machine)
    finally:
        closed.chmod(0o700)
    assert (problem.agent, problem.path) == ("claude-code", str(closed))
    assert "ermission" in problem.reason


# The reader


def test_what_probably_matters_is_read_first(world, machine):
    shop, bakery = world.folder("shop"), world.folder("bakery")
    near = aged(world.claude(shop).prompt().reply(1_000), 5)
    far = aged(world.claude(bakery).prompt().reply(1_000), 1)
    foreign = aged(world.codex(bakery), 0.5)
    forgotten = aged(world.claude(shop).prompt().reply(1_000), 9)
    reader = Reader(machine, wanted(shop))
    assert paths(reader.scan()) == [str(near.path), str(foreign.path), str(far.path)]
    assert str(forgotten.path) in paths(reader.scan(newest_since=0.0))


def test_only_sessions_that_matter_are_kept_and_another_choice_drops_them(world, machine):
    shop, bakery = world.folder("shop"), world.folder("bakery")
    mine, other = world.claude(shop).prompt().reply(1_000), world.claude(bakery).prompt().reply(1_000)
    reader = Reader(machine, wanted(shop))
    assert reader.look(str(mine.path)) is True
    assert reader.look(str(other.path)) is False
    assert [item.session.id for item in reader.observed()] == [mine.id]
    reader.choose(wanted(bakery))
    assert reader.observed() == ()
    assert reader.look(str(other.path)) is True
    assert [item.session.id for item in reader.observed()] == [other.id]


def test_a_recorded_folder_is_mapped_to_the_one_here(world, machine):
    shop = world.folder("shop")
    session = world.claude("/workspaces/shop").prompt().reply(1_000)
    reader = Reader(machine, Wanted((Place(str(shop)),), {"/workspaces": str(world.work)}))
    assert reader.look(str(session.path)) is True


def test_a_look_at_an_unchanged_file_tells_no_change(world, machine):
    shop = world.folder("shop")
    session = world.claude(shop).prompt().reply(1_000)
    reader = Reader(machine, wanted(shop))
    [item] = reader.scan()
    assert reader.look_if_new(item) is True
    assert reader.look_if_new(item) is False
    session.reply(2_000)
    [item] = reader.scan()
    assert reader.look_if_new(item) is True


def test_a_file_that_cannot_be_read_is_named_once_and_forgotten_when_it_can(world, machine, caplog):
    shop = world.folder("shop")
    session = world.claude(shop).prompt().reply(1_000)
    kept = session.path.read_bytes()
    session.path.unlink()
    session.path.mkdir()
    reader = Reader(machine, wanted(shop))
    with caplog.at_level(logging.WARNING, "relaymark"):
        for _ in range(3):
            assert reader.look(str(session.path)) is False
    assert len(caplog.records) == 1
    assert [problem.path for problem in reader.unreadable] == [str(session.path)]
    session.path.rmdir()
    session.path.write_bytes(kept)
    assert reader.look(str(session.path)) is True
    assert not reader.unreadable


def test_a_file_that_could_not_be_read_and_is_gone_is_no_problem_any_more(world, machine):
    shop = world.folder("shop")
    path = world.claude(shop).path
    path.mkdir(parents=True)
    reader = Reader(machine, wanted(shop))
    reader.look(str(path))
    assert reader.unreadable
    path.rmdir()
    reader.look(str(path))
    assert not reader.unreadable


def test_a_broken_line_is_logged_once_with_its_place_and_counted(world, machine, caplog):
    shop = world.folder("shop")
    session = world.claude(shop).prompt()
    place = session.path.stat().st_size
    session.raw(b"{broken\n{again\n")
    session.reply(1_000)
    reader = Reader(machine, wanted(shop))
    with caplog.at_level(logging.WARNING, "relaymark"):
        reader.look(str(session.path))
        session.reply(2_000)
        reader.look(str(session.path))
    [record] = caplog.records
    assert f"byte {place}" in record.getMessage()
    assert str(session.path) in record.getMessage()
    [item] = reader.observed()
    assert item.session.bad_records == 2
    assert not reader.unreadable


def test_reading_the_history_of_a_file_that_shrank_ends(world, machine):
    shop = world.folder("shop")
    session = world.claude(shop).prompt()
    for _ in range(60):
        session.reply(10_000, "word " * 400)
    reader = Reader(machine, wanted(shop))
    reader.look(str(session.path))
    assert reader.partial == 1
    os.truncate(session.path, 50_000)
    steps = 0
    while reader.history_step():
        steps += 1
        assert steps < 100, "it does not end"
    assert reader.partial == 0
    assert len(reader.observed()) == 1


def test_reading_the_history_of_a_file_that_was_exchanged_ends(world, machine):
    shop = world.folder("shop")
    session = world.claude(shop).prompt()
    for _ in range(60):
        session.reply(10_000, "word " * 400)
    reader = Reader(machine, wanted(shop))
    reader.look(str(session.path))
    other = world.folder("other") / "copy.jsonl"
    shutil.copy(session.path, other)
    other.replace(session.path)
    steps = 0
    while reader.history_step():
        steps += 1
        assert steps < 100, "it does not end"
    assert reader.partial == 0


def test_what_was_silent_for_half_a_day_is_forgotten(world, machine):
    shop = world.folder("shop")
    old = aged(world.claude(shop).prompt().reply(1_000), 13)
    new = world.claude(shop).prompt().reply(2_000)
    reader = Reader(machine, wanted(shop))
    reader.look(str(old.path))
    reader.look(str(new.path))
    assert reader.forget_idle() is True
    assert [item.session.id for item in reader.observed()] == [new.id]
    assert reader.forget_idle() is False


def test_a_name_from_beside_the_transcript_goes_before_the_recorded_one(world, machine):
    shop = world.folder("shop")
    session = world.codex(shop).prompt("Count").usage(9_000)
    reader = Reader(machine, wanted(shop))
    reader.look(str(session.path))
    index = world.codex_home / "session_index.jsonl"
    index.write_text(f'{{"id":"{session.id}","thread_name":"Price list"}}\nbroken\n')
    assert reader.look(str(index)) is True
    assert reader.observed()[0].title == "Price list"


def test_the_settings_of_the_agent_tell_the_large_variant(world, machine):
    shop = world.folder("shop")
    session = world.claude(shop, requested="claude-sonnet-4-5").prompt()
    line = session.payload_line(9_000).replace(b'"requestedModel"', b'"unknownField"')
    session.raw(line)
    reader = Reader(machine, wanted(shop))
    reader.look(str(session.path))
    assert reader.observed()[0].one_million is False
    (world.claude_home / "settings.json").write_text('{"model": "sonnet[1m]"}')
    session.raw(line.replace(b"msg_0", b"msg_9"))
    reader.look(str(session.path))
    assert reader.observed()[0].one_million is True


# Single looks


def test_one_look_at_a_workspace_has_everything_read_and_counted(world, machine):
    shop = world.repository("shop")
    tree = world.worktree(shop, "hotfix", "fix")
    session = world.claude(shop).prompt().read(14_000, "a.py", "a = 1\n" * 100).reply(15_000)
    away = world.claude(tree).prompt().reply(9_000)
    world.claude(world.folder("bakery")).prompt().reply(9_000)
    look = once.look_at_workspace(machine, str(shop))
    found = {item.session.id: item.session for item in look.observed}
    assert set(found) == {session.id, away.id}
    assert found[session.id].base < 14_000
    assert found[session.id].attachments[0].tokens > 100
    assert look.place.worktree.branch == "main"
    assert look.problems == ()


def test_a_glance_counts_nothing(world, machine):
    shop = world.folder("shop")
    world.claude(shop).prompt().reply(15_000)
    [item] = once.glance_at_workspace(machine, str(shop)).observed
    assert item.session.context.tokens == 15_000
    assert item.session.base is None


def test_a_look_at_the_machine_finds_sessions_of_any_age_and_place(world, machine):
    old = aged(world.claude(world.folder("shop"), age=90 * 86_400).prompt().reply(1_000), 24 * 90)
    new = world.codex(world.folder("bakery")).prompt().usage(2_000)
    look = once.look_at_machine(machine, str(world.work))
    assert {item.session.id for item in look.observed} == {old.id, new.id}


def test_a_file_that_lies_anywhere_is_read_whole(world, machine, tmp_path):
    session = world.claude(world.folder("shop")).prompt("One").reply(1_000).prompt("Two").reply(2_000)
    copy = tmp_path / "attached to a report.txt"
    shutil.copy(session.path, copy)
    world.clear()
    found = recognise(machine, str(copy))
    agent = found.agent
    assert agent.name == "claude-code"
    [item] = once.look_at_files(machine, [(agent, found.store, str(copy))], str(tmp_path)).observed
    assert item.session.id == session.id
    assert item.session.prompt_count == 2
    assert item.session.base is not None


def test_bad_settings_are_named_with_their_file(world, machine):
    shop = world.repository("shop")
    (shop / ".relaymark.toml").write_text('ceilingPercent = 400\npathMap = { "/a" = "/b" }\nnoSuch = 1\n')
    look = once.glance_at_workspace(machine, str(shop))
    assert look.config.ceiling_percent == 30
    assert [
        name in text for name, text in zip(("ceilingPercent", "pathMap", "noSuch"), look.problems, strict=True)
    ] == [True] * 3
    assert all(str(shop / ".relaymark.toml") in text for text in look.problems)


# Whose file it is


@pytest.mark.parametrize(
    ("agent", "make"),
    [
        ("claude-code", lambda world, folder: world.claude(folder).prompt()),
        ("codex", lambda world, folder: world.codex(folder)),
    ],
)
def test_a_copy_under_another_name_is_recognised_by_its_lines(world, machine, tmp_path, agent, make):
    session = make(world, world.folder("shop"))
    copy = tmp_path / "copy"
    copy.write_bytes(b"\nbroken\n[]\n" + session.path.read_bytes())
    assert recognise(machine, str(copy)).agent.name == agent


def test_a_file_without_a_telling_line_is_recognised_by_its_place(machine, tmp_path):
    path = tmp_path / "backup/projects/-home-dev-shop/0e0e0e0e-0000-4000-8000-000000000000.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    assert recognise(machine, str(path)).agent.name == "claude-code"


@pytest.mark.parametrize("data", [b"", b"\0" * 300, b"\xff\xfe{", b'{"a":1}\n', b"[" * 5_000, b'{"type":"user"}\n'])
def test_anything_else_is_nobodys(machine, tmp_path, data):
    path = tmp_path / "x.jsonl"
    path.write_bytes(data)
    assert recognise(machine, str(path)) is None


def test_what_is_not_there_raises(machine, tmp_path):
    with pytest.raises(FileNotFoundError):
        recognise(machine, str(tmp_path / "gone"))
    with pytest.raises(IsADirectoryError):
        recognise(machine, str(tmp_path))


# Why there is nothing to show


def test_the_note_says_what_is_missing(world, machine, tmp_path):
    shop = world.repository("shop")
    assert nothing_open(machine, None) == "No folder is open, so no session can belong to it."
    note = nothing_open(machine, place_of(str(shop)))
    assert note == f"No session of Claude Code or Codex was active in {shop} in the last 8 hours."
    assert nothing_open(machine, Place("/home/dev/notes")).endswith("only sessions in it or below it count.")
    empty = Machine(environ={}, home=str(tmp_path / "nobody"))
    assert nothing_open(empty, Place("/home/dev/notes")) == (
        "No session is open here: no agent that Relaymark reads has run on this machine"
        " (`relaymark doctor` names them, and where it looks)."
    )
    shutil.rmtree(world.codex_home)
    assert "No session of Claude Code was active" in nothing_open(machine, place_of(str(shop)))

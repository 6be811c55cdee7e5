"""The live engine: one thread that reads what changes and hands out pictures."""

import threading
import time

import pytest

from relaymark.core.config import Config
from relaymark.core.observed import view
from relaymark.core.place import Place
from relaymark.engine.live import LiveEngine
from relaymark.engine.wanted import Wanted
from relaymark.sources.git import place_of
from relaymark.sources.transcript import TAIL
from relaymark.sources.watch import Watcher


class Pictures:
    """Collects what an engine publishes."""

    def __init__(self):
        self.all = []
        self._arrived = threading.Condition()

    def take(self, picture):
        with self._arrived:
            self.all.append(picture)
            self._arrived.notify_all()

    def until(self, predicate, timeout=8):
        """Returns the first picture, from the newest so far on, that is as wanted."""
        with self._arrived:
            found = self._arrived.wait_for(lambda: self.all and holds(predicate, self.all[-1]), timeout)
            assert found, f"not so within {timeout} s; the newest of {len(self.all)}: {self.all[-1:]}"
            return self.all[-1]


def holds(predicate, picture):
    try:
        return predicate(picture)
    except (IndexError, AttributeError, TypeError):
        return False


def tokens(picture):
    """Returns the contexts of all sessions, sorted."""
    return sorted(item.session.context.tokens for item in picture.observed)


@pytest.fixture
def engine(machine):
    """Starts engines that end with the test."""
    started = []

    def start(*folders, counting=False):
        pictures = Pictures()
        made = LiveEngine(machine, pictures.take, counting=counting)
        started.append(made)
        made.start(Wanted(tuple(place_of(str(folder)) for folder in folders)))
        return made, pictures

    yield start
    for made in started:
        made.stop()


def test_the_first_picture_of_nothing_comes_at_once_and_is_complete(engine, world):
    _, pictures = engine(world.folder("shop"))
    picture = pictures.until(lambda picture: picture.complete)
    assert picture.observed == ()
    assert picture.unreadable == ()


def test_a_session_that_is_there_and_what_is_appended_are_published(engine, world):
    shop = world.folder("shop")
    session = world.claude(shop).prompt().reply(20_000)
    _, pictures = engine(shop)
    pictures.until(lambda picture: picture.complete and tokens(picture) == [20_000])
    session.reply(31_000)
    pictures.until(lambda picture: tokens(picture) == [31_000])
    other = world.codex(shop).prompt().usage(9_000)
    pictures.until(lambda picture: tokens(picture) == [9_000, 31_000])
    other.path.unlink()
    pictures.until(lambda picture: tokens(picture) == [31_000])


def test_sessions_of_nobody_who_looks_are_not_kept(engine, world):
    world.claude(world.folder("bakery")).prompt().reply(20_000)
    _, pictures = engine(world.folder("shop"))
    assert pictures.until(lambda picture: picture.complete).observed == ()


def test_another_choice_brings_other_sessions_and_drops_the_old_ones(engine, world):
    shop, bakery = world.folder("shop"), world.folder("bakery")
    world.claude(shop).prompt().reply(20_000)
    world.claude(bakery).prompt().reply(30_000)
    running, pictures = engine(shop)
    pictures.until(lambda picture: tokens(picture) == [20_000])
    running.choose(Wanted((Place(str(bakery)),)))
    pictures.until(lambda picture: picture.complete and tokens(picture) == [30_000])
    running.choose(Wanted((Place(str(bakery)), Place(str(shop)))))
    pictures.until(lambda picture: picture.complete and tokens(picture) == [20_000, 30_000])


@pytest.mark.slow
def test_where_the_system_cannot_watch_changes_are_looked_for_once_a_second(engine, world, monkeypatch):
    def give_up(self, deep, flat):
        self.working = False

    monkeypatch.setattr(Watcher, "watch", give_up)
    shop = world.folder("shop")
    session = world.claude(shop).prompt().reply(20_000)
    _, pictures = engine(shop)
    pictures.until(lambda picture: tokens(picture) == [20_000])
    session.reply(31_000)
    pictures.until(lambda picture: tokens(picture) == [31_000], timeout=5)
    world.codex(shop).prompt().usage(9_000)
    pictures.until(lambda picture: tokens(picture) == [9_000, 31_000], timeout=5)


@pytest.mark.slow
def test_where_the_system_cannot_watch_nothing_is_published_without_a_change(engine, world, monkeypatch):
    monkeypatch.setattr(Watcher, "watch", lambda self, deep, flat: setattr(self, "working", False))
    shop = world.folder("shop")
    world.claude(shop).prompt().reply(20_000)
    _, pictures = engine(shop)
    pictures.until(lambda picture: picture.complete and tokens(picture) == [20_000])
    time.sleep(0.3)
    before = len(pictures.all)
    time.sleep(2.5)
    assert len(pictures.all) == before


@pytest.mark.slow
def test_where_the_system_cannot_watch_a_deleted_session_disappears(engine, world, monkeypatch):
    monkeypatch.setattr(Watcher, "watch", lambda self, deep, flat: setattr(self, "working", False))
    shop = world.folder("shop")
    session = world.claude(shop).prompt().reply(20_000)
    _, pictures = engine(shop)
    pictures.until(lambda picture: tokens(picture) == [20_000])
    session.path.unlink()
    pictures.until(lambda picture: picture.observed == (), timeout=5)


def test_the_end_of_a_long_transcript_is_told_before_its_history(engine, world):
    shop = world.folder("shop")
    session = world.claude(shop).prompt("The very first words")
    while session.path.stat().st_size < TAIL * 3:
        session.reply(10_000, "word " * 400)
    session.prompt("The last words").reply(41_000)
    _, pictures = engine(shop)
    whole = pictures.until(lambda picture: not picture.observed[0].session.partial).observed[0].session
    first = next(picture for picture in pictures.all if picture.observed).observed[0].session
    assert first.partial
    assert first.context.tokens == whole.context.tokens == 41_000
    assert first.prompt_count is None
    assert first.compactions is None
    assert whole.prompt_count == 2
    assert whole.compactions == 0
    assert whole.prompts[0].text == "The very first words"


def test_counts_arrive_later_and_add_up_to_the_context(engine, world):
    shop = world.folder("shop")
    listing = "\n".join(f"{line}\tprice_{line} = {line}" for line in range(300))
    session = world.claude(shop).prompt().reply(14_000, ends=False).read(15_000, "src/prices.py", listing)
    session.tool(19_000, "Bash", {"command": "pytest -q"}, "12 passed in 0.3 s\n" * 40).reply(22_000)
    _, pictures = engine(shop, counting=True)
    pictures.until(lambda picture: tokens(picture) == [22_000])
    picture = pictures.until(lambda picture: picture.observed[0].session.base)
    shown = view(picture.observed[0], Config(), time.time())
    parts = shown.breakdown
    assert parts.content + parts.base == 22_000
    assert parts.base == shown.session.base < 14_000
    assert parts.files > 0
    assert parts.tool_output > 0
    [file] = shown.session.attachments
    assert file.path == f"{shop}/src/prices.py"
    assert file.tokens > 1_000


def test_a_reply_after_the_counts_is_counted_too(engine, world):
    shop = world.folder("shop")
    session = world.claude(shop).prompt().reply(14_000)
    _, pictures = engine(shop, counting=True)
    pictures.until(lambda picture: picture.observed[0].session.base)
    session.prompt("And this one").read(16_000, "a.py", "a = 1\n" * 200).reply(18_000)
    picture = pictures.until(lambda picture: tokens(picture) == [18_000] and picture.observed[0].session.sums)
    assert picture.observed[0].session.attachments[0].tokens > 100


def test_a_fault_in_a_plan_ends_neither_the_reading_nor_the_gauge(engine, world, monkeypatch):
    def fault(_text):
        raise ValueError("a fault in reading a plan")

    monkeypatch.setattr("relaymark.engine.shelf.parse_plan", fault)
    shop = world.repository("shop")
    session = world.claude(shop).prompt().reply(20_000)
    _, pictures = engine(shop)
    pictures.until(lambda picture: tokens(picture) == [20_000])
    session.reply(31_000)
    pictures.until(lambda picture: tokens(picture) == [31_000])


def test_an_edit_of_the_plan_is_published_at_once(engine, world):
    shop = world.repository("shop")
    world.claude(shop).prompt("Complete Phase 2 of @PLAN.md").reply(20_000)
    _, pictures = engine(shop)
    pictures.until(lambda picture: picture.complete and not picture.observed[0].session.partial)
    time.sleep(0.2)
    before = pictures.all[-1]
    plan = shop / "PLAN.md"
    plan.write_text(plan.read_text().replace("[ ] Print", "[x] Print"))
    pictures.until(lambda picture: picture != before)


def test_stop_ends_the_threads_and_the_child(engine, world):
    shop = world.folder("shop")
    world.claude(shop).prompt().reply(14_000)
    running, pictures = engine(shop, counting=True)
    pictures.until(lambda picture: picture.observed[0].session.base)
    child = running._counter._child
    assert child.poll() is None
    running.stop()
    assert child.poll() == 0
    assert not running._thread.is_alive()
    running.stop()


def test_a_touched_path_is_looked_at(engine, world, monkeypatch):
    monkeypatch.setattr(Watcher, "watch", lambda self, deep, flat: None)
    shop = world.folder("shop")
    session = world.claude(shop).prompt().reply(20_000)
    running, pictures = engine(shop)
    pictures.until(lambda picture: tokens(picture) == [20_000])
    session.reply(31_000)
    running.touch([str(session.path)])
    pictures.until(lambda picture: tokens(picture) == [31_000])

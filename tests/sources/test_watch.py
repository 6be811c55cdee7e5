"""Changes in watched folders are named, those of folders that come later too."""

import os
import threading
import time

import pytest
from watchdog.events import DirCreatedEvent

from relaymark.sources import watch
from relaymark.sources.watch import Watcher, _Handler


class Heard:
    """Collects what a watcher names."""

    def __init__(self):
        self.paths = []
        self._new = threading.Condition()

    def __call__(self, paths):
        with self._new:
            self.paths += paths
            self._new.notify_all()

    def waits_for(self, path, patience=5.0):
        with self._new:
            return self._new.wait_for(lambda: str(path) in self.paths, patience)

    def silent(self, path, patience=0.5):
        """Tell whether nothing names `path` for a while."""
        return not self.waits_for(path, patience)

    def clear(self):
        with self._new:
            self.paths.clear()


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def watcher(heard):
    made = Watcher(heard)
    yield made
    made.stop()


def append(path, text="x\n"):
    with open(path, "a", encoding="utf-8") as file:
        file.write(text)


def test_an_append_is_named(watcher, heard, tmp_path):
    path = tmp_path / "a.jsonl"
    append(path)
    watcher.watch([str(tmp_path)], [])
    for _ in range(3):
        heard.clear()
        append(path)
        assert heard.waits_for(path)
    assert watcher.working


def test_an_append_is_named_at_once(watcher, heard, tmp_path):
    path = tmp_path / "a.jsonl"
    append(path)
    watcher.watch([str(tmp_path)], [])
    took = []
    for _ in range(5):
        time.sleep(0.05)
        heard.clear()
        began = time.monotonic()
        append(path)
        assert heard.waits_for(path)
        took.append(time.monotonic() - began)
    assert min(took) < 0.1


def test_a_new_file_in_a_new_folder_deep_below_is_named(watcher, heard, tmp_path):
    watcher.watch([str(tmp_path)], [])
    folder = tmp_path / "2026" / "11" / "20"
    folder.mkdir(parents=True)
    path = folder / "rollout.jsonl"
    append(path)
    assert heard.waits_for(path)
    time.sleep(0.4)
    heard.clear()
    append(path)
    assert heard.waits_for(path)


def test_files_in_a_folder_that_is_moved_in_are_named(watcher, heard, tmp_path):
    watched, elsewhere = tmp_path / "watched", tmp_path / "elsewhere"
    watched.mkdir()
    (elsewhere / "deep").mkdir(parents=True)
    append(elsewhere / "deep" / "a.jsonl")
    watcher.watch([str(watched)], [])
    elsewhere.rename(watched / "here")
    assert heard.waits_for(watched / "here" / "deep" / "a.jsonl")


def test_both_names_of_a_renamed_file_are_named(watcher, heard, tmp_path):
    old, new = tmp_path / ".a.tmp", tmp_path / "a.json"
    append(old)
    watcher.watch([str(tmp_path)], [])
    os.replace(old, new)
    assert heard.waits_for(old)
    assert heard.waits_for(new)


def test_a_deleted_file_is_named(watcher, heard, tmp_path):
    path = tmp_path / "15880.json"
    append(path)
    watcher.watch([str(tmp_path)], [])
    path.unlink()
    assert heard.waits_for(path)


def test_a_file_that_goes_before_its_new_folder_is_watched_is_named_again(tmp_path):
    named = []
    handler = _Handler(named.extend)
    handler.deep.add(f"{tmp_path}{os.sep}")
    file = tmp_path / "2026" / "rollout.jsonl"
    file.parent.mkdir()
    file.write_text("{}\n")
    handler.on_any_event(DirCreatedEvent(str(file.parent)))
    assert named == [str(file)]
    file.unlink()
    end = time.monotonic() + 5
    while len(named) < 2 and time.monotonic() < end:
        time.sleep(0.02)
    assert named == [str(file)] * 2


def test_reading_a_file_is_no_change(watcher, heard, tmp_path):
    path = tmp_path / "a.jsonl"
    append(path)
    watcher.watch([str(tmp_path)], [])
    time.sleep(0.1)
    heard.clear()
    assert path.read_text() == "x\n"
    assert heard.silent(path)


def test_a_folder_that_comes_later_is_watched_at_the_next_call(watcher, heard, tmp_path):
    folder = tmp_path / "projects"
    watcher.watch([str(folder)], [])
    folder.mkdir()
    append(folder / "a.jsonl")
    assert heard.silent(folder / "a.jsonl", 0.3)
    watcher.watch([str(folder)], [])
    append(folder / "b.jsonl")
    assert heard.waits_for(folder / "b.jsonl")


def test_watching_a_folder_twice_names_its_changes_once_more_not_twice(watcher, heard, tmp_path):
    for _ in range(3):
        watcher.watch([str(tmp_path)], [])
    assert len(watcher._watches) == 1
    append(tmp_path / "a.jsonl")
    assert heard.waits_for(tmp_path / "a.jsonl")


def test_a_flat_folder_is_watched_without_what_lies_below(watcher, heard, tmp_path):
    (tmp_path / "below").mkdir()
    watcher.watch([], [str(tmp_path)])
    append(tmp_path / "below" / "a.jsonl")
    append(tmp_path / "HEAD")
    assert heard.waits_for(tmp_path / "HEAD")
    assert heard.silent(tmp_path / "below" / "a.jsonl")


def test_a_file_where_a_folder_is_expected_is_left_alone(watcher, tmp_path):
    append(tmp_path / "file")
    watcher.watch([str(tmp_path / "file")], [str(tmp_path / "missing")])
    assert watcher.working
    assert not watcher._watches


def test_after_the_end_nothing_is_named(watcher, heard, tmp_path):
    watcher.watch([str(tmp_path)], [])
    watcher.stop()
    append(tmp_path / "a.jsonl")
    assert heard.silent(tmp_path / "a.jsonl")
    watcher.stop()


def test_a_system_that_cannot_watch_is_told_once_and_the_caller_can_see_it(watcher, tmp_path, monkeypatch, caplog):
    class Exhausted:
        daemon = False

        def start(self):
            raise OSError(28, "inotify watch limit reached")

        def stop(self):
            pass

        def join(self, timeout=None):
            pass

    monkeypatch.setattr(watch, "Observer", Exhausted)
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    for _ in range(3):
        watcher.watch([str(tmp_path / "one"), str(tmp_path / "two")], [])
    assert not watcher.working
    assert len(caplog.records) == 1
    assert "inotify watch limit reached" in caplog.text

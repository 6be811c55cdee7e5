"""What sessions spent, as it lies in the cache."""

import os

from relaymark.core.ledger import Entry
from relaymark.core.place import Place, Worktree
from relaymark.core.spending import Spent
from relaymark.sources import ledger
from relaymark.sources.folders import cache_folder

MAIN = Worktree("/home/dev/shop", "main")
SHOP = Place("/home/dev/shop", (MAIN,))


def entry(session="s1", at=1.0, tokens=4_000):
    return Entry("codex", session, Spent("PLAN.md", ("a",), tokens, at=at))


def keep(place, *entries):
    ledger.keep(place, "codex", entries[0].session, entries)


def test_what_is_kept_of_a_session_takes_the_place_of_what_was_kept_before():
    keep(SHOP, entry())
    keep(SHOP, entry(tokens=5_000), entry(at=2.0))
    assert ledger.kept(SHOP) == (entry(tokens=5_000), entry(at=2.0))


def test_the_work_trees_of_a_repository_share_what_is_kept():
    keep(SHOP, entry())
    assert ledger.kept(Place("/home/dev/wide", (MAIN, Worktree("/home/dev/wide", "wide")))) == (entry(),)
    assert ledger.kept(Place("/home/dev/other")) == ()


def test_sessions_come_the_oldest_first():
    keep(SHOP, entry("new", at=9.0))
    keep(SHOP, entry("old", at=3.0))
    assert [each.session for each in ledger.kept(SHOP)] == ["old", "new"]


def test_a_damaged_file_is_left_out():
    keep(SHOP, entry())
    keep(SHOP, entry("s2"))
    [path, _] = (cache_folder() / "spent").rglob("*.json")
    path.write_bytes(b'{"half')
    assert len(ledger.kept(SHOP)) == 1


def test_a_session_that_took_its_ticks_back_is_forgotten():
    keep(SHOP, entry())
    ledger.keep(SHOP, "codex", "s1", ())
    assert ledger.kept(SHOP) == ()


def test_of_very_many_sessions_the_newest_are_kept(monkeypatch):
    monkeypatch.setattr(ledger, "_MOST", 3)
    for number in range(5):
        keep(SHOP, entry(f"s{number}", at=float(number)))
        for path in (cache_folder() / "spent").rglob("*.json"):
            os.utime(path, (0, path.stat().st_mtime - 10))
    assert [each.session for each in ledger.kept(SHOP)] == ["s2", "s3", "s4"]

"""What sessions spent on items: found by plan and wording, and summed up to what an item takes."""

from relaymark.core.ledger import Entry, entries_of, items_left, of_item, per_item
from relaymark.core.place import Place, Worktree
from relaymark.core.session import Session
from relaymark.core.spending import Spent

SHOP = Place("/home/dev/shop", (Worktree("/home/dev/shop", "main"), Worktree("/home/dev/shop-2", "wide")))


def entry(*items, tokens=4_000, plan="PLAN.md", at=1.0, session="s1", edits=1):
    return Entry("codex", session, Spent(plan, items, tokens, edits=edits, at=at))


def test_a_plan_is_named_from_the_top_of_whichever_work_tree_it_lies_in():
    spent = tuple(
        Spent(path, ("a",), 1)
        for path in ("/home/dev/shop/PLAN.md", "/home/dev/shop-2/docs/plans/x.md", "/home/dev/other/PLAN.md")
    )
    session = Session(id="s1", agent="codex", spent=spent)
    assert [each.spent.plan for each in entries_of(session, SHOP, {})] == ["PLAN.md", "docs/plans/x.md"]


def test_a_plan_in_a_container_is_named_by_the_folder_here():
    session = Session(id="s1", agent="codex", spent=(Spent("/workspaces/shop/PLAN.md", ("a",), 1),))
    assert [each.spent.plan for each in entries_of(session, SHOP, {"/workspaces/shop": "/home/dev/shop"})] == [
        "PLAN.md"
    ]


def test_an_item_is_found_by_its_wording_the_newest_session_first():
    entries = [entry("wire the route"), entry("wire the route", "test it", at=5.0, session="s2"), entry("other")]
    assert [each.session for each in of_item(entries, "PLAN.md", "wire the route")] == ["s2", "s1"]
    assert of_item(entries, "TODO.md", "wire the route") == []


def test_an_item_takes_the_median_of_those_before_and_items_ticked_together_take_equal_shares():
    entries = [entry("a", tokens=9_000), entry("b", "c", tokens=4_000), entry("d", tokens=None)]
    assert per_item(entries, "PLAN.md") == 2_000


def test_items_that_were_ticked_without_an_edit_are_no_measure():
    entries = [entry("a"), entry("b", at=2.0), entry("c", "d", "e", "f", tokens=800, edits=0)]
    assert per_item(entries, "PLAN.md") == 4_000


def test_what_a_copy_of_a_session_took_over_counts_once():
    entries = [entry("a", at=1.0), entry("b", at=2.0, tokens=8_000), entry("a", at=1.0, session="s2")]
    assert len(of_item(entries, "PLAN.md", "a")) == 1
    assert per_item(entries, "PLAN.md") == 6_000


def test_one_item_is_no_measure():
    assert per_item([entry("a")], "PLAN.md") is None


def test_items_left_is_what_fits_below_the_ceiling():
    assert items_left(18_789, 8_000) == 2
    assert items_left(-500, 8_000) == 0
    assert items_left(None, 8_000) is None
    assert items_left(18_789, None) is None

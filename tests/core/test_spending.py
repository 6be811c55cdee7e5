"""What a session spends on the items that it ticks, folded from its events."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relaymark.core import events as ev
from relaymark.core.fold import SessionFold
from relaymark.core.session import Session
from relaymark.core.spending import Spending, Spent, UnderWay
from relaymark.core.ticks import means, ticked

PLAN = "/home/dev/shop/PLAN.md"


def folded(*events: ev.Event) -> Session:
    """Return the session of some events, each in a record of its own, a second apart."""
    fold = SessionFold("claude-code", "s1")
    for at, event in enumerate((ev.Started(session="s1", cwd="/home/dev/shop"), *events)):
        fold.add(at, ev.Record((event,), time=float(at)))
    return fold.session()


def reply(tokens: int | None, output: int = 0, source: str = "measured") -> ev.Reply:
    """Return a reply after which the context holds so many tokens."""
    return ev.Reply(f"r{tokens}-{output}", tokens, source, output)  # type: ignore[arg-type]


def edit(path: str, added: str = "", removed: str = "", *, whole: bool = False) -> tuple[ev.Event, ev.Event]:
    """Return an edit that was done."""
    call = f"c{path}{added}{removed}"
    return ev.FileEdit(call, path, added, removed, whole), ev.Returned(call, ok=True, text="done")


def tick(words: str) -> tuple[ev.Event, ev.Event]:
    """Return the edit that ticks an item of the plan."""
    return edit("PLAN.md", f"- [x] {words}", f"- [ ] {words}")


def test_an_item_costs_what_the_context_grew_by_since_the_tick_before() -> None:
    session = folded(
        reply(20_000, 500), *edit("src/a.py", "a"), reply(26_000), *tick("First"), reply(26_200),
        *edit("src/b.py", "b"), reply(34_200), *tick("Second thing"),
    )  # fmt: skip
    assert session.spent == (
        Spent(PLAN, ("first",), 6_500, first=True, edits=1, at=6.0),
        Spent(PLAN, ("second thing",), 8_200, edits=1, at=12.0),
    )


def test_items_ticked_one_after_the_other_share_what_was_spent_before() -> None:
    session = folded(
        reply(20_000), *edit("src/a.py", "a"), reply(26_000), *tick("First"), reply(26_200), *tick("Second"),
        reply(26_400),
    )  # fmt: skip
    assert session.spent == (Spent(PLAN, ("first", "second"), 6_200, first=True, edits=1, at=9.0),)
    assert session.under_way == UnderWay(200, first=False)


def test_a_command_between_two_ticks_parts_them() -> None:
    run = (ev.Command("run", "pytest"), ev.Returned("run", ok=True, exit=0))
    session = folded(reply(20_000), *tick("First"), *run, reply(23_000), *tick("Second"))
    assert [(each.items, each.tokens) for each in session.spent] == [(("first",), 0), (("second",), 3_000)]


def test_what_was_spent_before_a_compaction_is_kept_and_the_drop_is_no_gain() -> None:
    session = folded(reply(20_000), reply(90_000), ev.Compacted(), reply(30_000, 1_000), reply(33_000), *tick("First"))
    assert session.spent[0].tokens == 70_000 + 1_000 + 3_000


def test_a_session_whose_context_is_unknown_spends_an_unknown_amount() -> None:
    session = folded(reply(None), *tick("First"))
    assert session.spent == (Spent(PLAN, ("first",), None, first=True, at=3.0),)
    assert session.under_way.tokens is None


def test_an_estimated_reply_makes_the_amount_an_estimate_until_the_next_tick() -> None:
    session = folded(
        reply(20_000), reply(24_000, source="estimated"), *edit("a.py"), *tick("First"), *edit("b.py"),
        reply(25_000), *tick("Second"),
    )  # fmt: skip
    assert [each.exact for each in session.spent] == [False, True]


def test_work_since_the_last_tick_names_the_files_that_were_edited() -> None:
    session = folded(reply(20_000), *tick("First"), *edit("src/a.py"), *edit("src/b.py"), reply(27_000))
    assert session.under_way == UnderWay(
        7_000, first=False, edited=("/home/dev/shop/src/a.py", "/home/dev/shop/src/b.py")
    )


def test_an_edit_that_was_refused_ticks_nothing() -> None:
    call = ev.FileEdit("c", "PLAN.md", "- [x] First", "- [ ] First")
    assert folded(reply(20_000), call, ev.Returned("c", ok=False)).spent == ()


def test_a_plan_written_whole_ticks_what_was_open_when_the_session_wrote_it_before() -> None:
    before, after = "- [x] Old\n- [ ] First\n- [ ] Next\n", "- [x] Old\n- [x] First\n- [ ] Next\n"
    session = folded(
        reply(20_000), *edit("PLAN.md", before, whole=True), reply(24_000), *edit("PLAN.md", after, whole=True)
    )
    assert [each.items for each in session.spent] == [("first",)]


def test_a_rewound_tick_was_never_made() -> None:
    prompt = ev.Prompt("Do it")
    session = folded(reply(20_000), prompt, reply(25_000), *tick("First"), ev.Rewound(1))
    assert session.spent == ()


@pytest.mark.parametrize(
    ("added", "removed", "words"),
    [
        ("- [x] **Wire** `the` route", "- [ ] **Wire** `the` route", ("wire the route",)),
        ("[x] Wire the route", "[ ] Wire the route", ("wire the route",)),
        ("1. [✓] Wire\n2. [ ] Test", "1. [ ] Wire\n2. [ ] Test", ("wire",)),
        ("  - [X] T012 [P] Wire", "  - [ ] T012 [P] Wire", ("t012 [p] wire",)),
        ("- [x] A\n- [x] B", "- [x] A\n- [ ] B", ("b",)),
        ("- [ ] A", "- [x] A", ()),
        ("```\n- [x] A\n```", "", ()),
        ("no boxes", "", ()),
    ],
)
def test_ticked_items_are_told_from_the_edit_alone(added: str, removed: str, words: tuple[str, ...]) -> None:
    assert ticked(added, removed) == words


def test_a_cut_wording_means_the_item_that_begins_with_it_if_it_is_long_enough() -> None:
    assert means("wire the route into", "wire the route into the server")
    assert not means("wire", "wire the route into the server")
    assert means("wire", "wire")


@given(st.lists(st.tuples(st.integers(0, 200_000), st.booleans()), max_size=30))
def test_all_stretches_together_are_all_that_the_context_grew_by(steps: list[tuple[int, bool]]) -> None:
    spending = Spending()
    grown, last = 0, None
    for number, (tokens, ticks) in enumerate(steps):
        grown += max(tokens - (tokens if last is None else last), 0)
        last = tokens
        spending.replied(tokens, 0, exact=True)
        if ticks:
            spending.edited(PLAN, (f"item {number}",), None, whole=False)
        else:
            spending.worked()
    told = sum(each.tokens or 0 for each in spending.spent) + (spending.under_way.tokens or 0)
    assert told == grown

"""The fold: what records add up to, whatever the order in which the facts about them come in."""

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.builders import CWD, Folded, edit, read

from relaymark.core import events as ev
from relaymark.core.lean import PROMPT_KEPT, lean, texts, weighs
from relaymark.core.session import Context, Ran
from relaymark.core.weights import Breakdown

A, B = f"{CWD}/src/a.ts", f"{CWD}/src/b.ts"


def folded(*records, weighed=True):
    """Return a fold of records outside of a tree, each a tuple of events or one event."""
    made = Folded()
    for events in records:
        made.add(*(events if isinstance(events, tuple) else (events,)))
    return made.weigh_all() if weighed else made


def session_of(*records, **how):
    return folded(*records).session(**how)


def reply(tokens, key="m", **fields):
    return ev.Reply(f"{key}{tokens}", tokens, **fields)


# Who it is, and where


def test_an_empty_transcript_is_a_session_of_which_nothing_is_known():
    session = session_of()
    assert (session.id, session.agent, session.turn, session.turn_open) == ("0f3c0000", "claude-code", "none", False)
    assert session.context == Context(None, "unknown")
    assert (session.base, session.model, session.window, session.updated_at) == (None, None, None, None)
    assert (session.prompt_count, session.compactions, session.attachments) == (0, 0, ())


def test_the_first_start_tells_who_it_is_and_a_later_one_only_which_program_goes_on():
    session = session_of(
        ev.Started("s1", parent="p1", version="2.0.30", entry="cli", cwd=CWD, branch="main", provider="openai", at=5.0),
        ev.Started("s2", parent="p2", version="2.1.197", entry="sdk", cwd="/home/dev/other", at=9.0),
    )
    assert (session.id, session.parent, session.cwd, session.branch) == ("s1", "p1", CWD, "main")
    assert (session.version, session.entry, session.provider, session.started_at) == ("2.1.197", "sdk", "openai", 5.0)


def test_it_works_where_it_went_last():
    session = session_of(
        ev.CwdChanged(CWD, "main"), ev.CwdChanged(None, "fix"), ev.CwdChanged(f"{CWD}/src"), ev.CwdChanged()
    )
    assert (session.cwd, session.branch) == (f"{CWD}/src", "fix")


def test_its_times_are_the_first_and_the_last_of_its_records():
    made = Folded()
    for time in (30.0, None, 10.0, 20.0):
        made.add(ev.Said("x"), time=time)
    assert (made.session().started_at, made.session().updated_at) == (10.0, 30.0)


def test_records_that_could_not_be_read_are_counted():
    made = Folded()
    made.add(bad="no JSON")
    made.add(ev.Prompt("a"), bad="usage that is no number")
    assert made.session().bad_records == 2


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        ([("a", 1), ("b", 1)], "b"),
        ([("ai", 3), ("summary", 2)], "ai"),
        ([("mine", 4), ("ai", 3), ("mine too", 4), ("ai again", 3)], "mine too"),
        ([], None),
    ],
)
def test_of_several_titles_the_highest_rank_counts_and_of_these_the_newest(titles, expected):
    assert session_of(*(ev.Titled(title, rank) for title, rank in titles)).title == expected


def test_a_title_of_another_conversation_is_not_its_own():
    made = Folded()
    made.add(ev.Titled("Another talk", 2, about="elsewhere"))
    made.turn("u1", None, ev.Prompt("go"))
    assert made.session().title is None
    made.add(ev.Titled("This talk", 2, about="u1"))
    made.add(ev.Titled("A third", 3, about="nowhere"))
    assert made.session().title == "This talk"


def test_a_title_may_stand_before_the_record_that_it_is_about():
    made = Folded()
    made.add(ev.Titled("This talk", 2, about="u1"))
    made.turn("u1", None, ev.Prompt("go"))
    assert made.session().title == "This talk"


@pytest.mark.parametrize(("certain", "sure"), [(True, True), (False, False)])
def test_an_end_that_is_only_likely_is_said_to_be_so(certain, sure):
    assert session_of(ev.Prompt("go"), ev.TurnEnded(certain=certain)).turn_sure is sure


def test_a_model_switch_takes_what_was_asked_for_with_it():
    made = folded(ev.ModelChanged("claude-opus-5-5", "claude-opus-5-5[1m]", "aws"))
    session = made.session()
    assert (session.model, session.requested, session.provider) == ("claude-opus-5-5", "claude-opus-5-5[1m]", "aws")
    made.add(ev.ModelChanged("claude-haiku-5-5"))
    session = made.session()
    assert (session.model, session.requested, session.provider) == ("claude-haiku-5-5", None, "aws")


def test_a_word_on_the_provider_alone_leaves_the_model():
    session = session_of(ev.ModelChanged("gpt-5.5", "gpt-5.5"), ev.ModelChanged(provider="azure"))
    assert (session.model, session.requested, session.provider) == ("gpt-5.5", "gpt-5.5", "azure")


def test_the_newest_recorded_window_counts():
    assert session_of(ev.WindowSeen(272_000), ev.WindowSeen(400_000)).window == 400_000


# Turns

TURNS = [
    ("nothing", [], "none", False),
    ("a prompt opens it", [ev.Prompt("go")], "open", False),
    ("a mark opens it", [ev.TurnStarted()], "open", False),
    ("a mark ends it", [ev.Prompt("go"), ev.TurnEnded()], "ended", False),
    ("a likely end ends it", [ev.Prompt("go"), ev.TurnEnded(certain=False)], "ended", False),
    ("a likely end ends no marked turn", [ev.TurnStarted(), ev.TurnEnded(certain=False)], "open", False),
    ("a call after a likely end", [ev.TurnEnded(certain=False), ev.Called("c", "Grep")], "open", False),
    ("an output after a likely end", [ev.TurnEnded(certain=False), ev.Returned("c")], "open", False),
    ("a late output after a marked end", [ev.TurnStarted(), ev.TurnEnded(), ev.Returned("c")], "ended", False),
    ("interrupted", [ev.Prompt("go"), ev.Waiting(), ev.Interrupted()], "interrupted", False),
    ("failed", [ev.Prompt("go"), ev.Failed()], "failed", False),
    ("failed, then tried again", [ev.Prompt("go"), ev.Failed(), reply(10)], "open", False),
    ("waits for the user", [ev.Prompt("go"), ev.Waiting()], "open", True),
    ("was answered with a prompt", [ev.Waiting(), ev.Prompt("yes")], "open", False),
    ("was answered and the model goes on", [ev.Prompt("go"), ev.Waiting(), reply(10)], "open", False),
    ("was answered and the tool came back", [ev.Prompt("go"), ev.Waiting(), ev.Returned("c")], "open", False),
    ("a notice is no prompt", [ev.Fed("a shell line")], "none", False),
]


@pytest.mark.parametrize(("events", "turn", "waiting"), [row[1:] for row in TURNS], ids=[row[0] for row in TURNS])
def test_the_turn(events, turn, waiting):
    session = session_of(*events)
    assert (session.turn, session.waiting) == (turn, waiting)


@pytest.mark.parametrize(
    ("events", "is_open"),
    [
        ([ev.Prompt("go")], True),
        ([ev.Prompt("go"), ev.Interrupted()], True),
        ([ev.Prompt("go"), ev.Failed()], False),
        ([ev.Prompt("go"), ev.TurnEnded()], False),
    ],
)
def test_an_interrupted_turn_is_still_an_open_one(events, is_open):
    assert session_of(*events).turn_open is is_open


def test_prompts_are_what_the_user_typed_with_their_times():
    made = Folded()
    made.add(ev.Prompt("first"), time=1.0)
    made.add(ev.Fed("notice"), time=2.0)
    made.add(ev.Prompt("x" * 9_000), time=3.0)
    session = made.session()
    assert [(typed.text[:5], typed.time) for typed in session.prompts] == [("first", 1.0), ("xxxxx", 3.0)]
    assert session.prompt_count == 2
    assert len(session.prompts[1].text) == PROMPT_KEPT


def test_of_many_prompts_the_first_and_the_newest_are_kept_and_all_are_counted():
    session = session_of(*(ev.Prompt(str(number)) for number in range(500)))
    assert session.prompt_count == 500
    assert [typed.text for typed in session.prompts] == ["0", *map(str, range(301, 500))]


def test_an_end_told_by_the_program_ends_the_session():
    assert session_of(ev.Prompt("a"), ev.Ended()).ended


@pytest.mark.parametrize(
    ("parent", "prompt", "warm_up"), [("p", "Warmup", True), (None, "Warmup", False), ("p", "Do it", False)]
)
def test_only_a_subagent_of_which_nothing_is_asked_is_a_warm_up(parent, prompt, warm_up):
    assert session_of(ev.Started("s", parent=parent), ev.Prompt(prompt)).warm_up is warm_up


# Context


def test_the_newest_reply_is_the_context():
    assert session_of(reply(100), reply(40)).context == Context(40, "measured")


def test_a_reply_told_again_under_its_key_replaces_itself():
    made = folded(ev.Reply("m1", 100), ev.Reply("m1", 130))
    assert made.session().context == Context(130, "measured")
    assert made.session().first_context == 100


@pytest.mark.parametrize("source", ["measured", "estimated", "reported"])
def test_a_context_says_who_measured_it(source):
    assert session_of(ev.Reply("m1", 100, source)).context == Context(100, source)


def test_an_unreadable_usage_makes_the_context_unknown():
    assert session_of(reply(100), ev.Reply("m2", None)).context == Context()


def test_a_readable_usage_told_later_of_the_same_reply_counts():
    assert session_of(ev.Reply("m1", None), ev.Reply("m1", 100)).context == Context(100, "measured")


def test_after_a_compaction_the_context_is_unknown_until_the_next_reply():
    made = folded(reply(100_000), ev.Compacted(trigger="auto"))
    assert made.session().context == Context()
    assert made.session().compactions == 1
    made.add(ev.Summary("what was"))
    assert made.session().context == Context()
    made.add(reply(20_000))
    assert made.session().context == Context(20_000, "measured")


def test_the_reply_that_came_before_a_compaction_told_once_more_is_not_the_context():
    assert session_of(ev.Reply("m1", 100_000), ev.Compacted(), ev.Reply("m1", 100_000)).context == Context()


def test_the_agents_own_estimate_after_a_compaction_is_taken():
    session = session_of(ev.Reply("m1", 100_000), ev.Compacted(), ev.Reply("m1", 9_000, "estimated"))
    assert session.context == Context(9_000, "estimated")


def test_the_turn_goes_on_through_a_compaction():
    assert session_of(ev.Prompt("a"), reply(100), ev.Compacted()).turn == "open"


# Base


def test_the_base_is_the_first_context_less_the_answer_the_opening_prompt_and_its_mentions():
    made = folded(ev.Prompt("p" * 20), ev.Mentioned("src/a.ts", "m" * 300), reply(14_520, output=200), weighed=False)
    assert made.session().first_context == 14_320
    assert made.session().base is None, "not before its parts are weighed"
    assert made.weigh_all().session().base == 14_000


def test_what_the_program_adds_before_the_first_reply_is_part_of_the_base():
    assert session_of(ev.Fed("f" * 50), ev.Prompt("p" * 20), reply(1_020)).base == 1_000


def test_a_file_mentioned_again_takes_nothing_from_the_base():
    assert session_of(ev.Mentioned("a.ts", again=True), ev.Prompt("p" * 20), reply(1_020)).base == 1_000


def test_an_attempt_that_got_no_reply_belongs_to_the_opening():
    assert session_of(ev.Prompt("p" * 20), ev.Interrupted(), ev.Prompt("q" * 30), reply(1_050)).base == 1_000


def test_later_prompts_and_replies_leave_the_base():
    session = session_of(ev.Prompt("p" * 20), reply(1_020), ev.Said("s" * 9), ev.Prompt("q" * 500), reply(9_000))
    assert (session.base, session.first_context) == (1_000, 1_020)


def test_a_base_is_never_less_than_nothing():
    assert session_of(ev.Prompt("p" * 500), reply(20)).base == 0


def test_the_base_survives_a_compaction():
    made = folded(ev.Prompt("p" * 20), reply(1_020), ev.Compacted(text="s" * 10), reply(400))
    assert made.session().base == 1_000


def test_the_base_survives_a_compaction_though_its_weights_come_later():
    made = folded(ev.Prompt("p" * 20), reply(1_020), ev.Compacted(), weighed=False)
    assert made.session().base is None
    assert made.weigh_all().session().base == 1_000


def test_the_history_of_a_fork_hides_its_base():
    assert session_of(ev.Started("s", forked_from="s0"), ev.Prompt("p"), reply(1_020)).base is None


def test_a_first_reply_after_a_compaction_tells_no_base():
    assert session_of(ev.Compacted(text="summary"), ev.Prompt("p"), reply(1_020)).base is None


def test_an_estimate_tells_no_base():
    assert session_of(ev.Prompt("p"), reply(1_020, source="estimated"), reply(1_100)).base is None


def test_a_first_reply_that_could_not_be_read_tells_no_base():
    session = session_of(ev.Prompt("p"), ev.Reply("m1", None), *read("c", A, "x" * 900), reply(2_000))
    assert session.base is None, "what the second reply holds is more than the base"


# Attachments


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        pytest.param([read("1", A, "x" * 100)], {A: (100, 1)}, id="a read"),
        pytest.param([read("1", A, "x" * 100), read("2", A, "x" * 70)], {A: (70, 2)}, id="a later read replaces it"),
        pytest.param([read("1", A, "x" * 9), read("2", B, "x" * 50)], {B: (50, 1), A: (9, 1)}, id="the heaviest first"),
        pytest.param(
            [read("1", A, "x" * 10, (1, 100)), read("2", A, "x" * 20, (101, 100))],
            {A: (30, 2)},
            id="disjoint lines add",
        ),
        pytest.param(
            [read("1", A, "x" * 10, (1, 100)), read("2", A, "x" * 20, (100, 100))],
            {A: (20, 2)},
            id="a shared line replaces",
        ),
        pytest.param(
            [read("1", A, "x" * 10, (0, 100)), read("2", A, "x" * 20, (100, 100))],
            {A: (20, 2)},
            id="lines from the start end with their count",
        ),
        pytest.param(
            [read("1", A, "x" * 10, (50, 0)), read("2", A, "x" * 20, (900, 10))],
            {A: (20, 2)},
            id="no count: to the end",
        ),
        pytest.param(
            [read("1", A, "x" * 10, (50, 0)), read("2", A, "x" * 20, (1, 49))], {A: (30, 2)}, id="the part before it"
        ),
        pytest.param(
            [read("1", A, "x" * 10, (1, 10)), read("2", A, "x" * 10, (21, 10)), read("3", A, "x" * 44)],
            {A: (44, 3)},
            id="the whole file replaces its parts",
        ),
        pytest.param([read("1", A, "no such file", ok=False)], {}, id="a failed read"),
        pytest.param([read("1", A, "x" * 100, ok=None)], {A: (100, 1)}, id="a read of which no result is told"),
        pytest.param(
            [ev.Mentioned("src/a.ts", "x" * 30)], {A: (30, 1)}, id="a mention, seen from the session's folder"
        ),
        pytest.param(
            [ev.Mentioned(A, "x" * 30), ev.Mentioned(A, again=True), read("1", A, "x" * 35)],
            {A: (35, 3)},
            id="a mention again, and a read",
        ),
        pytest.param([ev.Mentioned(A, again=True)], {}, id="a mention of what is not there"),
        pytest.param(
            [read("1", A, "x" * 100), edit("2", A, "n" * 30, "o" * 10)], {A: (120, 1)}, id="an edit: added less removed"
        ),
        pytest.param([read("1", A, "x" * 10), edit("2", A, "", "o" * 30)], {A: (0, 1)}, id="never less than nothing"),
        pytest.param(
            [read("1", A, "x" * 100), edit("2", A, "n" * 30, "", ok=False)], {A: (100, 1)}, id="a failed edit"
        ),
        pytest.param([edit("2", A, "n" * 30, "o" * 10)], {}, id="an edit of what is not there"),
        pytest.param(
            [read("1", A, "x" * 100), edit("2", A, "n" * 30, whole=True)], {A: (30, 1)}, id="a written file replaces it"
        ),
        pytest.param([edit("1", A, "n" * 30, whole=True)], {A: (30, 0)}, id="a new file"),
        pytest.param(
            [edit("1", A, "n" * 30, whole=True), edit("2", A, "n" * 5, "o")], {A: (34, 0)}, id="a new file, edited"
        ),
        pytest.param(
            [read("1", A, "x" * 100), edit("2", A, "n" * 30, ""), read("3", A, "x" * 130)],
            {A: (130, 2)},
            id="a read after an edit holds it",
        ),
        pytest.param(
            [read("1", A, "x" * 100, (1, 9)), edit("2", A, "n" * 30, ""), read("3", A, "x" * 130, (1, 9))],
            {A: (130, 2)},
            id="a read of the same lines after an edit holds it",
        ),
        pytest.param([read("1", A, "x" * 100), ev.Compacted()], {}, id="a compaction clears"),
        pytest.param(
            [read("1", A, "x" * 100), ev.Compacted(), ev.Mentioned(A, "x" * 40)], {A: (40, 1)}, id="attached again"
        ),
        pytest.param(
            [read("1", A, "x" * 100), ev.Compacted(), edit("2", A, "n" * 5, "")], {}, id="edited after a compaction"
        ),
    ],
)
def test_attachments_are_what_the_context_holds_of_files(records, expected):
    made = folded(ev.CwdChanged(CWD), *records)
    assert made.attachments == expected
    assert list(made.attachments) == list(expected)


def test_a_file_is_one_however_its_path_is_written():
    made = folded(
        ev.CwdChanged(CWD),
        *(read(str(at), path, "x") for at, path in enumerate([A, "src/a.ts", f"{CWD}/./src/../src/a.ts"])),
    )
    assert made.attachments == {A: (1, 3)}


def test_an_attachment_is_there_before_it_is_weighed():
    made = folded(read("1", A, "x" * 100), weighed=False)
    [file] = made.session().attachments
    assert (file.path, file.tokens, file.reads) == (A, None, 1)
    assert made.session().sums is None


def test_an_edit_that_is_weighed_after_a_later_read_was_seen_does_not_count_twice():
    records = [read("1", A, "x" * 100), edit("2", A, "n" * 30, ""), read("3", A, "x" * 130)]
    at_once = folded(*records, weighed=False).weigh_all()
    step_by_step = Folded()
    for record in records:
        step_by_step.add(*record)
        step_by_step.weigh_all()
    assert at_once.attachments == step_by_step.attachments == {A: (130, 2)}


def test_a_record_that_is_gone_when_it_is_counted_weighs_nothing():
    made = folded(read("1", A, "x" * 100), weighed=False)
    made.fold.weigh(0, ())
    assert made.session().sums == Breakdown()
    assert made.session().attachments[0].tokens == 0


def test_a_read_tells_of_a_file_only_when_it_came_back():
    made = folded(ev.FileRead("1", A), ev.FileRead("2", B))
    assert made.session().files_read == ()
    made.add(ev.Returned("2", ok=False))
    made.add(ev.Returned("1", ok=True))
    assert made.session().files_read == (A,)


def test_files_stand_in_the_order_of_their_first_read_and_edit():
    session = session_of(read("1", B), read("2", A), read("3", B), edit("4", A), edit("5", B), edit("6", A))
    assert (session.files_read, session.files_edited) == ((B, A), (A, B))


def test_a_failed_edit_is_no_edit():
    assert session_of(edit("1", A, "n", "o", ok=False)).files_edited == ()


def test_a_call_that_shows_two_files_is_tool_output_and_both_were_read():
    made = folded((ev.FileRead("1", A), ev.FileRead("1", B), ev.Returned("1", ok=True, text="x" * 90)))
    assert made.session().files_read == (A, B)
    assert made.attachments == {}
    assert made.session().sums.tool_output == 90


def test_a_call_whose_result_and_output_stand_in_two_records():
    made = folded(ev.FileRead("1", A), ev.Returned("1", ok=True, exit=0, text=None), ev.Returned("1", text="x" * 60))
    assert made.session().files_read == (A,)
    assert made.attachments == {A: (60, 1)}


def test_a_failure_told_apart_from_its_output_is_a_failure():
    made = folded(
        (ev.Command("1", "cat src/a.ts"), ev.FileRead("1", A), ev.FileEdit("2", B, "n" * 9, whole=True)),
        ev.Returned("1", ok=False, exit=1, text=None),
        ev.Returned("2", ok=False, text=None),
        ev.Returned("1", text="no such file"),
        ev.Returned("2", text="declined"),
    )
    session = made.session()
    assert session.commands == (Ran("cat src/a.ts", 1, ok=False),)
    assert (session.files_read, session.files_edited, made.attachments) == ((), (), {})


# Commands


def test_commands_stand_in_order_with_what_is_known_of_their_end():
    session = session_of(
        ev.Command("1", "make test"),
        ev.Command("2", "git status"),
        ev.Command("3", "sleep 100"),
        ev.Returned("2", ok=True, text="clean"),
        ev.Returned("1", ok=False, exit=2, text="1 failed"),
    )
    assert session.commands == (Ran("make test", 2, ok=False), Ran("git status", None, ok=True), Ran("sleep 100"))


def test_a_later_record_of_a_call_without_an_exit_code_keeps_the_known_one():
    session = session_of(
        ev.Command("1", "make"), ev.Returned("1", ok=False, exit=2, text=None), ev.Returned("1", text="output")
    )
    assert session.commands == (Ran("make", 2, ok=False),)


def test_a_command_told_twice_is_one():
    assert session_of(ev.Command("1", "make"), ev.Command("1", "make")).commands == (Ran("make"),)


# Breakdown


def test_the_breakdown_tells_files_tool_output_prompts_and_replies_apart():
    session = session_of(
        ev.Fed("f" * 1_000),
        ev.Prompt("p" * 10),
        ev.Mentioned(A, "m" * 20),
        reply(2_000),
        ev.Said("s" * 7),
        (ev.Command("1", "ls"), ev.Returned("1", ok=True, text="o" * 40)),
        read("2", B, "r" * 100),
        edit("3", A, "n" * 3, "o" * 2),
        ev.Fed("f" * 5),
        ev.Prompt("p" * 6),
    )
    assert session.sums == Breakdown(files=120, tool_output=40, prompts=21, replies=12)


def test_a_compaction_leaves_its_summary_and_what_came_after_it():
    assert session_of(
        ev.Prompt("p" * 10), reply(99), ev.Said("s" * 50), ev.Compacted("sum"), ev.Prompt("q")
    ).sums == Breakdown(prompts=1, replies=3)
    assert session_of(reply(99), ev.Said("s" * 50), ev.Compacted(), ev.Summary("summary")).sums == Breakdown(replies=7)


def test_what_a_failed_read_printed_is_tool_output():
    assert session_of(read("1", A, "x" * 30, ok=False)).sums == Breakdown(tool_output=30)


def test_only_what_the_sums_need_is_asked_for():
    made = folded(ev.CwdChanged(CWD), ev.Prompt("p"), reply(9), ev.Titled("t"), ev.Command("1", "ls"), weighed=False)
    assert made.fold.wanted == (100,)
    made.weigh_all()
    assert made.fold.wanted == ()


def test_events_that_are_left_out_do_not_shift_the_counts_of_the_others():
    made = Folded()
    for text in ("p" * 10, "q" * 20):
        made.add(ev.Started("s1"), ev.CwdChanged(CWD), ev.Prompt(text), ev.Said("s" * 3))
    assert made.weigh_all().session().sums == Breakdown(prompts=30)


# A partial session


def test_a_partial_session_tells_the_present_and_leaves_out_what_needs_its_history():
    made = folded(
        ev.Started("s1", cwd=CWD, at=1.0),
        ev.ModelChanged("claude-sonnet-4-5"),
        ev.Prompt("a"),
        reply(1_000),
        read("1", A, "x"),
        edit("2", A),
        (ev.Command("3", "ls"), ev.Returned("3")),
        ev.WindowSeen(200_000),
    )
    session = made.session(path="/x.jsonl", partial=True)
    assert session.partial
    assert (session.context, session.model, session.window, session.turn, session.cwd, session.path) == (
        Context(1_000, "measured"),
        "claude-sonnet-4-5",
        200_000,
        "open",
        CWD,
        "/x.jsonl",
    )
    for left_out in ("base", "first_context", "compactions", "prompt_count", "sums", "started_at"):
        assert getattr(session, left_out) is None, left_out
    for left_out in ("attachments", "files_read", "files_edited", "commands"):
        assert getattr(session, left_out) == (), left_out


# Rewinds


def test_a_rewind_takes_back_everything_of_the_dropped_turn():
    made = Folded()
    made.add(ev.Started("s1", cwd=CWD))
    made.turn("u1", None, ev.Prompt("one"))
    made.step("a1", "u1", reply(1_000), *read("1", A, "x" * 10))
    made.turn("u2", "a1", ev.Prompt("two"))
    made.step("a2", "u2", reply(5_000), *read("2", B, "x" * 99), *edit("3", B), ev.Command("4", "make"))
    made.step("e2", "a2", ev.Compacted())
    made.turn("u3", "a1", ev.Prompt("three"))
    session = made.weigh_all().session()
    assert [typed.text for typed in session.prompts] == ["one", "three"]
    assert (session.prompt_count, session.compactions, session.context) == (2, 0, Context(1_000, "measured"))
    assert made.attachments == {A: (10, 1)}
    assert (session.files_read, session.files_edited, session.commands) == ((A,), (), ())
    assert session.turn == "open"


def test_a_side_record_counts_whatever_is_taken_back():
    made = Folded()
    made.turn("u1", None, ev.Prompt("one"))
    made.add(ev.Titled("named in between"))
    made.turn("u2", None, ev.Prompt("another first"))
    assert made.session().title == "named in between"
    assert made.session().prompt_count == 1


def test_a_dropped_turn_that_goes_on_after_all_counts_again():
    made = Folded()
    made.turn("u1", None, ev.Prompt("one"))
    made.step("a1", "u1", reply(1_000))
    made.turn("u2", "a1", ev.Prompt("two"))
    made.turn("u3", "a1", ev.Prompt("three"))
    made.step("a2", "u2", reply(2_000))
    assert [typed.text for typed in made.session().prompts] == ["one", "two"]


def test_a_turn_that_was_left_for_its_parent_and_taken_up_again_counts_whole():
    made = Folded()
    made.turn("u1", None, ev.Prompt("one"))
    made.turn("u2", "u1", ev.Prompt("two"))
    made.step("a1", "u1", reply(1_000))
    assert [typed.text for typed in made.session().prompts] == ["one"]
    made.step("a2", "u2", reply(2_000))
    assert [typed.text for typed in made.session().prompts] == ["one", "two"]


def test_a_folder_that_is_left_by_a_rewind_is_left():
    made = Folded()
    made.turn("u1", None, ev.CwdChanged(CWD), ev.Prompt("one"))
    made.turn("u2", "u1", ev.CwdChanged(f"{CWD}/src"), ev.Prompt("two"))
    made.turn("u3", "u1", ev.CwdChanged(CWD), ev.Prompt("three"))
    assert made.session().cwd == CWD


@pytest.mark.parametrize(
    ("turns", "prompts", "files", "context"),
    [(1, ["one"], {A: (10, 1)}, 1_000), (2, [], {}, None), (9, [], {}, None)],
)
def test_a_list_is_rewound_by_its_newest_turns(turns, prompts, files, context):
    made = folded(
        ev.ModelChanged("gpt-5.5"),
        ev.Prompt("one"),
        reply(1_000),
        read("1", A, "x" * 10),
        ev.TurnEnded(),
        ev.Prompt("two"),
        reply(2_000),
        read("2", B, "x" * 20),
        ev.Titled("named"),
        ev.Rewound(turns),
    )
    session = made.session()
    assert [typed.text for typed in session.prompts] == prompts
    assert session.prompt_count == len(prompts)
    assert made.attachments == files
    assert session.context.tokens == context
    assert (session.model, session.title) == ("gpt-5.5", "named"), "names and models were not taken back"


def test_turns_are_taken_back_again_and_again():
    made = folded(*(event for text in "abcd" for event in (ev.Prompt(text), reply(ord(text)))))
    made.add(ev.Rewound(1))
    made.add(ev.Prompt("e"))
    made.add(ev.Rewound(2))
    assert [typed.text for typed in made.session().prompts] == ["a", "b"]
    assert made.session().context.tokens == ord("b")


# A record seen again


def test_a_record_seen_again_under_its_id_replaces_its_events():
    made = Folded()
    made.turn("u1", None, ev.Prompt("go"))
    made.step("a1", "u1", reply(1_000), ev.Said("s" * 10), ev.Command("1", "ls"))
    made.step("a1", "u1", reply(1_500), ev.Said("s" * 30), ev.Command("1", "ls -l"))
    session = made.weigh_all().session()
    assert session.context == Context(1_500, "measured")
    assert session.commands == (Ran("ls -l"),)
    assert session.sums == Breakdown(prompts=2, replies=30)
    assert session.first_context == 1_500


def test_a_copied_prompt_is_one_prompt():
    made = Folded()
    for _ in range(2):
        made.turn("u1", None, ev.Prompt("go"))
        made.step("a1", "u1", reply(1_000))
    assert made.session().prompt_count == 1


def test_a_record_that_told_nothing_at_first_counts_when_it_is_seen_again():
    made = Folded()
    made.turn("u1", None, ev.Prompt("go"))
    made.step("a1", "u1")
    made.step("a1", "u1", reply(1_000))
    assert made.session().context == Context(1_000, "measured")


def test_a_side_record_seen_again_is_another_one():
    made = Folded()
    made.add(ev.Titled("one"), id="x")
    made.add(ev.Titled("two"), id="x")
    assert made.session().title == "two"


# Hostile records


@pytest.mark.parametrize("path", ["file://[", "file://\u2100/x", "\x00", "//", "..", "a" * 10_000, "C:", "\\\\"])
def test_no_path_stops_the_fold(path):
    session = session_of(ev.CwdChanged(CWD), read("1", path, "x"), edit("2", path, "x"), ev.Mentioned(path))
    assert len(session.files_read) == 1


@pytest.mark.parametrize("turns", [-1, -5, 0])
def test_no_count_of_turns_stops_the_fold(turns):
    assert session_of(ev.Prompt("a"), ev.Prompt("b"), ev.Rewound(turns)).prompt_count == 2


# Laws

PATHS = st.sampled_from([A, B, f"{CWD}/c.md"])
CALLS = st.sampled_from("12")
TEXTS = st.integers(0, 40).map("x".__mul__)
EVENTS = st.one_of(
    TEXTS.map(ev.Prompt),
    TEXTS.map(ev.Fed),
    TEXTS.map(ev.Said),
    st.builds(ev.Mentioned, PATHS, TEXTS, st.booleans()),
    st.builds(
        ev.Reply, st.sampled_from("km"), st.none() | st.integers(0, 9_999), st.sampled_from(["measured", "estimated"])
    ),
    st.builds(ev.FileRead, CALLS, PATHS, st.integers(0, 30), st.integers(0, 30)),
    st.builds(ev.FileEdit, CALLS, PATHS, TEXTS, TEXTS, st.booleans()),
    st.builds(ev.Command, CALLS, st.just("make")),
    st.builds(
        ev.Returned, CALLS, st.sampled_from([None, True, False]), st.none() | st.integers(0, 2), st.none() | TEXTS
    ),
    st.builds(ev.Compacted, TEXTS),
    TEXTS.map(ev.Summary),
    st.builds(ev.Titled, st.sampled_from("ab"), st.integers(1, 3)),
    st.builds(ev.ModelChanged, st.sampled_from([None, "one", "two"]), st.sampled_from([None, "one[1m]"])),
    st.builds(ev.WindowSeen, st.integers(1, 9)),
    st.sampled_from(
        [ev.TurnStarted(), ev.TurnEnded(), ev.TurnEnded(certain=False), ev.Waiting(), ev.Interrupted(), ev.Failed()]
    ),
)


@st.composite
def trees(draw):
    """Draw the records of one tree, in the order in which they are written: each under one that stands before it."""
    ids = []
    found = []
    for number in range(draw(st.integers(0, 14))):
        events = tuple(draw(st.lists(EVENTS, max_size=3)))
        kind = draw(st.sampled_from(["turn", "step", "step", "step", "side"]))
        if kind == "side":
            found.append(ev.Record(events, time=float(number)))
            continue
        parent = draw(st.sampled_from([None, *ids[-6:]]))
        ids.append(f"r{number}")
        found.append(ev.Record(events, f"r{number}", parent, kind, float(number)))
    return found


def fold_of(records, *, seen_between=False, weigh="end", key=None):
    made = Folded()
    for record in records:
        made.record(record)
        if weigh == "each":
            made.weigh_all()
        if seen_between:
            made.session()
    made.weigh_all(key)
    return made.session()


def live_part(records):
    """Return the records of the live branch, told anew: the turns from the newest place of the talk up to the first."""
    turn_of, above, here = {}, {0: None}, 0
    for number, record in enumerate(records, 1):
        if record.id is None:
            continue
        on = turn_of.get(record.parent, 0)
        if record.kind == "turn":
            above[number], turn_of[record.id], here = on, number, number
        else:
            turn_of[record.id] = on
            if any(isinstance(event, ev.Reply) for event in record.events):
                here = on
    live = set()
    while here is not None:
        live.add(here)
        here = above[here]
    return [record for record in records if record.id is None or turn_of[record.id] in live]


@given(EVENTS)
def test_an_event_without_its_long_texts_still_takes_its_place_among_the_counts(event):
    short = lean(event)
    assert weighs(short) == weighs(event)
    assert lean(short) == short
    assert max(map(len, texts(short)), default=0) <= PROMPT_KEPT


@given(trees())
def test_looking_at_a_session_in_between_changes_nothing(records):
    assert fold_of(records, seen_between=True) == fold_of(records)


@given(trees())
def test_the_session_is_that_of_its_live_branch(records):
    def known(session):
        return {name: getattr(session, name) for name in session.__struct_fields__ if not name.endswith("_at")}

    assert known(fold_of(records)) == known(fold_of(live_part(records)))


@given(trees(), st.randoms(use_true_random=False))
def test_the_order_in_which_weights_come_does_not_matter(records, random):
    ranks = {}
    shuffled = fold_of(records, key=lambda offset: ranks.setdefault(offset, random.random()))
    assert shuffled == fold_of(records)


@given(trees())
def test_the_time_at_which_weights_come_does_not_matter(records):
    assert fold_of(records, weigh="each") == fold_of(records)


@given(trees())
def test_a_list_of_records_seen_twice_is_the_same_session(records):
    once = [record for record in records if record.id is not None]
    assert fold_of([*once, *once]).prompt_count == fold_of(once).prompt_count


@given(st.lists(st.lists(EVENTS | st.builds(ev.Rewound, st.integers(1, 3)), max_size=2), max_size=15))
def test_figures_are_never_below_nothing_and_every_known_part_is_there(records):
    session = folded(*map(tuple, records)).session()
    assert session.sums is not None, "all was weighed"
    assert all(
        part >= 0 for part in (session.sums.files, session.sums.tool_output, session.sums.prompts, session.sums.replies)
    )
    assert all(file.tokens is not None and file.tokens >= 0 and file.reads >= 0 for file in session.attachments)
    assert session.base is None or 0 <= session.base <= session.first_context
    assert session.prompt_count == len(session.prompts)
    assert max(Counter(itertools.chain(session.files_read, [""])).values()) == 1

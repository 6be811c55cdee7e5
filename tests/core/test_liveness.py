"""Liveness: who says that someone is at work, and when a silence means that nobody is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.builders import session

from relaymark.core.liveness import _BETWEEN_LINES, Liveness, Process, is_open, liveness

MINUTE, HOUR = 60.0, 3_600.0
NONE = Process()
GONE = Process(alive=False, listed=True, pid=4_711)
UNLISTED = Process(complete=True)


def live(status=None):
    return Process(alive=True, listed=True, complete=True, status=status, pid=4_711)


@pytest.mark.parametrize(
    ("fields", "process", "age", "expected"),
    [
        # the registry's word
        ({}, live("busy"), 0, ("working", "registry")),
        ({"turn": "ended"}, live("busy"), 0, ("working", "registry")),
        ({}, live("waiting"), 0, ("waiting", "registry")),
        ({}, live("idle"), 0, ("idle", "registry")),
        ({}, live("busy"), 20 * HOUR, ("working", "registry")),
        ({}, live(), 20 * MINUTE, ("working", "registry")),
        ({"waiting": True}, live(), 20 * MINUTE, ("waiting", "registry")),
        ({"turn": "ended"}, live(), 20 * MINUTE, ("idle", "registry")),
        ({"turn": "interrupted"}, live("a new word"), 0, ("idle", "registry")),
        # a process that ended, or whose number another program has now
        ({}, GONE, 1, ("idle", "registry")),
        ({"turn": "ended"}, GONE, 11.9 * HOUR, ("idle", "registry")),
        ({}, GONE, 12 * HOUR, ("closed", "registry")),
        # a registry that would know it
        ({}, UNLISTED, 59.9, ("working", "turn")),
        ({}, UNLISTED, 60, ("closed", "registry")),
        ({"turn": "ended"}, UNLISTED, 60, ("closed", "registry")),
        # nothing but the transcript
        ({}, NONE, 0, ("working", "turn")),
        ({"waiting": True}, NONE, 0, ("waiting", "turn")),
        ({}, NONE, 15 * MINUTE - 1, ("working", "turn")),
        ({}, NONE, 15 * MINUTE, ("idle", "age")),
        ({"waiting": True}, NONE, 15 * MINUTE, ("idle", "age")),
        ({"turn": "ended"}, NONE, 0, ("idle", "turn")),
        ({"turn": "interrupted"}, NONE, 0, ("idle", "turn")),
        ({"turn": "failed"}, NONE, 0, ("idle", "turn")),
        ({"turn": "none"}, NONE, 0, ("idle", "age")),
        ({"turn": "ended"}, NONE, 12 * HOUR - 1, ("idle", "turn")),
        ({"turn": "ended"}, NONE, 12 * HOUR, ("closed", "age")),
        ({}, NONE, 12 * HOUR, ("closed", "age")),
        # an end that is only likely: the next line may go on with the turn
        ({"turn": "ended", "turn_sure": False}, NONE, _BETWEEN_LINES - 0.1, ("working", "turn")),
        ({"turn": "ended", "turn_sure": False}, NONE, _BETWEEN_LINES, ("idle", "turn")),
        ({"turn": "ended", "turn_sure": False}, live("idle"), 0, ("idle", "registry")),
        ({"turn": "ended", "turn_sure": False}, GONE, 0, ("idle", "registry")),
        # a process of which nothing can be told
        ({}, Process(alive=None, listed=True, complete=True), 5 * MINUTE, ("working", "turn")),
        ({}, Process(alive=None, listed=True, complete=True), 15 * MINUTE, ("idle", "age")),
    ],
)
def test_the_state(fields, process, age, expected):
    assert liveness(session(**fields), process, age) == Liveness(*expected)


@pytest.mark.parametrize("process", [NONE, live("busy"), live("idle"), GONE, UNLISTED])
def test_an_archived_session_is_closed_whatever_else_is_said(process):
    assert liveness(session(ended=True), process, 0).state == "closed"


@pytest.mark.parametrize("status", ["busy", "waiting", "idle", None])
def test_the_number_of_a_process_that_lives_again_as_another_program_is_no_life(status):
    reused = Process(alive=False, listed=True, complete=True, status=status, pid=4_711)
    assert liveness(session(), reused, 1).state == "idle"


@pytest.mark.parametrize(
    ("state", "age", "expected"),
    [
        ("idle", 8 * HOUR - 1, True),
        ("idle", 8 * HOUR, False),
        ("working", 8 * HOUR, False),
        ("waiting", 0, True),
        ("closed", 0, False),
    ],
)
def test_open_is_what_is_not_closed_and_was_active_in_the_last_eight_hours(state, age, expected):
    assert is_open(state, age) is expected


PROCESSES = st.builds(
    Process,
    st.sampled_from([None, True, False]),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, "busy", "waiting", "idle", "strange"]),
)
AT_WORK = {"closed": 0, "idle": 1, "waiting": 2, "working": 2}


@given(
    PROCESSES,
    st.sampled_from(["none", "open", "ended", "interrupted", "failed"]),
    st.booleans(),
    st.floats(0, 1e6),
    st.floats(0, 1e6),
)
def test_silence_alone_never_brings_a_session_to_life(process, turn, waiting, one, other):
    fresh, silent = (liveness(session(turn=turn, waiting=waiting), process, age) for age in sorted((one, other)))
    assert AT_WORK[silent.state] <= AT_WORK[fresh.state]

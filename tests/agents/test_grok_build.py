"""Grok Build, as documented: no recording exists.

The files are made after the facts, which give names and few places: where a line of the log holds its figure and its
mark is made up here, in more than one way.
"""

import json
import os

import pytest

from relaymark.agents.grok_build import AGENT
from relaymark.core import events as ev
from relaymark.core.agent import Home
from relaymark.core.fold import SessionFold
from relaymark.core.session import Context
from relaymark.engine.machine import Machine
from relaymark.engine.reader import Reader
from relaymark.engine.recognise import recognise
from relaymark.engine.wanted import Wanted
from relaymark.sources.whole import Whole

ID = "0197d3a2-5f0e-7a60-9d39-2f6f7a0c1b1e"
PLACE = "%2Fhome%2Fdev%2Fmy%20shop"
CWD = "/home/dev/my shop"
SESSIONS = "/home/dev/.grok/sessions"
DONE = {"update": {"kind": "turn_completed"}}
LOG = AGENT.stores[0]


def used(tokens, **more):
    return {"_meta": {"totalTokens": tokens}, **more}


def signals(tokens=31_000, window=256_000):
    return {"contextTokensUsed": tokens, "contextWindowTokens": window}


def files(*lines, place=PLACE, **beside):
    """Give a home with one session: its log, and `signals` and `summary` beside it."""
    folder = f".grok/sessions/{place}/{ID}"
    made = {f"{folder}/updates.jsonl": b"".join(json.dumps(line).encode() + b"\n" for line in lines)}
    return made | {f"{folder}/{name}.json": json.dumps(value).encode() for name, value in beside.items()}


def records(*lines, place=PLACE, **beside):
    contents = {"updates.jsonl": list(lines), **{f"{name}.json": value for name, value in beside.items()}}
    [told] = LOG.decode(f"{SESSIONS}/{place}/{ID}/updates.jsonl", contents)
    assert told.session == ID
    return told.records


def session(*lines, **beside):
    folding = SessionFold(AGENT.name, ID)
    for at, record in enumerate(records(*lines, **beside)):
        folding.add(at, record)
    return folding.session()


def machine(root):
    return Machine(environ={}, home=str(root), agents=(AGENT,))


def put(root, made):
    for path, data in made.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)


# A whole session


def test_a_whole_session_is_read_from_its_folder(tmp_path):
    put(tmp_path, files(used(12_000), used(31_500), DONE, signals=signals(), summary={"primaryModelId": "grok-4"}))
    reader = Reader(machine(tmp_path), Wanted(everything=True))
    for item in reader.scan():
        reader.take(item)
    [item] = reader.observed()
    found = item.session
    assert (found.id, found.agent, found.cwd, found.model) == (ID, "grok-build", CWD, "grok-4")
    assert (found.context, found.window) == (Context(31_500, "estimated"), 256_000)
    assert (found.turn, found.bad_records, found.prompts) == ("ended", 0, ())


def test_the_context_follows_every_line_of_the_log():
    lines = [used(12_000), {"update": {}}, used(20_000), DONE, used(31_000)]
    found = [session(*lines[:count], signals=signals(99)).context.tokens for count in range(1, len(lines) + 1)]
    assert found == [12_000, 12_000, 20_000, 20_000, 31_000]


def test_a_growing_log_and_rewritten_signals_are_seen(tmp_path):
    put(tmp_path, files({"update": {}}, signals=signals(20_000)))
    folder = tmp_path / ".grok/sessions" / PLACE / ID
    unit = Whole(AGENT, str(folder / "updates.jsonl"), LOG)

    def context():
        unit.refresh()
        return unit.sessions()[0].context.tokens

    assert context() == 20_000
    (folder / "signals.json").write_text(json.dumps(signals(21_111)))
    os.utime(folder / "signals.json", (1_795_200_000, 1_795_200_000))
    assert context() == 21_111
    with (folder / "updates.jsonl").open("a") as log:
        log.write(json.dumps(used(22_000)) + "\n")
    assert context() == 22_000
    with (folder / "updates.jsonl").open("a") as log:
        log.write(json.dumps(used(23_000))[:-4])
    assert context() == 22_000


# The context


@pytest.mark.parametrize(
    "line", [used(31_000), {"params": used(31_000)}, {"params": {"update": used(31_000, content=[used(7)])}}]
)
def test_the_figure_is_found_wherever_a_line_holds_it(line):
    assert session(line).context == Context(31_000, "estimated")


def test_the_outermost_figure_of_a_line_counts():
    assert session({"inner": used(7), **used(31_000)}).context.tokens == 31_000


def test_what_lies_in_lists_is_no_figure():
    assert session(used(31_000), {"content": [used(7)]}).context.tokens == 31_000


def test_the_log_goes_before_the_signals_that_follow_it_late():
    found = session(used(12_000), used(40_000), signals=signals(31_000))
    assert (found.context.tokens, found.first_context) == (40_000, 12_000)


def test_without_a_figure_in_the_log_the_signals_tell():
    assert session({"update": {}}, signals=signals(31_000)).context == Context(31_000, "estimated")


@pytest.mark.parametrize("newest", [used(0), used(None), {"_meta": {}}, {"_meta": None}, {}])
def test_a_line_without_a_figure_leaves_the_last_one(newest):
    found = session(used(12_000), newest)
    assert (found.context.tokens, found.bad_records) == (12_000, 0)


@pytest.mark.parametrize("value", ["12000", -1, 1.5, [], {}, True, 10**12])
def test_a_figure_that_cannot_be_read_makes_the_context_unknown(value):
    for found in (session(used(12_000), used(value)), session(signals=signals(value))):
        assert (found.context, found.bad_records) == (Context(), 1)
    assert session(used(value), used(13_000)).context.tokens == 13_000


def test_an_unreadable_figure_of_the_log_is_not_replaced_by_an_older_one_of_the_signals():
    assert session(used("many"), signals=signals(31_000)).context == Context()


# Window, model, turn, directory


@pytest.mark.parametrize(
    ("window", "found", "bad"), [(256_000, 256_000, 0), (0, None, 0), (None, None, 0), ("256k", None, 1)]
)
def test_the_window_is_recorded(window, found, bad):
    told = session(used(12_000), signals=signals(window=window))
    assert (told.window, told.bad_records, told.context.tokens) == (found, bad, 12_000)


@pytest.mark.parametrize("name", ["signals", "summary"])
def test_the_model_is_read_from_either_file_beside_the_log(name):
    assert session(**{name: {"primaryModelId": "grok-4"}}).model == "grok-4"
    assert session(**{name: {"primaryModelId": ["grok-4"]}}).model is None


@pytest.mark.parametrize("done", [DONE, {"type": "turn_completed"}, {"params": {"update": {"kind": "turn_completed"}}}])
def test_a_completed_turn_is_over_until_a_line_follows(done):
    assert session({}, done).turn == "ended"
    assert session({}, done, {}).turn == "none"
    assert session({}, done, {}, done).turn == "ended"


@pytest.mark.parametrize(
    ("place", "cwd"),
    [
        (PLACE, CWD),
        ("%2Fsrv%2F100%2525", "/srv/100%25"),
        ("%2Fhome%2Fj%C3%BCrgen", "/home/jürgen"),
        ("C%3A%5CUsers%5Cdev%5Cshop", "C:\\Users\\dev\\shop"),
        ("shop", None),
        ("..%2Fshop", None),
        ("%2Fhome%2F%ff", None),
    ],
)
def test_the_directory_is_decoded_from_the_name_of_the_folder(place, cwd):
    assert records(place=place)[0].events == (ev.Started(ID, cwd=cwd, figures_only=True),)


# Hostile files


@pytest.mark.parametrize("value", [None, 1, "x", [], [[]], True])
def test_other_types_are_bad_records_and_never_raise(value):
    assert session(value).bad_records == 1
    assert session(signals=value).bad_records == 1
    assert session(used(12_000), signals={}, summary=value).context.tokens == 12_000


def test_a_log_of_another_type_and_objects_a_thousand_levels_deep_are_survived():
    line = used(7)
    for _ in range(1_000):
        line = {"inner": line}
    assert session(line).context == Context()
    [told] = LOG.decode("updates.jsonl", {"updates.jsonl": {"a": 1}})
    assert [event for record in told.records for event in record.events] == [ev.Started("", figures_only=True)]


# Places


@pytest.mark.parametrize(
    ("environ", "home", "found"),
    [
        ({}, "/home/dev", Home("/home/dev/.grok")),
        ({}, "/Users/dev", Home("/Users/dev/.grok")),
        ({}, "C:\\Users\\dev", Home("c:/Users/dev/.grok")),
        ({"GROK_HOME": "/data/grok"}, "/home/dev", Home("/data/grok", "GROK_HOME")),
        ({"GROK_HOME": "D:\\grok"}, "C:\\Users\\dev", Home("d:/grok", "GROK_HOME")),
        ({"GROK_HOME": " "}, "/home/dev", Home("/home/dev/.grok")),
    ],
)
def test_its_folder_is_found_on_every_system(environ, home, found):
    assert AGENT.homes(environ, home) == (found,)


@pytest.mark.parametrize(
    ("path", "owned"),
    [
        (f"sessions/{PLACE}/{ID}/updates.jsonl", True),
        (f"sessions/{PLACE}/{ID}/chat_history.jsonl", False),
        (f"sessions/{PLACE}/{ID}/signals.json", False),
        (f"sessions/{PLACE}/{ID}/deeper/updates.jsonl", False),
        (f"sessions/{PLACE}/not-a-uuid/updates.jsonl", False),
        (f"sessions/{ID}/updates.jsonl", False),
        (f"other/{PLACE}/{ID}/updates.jsonl", False),
        (f"sessions/{PLACE}/{ID}/auth.json", False),
        ("auth.json", False),
        (".env", False),
        ("updates.jsonl", False),
    ],
)
def test_only_logs_of_sessions_are_owned(path, owned):
    assert AGENT.owns(path) is owned


def test_a_log_that_lies_anywhere_is_known_by_its_figures(tmp_path):
    path = tmp_path / "copied.jsonl"
    path.write_text(json.dumps({"params": used(12_000)}) + "\n")
    assert recognise(machine(tmp_path), str(path)).agent is AGENT
    path.write_text(json.dumps({"params": {}}) + "\n")
    assert recognise(machine(tmp_path), str(path)) is None

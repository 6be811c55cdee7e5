"""Starting agents, the commit of a phase, green commits, and sessions that Relaymark itself has started."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relaymark.core import events as ev
from relaymark.core.binding import bind
from relaymark.core.launching import PROGRAMS, argv, commands
from relaymark.core.plan import parse_plan
from relaymark.core.relay.committing import phase_commit
from relaymark.core.relay.facts import Commit, PhaseItem, PhaseWork
from relaymark.core.relay.green import Green, Span, green_spans, last_green
from relaymark.core.started import prompt_name, started_phase

HOSTILE = ["$(touch hit)", "`id`", "a'b\"c", "--no-verify", "-rf /", "two\nlines", "; ls", "%s", "\x1b[2J", "#!x", "ü"]


def work(**given):
    items = (PhaseItem("1", "a", 3, done=True), PhaseItem("2", "b", 4, done=False))
    return PhaseWork(**({"plan": "PLAN.md", "name": "Phase 2", "label": "2", "title": "Report", "line": 1,
                         "items": items} | given))  # fmt: skip


@pytest.mark.parametrize("agent", PROGRAMS)
@pytest.mark.parametrize("prompt", HOSTILE)
def test_a_prompt_is_one_argument_and_never_an_option(agent, prompt):
    found = argv(agent, prompt)
    assert found[:-1] == PROGRAMS[agent][:-1]
    assert found[-1].strip() == prompt.strip()
    assert not found[-1].startswith("-")


def test_the_settings_say_how_an_agent_is_started():
    own = {"codex": ["codex", "--search", "{prompt}"], "mine": ["/opt/my agent"], "gemini-cli": [], "bad": ["{prompt}"]}
    assert argv("codex", "Go", own) == ("codex", "--search", "Go")
    assert argv("mine", "Go", own) == ("/opt/my agent", "Go")
    assert argv("claude-code", "Go {prompt}", own) == ("claude", "Go {prompt}")
    assert {"gemini-cli", "bad"}.isdisjoint(commands(own))
    with pytest.raises(KeyError):
        argv("bad", "Go", own)


def test_the_commit_holds_what_the_session_edited_and_the_plan_and_nothing_else():
    found = phase_commit(work(), ["src/a.py", "src/gone.py"], ["PLAN.md", "notes.txt", "src/a.py"])
    assert (found.files, found.others) == (("PLAN.md", "src/a.py"), ("notes.txt",))
    assert found.argvs == (
        ("git", "--literal-pathspecs", "add", "--", "PLAN.md", "src/a.py"),
        (
            "git", "--literal-pathspecs", "commit", "--message=Phase 2: Report (item 1)\n", "--", "PLAN.md", "src/a.py",
        ),
    )  # fmt: skip


def test_the_message_is_the_title_and_the_trailers_are_wanted_first():
    done = work(items=(PhaseItem("1", "a", 3, done=True),), done=True)
    plain = phase_commit(done, [], ["PLAN.md"])
    assert plain.message == "Phase 2: Report\n"
    told = phase_commit(done, [], ["PLAN.md"], trailers=True, context=58_000, note=".relaymark/handovers/n.md")
    assert told.message == (
        "Phase 2: Report\n\nRelaymark-Phase: PLAN.md: Phase 2\nRelaymark-Context: 58000\n"
        "Relaymark-Note: .relaymark/handovers/n.md\n"
    )


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_titles_and_paths_stay_inside_their_argument(hostile):
    found = phase_commit(work(title=hostile, name=""), [hostile], [hostile, "PLAN.md"], trailers=True, note=hostile)
    add, commit = found.argvs
    assert add[3:] == ("--", hostile, "PLAN.md")
    assert commit[4:] == ("--", hostile, "PLAN.md")
    assert commit[3].startswith("--message=")
    assert "--no-verify" not in (*add[:3], *commit[:4])
    subject, blank, *trailers = found.message.splitlines()
    assert subject
    assert not subject.startswith(("#", "-"))
    assert blank == ""
    assert all(line.startswith("Relaymark-") for line in trailers)


@given(st.text(), st.text(), st.text())
def test_any_title_gives_a_message_of_a_subject_and_trailers(title, name, note):
    message = phase_commit(work(title=title, name=name), [], ["PLAN.md"], trailers=True, note=note).message
    lines = message.split("\n")
    assert 0 < len(lines[0]) <= 72
    assert lines[1] == ""
    assert all(line.startswith("Relaymark-") for line in lines[2:-1])


def test_secrets_in_a_title_are_not_committed():
    assert "ghp_" not in phase_commit(work(title="ghp_" + "A1b2" * 9), [], ["PLAN.md"]).message


def edit(time, path="src/a.py", call="e", ok=True):
    return [
        ev.Record((ev.FileEdit(call=call, path=path),), time=time - 0.1),
        ev.Record((ev.Returned(call, ok=ok),), time=time),
    ]


def ran(time, command="pytest -q", exits=0):
    return [
        ev.Record((ev.Command("c", command),), time=time - 0.1),
        ev.Record((ev.Returned("c", exit=exits, ok=not exits),), time=time),
    ]


INF = float("inf")


@pytest.mark.parametrize(
    ("records", "spans"),
    [
        ([*edit(10), *ran(20)], [(10, INF)]),
        ([*edit(10), *ran(20), *edit(30)], [(10, 30)]),
        ([*edit(10), *ran(20), *edit(30), *ran(40, exits=1)], [(10, 30)]),
        ([*edit(10), *ran(20), *ran(25, exits=1), *edit(30)], []),
        ([*edit(10), *ran(20, exits=1), *ran(25)], [(10, INF)]),
        ([*edit(10), *ran(20), *edit(30, "PLAN.md")], [(10, INF)]),
        ([*edit(10), *ran(20), *edit(30, ok=False)], [(10, INF)]),
        ([*edit(10), *ran(20, "pytest | tail")], []),
        ([*edit(10), *ran(20, "ls")], []),
        ([], []),
    ],
)
def test_when_the_code_stood_as_its_tests_had_passed(records, spans):
    assert [(span.start, span.end) for span in green_spans(records)] == spans


def test_the_last_green_commit_is_one_of_the_phase_made_in_such_a_time():
    spans = [Span(10, 30, "pytest -q"), Span(50, 60, "pytest")]
    commits = [
        Commit("d" * 40, 70, "Broken", ("src/a.py",)),
        Commit("c" * 40, 55, "Someone else's", ("docs/x.md",)),
        Commit("b" * 40, 40, "Unproven", ("src/a.py",)),
        Commit("a" * 40, 25, "Report", ("src/a.py",)),
    ]
    found = last_green(spans, commits, work(), ["src/a.py"])
    assert found == Green("a" * 10, "Report", "pytest -q")
    assert found.back == ("git", "reset", "--keep", "a" * 10)
    assert last_green(spans, commits[:3], work(), ["src/a.py"]) is None
    assert last_green([], commits, None, ["src/a.py"]) is None


TWINS = "# P\n\n## Setup\n\n- [ ] a\n\n## Setup\n\n- [ ] b\n\n## 設定\n\n- [ ] c\n\n## Phase 2: End\n\n- [ ] d\n"


@pytest.mark.parametrize("again", ["", "-2", "-17"])
def test_every_phase_is_known_again_by_its_prompt_even_twins(again):
    plan = parse_plan(TWINS)
    plans = [("docs/OTHER.md", parse_plan("## Phase 2: x\n\n- [ ] a\n")), ("PLAN.md", plan)]
    names = [prompt_name("PLAN.md", plan, index) for index in range(len(plan.phases))]
    assert len(set(names)) == len(plan.phases)
    for index, name in enumerate(names):
        sentence = f"Complete @PLAN.md; first read @.relaymark/prompts/20261120T101500Z-{name}{again}.md"
        assert started_phase(sentence, plans) == (1, index)
        assert started_phase(sentence.replace("@", ""), plans) == (1, index)
        found = bind([sentence], [], plans)
        assert (found.plan, found.phase, found.evidence) == ("PLAN.md", index, "started")


def test_a_later_prompt_that_names_another_phase_counts_more():
    plan = parse_plan("## Phase 1: A\n\n- [ ] a\n\n## Phase 2: B\n\n- [ ] b\n")
    first = "Complete Phase 1 of @PLAN.md; first read @.relaymark/prompts/20261120T101500Z-PLAN-1.md"
    assert bind([first, "thanks, go on"], [], [("PLAN.md", plan)]).evidence == "started"
    found = bind([first, "Now complete Phase 2"], [], [("PLAN.md", plan)])
    assert (found.phase, found.evidence) == (1, "prompt")


@pytest.mark.parametrize(
    "prompt",
    [
        "see .relaymark/prompts/20261120T101500Z-PLAN-2.md",
        "first read @.relaymark/prompts/x.md",
        "first read @PLAN.md",
        "",
    ],
)
def test_other_prompts_are_no_start(prompt):
    assert started_phase(prompt, [("PLAN.md", parse_plan("## Phase 2: x\n\n- [ ] a\n"))]) is None


@given(st.text())
def test_any_prompt_can_be_asked(prompt):
    plan = parse_plan(TWINS)
    assert started_phase(prompt, [("PLAN.md", plan)]) in (None, *((0, at) for at in range(len(plan.phases))))

"""What happened in a session between two looks at it."""

import pytest
from tests.core.builders import CWD, at_level, shown

from relaymark.core.changes import changes
from relaymark.core.session import Ran

SAME = {"id": "a", "prompt_count": 0, "compactions": 0}


def between(before, after):
    """Return what is said when a session with some fields becomes one with others; `None`: it was not there."""
    return list(changes(None if before is None else shown(**SAME | before), shown(**SAME | after)))


def test_nothing_happened():
    assert between({}, {}) == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        pytest.param(None, {}, ["a session of Claude Code appeared"], id="a session"),
        pytest.param(None, {"parent": "p"}, ["a subagent of Claude Code appeared"], id="a subagent"),
        pytest.param(
            {"prompt_count": 1, "prompts": ["one"]},
            {"prompt_count": 2, "prompts": ["one", "Complete\nPhase 2"]},
            ["prompt: Complete Phase 2"],
            id="a prompt",
        ),
        pytest.param(
            {"model": "opus"},
            {"model": "haiku", "agent_window": 1_000_000},
            ["model opus -> haiku, window 1M"],
            id="a model switch",
        ),
        pytest.param({"model": None}, {"model": "haiku"}, [], id="a model that is told for the first time"),
        pytest.param(
            {"files_read": (f"{CWD}/a.ts",)},
            {"files_read": (f"{CWD}/a.ts", f"{CWD}/src/b.ts", "/etc/hosts")},
            ["read src/b.ts, /etc/hosts"],
            id="files read",
        ),
        pytest.param(
            {},
            {"files_read": tuple(f"{CWD}/{name}.ts" for name in "abcde")},
            ["read a.ts, b.ts, c.ts, 2 more"],
            id="many",
        ),
        pytest.param({}, {"files_edited": (f"{CWD}/a.ts",)}, ["edited a.ts"], id="a file edited"),
        pytest.param(
            {"commands": (Ran("ls"),)},
            {"commands": (Ran("ls", 0), Ran("make\ttest"), Ran("x" * 99))},
            ["$ make test", "$ " + "x" * 69 + "…"],
            id="commands",
        ),
        pytest.param(
            {},
            {"compactions": 1, "context": None},
            ["its history was summarised; the context is unknown until the next reply"],
            id="a compaction",
        ),
        pytest.param(
            {},
            {"context": 50_000},
            ["nears its ceiling: 50,000 of 60,000 tokens (30 % of 200k)"],
            id="near",
        ),
        pytest.param(
            {"context": 50_000},
            {"context": 60_000},
            ["is over its ceiling: 60,000 of 60,000 tokens (30 % of 200k)"],
            id="over",
        ),
        pytest.param(
            {},
            {"context": 95_000},
            ["passed its reset line, hand over: 95,000 of 90,000 tokens (45 % of 200k)"],
            id="from clear past the reset line",
        ),
        pytest.param({"context": 95_000}, {"context": 96_000}, [], id="still there"),
        pytest.param({"context": 95_000}, {"context": 9_000}, [], id="clear again"),
        pytest.param({}, {"context": None}, [], id="unknown"),
        pytest.param({}, {"turn": "ended"}, ["turn ended"], id="idle"),
        pytest.param({}, {"waiting": True}, ["waits for you"], id="waiting"),
        pytest.param({}, {"ended": True}, ["closed"], id="closed"),
        pytest.param({"turn": "ended"}, {}, [], id="at work again"),
    ],
)
def test_a_change_is_told_in_a_line(before, after, said):
    assert between(before, after) == said


def test_a_session_that_appears_over_its_ceiling_says_so_at_once():
    appeared, crossed = changes(None, at_level("over"))
    assert appeared == "a session of Claude Code appeared"
    assert crossed.startswith("is over its ceiling: ")


def test_several_changes_come_in_an_order():
    lines = between(
        {},
        {
            "prompt_count": 1,
            "prompts": ["go"],
            "files_read": (f"{CWD}/a.ts",),
            "commands": (Ran("make"),),
            "context": 70_000,
            "turn": "ended",
        },
    )
    assert [line.split(" ")[0] for line in lines] == ["prompt:", "read", "$", "is", "turn"]


def test_after_a_compaction_with_the_agents_own_estimate_the_context_is_not_called_unknown():
    [line] = between({}, {"compactions": 1, "context": 9_000, "source": "estimated"})
    assert "summarised" in line
    assert "unknown" not in line


def test_what_a_rewind_took_back_is_no_change():
    before = {"prompt_count": 3, "prompts": ["x"], "files_read": ("/a", "/b"), "commands": (Ran("x"), Ran("y"))}
    assert between(before, {"prompt_count": 2, "prompts": ["x"], "files_read": ("/a",), "commands": (Ran("x"),)}) == []


@pytest.mark.parametrize("text", ["a\x1b[31mb", "a\nb\rc", "\u202ex", "x" * 500])
def test_a_line_stays_a_line_and_moves_no_terminal(text):
    after = {
        "prompt_count": 1,
        "prompts": [text],
        "files_read": (f"{CWD}/{text}",),
        "files_edited": (text,),
        "commands": (Ran(text),),
        "model": text,
    }
    for line in between({"model": f"old {text}"}, after):
        assert line.isprintable()
        assert len(line) < 250

"""The status payload: field by field what the protocol promises."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.builders import CWD, NOW, at_level, busy, observed, shown

from relaymark.core.config import Config
from relaymark.core.place import Place, Worktree
from relaymark.core.session import Ran
from relaymark.core.status import Plans, inspected_payload, iso, session_payload, sorted_views, status
from relaymark.core.weights import Attachment, Breakdown

HOUR = 3_600.0
MAIN, FIX = Worktree(CWD, "main"), Worktree("/home/dev/shop-fix", "fix")
SHOP = Place(CWD, (MAIN, FIX))
STARTED = 1_795_165_964.0
"""2026-11-20T09:12:44Z"""

WHOLE = {
    "id": "0f3c7a1e",
    "title": "Issuance endpoint",
    "process": busy(),
    "branch": "recorded",
    "base": 14_200,
    "prompt_count": 14,
    "compactions": 0,
    "started_at": STARTED,
    "updated_at": STARTED + 2_966,
    "path": "/home/dev/.claude/projects/x/0f3c7a1e.jsonl",
    "attachments": (Attachment(f"{CWD}/src/lib/keys.ts", 1_204, 3),),
    "sums": Breakdown(12_000, 8_000, 800, 6_211),
}
EXPECTED = {
    "id": "0f3c7a1e",
    "agent": "claude-code",
    "title": "Issuance endpoint",
    "state": "working",
    "stateSource": "registry",
    "model": "claude-sonnet-4-5",
    "host": "anthropic",
    "hostSource": "agent",
    "partial": False,
    "branch": "main",
    "context": {"tokens": 41_211, "source": "measured"},
    "window": {"tokens": 200_000, "source": "agent"},
    "percent": 20.6,
    "ceiling": {"tokens": 60_000, "reason": "30 % of 200k"},
    "reset": {"tokens": 90_000, "reason": "45 % of 200k"},
    "level": "clear",
    "headroom": 18_789,
    "base": 14_200,
    "turns": 14,
    "compactions": 0,
    "startedAt": "2026-11-20T09:12:44Z",
    "updatedAt": "2026-11-20T10:02:10Z",
    "path": "/home/dev/.claude/projects/x/0f3c7a1e.jsonl",
    "phase": {"plan": "PLAN.md", "label": "2", "title": "Issuance endpoint", "evidence": "prompt"},
    "attachments": [{"path": "src/lib/keys.ts", "tokens": 1_204, "share": 0.029, "reads": 3}],
    "breakdown": {"base": 14_200, "files": 12_000, "toolOutput": 8_000, "prompts": 800, "replies": 6_211},
}
NOT_IN_THE_DESIGN = {"elsewhere", "forkedFrom"}


def views_of(*items, place=SHOP, config=None, now=NOW):
    return sorted_views(items, place, config or Config(), now)


def ids_of(views):
    return [view.session.id for view in views]


def payload_of(*views, config=None, **how):
    return status(CWD, views, config or Config(), **how).payload


def test_a_session_is_told_as_the_design_has_it():
    made = session_payload(shown(now=STARTED + 2_966, worktree=MAIN, **WHOLE), EXPECTED["phase"])
    assert {key: value for key, value in made.items() if key not in NOT_IN_THE_DESIGN} == EXPECTED


def test_the_whole_is_told_as_the_design_has_it():
    view = shown(now=STARTED + 2_966, worktree=MAIN, **WHOLE)
    plan = {"path": "PLAN.md", "state": "open", "phases": 3, "done": 1}
    made = payload_of(view, plans=Plans((plan,), {"0f3c7a1e": EXPECTED["phase"]}))
    assert list(made) == ["version", "workspace", "shown", "text", "tooltip", "level", "sessions", "plans"]
    assert (made["version"], made["workspace"], made["shown"]) == (1, CWD, "0f3c7a1e")
    assert (made["text"], made["level"], made["plans"]) == ("◔ 41k/60k", "clear", [plan])
    assert made["tooltip"].startswith("**Claude Code** · ")
    assert made["sessions"] == [session_payload(view, EXPECTED["phase"])]


def test_without_a_session_there_is_a_payload_too():
    assert payload_of(note="Nothing runs here") == {
        "version": 1,
        "workspace": CWD,
        "text": "○",
        "tooltip": "Nothing runs here",
        "level": "unknown",
        "sessions": [],
        "plans": [],
    }


def test_the_workspace_is_named_as_its_client_names_it():
    uri = "file:///c%3A/Users/dev/shop"
    assert status(uri, (), Config()).payload["workspace"] == uri


def test_what_is_unknown_is_absent():
    view = shown(
        context=None, title=None, model=None, agent_window=None, host="", updated_at=None, modified=0.0, cwd=None
    )
    made = session_payload(view)
    assert set(made) - NOT_IN_THE_DESIGN == {
        *("id", "agent", "title", "state", "stateSource", "hostSource", "partial", "context", "window"),
        *("ceiling", "reset", "level", "attachments"),
    }
    assert made["context"] == {"source": "unknown"}
    assert made["window"] == {"tokens": 200_000, "source": "assumed"}
    assert None not in made.values()


def test_zero_false_and_empty_lists_are_told():
    made = session_payload(shown(context=0, base=0, prompt_count=0, compactions=0, sums=Breakdown()))
    assert made["context"] == {"tokens": 0, "source": "measured"}
    assert (made["percent"], made["base"], made["turns"], made["compactions"]) == (0.0, 0, 0, 0)
    assert (made["partial"], made["attachments"]) == (False, [])
    assert made["breakdown"] == {"base": 0, "files": 0, "toolOutput": 0, "prompts": 0, "replies": 0}
    assert session_payload(shown(context=60_000))["headroom"] == 0


def test_a_main_session_has_no_parent_and_a_subagent_has():
    assert "parent" not in session_payload(shown())
    assert session_payload(shown(parent="p"))["parent"] == "p"


def test_of_a_partial_session_what_needs_its_history_is_absent_not_zero():
    made = session_payload(shown(partial=True))
    assert made["partial"] is True
    assert not {"attachments", "breakdown", "compactions", "turns", "base", "startedAt"} & made.keys()


def test_an_attachment_that_is_not_weighed_has_no_tokens_yet():
    made = session_payload(shown(attachments=(Attachment(f"{CWD}/a.ts", None, 0),)))
    assert made["attachments"] == [{"path": "a.ts", "reads": 0}]


def test_an_attachment_has_no_share_of_an_unknown_context():
    made = session_payload(shown(context=None, attachments=(Attachment("/etc/hosts", 100, 1),)))
    assert made["attachments"] == [{"path": "/etc/hosts", "tokens": 100, "reads": 1}]


@pytest.mark.parametrize("sums", [None, Breakdown(1, 2, 3, 4)])
def test_without_a_base_or_counts_there_is_no_breakdown(sums):
    assert "breakdown" not in session_payload(shown(base=None if sums else 100, sums=sums))


def test_the_branch_is_what_git_says_else_what_was_recorded():
    assert session_payload(shown(branch="old", worktree=Worktree(CWD, "new")))["branch"] == "new"
    assert session_payload(shown(branch="old", worktree=Worktree(CWD)))["branch"] == "old"
    assert session_payload(shown(branch="old"))["branch"] == "old"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"named": "By hand", "title": "Recorded", "prompts": ["p"]}, "By hand"),
        ({"title": "Recorded", "prompts": ["p"]}, "Recorded"),
        ({"title": None, "prompts": ["  ", "first\nprompt", "second"]}, "first prompt"),
        ({"title": None, "id": "0123456789abcdef"}, "01234567"),
    ],
)
def test_a_session_is_called_by_its_name_its_first_prompt_or_its_id(fields, expected):
    assert session_payload(shown(**fields))["title"] == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (None, None),
        (0.0, "1970-01-01T00:00:00Z"),
        (STARTED + 0.9, "2026-11-20T09:12:44Z"),
        (1e18, None),
        (float("nan"), None),
    ],
)
def test_times(seconds, expected):
    assert iso(seconds) == expected


# Which sessions


def test_open_sessions_of_the_workspace_are_listed_the_newest_first():
    items = [
        observed(id="older", updated_at=NOW - 300),
        observed(id="newest", updated_at=NOW - 5),
        observed(id="yesterday", turn="ended", updated_at=NOW - 9 * HOUR),
        observed(id="archived", ended=True),
        observed(id="other project", cwd="/home/dev/other"),
        observed(id="below", cwd=f"{CWD}/src", updated_at=NOW - 100),
    ]
    assert ids_of(views_of(*items)) == ["newest", "below", "older"]


def test_the_time_of_a_session_without_times_is_that_of_its_file():
    items = [observed(id="a", updated_at=None, modified=NOW - 5), observed(id="b", updated_at=NOW - 9)]
    assert ids_of(views_of(*items)) == ["a", "b"]


def test_a_warm_up_is_left_out():
    assert views_of(observed(warm_up=True, parent="p")) == ()


def test_subagents_stand_under_their_parents():
    items = [
        observed(id="sub of old", parent="old", updated_at=NOW - 1),
        observed(id="new", updated_at=NOW - 10),
        observed(id="old", updated_at=NOW - 20),
        observed(id="sub of sub", parent="sub of new", updated_at=NOW - 2),
        observed(id="sub of new", parent="new", updated_at=NOW - 30),
        observed(id="newer sub of new", parent="new", updated_at=NOW - 3),
    ]
    assert ids_of(views_of(*items)) == ["new", "newer sub of new", "sub of new", "sub of sub", "old", "sub of old"]


def test_sessions_of_other_work_trees_stand_last_with_their_branch():
    items = [
        observed(id="there", cwd=FIX.path, branch="main", updated_at=NOW - 1),
        observed(id="sub there", parent="there", cwd=FIX.path, updated_at=NOW - 1),
        observed(id="here", updated_at=NOW - 500),
    ]
    views = views_of(*items)
    assert ids_of(views) == ["here", "there", "sub there"]
    told = payload_of(*views)["sessions"]
    assert [item["branch"] for item in told] == ["main", "fix", "fix"]
    assert [item["elsewhere"] for item in told] == [False, True, True]


def test_a_subagent_in_a_work_tree_of_its_own_stands_under_its_parent():
    items = [
        observed(id="main"),
        observed(id="sub", parent="main", cwd=FIX.path),
        observed(id="m2", updated_at=NOW - 90),
    ]
    assert ids_of(views_of(*items)) == ["main", "sub", "m2"]


def test_a_subagent_whose_parent_is_not_listed_is_not_lost_and_not_behind_other_work_trees():
    items = [
        observed(id="orphan", parent="gone", updated_at=NOW - 20),
        observed(id="there", cwd=FIX.path, updated_at=NOW - 1),
        observed(id="here", updated_at=NOW - 5),
    ]
    assert ids_of(views_of(*items)) == ["here", "orphan", "there"]


@given(st.lists(st.tuples(st.sampled_from([None, *"012345x"]), st.booleans(), st.integers(0, 99)), max_size=6))
def test_every_session_is_listed_once_and_other_work_trees_last(rows):
    items = [
        observed(id=str(at), parent=parent, cwd=FIX.path if away else CWD, updated_at=NOW - age)
        for at, (parent, away, age) in enumerate(rows)
    ]
    views = views_of(*items)
    assert sorted(ids_of(views)) == [str(at) for at in range(len(rows))]
    mains = [view.elsewhere for view in views if view.session.parent is None]
    assert mains == sorted(mains)


def test_parents_in_a_circle_lose_nobody():
    items = [observed(id="a", parent="b"), observed(id="b", parent="a"), observed(id="c", parent="c"), observed(id="d")]
    assert sorted(ids_of(views_of(*items))) == ["a", "b", "c", "d"]


@pytest.mark.parametrize("level", ["reset", "clear"])
def test_another_work_tree_is_never_shown(level):
    tokens = {"reset": 95_000, "clear": 100}[level]
    views = views_of(observed(id="there", cwd=FIX.path, context=tokens))
    made = payload_of(*views, followed="there", previous="there")
    assert "shown" not in made
    assert (made["text"], made["level"]) == ("○", "unknown")
    assert len(made["sessions"]) == 1
    assert "In other work trees" in made["tooltip"]


def test_another_work_tree_is_not_counted_in_the_text():
    views = views_of(observed(id="here"), observed(id="there", cwd=FIX.path, context=95_000))
    assert payload_of(*views)["text"] == "◔ 41k/60k"


def test_subagents_are_neither_shown_nor_counted():
    sub = at_level("reset", id="sub", parent="main")
    made = payload_of(shown(id="main"), sub, followed="sub")
    assert (made["shown"], made["text"], made["level"]) == ("main", "◔ 41k/60k", "clear")


def test_the_followed_and_the_previous_session_are_heeded():
    a, b = shown(id="a", updated_at=NOW - 100), shown(id="b", updated_at=NOW)
    assert status(CWD, (a, b), Config()).shown == "b"
    assert status(CWD, (a, b), Config(), previous="a").shown == "a"
    assert status(CWD, (a, b), Config(), followed="a", previous="b").shown == "a"


def test_the_style_of_the_text_is_a_setting():
    assert payload_of(shown(), config=Config(text="both"))["text"] == "◔ 41k/60k (21 % of window)"


def test_folders_are_mapped():
    items = [observed(id="boxed", cwd="/workspaces/shop/src")]
    assert views_of(*items) == ()
    assert ids_of(views_of(*items, config=Config(path_map={"/workspaces/shop": CWD}))) == ["boxed"]


# What `inspect` adds


def test_an_inspected_session_adds_what_its_whole_history_tells():
    view = shown(
        prompt_count=2,
        turn="interrupted",
        files_read=(f"{CWD}/src/a.ts", "/etc/hosts"),
        files_edited=(f"{CWD}/src/b.ts",),
        commands=(Ran("make", 2, ok=False), Ran("ls"), Ran("true", 0)),
        bad_records=1,
    )
    made = inspected_payload(view)
    added = {key: value for key, value in made.items() if key not in session_payload(view)}
    assert added == {
        "cwd": CWD,
        "prompts": 2,
        "turnOpen": True,
        "filesRead": ["src/a.ts", "/etc/hosts"],
        "filesEdited": ["src/b.ts"],
        "commands": [{"command": "make", "exit": 2}, {"command": "ls"}, {"command": "true", "exit": 0}],
        "badRecords": 1,
    }
    assert made["state"] == "idle"


def test_an_inspected_session_tells_that_nothing_happened():
    made = inspected_payload(shown(prompt_count=0, turn="ended"))
    assert (made["prompts"], made["turnOpen"], made["badRecords"]) == (0, False, 0)
    assert made["filesRead"] == made["filesEdited"] == made["commands"] == []


# Laws

FIGURES = st.none() | st.integers(0, 2_000_000)


@given(
    st.builds(
        dict,
        context=FIGURES,
        source=st.sampled_from(["measured", "estimated"]),
        base=FIGURES,
        sums=st.none() | st.builds(Breakdown, *[st.integers(0, 9_999)] * 4),
        agent_window=FIGURES,
        told=FIGURES,
        price_step=FIGURES,
        partial=st.booleans(),
        updated_at=st.none() | st.floats(0, 1e12),
        model=st.none() | st.text(max_size=5),
    )
)
def test_every_payload_is_json_without_nulls(fields):
    made = payload_of(shown(**fields))
    text = json.dumps(made, allow_nan=False)
    assert json.loads(text) == made
    assert "null" not in json.dumps({**made, "tooltip": ""})
    [told] = made["sessions"]
    if "breakdown" in told:
        assert sum(told["breakdown"].values()) == told["context"]["tokens"]
    assert (told["level"] == "unknown") is ("tokens" not in told["context"])

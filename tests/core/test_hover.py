"""The hover of an item and of a phase: what it says, and that nothing in it is live."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.core.builders import at_level, shown

from relaymark.core.hover import AtWork, NamedFile, Since, file_hover, item_hover, phase_hover
from relaymark.core.ledger import Entry
from relaymark.core.plan import parse_plan
from relaymark.core.spending import Spent, UnderWay

RENDER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
LIVE = {"link_open", "image", "html_inline", "html_block", "code_inline", "code_block", "fence", "em_open", "s_open"}
PLAN = """# Shop

## Phase 2: Report

- [x] Print the sum
- [ ] Name the unit
- [ ] ~~Round it~~
"""
HOSTILE = [
    "[x](command:workbench.action.quit)",
    "![x](https://example.org/x.png)",
    "<img src=x onerror=alert(1)>",
    "<https://example.org>",
    "www.example.org/a.py",
    "https://example.org/a.py",
    "`a`b.py",
    "a\n# b.py",
    "**a**.py",
    "a|b.py",
    "$(bell) a.py",
]


def plan(text=PLAN):
    return parse_plan(text)


def live(markdown):
    """Return what in a text is more than words, lists and stress."""
    found, waiting = set(), list(RENDER.parse(markdown))
    while waiting:
        token = waiting.pop()
        found.add(token.type)
        waiting += token.children or []
    return found & LIVE


@pytest.mark.parametrize(
    ("index", "first"),
    [
        (0, "**done** · Phase 2 Report: 1 of 3 done"),
        (1, "**open** · Phase 2 Report: 1 of 3 done"),
        (2, "**dropped** · Phase 2 Report: 1 of 3 done"),
    ],
)
def test_an_item_tells_its_state_and_how_far_its_phase_is(index, first):
    assert item_hover(plan().items[index], plan().phases[0], []) == first


def test_an_item_outside_of_any_phase_tells_its_state_alone():
    assert item_hover(plan().items[0], None, []) == "**done**"


def test_an_item_tells_of_each_file_its_tokens_its_commit_and_what_the_session_did_with_it():
    files = [
        NamedFile("report.py", "src/report.py", True, 1_204, "a1b2c3d yesterday: Print sums", read=True, edited=True),
        NamedFile("src/units.py", "src/units.py", True, None, "not committed", read=True),
        NamedFile("src/gone.py"),
        NamedFile("src/later.py", looked_for=False),
        NamedFile("src/old.py", moved_to="src/tidy.py"),
    ]
    text = item_hover(plan().items[1], plan().phases[0], files)
    assert text.splitlines()[2:] == [
        "- src/report.py · 1,204 tokens · a1b2c3d yesterday: Print sums · edited by the session",
        "- src/units.py · not committed · read by the session",
        "- src/gone.py · not found",
        "- src/later.py",
        "- src/old.py · moved to src/tidy.py",
    ]


def test_a_path_beside_the_items_tells_what_an_item_says_of_its_file():
    file = NamedFile("report.py", "src/report.py", True, 1_204, "a1b2c3d4e yesterday: Print sums", read=True)
    assert file_hover([file]) == "src/report.py · 1,204 tokens · a1b2c3d4e yesterday: Print sums · read by the session"
    assert file_hover([NamedFile("src/gone.py")]) == "src/gone.py · not found"
    assert file_hover([file, NamedFile("b.py")]).splitlines()[1] == "- b.py · not found"
    many = [NamedFile(f"src/{number}.py", f"src/{number}.py") for number in range(15)]
    assert file_hover(many).splitlines()[-2:] == ["- src/11.py", "- and 3 more"]


def test_of_many_files_twelve_are_listed_and_the_others_counted():
    files = [NamedFile(f"src/{number}.py", f"src/{number}.py") for number in range(15)]
    assert item_hover(plan().items[1], None, files).splitlines()[-2:] == ["- src/11.py", "- and 3 more"]


def test_an_item_tells_which_commits_touched_its_files_since_it_was_written():
    since = Since("a" * 40, None, (("b" * 40, "Print *sums*"), ("c" * 40, "")), changed=True)
    text = item_hover(plan().items[1], None, [], since)
    assert text.splitlines()[2:] == [
        "Written in aaaaaaaaa; since then 2 commits and uncommitted changes touched its files",
        "",
        r"- bbbbbbbbb Print \*sums\*",
        "- ccccccccc",
    ]


@pytest.mark.parametrize(
    ("index", "since", "says"),
    [
        (1, Since(), "Not committed yet in this wording"),
        (1, Since("a" * 40), "Written in aaaaaaaaa"),
        (0, Since("a" * 40, "b" * 40), "Written in aaaaaaaaa, ticked in bbbbbbbbb"),
        (1, Since("a" * 40, ""), "Written in aaaaaaaaa, unticked since, not committed"),
        (
            0,
            Since("a" * 40, "b" * 40, (("b" * 40, ""),)),
            "Written in aaaaaaaaa; since then 1 commit touched its files. Ticked in bbbbbbbbb\n\n- bbbbbbbbb",
        ),
        (1, Since("a" * 40, changed=True), "Written in aaaaaaaaa; since then uncommitted changes touched its files"),
        (
            1,
            Since("a" * 40, commits=(("b" * 40, ""),)),
            "Written in aaaaaaaaa; since then 1 commit touched its files\n\n- bbbbbbbbb",
        ),
    ],
)
def test_an_item_tells_when_it_was_written_and_ticked(index, since, says):
    assert item_hover(plan().items[index], None, [], since).partition("\n\n")[2] == says


def test_of_many_commits_five_are_listed_and_the_others_counted():
    since = Since("a" * 40, commits=tuple((f"{number:040}", "x") for number in range(8)))
    assert item_hover(plan().items[1], None, [], since).splitlines()[-2:] == ["- 000000000 x", "- and 3 more"]


def test_an_item_tells_which_sessions_hold_its_files_and_what_these_take():
    sessions = [AtWork(at_level("clear"), 1_204), AtWork(at_level("over"))]
    assert item_hover(plan().items[1], None, [], sessions=sessions).splitlines()[2:] == [
        "- ◔ 10k/60k · Claude Code · working · its files take 1,204 tokens of the context",
        "- ◕ 70k/60k · Claude Code · working",
    ]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"items": ("a",)}, "Ticked by Codex 0f3c1a2b on 2026-11-20: 12,400 tokens spent"),
        ({"items": ("a", "b")}, "Ticked by Codex 0f3c1a2b on 2026-11-20: 12,400 tokens spent on this and 1 more item"),
        (
            {"items": ("a", "b", "c"), "exact": False, "first": True, "at": None},
            "Ticked by Codex 0f3c1a2b: about 12,400 tokens spent on this and 2 more items, counted from its start",
        ),
        (
            {"items": ("a",), "tokens": None, "exact": False},
            "Ticked by Codex 0f3c1a2b on 2026-11-20: an unknown number of tokens spent",
        ),
    ],
)
def test_an_item_tells_which_session_ticked_it_and_what_it_spent(fields, says):
    told = {"tokens": 12_400, "at": 1_795_197_600.0} | fields
    entry = Entry("codex", "0f3c1a2b-77", Spent("PLAN.md", **told))
    assert item_hover(plan().items[0], None, [], spent=[(entry, "Codex")]).splitlines()[2:] == [says]


def test_an_open_item_tells_what_a_session_spent_on_it_so_far():
    view = at_level("clear", under_way=UnderWay(8_100, first=False, edited=("/home/dev/shop/src/a.py",)))
    first = at_level("clear", under_way=UnderWay(900, exact=False))
    working = "- ◔ 10k/60k · Claude Code · working"
    sessions = [AtWork(view, 1_204, under_way=True), AtWork(first, under_way=True), AtWork(view)]
    assert item_hover(plan().items[1], None, [], sessions=sessions).splitlines()[2:] == [
        f"{working} · its files take 1,204 tokens of the context · 8,100 tokens spent since its last tick",
        f"{working} · about 900 tokens spent since its start",
        working,
    ]


def test_a_phase_tells_how_many_more_items_fit():
    text = phase_hover(plan().phases[0], [at_level("clear"), at_level("over")], [], takes=26_000)
    assert text.splitlines()[2:] == [
        "- ◔ 10k/60k · Claude Code · working · 50,000 tokens left · room for about 1 more item",
        "- ◕ 70k/60k · Claude Code · working · 10,000 tokens over · no room for another item",
        "",
        "An item of this plan took 26,000 tokens so far (median)",
    ]


def test_a_phase_tells_who_works_on_it_and_how_full_they_are():
    text = phase_hover(plan().phases[0], [at_level("clear"), at_level("over")], [])
    assert text.splitlines() == [
        "**Phase 2 Report: 1 of 3 done**",
        "",
        "- ◔ 10k/60k · Claude Code · working · 50,000 tokens left",
        "- ◕ 70k/60k · Claude Code · working · 10,000 tokens over",
    ]


def test_a_phase_whose_session_is_unknown_tells_no_headroom():
    assert phase_hover(plan().phases[0], [at_level("unknown")], []).endswith("- ○ ?/60k · Claude Code · working")


@pytest.mark.parametrize(
    ("tokens", "says"),
    [
        (50_000, "1 of 2 named files take 50,000 tokens; they fit into the 50k left below the ceiling"),
        (50_001, "1 of 2 named files take 50,001 tokens; they do not fit into the 50k left below the ceiling"),
    ],
)
def test_a_phase_tells_whether_its_files_fit_below_the_ceiling(tokens, says):
    files = [NamedFile("src/report.py", "src/report.py", True, tokens), NamedFile("src/gone.py")]
    assert says in phase_hover(plan().phases[0], [at_level("clear")], files)


def test_the_files_of_a_phase_without_a_session_are_only_counted():
    files = [NamedFile("src/report.py", "src/report.py", True, 900)]
    assert "\n1 of 1 named files take 900 tokens\n" in phase_hover(plan().phases[0], [], files)


def test_no_file_fits_behind_the_ceiling():
    text = phase_hover(plan().phases[0], [at_level("over")], [NamedFile("a.py", "a.py", True, 1)])
    assert "they do not fit into the 0 left below the ceiling" in text


def test_lists_stand_apart_from_paragraphs():
    files = [NamedFile("a.py", "a.py", True, 1)]
    text = phase_hover(plan().phases[0], [at_level("clear")], files)
    assert [token.type for token in RENDER.parse(text) if token.level == 0 and token.nesting >= 0] == [
        "paragraph_open",
        "bullet_list_open",
        "paragraph_open",
        "bullet_list_open",
    ]


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_of_a_file_name_is_live(name):
    for file in (NamedFile(name), NamedFile("x", name, True, 7), NamedFile("x", moved_to=name)):
        assert live(file_hover([file])) == set()
        assert live(item_hover(plan().items[0], plan().phases[0], [file])) == set()
        assert live(phase_hover(plan().phases[0], [shown()], [file])) == set()


@pytest.mark.parametrize("title", [name.replace("\n", " ") for name in HOSTILE])
def test_nothing_of_a_heading_is_live(title):
    read = plan(f"## Phase 1: {title}\n\n- [ ] a\n")
    assert live(item_hover(read.items[0], read.phases[0], [])) == set()
    assert live(phase_hover(read.phases[0], [], [])) == set()


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_is_ever_live(title, name):
    assert live(item_hover(plan().items[1], None, [], Since("a" * 40, None, (("b" * 40, title),)))) == set()
    read = plan(f"## Phase 1: {' '.join(title.split())}\n\n- [ ] a\n")
    for phase in read.phases:
        text = phase_hover(phase, [shown(agent_title="Claude Code")], [NamedFile(name), NamedFile("x", name)])
        assert live(text) == set()

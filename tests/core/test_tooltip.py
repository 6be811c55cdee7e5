"""The tooltip: what it says, and that nothing from a transcript is more than text in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.core.builders import CWD, at_level, shown

from relaymark.core.config import Config, LimitOverride
from relaymark.core.place import Worktree
from relaymark.core.tooltip import tooltip
from relaymark.core.weights import Attachment, Breakdown

RENDER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
PLAIN = frozenset(
    {
        *(
            "paragraph_open",
            "paragraph_close",
            "inline",
            "text",
            "text_special",
            "strong_open",
            "strong_close",
            "hardbreak",
        ),
        *("softbreak", "hr", "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"),
    }
)


def types_of(markdown):
    """Return all that stands in a Markdown text, and what stands in bold."""
    types, bold = set(), []
    for token in RENDER.parse(markdown):
        types.add(token.type)
        depth = 0
        for child in token.children or ():
            types.add(child.type)
            depth += {"strong_open": 1, "strong_close": -1}.get(child.type, 0)
            if depth and child.type.startswith("text"):
                bold.append(child.content)
    return types, bold


def text_of(markdown):
    """Return what a person reads."""
    inlines = [token for token in RENDER.parse(markdown) if token.type == "inline"]
    return "\n".join(
        "".join("\n" if child.type.endswith("break") else child.content for child in inline.children)
        for inline in inlines
    )


def read(*, note="", others=(), elsewhere=(), **fields):
    view = shown(**fields)
    return text_of(tooltip(view, [view, *others], elsewhere, note))


def test_it_says_who_where_and_how_full():
    lines = read(
        base=14_200, sums=Breakdown(12_000, 8_000, 800, 6_211), attachments=(Attachment(f"{CWD}/src/a.ts", 1_204, 1),)
    )
    assert lines.splitlines() == [
        "Claude Code · Issuance endpoint · working",
        "◔ 41,211 tokens, measured · 18,789 tokens left · clear",
        "20.6 % of the window",
        "Ceiling 60,000 (30 % of 200k) · reset line 90,000 (45 % of 200k)",
        "Window 200k (the agent's own table) · claude-sonnet-4-5 on anthropic",
        "About: base 14k, files 12k, tool output 8k, prompts 800, replies 6k (estimated)",
        "Heaviest files: src/a.ts 1k",
    ]


@pytest.mark.parametrize(
    ("level", "says"),
    [
        ("clear", "50,000 tokens left · clear"),
        ("near", "10,000 tokens left · near its ceiling"),
        ("over", "10,000 tokens over · over its ceiling: finish the item, then hand over"),
        ("reset", "35,000 tokens over · past its reset line: hand over now"),
    ],
)
def test_it_says_what_a_level_asks_for(level, says):
    view = at_level(level)
    assert says in text_of(tooltip(view, [view], []))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"context": None}, "Context unknown: no reply was read yet"),
        ({"context": None, "compactions": 1}, "Context unknown: the agent just replaced its history"),
        ({"source": "estimated"}, "41,211 tokens, estimated"),
        ({"agent_window": None}, "Window 200k (assumed: nothing tells it)"),
        ({"agent_window": None, "window": 272_000}, "Window 272k (recorded in the session)"),
        ({"told": 1_000_000}, "Window 1M (told by the agent)"),
        ({"one_million": True}, "Window 1M (from settings)"),
        ({"agent_window": None, "registry_window": 400_000}, "Window 400k (public registry)"),
        ({"context": 250_000}, "Window 1M (seen: the context outgrew what was known)"),
        ({"model": None}, "model unknown on anthropic"),
        ({"compactions": 1}, "Its history was summarised once."),
        ({"compactions": 3}, "Its history was summarised 3 times."),
        ({"partial": True}, "Its history is still being read."),
    ],
)
def test_what_is_not_known_or_not_measured_is_said(fields, says):
    assert says in read(**fields)


def test_an_unknown_context_has_no_figures():
    lines = read(context=None)
    assert "% of the window" not in lines
    assert "left" not in lines


def test_a_window_that_the_user_set_is_from_settings():
    config = Config(limits={"openai/*": LimitOverride(window=64_000)})
    assert "Window 64k (from settings)" in read(config=config, host="openai", agent_window=None)


@pytest.mark.parametrize(("context", "left"), [(15_500, 97), (12_000, 100), (3_000, 100), (121_600, 0), (66_800, 50)])
def test_codex_shows_its_own_percentage_too(context, left):
    says = read(agent_title="Codex", context=context, window=121_600, baseline=12_000)
    assert f"Codex itself says {left} % left, not counting its base of 12k" in says
    assert f"{round(context / 1_216, 1):g} % of the window" in says


def test_the_base_that_an_agent_leaves_out_is_its_own():
    assert "not counting its base of 8k" in read(baseline=8_000)


def test_only_an_agent_with_such_a_rule_says_so():
    assert "itself says" not in read()


def test_only_the_heaviest_files_are_named():
    files = tuple(Attachment(f"{CWD}/{name}.ts", 1_000, 1) for name in "abcdefg")
    says = read(attachments=(*files, Attachment(f"{CWD}/new.ts", None, 1)))
    assert "Heaviest files: a.ts 1k, b.ts 1k, c.ts 1k, d.ts 1k, e.ts 1k" in says
    assert "f.ts" not in says


def test_other_sessions_are_listed():
    others = [at_level("over", title="Second"), at_level("unknown", title="Third", turn="ended")]
    says = read(others=others)
    assert "Also open here" in says
    assert "◕ 70k/60k · Claude Code · Second · working" in says
    assert "○ ?/60k · Claude Code · Third · idle" in says
    assert "other work trees" not in says


def test_other_work_trees_are_listed_with_their_branches():
    tree = Worktree("/home/dev/shop-fix", "fix/keys")
    says = read(elsewhere=[shown(title="There", worktree=tree, elsewhere=True)])
    assert "In other work trees" in says
    assert "◔ 41k/60k · Claude Code on fix/keys · There · working" in says


def test_of_many_others_the_rest_is_counted():
    says = read(others=[shown(title=f"Number {number}") for number in range(11)])
    assert "Number 7" in says
    assert "Number 8" not in says
    assert "and 3 more" in says


def test_without_a_session_it_says_so_or_why():
    assert text_of(tooltip(None, [], [])) == "No open session of an AI coding agent in this workspace."
    assert text_of(tooltip(None, [], [], "Codex has not run here.")) == "Codex has not run here."


# Nothing from a transcript is live

SIGNS = "\\`*_{}[]()#+-.!|<>~&$:@ ab1\n=/;\"'\t\u202e\u2028"
HOSTILE = st.sampled_from(
    [
        "<img src=x onerror=alert(1)>",
        "</p><script>alert(1)</script>",
        "[click](https://example.org)",
        "![x](https://example.org/a.png)",
        "<https://example.org>",
        "[a]: https://example.org\n\n[a]",
        "**bold** `code` _it_ ~~gone~~",
        "a\n\n# Heading\n\n- x\n\n---\n\n```\ncode\n```",
        "a\n===\nb",
        "| a | b |\n|---|---|\n| c | d |",
        "[run](command:workbench.action.terminal.new)",
        "$(zap) &lt;b&gt; \\",
        "  \n<b>",
        "`",
        "**",
    ]
) | st.text(st.sampled_from(SIGNS), min_size=1, max_size=60)


@given(
    st.fixed_dictionaries(
        dict.fromkeys(("title", "model", "host", "branch", "file", "cwd", "prompt", "named"), HOSTILE)
    ),
    st.booleans(),
)
def test_nothing_from_a_session_is_more_than_text(data, titled):
    fields = {
        "id": data["title"],
        "title": data["title"] if titled else None,
        "named": data["named"] if titled else None,
        "prompts": [data["prompt"]],
        "model": data["model"],
        "host": data["host"],
        "cwd": f"/home/dev/{data['cwd']}",
        "attachments": (Attachment(data["file"], 100, 1), Attachment(f"/home/dev/{data['cwd']}/x", 100, 1)),
    }
    view = shown(**fields)
    there = shown(**fields, worktree=Worktree("/home/dev/fix", data["branch"]), elsewhere=True)
    types, bold = types_of(tooltip(view, [view, shown(**fields)], [there]))
    assert types <= PLAIN
    assert bold == ["Claude Code", "41,211", "Also open here", "In other work trees"]


@pytest.mark.parametrize(
    "data", ["[x](https://example.org)", "<img src=x>", "**b**", "https://example.org", "__init__"]
)
def test_a_hostile_title_is_read_as_it_is(data):
    assert f"Claude Code · {data} · working" in read(title=data)


@pytest.mark.parametrize("name", ["__init__", "[x](https://example.org)", "<img src=x>", "a*b*c", "`x`"])
def test_a_folder_that_a_note_names_is_read_as_it_is(name):
    note = f"No session of Codex was active in /home/dev/{name} in the last 8 hours."
    made = tooltip(None, [], [], note)
    assert types_of(made)[0] <= {"paragraph_open", "paragraph_close", "inline", "text", "text_special"}
    assert text_of(made) == note

"""No text keeps the reader of plans busy for longer than its length tells."""

import pytest

from relaymark.core.finding import Finding
from relaymark.core.fingerprint import fingerprints
from relaymark.core.markdown import outside_comments
from relaymark.core.past import item_keys
from relaymark.core.plan import parse_plan
from relaymark.core.plan.says import is_parallel, item_status
from relaymark.core.sheet import Sheet


@pytest.mark.parametrize(
    "text",
    [
        "- [ ] " + "(" * 50_000,
        "- [ ] " + "[" * 50_000,
        "- [ ] " + "](" * 30_000,
        "- [ ] " + "<!--" * 20_000,
        "- [ ] " + " ".join("`" * run for run in range(300)),
        "# Phase 1 " + "(a) " * 20_000,
        ">" * 50_000,
        "- " * 30_000,
        "---\n" + "\n" * 50_000,
        "| a " * 30_000 + "\n" + "|---" * 30_000 + "\n" + "| 1 " * 30_000,
        "| Phase | Status |\n|---|---|\n" + "| 1 | done |\n" * 4_000,
        "|---|" + "-|" * 30_000,
        "- Create: " + "`a/b.py` " * 5_000,
        "Create: `a/b.py`\n" * 4_000,
        "[a](<" + "a " * 30_000,
        "[a](<a " * 10_000,
        "Status: " + "a " * 30_000,
        "---\ntodos:\n" + "  - content: a\n" * 190 + "---\n",
        "# " + "<a " * 20_000,
        "## Slice 1\n" * 4_000,
        "`" + "a\\" * 20_000 + ".py`",
        "- [ ] a" + ".- [x] a" * 4_000,
        "- [ ] 1. a\n" * 4_000,
        "".join(f"- [ ] {at}. a\n  - [ ] b\n" for at in range(2_000)),
        "## A\n- [ ] a\n" * 3_000,
        "```\n" + "├── a/\n" * 10_000 + "```\n",
        "```\n" + "".join(f"{' ' * at}├── a/\n" for at in range(300)) + "```\n",
        "├── " + "a," * 20_000,
        "├── " + "a" * 50_000 + "(" * 1_000,
        "`" + "a " * 20_000 + ".py`",
        "`a.py` " + "(" * 20_000,
        "- [ ] `a.py` " + "near " * 10_000,
    ],
)
def test_hostile_text_is_read_to_its_end(text):
    """Where the steps grow with the square of a text's length, this takes minutes; with its cube it never ends."""
    plan = parse_plan(text)
    spans = [each.span for each in (*plan.items, *plan.phases)]
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert len({span.start for span in spans}) >= len(plan.items)


MANY = 200_000


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("- [ ] " + "1" * MANY, 1),
        ("- [ ] " + "[US1] " * (MANY // 6), 1),
        ("- [ ] a " + "[P]" * (MANY // 3) + "!", 1),
        ("- [ ] a " + "/[a]" * (MANY // 4) + "!", 1),
        ("- [ ] `a/b.py`" + " " * MANY + "x", 1),
        ("- [ ] `a/b.py`" + " ~" * (MANY // 2) + "x", 1),
        ("- [ ] a " + "<!--" * (MANY // 4), 1),
        ("- [ ] " + "- " * (MANY // 2), 1),
        ("| a | b |\n|-|" + " " * MANY + "x|\n| 1 | done |\n- [ ] a", 1),
        ("## " + ": " * (MANY // 2) + "\n- [ ] a\n## b\n- [ ] b", 2),
        ("## " + "-" * MANY + "\n- [ ] a\n## b\n- [ ] b", 2),
        ("```\n" + "*" * MANY + "!\n├── a.py\n```\n- [ ] a", 1),
        ("```\n" + "*`" * (MANY // 2) + "!\n├── a.py\n```\n- [ ] a", 1),
        ("```\n" + ">" * MANY + "!\n├── a.py\n```\n- [ ] a", 1),
        ("```\n├── " + "+" * MANY + "\n```\n- [ ] a", 1),
        ("Status: " + "(a)" * (MANY // 3) + "\n\n- [ ] a", 1),
        ("- [ ] a " + "(a)" * (MANY // 3), 1),
    ],
)
def test_a_line_of_one_sign_is_read_to_its_end(text, items):
    """Where the steps grow with the square of a line's length, this takes minutes; with its cube it never ends."""
    plan = parse_plan(text)
    assert len(plan.items) == items
    keys = item_keys(text, [item.mark_span.start for item in plan.items])
    assert len(keys) == items
    for item in plan.items:
        assert not is_parallel(item)
        assert item_status(item) is None
    sheet = Sheet("/home/dev/PLAN.md", text, plan)
    finding = Finding(code="path-missing", path=sheet.path, span=None, severity="warning", message="", item=0)
    assert len(fingerprints([finding], {sheet.path: sheet}, "/home/dev")) == 1


def test_comments_of_a_line_are_taken_out_and_what_is_never_closed_stays():
    assert outside_comments("a <!-- b --> c <!-- <!-- d --> e <!-- f") == ["a ", " c ", " e <!-- f"]
    assert outside_comments("a <!--> b") == ["a <!--> b"]

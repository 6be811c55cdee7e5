"""No text keeps the reader of plans busy for longer than its length tells."""

import time

import pytest

from relaymark.core.plan import parse_plan


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
def test_hostile_text_takes_no_more_than_its_length(text):
    start = time.perf_counter()
    parse_plan(text)
    assert time.perf_counter() - start < 2

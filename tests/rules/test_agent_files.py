"""Rules files beside an open plan: silent about it, too long, or naming what is not there."""

import pytest
from tests.core.builders import CWD

from relaymark.core.edits import applied
from relaymark.core.hooks_blocks import without_blocks
from relaymark.core.lookup import FileIndex
from relaymark.core.plan import Plan, parse_plan
from relaymark.core.sheet import Sheet
from relaymark.rules.agent_files import AgentFiles, absent_mentions, agent_file_findings
from relaymark.rules.facts import PlanFacts
from relaymark.rules.fixes.offers import rules_fixes

PLAN = "# Plan\n\n## Phase 1: Parser\n\n- [ ] Read lines\n"
TREE = FileIndex(["src/read/parser.py", "docs/style.md", "docs/PLAN.md", "PLAN.md", "AGENTS.md"])


def found(text, *, name="AGENTS.md", plans=("PLAN.md",), ignored=(), ages=None, **others):
    files = {name: text} | {key.replace("_", "."): value for key, value in others.items()}
    sheets = {path: Sheet(f"{CWD}/{path}", words, Plan()) for path, words in files.items()}
    open_plans = {plan: Sheet(f"{CWD}/{plan}", PLAN, parse_plan(PLAN)) for plan in plans}
    absent = {each.path for path, sheet in sheets.items() for each in absent_mentions(path, sheet, TREE)}
    judged = {path: path in ignored for path in absent}
    return list(agent_file_findings(AgentFiles(sheets, open_plans, TREE, judged, ages or {})))


def codes(text, **how):
    return [finding.code for finding in found(text, **how)]


def test_agents_that_nobody_tells_of_the_plan_are_told_once():
    [finding] = found("# Rules\n", CLAUDE_md="# Rules\n")
    assert (finding.code, finding.path, finding.span) == ("rules-without-relay", f"{CWD}/AGENTS.md", None)
    assert "`PLAN.md`" in finding.message


def test_agents_are_told_of_the_plan_that_changed_last():
    plans = ("docs/A.md", "docs/B.md", "docs/C.md", "docs/D.md")
    [finding] = found("# Rules\n", plans=plans, ages={"docs/A.md": 40, "docs/B.md": 2, "docs/D.md": 2})
    assert "`docs/B.md`" in finding.message
    [finding] = found("# Rules\n", plans=plans, ages={"docs/B.md": 2, "docs/C.md": -1})
    assert "`docs/C.md`" in finding.message
    [finding] = found("# Rules\n", plans=plans)
    assert "`docs/A.md`" in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "Work goes by `PLAN.md`.",
        "see docs/plan.md",
        "Hand over before the context is full.",
        "Write a handoff note.",
        "<!-- relaymark:begin -->\nmine\n<!-- relaymark:end -->",
    ],
)
def test_a_rules_file_that_speaks_of_the_plan_or_of_handing_over_is_enough(text):
    assert codes(f"# Rules\n\n{text}\n") == []
    assert codes("# Rules\n", CLAUDE_md=text) == []


def test_without_an_open_plan_nothing_is_said():
    assert codes("# Rules `src/gone/away.py`\n" + "words " * 9_000, plans=()) == []


@pytest.mark.parametrize(("characters", "heavy"), [(24_000, True), (23_900, False)])
def test_a_tenth_of_the_ceiling_is_heavy(characters, heavy):
    text = "Hand over. ".ljust(characters, "x")
    assert codes(text) == (["rules-heavy"] if heavy else [])


@pytest.mark.parametrize(
    "line",
    [
        "Parsing is in `src/parser/lines.py`.",
        "See [the parser](src/parser/lines.py).",
        "@src/parser/lines.py",
        "- Run `src/parser/lines.py` first",
        "```bash\nrun\n```\n`src/parser/lines.py`",
        "````markdown\n```\n````\n`src/parser/lines.py`",
        "```python\n```python\n```\n`src/parser/lines.py`",
    ],
)
def test_a_path_that_is_not_there_is_reported_once(line):
    text = f"Hand over.\n{line}\n{line}\n"
    [finding] = found(text)
    assert (finding.code, finding.span.of(text)) == ("rules-path-missing", "src/parser/lines.py")


@pytest.mark.parametrize(
    "line",
    [
        "Parsing is in `src/read/parser.py`, style in `docs/style.md`.",
        "Name tests such as `tests/units/test_keys.py`.",
        "Never write `src/old/keys.py` again, it was removed.",
        "Make new components like `src/components/Button.tsx`.",
        "Logs go to `logs/today/run.txt`, builds to `dist/app/main.js`.",
        "Settings are in `~/.tool/settings.json` or `.tool/settings.json`.",
        "Bare names: `keys.py`; running text: src/parser/lines.py; globs: `src/*/keys.py`.",
        "Decisions are kept in `history/decisions/`.",
        "Placeholders: `path/to/file.py`, `src/<name>/index.ts`.",
        "```\nsrc/parser/lines.py `src/parser/lines.py`\n```",
        "```markdown\n# Rules\n```bash\nrun\n```\n- `src/parser/lines.py`\n```",
        "Colours: `memory/colours.md`, as told before.",
    ],
)
def test_examples_made_files_and_vague_names_are_left_alone(line):
    assert codes(f"Hand over.\n{line}\n") == []


def test_a_folder_of_the_tree_is_not_taken_for_the_memory_of_an_agent():
    sheet = Sheet(f"{CWD}/AGENTS.md", "Colours: `memory/colours.md`.\n", Plan())
    [mention] = absent_mentions("AGENTS.md", sheet, FileIndex(["memory/sizes.md", "AGENTS.md"]))
    assert mention.path == "memory/colours.md"


def test_an_ignored_path_is_left_alone():
    assert codes("Hand over.\n`src/local/keys.py`\n", ignored=("src/local/keys.py",)) == []


@pytest.mark.parametrize("text", ["", "# Rules", "# Rules\n", "# Rules\r\n\r\nWords\r\n"])
def test_the_block_is_added_at_the_end_and_taken_out_again(text):
    [finding] = found(text)
    sheet = Sheet(finding.path, text, Plan())
    [fix] = rules_fixes(finding, PlanFacts("AGENTS.md", sheet, TREE), ["docs/PLAN.md"])
    made = applied(text, fix.edits)
    assert made.startswith(text)
    assert "`docs/PLAN.md`" in made
    assert made.count("\r\n") == (made.count("\n") if "\r\n" in text else 0)
    assert without_blocks(made).text.rstrip() == text.rstrip()
    assert codes(made) == []
    assert rules_fixes(finding, PlanFacts("AGENTS.md", Sheet(finding.path, made, Plan()), TREE), ["PLAN.md"]) == ()


def test_a_name_that_one_file_has_is_offered():
    text = "Hand over.\nParsing is in `src/parser.py`.\n"
    [finding] = found(text)
    [fix] = rules_fixes(finding, PlanFacts("AGENTS.md", Sheet(finding.path, text, Plan()), TREE), ["PLAN.md"])
    assert applied(text, fix.edits) == text.replace("src/", "src/read/")
    assert not fix.certain

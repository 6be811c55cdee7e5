"""What can be written at a place in a plan; `‸` in a text is the cursor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relaymark.core.plan import parse_plan
from relaymark.core.plan_complete import Names, completions, wants_names
from relaymark.core.sheet import Sheet

FILES = ("README.md", "docs/plans/shop.md", "docs/idea.md", "src/auth/keys.ts", "src/main.ts", "src/report.ts")
CODES = {"path-missing": "a file is not there", "tick-lost": "ticks were lost"}
PHASES = "\n\n## Phase 1: Parser\n\n- [ ] a\n\n## Phase 2: **Report**\n\n- [ ] b\n"


def offered(marked, plan="PLAN.md", files=FILES):
    """Return what is offered at the cursor."""
    at, text = marked.index("‸"), marked.replace("‸", "")
    sheet = Sheet(f"/home/dev/shop/{plan}", text, parse_plan(text))
    return text, completions(sheet, at, plan, Names(files) if wants_names(sheet, at) else None, CODES)


def labels(marked, **how):
    found = offered(marked, **how)[1]
    return None if found is None else [one.label for one in found.found]


def chosen(marked, label, **how):
    """Return the text with one of the offers taken."""
    text, found = offered(marked, **how)
    [one] = [each for each in found.found if each.label == label]
    return text[: found.span.start] + one.text + text[found.span.end :]


@pytest.mark.parametrize(
    ("marked", "then"),
    [
        ("- [‸ ] a", "- [x] a"),
        ("- [‸] a", "- [x] a"),
        ("  * [ ‸] a", "  * [x] a"),
        ("1. [‸", "1. [x] "),
        ("- [‸]", "- [x] "),
        ("- [ ‸]\n- [ ] b", "- [x] \n- [ ] b"),
        ("> - [‸x] a", "> - [x] a"),
    ],
)
def test_marks_are_offered_in_a_box(marked, then):
    assert labels(marked) == ["[ ]", "[x]"]
    assert chosen(marked, "[x]") == then


def test_marks_that_the_plan_uses_are_offered_too():
    assert labels("- [‸ ] a\n- [~] b\n- [✅] c\n- [x] d\n") == ["[ ]", "[x]", "[~]", "[✅]"]


def test_what_stands_in_a_box_hides_no_mark():
    _, found = offered("- [ ‸] a")
    assert {one.typed_as for one in found.found} == {" "}


@pytest.mark.parametrize("marked", ["a [‸]", "- a [‸]", "[‸](x)"])
def test_brackets_elsewhere_are_no_box(marked):
    assert labels(marked) is None


@pytest.mark.parametrize(
    ("marked", "then"),
    [
        ("<!-- relaymark: ignore ‸ -->", "<!-- relaymark: ignore tick-lost -->"),
        ("<!-- relaymark: ignore tick‸ -->", "<!-- relaymark: ignore tick-lost -->"),
        ("<!-- relaymark: ignore t‸", "<!-- relaymark: ignore tick-lost -->"),
        ("<!-- relaymark: ‸", "<!-- relaymark: ignore tick-lost -->"),
        ("- [ ] a <!-- relaymark:ign‸ -->", "- [ ] a <!-- relaymark:ignore tick-lost -->"),
    ],
)
def test_codes_are_offered_in_a_comment_that_silences(marked, then):
    assert labels(marked) == ["path-missing", "tick-lost"]
    assert chosen(marked, "tick-lost") == then


def test_a_code_that_stands_there_is_not_offered_again():
    assert labels("<!-- relaymark: ignore path-missing, ‸ -->") == ["tick-lost"]


def test_labels_of_phases_are_offered_behind_their_word():
    assert labels("after Phase ‸" + PHASES) == ["1", "2"]
    assert [one.detail for one in offered("after phase ‸" + PHASES)[1].found] == ["Parser", "Report"]
    assert chosen("after Phase 1‸ so" + PHASES, "2") == "after Phase 2 so" + PHASES


def test_in_a_heading_the_next_label_is_offered():
    assert labels(PHASES + "\n## Phase ‸") == ["3"]
    assert chosen(PHASES + "\n## Phase ‸", "3").endswith("## Phase 3: ")


def test_other_words_have_no_labels():
    assert labels("after Milestone ‸" + PHASES) is None
    assert labels("## Phase ‸\n\n- [ ] a") is None


@pytest.mark.parametrize(
    ("marked", "then"),
    [
        ("see `‸`", ["docs/", "src/", "README.md"]),
        ("see @‸", ["docs/", "src/", "README.md"]),
        ("[a](‸)", ["docs/", "src/", "README.md"]),
        ("`src/‸`", ["auth/", "main.ts", "report.ts"]),
        ("src/‸", ["auth/", "main.ts", "report.ts"]),
        ("@src/ma‸", ["auth/", "main.ts", "report.ts"]),
        ("run `cat src/‸`", ["auth/", "main.ts", "report.ts"]),
    ],
)
def test_paths_are_offered_a_folder_at_a_time(marked, then):
    assert labels(marked) == then


@pytest.mark.parametrize(
    "marked", ["‸", "a word‸", "a / ‸", "`code` ‸", "a `code`‸", "dev@‸", "f(‸", "a: ‸", "and/‸", "https://‸"]
)
def test_elsewhere_no_path_is_offered(marked):
    assert labels(marked) in (None, [])


@pytest.mark.parametrize(
    "marked",
    [
        "```yaml\n- [‸\n```\n",
        "~~~\n- [ ] a <!-- relaymark: ignore ‸\n",
        "- [ ] a\n\n  ```python\n  @‸\n",
        f"````\n```\nPhase ‸\n````{PHASES}",
    ],
)
def test_in_a_code_block_only_paths_are_offered(marked):
    assert labels(marked) is None
    assert labels("```sh\npytest src/‸\n```\n") == ["auth/", "main.ts", "report.ts"]


def test_behind_a_code_block_everything_is_offered():
    for block in ("```\nx\n```\n", "~~~ sh\n```\n~~~\n", "```x``` y\n", "> ```\n> x\n> ```\n"):
        assert labels(f"{block}\n- [‸") == ["[ ]", "[x]"]


def test_a_name_is_found_in_any_folder_and_written_as_its_path():
    assert "src/auth/keys.ts" in labels("`ke‸`")
    assert chosen("`KE‸`", "src/auth/keys.ts") == "`src/auth/keys.ts`"
    _, found = offered("`ke‸`")
    assert (found.whole, found.found[-1].typed_as) == (False, "keys.ts")


def test_a_path_keeps_what_stands_before_it():
    assert chosen("- [ ] see @src/ma‸ now", "main.ts") == "- [ ] see @src/main.ts now"
    assert chosen("`src/‸`", "auth/") == "`src/auth/`"


def test_paths_relative_to_the_plan_are_offered_as_such():
    plan = "docs/plans/shop.md"
    assert labels("`../‸`", plan=plan) == ["plans/", "idea.md"]
    assert chosen("`../i‸`", "idea.md", plan=plan) == "`../idea.md`"
    assert labels("`./‸`", plan=plan) == ["shop.md"]
    assert labels("`plans/‸`", plan="docs/shop.md") == ["shop.md"]
    assert labels("`./src/‸`") == ["auth/", "main.ts", "report.ts"]


def test_of_a_folder_with_very_many_files_those_are_offered_that_start_as_typed():
    files = [f"src/f{number}.py" for number in range(900)]
    _, found = offered("`src/f89‸`", files=files)
    assert len(found.found) == 11
    assert not found.whole


@pytest.mark.parametrize("noise", ["<!-- relaymark: ignore a", "[", "a", "`", "@", "Phase "])
def test_a_very_long_line_takes_no_longer_than_another(noise):
    assert chosen(noise * 200_000 + " @src/ma‸", "main.ts").endswith(" @src/main.ts")


@given(st.text("`@/[]( -#.:relaymarkignore<!\n‸Phase1", max_size=40), st.integers(0, 40))
def test_no_text_is_too_strange(text, at):
    text = text.replace("‸", "")
    at = min(at, len(text))
    sheet = Sheet("/home/dev/shop/PLAN.md", text, parse_plan(text))
    found = completions(sheet, at, "PLAN.md", Names(FILES), CODES)
    if found:
        assert found.span.start <= at <= found.span.end
        assert "\n" not in found.span.of(text)

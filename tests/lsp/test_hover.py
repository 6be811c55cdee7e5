"""Hover on checkboxes and headings: state, files, commits, and what the session on the phase did with them."""

import asyncio
import re
import time

import pytest
import pytest_asyncio
from lsprotocol import types

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

PLAN = """# Plan

Some words.

## Phase 1: Parser

- [x] Read lines in `src/parser.py`
- [ ] Test it in `tests/test_[x](command:evil).py`

## Phase 2: [Report](https://example.org) <b>now</b>

- [ ] Print the sum in `src/report.py`,
  with the units of `units.py`
- [ ] Tell of it in `docs/gone.md`

## Phase 3: Tidy

**Files:** `units.py` and `src/{report,none}.py`
- Modify: `src/old.py`

- [x] Tidied `src/old.py`
"""


@pytest.fixture(scope="module")
def furnished(running):
    """The folder of the editor, with a plan and files: two are committed, one is not, one is not there."""
    shop, world = running.world.work / "Mein Laden_ä", running.world
    (shop / "src").mkdir()
    (shop / "src/parser.py").write_text("x = 1\n")
    (shop / "src/report.py").write_text("print('the sum of all prices')\n" * 40)
    (shop / "src/units.py").write_text("EURO = 'EUR'\n")
    world.git(shop, "add", "src/parser.py", "src/report.py")
    world.git(shop, "commit", "-q", "-m", "Print *sums* [here](https://example.org)")
    (shop / "src/old.py").write_text("def old():\n    return 1\n" * 20)
    world.git(shop, "add", "src/old.py")
    world.git(shop, "commit", "-q", "-m", "Old")
    world.git(shop, "mv", "src/old.py", "src/tidy.py")
    world.git(shop, "commit", "-q", "-m", "Tidy")
    (shop / "PLAN.md").write_text(PLAN)  # last: it is what the server looks at the files for
    return shop


@pytest_asyncio.fixture(loop_scope="module")
async def hover(furnished, editor):
    """Returns the hover at a place, by its line's beginning."""
    document = types.TextDocumentIdentifier((furnished / "PLAN.md").as_uri())
    lines = PLAN.split("\n")
    await editor.wait_until(lambda payload: payload["plans"][0]["items"] == 5)

    async def at(beginning, character=3):
        line = next(number for number, text in enumerate(lines) if text.startswith(beginning))
        params = types.HoverParams(document, types.Position(line, character))
        return await editor.client.text_document_hover_async(params)

    return at


async def saying(hover, beginning, *wanted, within=8, character=3):
    """Wait until a hover says all that is wanted: files are listed and counted in their time."""
    end = time.monotonic() + within
    while True:
        found = await hover(beginning, character)
        if all(word in found.contents.value for word in wanted):
            return found
        assert time.monotonic() < end, found.contents.value
        await asyncio.sleep(0.1)


def text_of(found):
    assert found.contents.kind == types.MarkupKind.Markdown
    return found.contents.value


async def test_an_item_tells_its_files_their_tokens_and_commits_and_what_the_session_did(
    hover, furnished, editor, world
):
    session = world.claude(furnished).prompt("Complete Phase 2 of @PLAN.md").reply(9_000)
    session.read(12_000, "src/report.py", "print()\n")
    edit = {"file_path": str(furnished / "src/units.py"), "old_string": "E", "new_string": "e"}
    session.tool(13_000, "Edit", edit, "done").reply(20_000)
    await editor.holds(session, 20_000)
    found = await saying(hover, "- [ ] Print", "read by the session", "tokens · not committed · edited by the session")
    head = world.git(furnished, "log", "-1", "--format=%H", "--", "src/report.py").strip()[:9]
    state, _, *files = text_of(found).splitlines()
    assert state.startswith("**open** · Phase 2 ")
    assert state.endswith(": 0 of 2 done")
    assert re.fullmatch(
        rf"- src/report\.py · \d+ tokens · {head} today: Print \\\*sums\\\* .* · read by the session", files[0]
    )
    assert re.fullmatch(r"- src/units\.py · \d+ tokens · not committed · edited by the session", files[1])
    assert (found.range.start.line, found.range.end.line) == (11, 12)


async def test_an_item_tells_when_it_was_written_and_which_commits_touched_its_files_since(hover, furnished, world):
    world.git(furnished, "add", "PLAN.md", "src/units.py")
    world.git(furnished, "commit", "-q", "-m", "Plan the report")
    written = world.git(furnished, "rev-parse", "HEAD").strip()[:9]
    (furnished / "src/report.py").write_text("print('the total')\n" * 40)
    world.git(furnished, "commit", "-qam", "Print *totals*")
    newest = world.git(furnished, "rev-parse", "HEAD").strip()[:9]
    (furnished / "src/units.py").write_text("EURO = '€'\n")
    text = text_of(await saying(hover, "- [ ] Print", "since then"))
    assert f"\nWritten in {written}; since then 1 commit and uncommitted changes touched its files\n" in text
    assert f"\n- {newest} Print \\*totals\\*" in text
    # The first plan of the repository had this item in the same words.
    start = world.git(furnished, "rev-list", "--max-parents=0", "HEAD").strip()[:9]
    text = text_of(await saying(hover, "- [x] Read", "since then"))
    assert f"\nWritten in {start}; since then 1 commit touched its files\n" in text


async def test_an_item_tells_which_session_holds_its_files(hover, furnished, editor, world):
    session = world.claude(furnished).prompt("Complete Phase 2 of @PLAN.md").reply(9_000)
    session.read(12_000, "src/report.py", "print()\n" * 400)
    session.reply(20_000, ends=False)
    await editor.holds(session, 20_000)
    text = text_of(await saying(hover, "- [ ] Print", "of the context"))
    assert re.search(r"\n- ◔ 20k/60k · Claude Code · working · its files take [\d,]+ tokens of the context\n", text)


async def test_an_item_tells_what_was_spent_on_it_also_when_its_session_is_gone(hover, furnished, editor, world):
    session = world.claude(furnished).prompt("Complete Phase 1 of @PLAN.md").reply(20_000)
    edit = {"file_path": str(furnished / "src/parser.py"), "old_string": "x", "new_string": "y"}
    session.tool(24_000, "Edit", edit, "done").reply(28_000, ends=False)
    await editor.holds(session, 28_000)
    assert " · 8,000 tokens spent since its start\n" in text_of(await saying(hover, "- [x] Read", "spent"))
    words = "Read lines in `src/parser.py`"
    plan = {"file_path": str(furnished / "PLAN.md"), "old_string": f"- [ ] {words}", "new_string": f"- [x] {words}"}
    session.tool(32_400, "Edit", plan, "done")
    said = f"Ticked by Claude Code {session.id[:8]} on "
    assert ": 12,400 tokens spent, counted from its start" in text_of(await saying(hover, "- [x] Read", said))
    session.path.unlink()
    await editor.wait_until(lambda payload: session.id not in [each["id"] for each in payload["sessions"]])
    assert said in text_of(await saying(hover, "- [x] Read", said))


async def test_items_tell_whether_they_are_done_and_which_files_are_not_there(hover):
    assert text_of(await saying(hover, "- [x] Read", "tokens")).startswith("**done** · Phase 1 Parser: 1 of 2 done\n")
    assert "- docs/gone.md · not found" in text_of(await saying(hover, "- [ ] Tell", "not found"))


async def test_the_second_line_of_an_item_belongs_to_it(hover):
    assert text_of(await hover("  with the units")).startswith("**open**")


async def test_a_heading_tells_who_works_on_it_and_whether_its_files_fit(hover, furnished, editor, world):
    session = world.claude(furnished).prompt("Complete Phase 2 of @PLAN.md").reply(20_000, ends=False)
    other = world.claude(furnished).prompt("Complete Phase 1 of @PLAN.md").reply(70_000, ends=False)
    await editor.holds(session, 20_000)
    await editor.holds(other, 70_000)
    found = await saying(hover, "## Phase 2", "2 of 3 named files")
    lines = text_of(found).splitlines()
    assert lines[2] == "- ◔ 20k/60k · Claude Code · working · 40,000 tokens left"
    assert re.fullmatch(r"2 of 3 named files take \d+ tokens; they fit into the 40k left below the ceiling", lines[4])
    assert "70k" not in text_of(found)
    assert found.range.start == types.Position(9, 0)
    assert "10,000 tokens over" in text_of(await hover("## Phase 1"))


async def test_a_path_of_a_phases_own_text_tells_of_its_file(hover):
    found = await saying(hover, "**Files:**", " tokens · ", character=14)
    assert re.fullmatch(r"src/units\.py · \d+ tokens · (not committed|[0-9a-f]{9} today: .*)", text_of(found))
    assert (found.range.start.character, found.range.end.character) == (12, 20)
    lines = text_of(await saying(hover, "**Files:**", "- src/report.py · ", character=30)).splitlines()
    assert lines[1] == "- src/none.py · not found"
    assert await hover("**Files:**", 24) is None


async def test_a_path_that_git_knows_to_be_moved_tells_where_it_is_now(hover):
    assert "- src/old.py · moved to src/tidy.py" in text_of(await saying(hover, "- [x] Tidied", "moved"))
    assert text_of(await saying(hover, "- Modify", "moved", character=15)) == "src/old.py · moved to src/tidy.py"


async def test_nothing_of_a_plan_or_a_commit_is_a_link_or_markup(hover):
    every = [
        text_of(await hover("## Phase 2")),
        text_of(await saying(hover, "- [ ] Print", "today")),
        text_of(await hover("- [ ] Test it")),
    ]
    for text in every:
        assert not re.search(r"(?<!\\)\]\(|(?<!\\)<|(?<!\\)`", text)
    assert "command:" not in every[0]


async def test_a_shallow_clone_does_not_say_that_its_oldest_commit_did_what_may_be_older(open_editor, other_world):
    plan = "# Plan\n\n- [x] Read `src/a.py`, then `src/a.py:3` and `src/a.py::test_it`\n"
    whole = other_world.repository("whole", plan=plan)
    for number in range(2):
        (whole / "src").mkdir(exist_ok=True)
        (whole / "src/a.py").write_text("x = 1\n" * (number + 1))
        other_world.git(whole, "add", "-A")
        other_world.git(whole, "commit", "-q", "-m", f"work {number}")
    other_world.git(other_world.work, "clone", "-q", "--depth", "1", whole.as_uri(), "shallow")
    edge = other_world.git(whole, "rev-parse", "HEAD")[:9]
    editor = await open_editor(world=other_world)
    folder = other_world.work / "shallow"
    editor.change_folders(added=[folder])
    await editor.wait_until(lambda payload: payload["plans"], folder=folder)
    params = types.HoverParams(types.TextDocumentIdentifier((folder / "PLAN.md").as_uri()), types.Position(2, 8))

    async def at(*_):
        return await editor.client.text_document_hover_async(params)

    found = await saying(at, "", f"Written in {edge} or before: older history is not here", " tokens")
    assert found.contents.value.count("src/a.py") == 1  # named three times
    assert f"· {edge} or before" in found.contents.value


async def test_between_items_and_headings_there_is_no_hover(hover):
    assert await hover("Some words") is None
    assert await hover("") is None


async def test_other_documents_have_no_hover(editor, furnished):
    params = types.HoverParams(types.TextDocumentIdentifier((furnished / "README.md").as_uri()), types.Position(0, 0))
    assert await editor.client.text_document_hover_async(params) is None
    params = types.HoverParams(types.TextDocumentIdentifier("untitled:PLAN.md"), types.Position(0, 0))
    assert await editor.client.text_document_hover_async(params) is None

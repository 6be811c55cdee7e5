"""Going from a plan to files, names of code, phases and items, and the links to files, in either encoding."""

import pytest
import pytest_asyncio
from lsprotocol import types
from tests.lsp.desk import PlanDesk

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

PLAN = """# 計画 🧾

See 🧾 `idea.md` first.

## Phase 1: Parser

- [ ] T001 🧾 in `src/parser.py:2` by `read_lines()`, then `帳簿.py`
- [ ] Test it: `tests/test_parser.py::TestLines::test_empty`
- [ ] 👩\u200d👩\u200d👧 `print_sum` and `NOWHERE_AT_ALL` in `src/gone.py`, `src/`, `src/*.py`
- [ ] Both of `src/{parser,report}.py`

## Phase 2: Report, after Phase 1

- [ ] After T001 `run_report`
"""
PARSER = "# 計画 🧾\ndef read_lines(text):\n    return text\n"
REPORT = "class Report:\n    🧾 = 1\n    def print_sum(self):\n        read_lines('')\n"
TEST = "class TestLines:\n    def test_empty(self):\n        pass\n"
FILES = {
    "docs/idea.md": "# Idea\n",
    "src/parser.py": PARSER,
    "src/report.py": REPORT,
    "src/帳簿.py": "",
    "tests/test_parser.py": TEST,
}


@pytest.fixture(scope="module")
def furnished(running):
    desk = PlanDesk(running)
    desk.path.write_text(PLAN)
    desk.open(PLAN)
    return desk


@pytest_asyncio.fixture(loop_scope="module")
async def desk(furnished, editor):
    await editor.wait_until(lambda payload: payload["plans"][0]["items"] == 5)
    await furnished.until(lambda: links(furnished), bool)  # the files are listed
    return furnished


async def links(desk):
    return await desk.client.text_document_document_link_async(types.DocumentLinkParams(desk.document))


async def go(desk, needle):
    """Return the origin, the file and the place of each definition of what stands at some words."""
    params = types.DefinitionParams(desk.document, desk.place(needle))
    found = await desk.client.text_document_definition_async(params)
    told = []
    for one in found or ():
        start = one.target_range.start
        told.append((desk.under(one.origin_selection_range), one.target_uri, start.line, start.character))
    return told


def uri(desk, name):
    return (desk.folder / name).as_uri()


async def test_a_path_leads_to_its_file_and_the_line_that_it_names(desk):
    assert await go(desk, "parser.py:2") == [("src/parser.py", uri(desk, "src/parser.py"), 1, 0)]
    assert await go(desk, "帳簿") == [("帳簿.py", uri(desk, "src/帳簿.py"), 0, 0)]
    assert await go(desk, "idea.md") == [("idea.md", uri(desk, "docs/idea.md"), 0, 0)]


async def test_a_test_behind_a_path_is_found_in_the_file(desk):
    found = await go(desk, "test_parser.py::")
    assert found == [("tests/test_parser.py", uri(desk, "tests/test_parser.py"), 1, 8)]


async def test_a_name_is_found_in_the_files_that_its_item_names(desk):
    assert await go(desk, "read_lines()") == [("read_lines()", uri(desk, "src/parser.py"), 1, 4)]


async def test_a_name_is_found_anywhere_else_in_the_tree(desk):
    assert await go(desk, "print_sum") == [("print_sum", uri(desk, "src/report.py"), 2, 8)]


async def test_phases_and_ids_lead_to_their_places_in_the_plan(desk):
    [(own, where, line, _)] = await go(desk, "Phase 1\n")
    assert (own, where, line) == ("Phase 1", desk.uri, 4)
    [(own, where, line, _)] = await go(desk, "T001 `run")
    assert (own, where, line) == ("T001", desk.uri, 6)


@pytest.mark.parametrize("needle", ["NOWHERE_AT_ALL", "src/gone.py", "src/`", "src/*.py", "Test it", "計画"])
async def test_what_is_nowhere_leads_nowhere(desk, needle):
    assert await go(desk, needle) == []


async def test_every_path_that_the_tree_holds_is_a_link_under_its_own_words(desk):
    found = {desk.under(link.range): (link.target, link.tooltip) for link in await links(desk)}
    assert found == {
        "src/parser.py": (uri(desk, "src/parser.py") + "#L2", None),
        "帳簿.py": (uri(desk, "src/帳簿.py"), "src/帳簿.py" if desk.editor.kind == "visual_studio_code" else None),
        "tests/test_parser.py": (uri(desk, "tests/test_parser.py"), None),
        "src/{parser,report}.py": (uri(desk, "src/parser.py"), None),
    }


async def test_documents_that_are_no_plan_have_neither(desk):
    other = types.TextDocumentIdentifier((desk.folder / "README.md").as_uri())
    assert not await desk.client.text_document_document_link_async(types.DocumentLinkParams(other))
    params = types.DefinitionParams(other, types.Position(0, 0))
    assert not await desk.client.text_document_definition_async(params)


async def test_a_path_that_git_knows_to_be_moved_leads_to_where_it_is_now(desk):
    text = PLAN + "\n**Files:** `src/old.py`\n\n- [x] Write `src/old.py`\n"
    (desk.folder / "src/old.py").write_text("def old():\n    return 1\n" * 20)
    desk.path.write_text(text)
    desk.world.git(desk.folder, "add", ".")
    desk.world.git(desk.folder, "commit", "-q", "-m", "old")
    desk.world.git(desk.folder, "mv", "src/old.py", "src/new.py")
    desk.world.git(desk.folder, "commit", "-q", "-m", "new")
    desk.open(text)
    try:
        moved = [("src/old.py", uri(desk, "src/new.py"), 0, 0)]
        await desk.until(lambda: go(desk, "src/old.py`\n\n- [x]"), lambda found: found == moved)
        assert [link for link in await links(desk) if desk.under(link.range) == "src/old.py"] == []
    finally:
        desk.path.write_text(PLAN)
        desk.open(PLAN)


async def test_a_file_that_came_just_now_is_a_link_though_the_tree_was_not_listed_since(desk):
    """Editors ask for links when the text changes, which is before a renamed file is seen; they do not ask again."""
    text = PLAN + "\n- [ ] See `src/fresh.py`, `../outside.py` and `src/none.py`\n"
    await links(desk)
    (desk.folder / "src/fresh.py").write_text("x = 1\n")
    (desk.folder.parent / "outside.py").write_text("x = 1\n")
    desk.open(text)
    try:
        named = {desk.under(link.range): link.target for link in await links(desk)}
        assert named["src/fresh.py"] == uri(desk, "src/fresh.py")
        assert not named.keys() & {"../outside.py", "src/none.py"}
        assert await go(desk, "src/fresh.py") == [("src/fresh.py", uri(desk, "src/fresh.py"), 0, 0)]
    finally:
        desk.open(PLAN)

"""Outlines, searches over all plans, and folding, as an editor asks for them."""

import pytest
import pytest_asyncio
from lsprotocol import types
from tests.lsp.desk import PlanDesk

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

PLAN = """# 計画 🧾

## Phase 1: 出荷 🚀

- [x] 🧾 Read `src/帳簿.py`
  - [ ] 👩\u200d👩\u200d👧 below
- [ ] ~~Guess~~

## Phase 2: Report

- [ ] Print the sum
"""
OTHER = "# Other\n\n## Phase 1: Elsewhere\n\n- [ ] Print the bill\n"
FILES = {"docs/plans/other.md": OTHER}


@pytest.fixture(scope="module")
def furnished(running):
    desk = PlanDesk(running)
    desk.path.write_text(PLAN)
    desk.open(PLAN)
    return desk


@pytest_asyncio.fixture(loop_scope="module")
async def desk(furnished, editor):
    await editor.wait_until(lambda payload: payload["plans"][0]["items"] == 4)
    return furnished


async def outline(desk):
    params = types.DocumentSymbolParams(desk.document)
    return await desk.client.text_document_document_symbol_async(params)


async def search(desk, query):
    return await desk.client.workspace_symbol_async(types.WorkspaceSymbolParams(query))


async def test_the_outline_is_nested_and_its_ranges_hold_the_text(desk):
    [plan] = await outline(desk)
    first, second = plan.children
    assert (plan.name, plan.kind, first.kind) == ("計画 🧾", types.SymbolKind.String, types.SymbolKind.Namespace)
    assert (first.name, first.detail) == ("Phase 1: 出荷 🚀", "1 of 3 done")
    assert desk.under(first.selection_range) == "## Phase 1: 出荷 🚀"
    read, guess = first.children
    assert desk.under(read.selection_range) == "- [x] 🧾 Read `src/帳簿.py`"
    assert desk.under(read.range).endswith("👩\u200d👩\u200d👧 below")
    assert [child.name for child in read.children] == ["○ 👩👩👧 below"]
    assert list(guess.tags) == [types.SymbolTag.Deprecated]
    assert second.children[0].kind == types.SymbolKind.Boolean


async def test_the_outline_follows_the_editor(desk):
    desk.open(PLAN.replace("Print the sum", "Print the total"))
    [plan] = await outline(desk)
    assert plan.children[1].children[0].name == "○ Print the total"
    desk.open(PLAN)


async def test_symbols_of_the_workspace_are_found_in_every_plan(desk):
    def both(found):
        return len(found) == 2

    found = await desk.until(lambda: search(desk, "print"), both)
    told = {one.name: (one.container_name, one.location) for one in found}
    container, place = told["○ Print the sum"]
    assert container == "Phase 2: Report"
    assert (place.uri, desk.under(place.range)) == (desk.uri, "- [ ] Print the sum")
    container, place = told["○ Print the bill"]
    assert container == "Phase 1: Elsewhere"
    assert desk.under(place.range, OTHER) == "- [ ] Print the bill"


async def test_without_a_query_the_phases_are_given(desk):
    found = await desk.until(lambda: search(desk, ""), lambda found: len(found) == 3)
    assert {one.name for one in found} == {"Phase 1: 出荷 🚀", "Phase 2: Report", "Phase 1: Elsewhere"}


async def test_sections_and_nested_items_fold(desk):
    params = types.FoldingRangeParams(desk.document)
    found = await desk.client.text_document_folding_range_async(params)
    assert [(one.start_line, one.end_line) for one in found] == [(0, 10), (2, 6), (4, 5), (8, 10)]


async def test_documents_that_are_no_plan_have_neither(desk):
    other = types.TextDocumentIdentifier((desk.folder / "README.md").as_uri())
    assert not await desk.client.text_document_document_symbol_async(types.DocumentSymbolParams(other))
    assert not await desk.client.text_document_folding_range_async(types.FoldingRangeParams(other))

"""Inlay hints: where they stand, what they say, and that the editor is told to ask again."""

import asyncio

import pytest
import pytest_asyncio
from lsprotocol import types
from tests.lsp.desk import PlanDesk

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

PLAN = """# 計画 🧾

## Phase 1: Parser

- [ ] 🧾 in `src/読む/parser.py` 👩\u200d👩\u200d👧
  and `report.py`
- [x] Tell of `src/report.py`
- [ ] Later in `src/gone.py`
- [ ] Last in `src/report.py`
"""
FILES = {"src/読む/parser.py": "print('sum of all')\n" * 500, "src/report.py": "x = 1\n"}


@pytest.fixture(scope="module")
def furnished(running):
    desk = PlanDesk(running)
    desk.asked_again = 0

    @desk.client.feature(types.WORKSPACE_INLAY_HINT_REFRESH)
    def again(_):
        desk.asked_again += 1

    desk.open(PLAN)
    return desk


@pytest_asyncio.fixture(loop_scope="module")
async def desk(furnished, editor):
    await editor.wait_until(lambda payload: payload["plans"][0]["items"] == 4)
    return furnished


async def hints(desk, first="#", last="Last"):
    span = types.Range(desk.place(first), desk.place(last, behind=True))
    params = types.InlayHintParams(desk.document, span)
    return await desk.client.text_document_inlay_hint_async(params)


def both(found):
    return [one.tooltip and one.tooltip.count("\n") for one in found] == [1, 0]


async def test_a_hint_stands_at_the_end_of_the_first_line_of_each_open_item(desk):
    first, last = await desk.until(lambda: hints(desk), both)
    assert first.position == desk.place("👩\u200d👩\u200d👧", behind=True)
    assert last.position == desk.place("Last in `src/report.py`", behind=True)
    assert last.label == "5 tokens"
    assert first.label.endswith("k tokens")
    assert first.tooltip.splitlines()[1] == "src/report.py: 5 tokens"


async def test_only_what_is_in_view_is_asked_for(desk):
    await desk.until(lambda: hints(desk), both)
    assert len(await hints(desk, "- [x] Tell", "- [ ] Later")) == 0
    assert len(await hints(desk, "- [x] Tell", "Last")) == 1


async def test_the_editor_is_told_to_ask_again_when_a_file_was_counted_late(desk):
    await desk.until(lambda: hints(desk), both)
    desk.asked_again = 0
    (desk.folder / "src/report.py").write_text("y = 2\n" * 650_000)

    late = await hints(desk)
    assert [one.label for one in late] == ["3k+ tokens"]
    await desk.until(lambda: asyncio.sleep(0, desk.asked_again), bool, 20)
    found = await desk.until(lambda: hints(desk), both, 20)
    assert [one.label for one in found] == ["3.25M tokens", "3.25M tokens"]


async def test_documents_that_are_no_plan_have_none(desk):
    other = types.TextDocumentIdentifier((desk.folder / "README.md").as_uri())
    span = types.Range(types.Position(0, 0), types.Position(1, 0))
    assert not await desk.client.text_document_inlay_hint_async(types.InlayHintParams(other, span))

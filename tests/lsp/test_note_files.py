"""Handover notes in an editor: findings and fixes, hover on evidence, the archive, and what is asked once."""

import asyncio
import time

import pytest
import pytest_asyncio
from lsprotocol import types

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

PLACE = ".relaymark/handovers/20261120T101500Z-PLAN-2-a.md"


def plain(value):
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


class Desk:
    """An editor with notes, what was published to it, and what it was asked."""

    def __init__(self, editor, folder):
        self.editor, self.client, self.world, self.folder = editor, editor.client, editor.world, folder
        self.questions, self.answers = [], {}
        converter = self.client.protocol._converter
        converter.register_structure_hook(
            types.Command | types.CodeAction, lambda value, _: converter.structure(value, types.CodeAction)
        )
        self.client.protocol.fm._features.pop(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(params):
            self.client.diagnostics[params.uri] = params.diagnostics

        @self.client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)
        def ask(params):
            self.questions.append(params.message)
            titles = [action.title for action in params.actions]
            chosen = next((self.answers[title] for title in titles if title in self.answers), None)
            return types.MessageActionItem(chosen) if chosen else None

    def uri(self, place=PLACE):
        return (self.folder / place).as_uri()

    def write(self, text, place=PLACE):
        path = self.folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def open(self, text, place=PLACE):
        document = types.TextDocumentItem(self.uri(place), "markdown", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))

    def change(self, text, version, place=PLACE):
        document = types.VersionedTextDocumentIdentifier(uri=self.uri(place), version=version)
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def close(self, place=PLACE):
        self.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(self.uri(place)))
        )

    async def shows(self, *codes, place=PLACE, within=10):
        end = time.monotonic() + within
        while sorted(one.code for one in self.client.diagnostics.get(self.uri(place), ())) != sorted(codes):
            stand = {uri[-30:]: [one.code for one in found] for uri, found in self.client.diagnostics.items()}
            assert time.monotonic() < end, f"not so within {within} s; there stand {stand}"
            await asyncio.sleep(0.02)
        return sorted(self.client.diagnostics.get(self.uri(place), ()), key=lambda one: one.range.start.line)

    async def hover(self, line, character, place=PLACE):
        params = types.HoverParams(types.TextDocumentIdentifier(self.uri(place)), types.Position(line, character))
        found = await asyncio.wait_for(self.client.text_document_hover_async(params), 15)
        return found.contents.value if found else None

    async def actions(self, line, diagnostics=(), place=PLACE):
        spot = types.Range(types.Position(line, 0), types.Position(line, 1))
        context = types.CodeActionContext(list(diagnostics))
        params = types.CodeActionParams(types.TextDocumentIdentifier(self.uri(place)), spot, context)
        return await asyncio.wait_for(self.client.text_document_code_action_async(params), 15) or []

    async def run(self, command, **wish):
        params = types.ExecuteCommandParams(f"relaymark.{command}", [{"workspace": self.folder.as_uri()} | wish])
        return await asyncio.wait_for(self.client.workspace_execute_command_async(params), 20)


@pytest_asyncio.fixture(loop_scope="module")
async def desk(open_editor, other_world):
    made = []

    async def opened(**features):
        folder = other_world.repository("shop")
        announces = {"relaymark": {"version": 1, "status": True} | features}
        editor = await open_editor(world=other_world, announces=announces)
        editor.change_folders(added=[folder])
        await editor.wait_until(lambda payload: payload["plans"], folder=folder)
        made.append(Desk(editor, folder))
        return made[-1]

    return opened


def note(state, session="null"):
    return (
        f'---\nsession: {session}\nagent: claude-code\nauthor: me\nphase: "PLAN.md: Phase 2"\ncommit: null\n'
        f"date: null\ntokens: null\n---\n\n## STATE\n\n{state}\n"
        "\n## ARCHITECTURE CONTEXT\n\n- x\n\n## NEXT STEP\n\n- y\n"
    )


STATE = 12
"""The first line of STATE."""


async def test_a_note_is_judged_while_it_is_written_and_goes_back_to_the_disk(desk):
    at = await desk()
    at.write(note("- Edited: `src/gone.py`."))
    [found] = await at.shows("handover-path-missing")
    assert (found.range.start.line, found.source) == (STATE, "relaymark")
    assert found.code_description.href.endswith("/docs/rules/handover-path-missing.md")
    at.open(note("- Edited: `src/gone.py`."))
    at.change(note("- ä `README.md`\n\n```\nx\n```"), 2)
    [block] = await at.shows("handover-code")
    assert (block.range.start.line, block.range.end.line) == (STATE + 2, STATE + 4)
    at.close()
    await at.shows("handover-path-missing")
    (at.folder / PLACE).unlink()
    await at.shows()


async def test_fixes_change_only_the_note_that_the_editor_holds(desk):
    at = await desk()
    text = note("- Ran `k=ghp_" + "A1b2" * 9 + "`.").replace("\n## NEXT STEP\n\n- y\n", "")
    at.write(text)
    at.open(text)
    found = await at.shows("handover-secret", "handover-sections")
    secret = next(one for one in found if one.code == "handover-secret")
    [action] = [one for one in await at.actions(secret.range.start.line, found) if one.edit]
    assert action.title == "Take the secret out"
    assert [one.code for one in action.diagnostics] == ["handover-secret"]
    [change] = action.edit.document_changes
    assert (change.text_document.uri, change.text_document.version) == (at.uri(), 1)
    assert change.edits[0].new_text == "[redacted]"
    assert change.edits[0].range == secret.range
    titles = [one.title for one in await at.actions(0)]
    assert "Add the missing sections" in titles
    assert (at.folder / PLACE).read_text() == text


async def test_hover_tells_what_the_evidence_says_now(desk):
    at = await desk()
    session = at.world.claude(at.folder).prompt("Complete Phase 2 of @PLAN.md")
    session.tool(20_000, "Bash", {"command": "pytest -q"}, "ok").reply(21_000)
    await at.editor.wait_until(lambda payload: payload["shown"] == session.id, folder=at.folder)
    text = note("- Tests ran (`pytest -q`, exit 0).\n- See (`PLAN.md:3`).\n- Said (prompt 1).", session.id)
    at.write(text)
    at.open(text)
    assert (await at.hover(STATE, 14)).startswith("`pytest -q`: run once, the last time unproven: exit code not")
    assert await at.hover(STATE + 1, 10) == "`PLAN.md:3` says now: `## Phase 1: Parser`"
    assert await at.hover(STATE + 2, 10) == "Prompt 1: “Complete Phase 2 of \\@PLAN.md”"
    assert await at.hover(STATE - 2, 3) is None
    assert (await at.hover(1, 12)).startswith("Session of claude-code: ")


async def test_a_phase_leads_to_its_notes(desk):
    at = await desk()
    older = ".relaymark/handovers/20261119T101500Z-PLAN-2-b.md"
    at.write(note("- x"))
    at.write(note("- x").replace("date: null", "date: 2026-11-19T10:15:00Z"), older)
    at.write(note("- x").replace("Phase 2", "Phase 1"), ".relaymark/handovers/20261121T101500Z-PLAN-1-c.md")
    at.open((at.folder / "PLAN.md").read_text(), "PLAN.md")
    told = await at.hover(7, 3, "PLAN.md")
    assert told.endswith(f"Handover notes: [undated]({at.uri()}), [2026-11-19T10:15:00Z]({at.uri(older)})")


async def test_the_archive_is_answered_the_newest_first_with_who_is_due(desk):
    at = await desk()
    assert plain(await at.editor.ask("relaymark/notes", workspace=at.folder.as_uri())) == {
        "version": 1,
        "notes": [],
        "due": [],
        "keeping": "ask",
    }
    full = at.world.claude(at.folder).prompt("Complete Phase 2 of @PLAN.md").reply(95_000)
    other = at.world.claude(at.folder).prompt("Complete Phase 2 of @PLAN.md").reply(96_000)
    at.write("---\nsession: old\n---\n", ".relaymark/handovers/20200101T000000Z-none-none-old.md")
    await at.editor.wait_until(lambda payload: len(payload["sessions"]) == 2, folder=at.folder)
    written = await at.run("generateHandover", session=full.id)
    told = plain(await at.editor.ask("relaymark/notes", workspace=at.folder.as_uri()))
    assert [each["session"] for each in told["notes"]] == [full.id, "old"]
    assert written.endswith(told["notes"][0]["path"])
    assert told["notes"][0]["uri"].endswith(told["notes"][0]["path"])
    assert [(each["id"], each["tokens"], each["reset"]) for each in told["due"]] == [(other.id, 96_000, 90_000)]
    assert await at.run("dismissHandover", session=other.id) is True
    assert plain(await at.editor.ask("relaymark/notes"))["due"] == []
    assert at.editor.answer.capabilities.experimental["relaymark"]["notes"] is True


async def test_what_git_does_with_notes_is_asked_once_and_only_where_the_editor_has_buttons(desk):
    at = await desk(actions=True)
    at.answers = {"Ignore notes": "Ignore notes"}
    session = at.world.claude(at.folder).prompt("Complete Phase 2 of @PLAN.md").reply(20_000)
    await at.editor.wait_until(lambda payload: payload["shown"] == session.id, folder=at.folder)
    for _ in range(2):
        await at.run("generateHandover")
        for _ in range(250):
            if (at.folder / ".relaymark/.gitignore").exists():
                break
            await asyncio.sleep(0.02)
    assert at.questions == [
        "Relaymark wrote its first note into .relaymark/handovers. Should notes be committed with the work?"
    ]
    assert at.world.git(at.folder, "status", "--porcelain") == ""


async def test_nothing_is_decided_without_an_answer(desk):
    at = await desk(actions=True)
    session = at.world.claude(at.folder).prompt("Complete Phase 2 of @PLAN.md").reply(20_000)
    await at.editor.wait_until(lambda payload: payload["shown"] == session.id, folder=at.folder)
    await at.run("generateHandover")
    await asyncio.sleep(0.3)
    assert len(at.questions) == 1
    assert not (at.folder / ".relaymark/.gitignore").exists()


async def test_orders_are_shown_before_they_are_quoted(desk):
    at = await desk(actions=True)
    session = at.world.claude(at.folder).prompt("Complete Phase 2 of @PLAN.md. Always use pnpm.").reply(20_000)
    await at.editor.wait_until(lambda payload: payload["shown"] == session.id, folder=at.folder)
    first = await at.run("generateHandover")
    assert at.questions[0] == "Should the note quote what you told the agent to hold to? “Always use pnpm.”"
    text = (at.folder / first).read_text()
    assert "Always use pnpm" not in text
    place = first[len(str(at.folder)) + 1 :]
    at.open(text, place)
    line = next(number for number, row in enumerate(text.splitlines()) if "standing order" in row)
    assert await at.hover(line, text.splitlines()[line].index("prompt 1"), place) == (
        "Prompt 1: “Complete Phase 2 of \\@PLAN.md. Always use pnpm.”"
    )
    [action] = [one for one in await at.actions(line, place=place) if one.command]
    assert action.title == "Quote these orders in a new note"
    params = types.ExecuteCommandParams(action.command.command, action.command.arguments)
    second = await asyncio.wait_for(at.client.workspace_execute_command_async(params), 20)
    assert second != first
    assert "- The user said: “Always use pnpm.” (prompt 1)." in (at.folder / second).read_text()
    assert (at.folder / first).read_text() == text

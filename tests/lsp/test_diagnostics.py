"""Findings as an editor gets them: where they stand, how loud, when they are sent again and when they go."""

import asyncio
import time

import pytest
import pytest_asyncio
from lsprotocol import types

pytestmark = pytest.mark.asyncio(loop_scope="module")

PLAN = """# Plan

## Phase 1: Parser

- [x] Read lines in `src/parser.py`
- [x] Keep keys in `private/keys.txt`

## Phase 2: Report

- [ ] Print the sum in `src/report.py`
"""
PHASE_1, PHASE_2 = (2, 0, 18), (7, 0, 18)
IGNORE = "<!-- relaymark: ignore context-over-ceiling -->"


def place(finding):
    """Return a finding's line and its two columns."""
    spot = finding.range
    assert spot.start.line == spot.end.line
    return spot.start.line, spot.start.character, spot.end.character


def plain(data):
    return data._asdict() if hasattr(data, "_asdict") else data


class Desk:
    """An editor with a plan, and everything that was published to it."""

    def __init__(self, editor, folder):
        self.editor, self.client, self.world, self.folder = editor, editor.client, editor.world, folder
        self.path = folder / "PLAN.md"
        self.uri = self.path.as_uri()
        self.published = []  # every notification, the oldest first
        method = types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS
        self.client.protocol.fm._features.pop(method)

        @self.client.feature(method)
        def publish(params):
            self.client.diagnostics[params.uri] = params.diagnostics
            self.published.append(params)

    def standing(self, uri=None):
        """Return the findings that stand in a file, in the order of their lines."""
        found = self.client.diagnostics.get(uri or self.uri, ())
        return sorted(found, key=lambda one: (one.range.start.line, one.code))

    def codes(self, uri=None):
        return [finding.code for finding in self.standing(uri)]

    async def until(self, holds, within=8):
        """Wait until something holds."""
        end = time.monotonic() + within
        while not holds():
            told = {uri: self.codes(uri) for uri in self.client.diagnostics}
            assert time.monotonic() < end, f"not so within {within} s; there stand {told}"
            await asyncio.sleep(0.02)

    async def shows(self, *codes, uri=None, within=8):
        """Wait until findings of just these codes stand in a file, and return them."""
        await self.until(lambda: self.codes(uri) == sorted(codes, key=self._line(uri)), within)
        return self.standing(uri)

    def _line(self, uri):
        where = {finding.code: finding.range.start.line for finding in self.standing(uri)}
        return lambda code: (where.get(code, 0), code)

    async def quiet(self, seconds=0.6):
        """Wait for a while, and return what was published in it."""
        before = len(self.published)
        await asyncio.sleep(seconds)
        return self.published[before:]

    def session(self, tokens=70_000, prompt="Complete Phase 2 of @PLAN.md", **about):
        """Begin a session that has grown to so many tokens and is at work."""
        return self.world.claude(self.folder, **about).prompt(prompt).reply(9_000).reply(tokens, ends=False)

    def open(self, text, version=1, uri=None):
        document = types.TextDocumentItem(uri or self.uri, "markdown", version, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))

    def change(self, text, version):
        document = types.VersionedTextDocumentIdentifier(uri=self.uri, version=version)
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def close(self, uri=None):
        document = types.TextDocumentIdentifier(uri or self.uri)
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(document))


@pytest.fixture(scope="module")
def furnished(running):
    """The editor's desk, with a plan that lies on disk and a file that git ignores."""
    desk = Desk(running, running.world.work / "Mein Laden_ä")
    (desk.folder / ".gitignore").write_text("private/\n")
    (desk.folder / "src").mkdir()
    (desk.folder / "src/parser.py").write_text("x = 1\n")
    desk.world.git(desk.folder, "add", ".gitignore", "src")
    desk.world.git(desk.folder, "commit", "-q", "-m", "parser")
    return desk


@pytest_asyncio.fixture(loop_scope="module")
async def desk(furnished, editor):
    furnished.path.write_text(PLAN)
    await furnished.shows()
    yield furnished
    furnished.path.write_text(PLAN)


async def test_a_finding_about_a_session_stands_on_its_phase_with_all_that_an_editor_needs(desk):
    session = desk.world.claude(desk.folder).prompt("Complete Phase 2 of @PLAN.md").reply(9_000)
    content = "\n".join(f"{line}\tprice_{line} = {line * 7}" for line in range(300))
    session.read(12_000, "src/prices.py", content).read(20_000, "src/report.py", content * 2).reply(70_000)
    await desk.until(lambda: "context-over-ceiling" in desk.codes() and desk.standing()[-1].related_information)
    [finding] = [one for one in desk.standing() if one.code == "context-over-ceiling"]
    assert place(finding) == PHASE_2
    assert finding.severity == types.DiagnosticSeverity.Warning
    assert finding.source == "relaymark"
    assert finding.message.startswith("Claude Code holds 70,000 tokens, over its ceiling of 60,000 (30 % of 200k)")
    assert finding.code_description.href.endswith("/docs/rules/context-over-ceiling.md")
    assert plain(finding.data) == {"session": session.id, "phase": 1}
    related = finding.related_information
    assert [item.location.uri for item in related] == [
        (desk.folder / "src" / name).as_uri() for name in ("report.py", "prices.py")
    ]
    assert related[0].message.endswith("tokens in the context")
    assert desk.published[-1].uri == desk.uri
    assert desk.published[-1].version is None


async def test_a_finding_about_several_items_leads_to_the_others(desk):
    text = "# Plan\n\n## Phase 1: Stock\n\n- [x] Keep **stock**\n  - [ ] lock it\n  - [ ] release it\n- [ ] Sell\n"
    desk.path.write_text(text)
    await desk.until(lambda: desk.codes() == ["tick-contradicted"])
    [finding] = desk.standing()
    assert place(finding) == (5, 4, 7)
    [other] = finding.related_information
    assert (other.location.uri, other.message) == (desk.uri, "release it")
    assert (other.location.range.start.line, other.location.range.start.character) == (6, 4)


@pytest.mark.slow
async def test_a_finding_changes_with_the_level_and_goes_with_the_session(desk):
    session = desk.session(50_000)
    [near] = await desk.shows("context-near-ceiling")
    assert near.severity == types.DiagnosticSeverity.Information
    session.reply(70_000)
    await desk.shows("context-over-ceiling")
    session.reply(95_000)
    [reset] = await desk.shows("context-past-reset")
    assert (reset.severity, place(reset)) == (types.DiagnosticSeverity.Warning, PHASE_2)
    session.reply(20_000)
    await desk.shows()
    session.reply(95_000)
    await desk.shows("context-past-reset")
    desk.world.clear()
    await desk.shows()
    assert desk.published[-1].diagnostics in ((), [])


@pytest.mark.slow
async def test_where_no_phase_is_recognised_it_stands_on_the_first_line_as_information(desk):
    session = desk.session(95_000, "Look around")
    [finding] = await desk.shows("context-past-reset")
    assert (finding.severity, place(finding)) == (types.DiagnosticSeverity.Information, (0, 0, 6))
    assert finding.message.endswith("(phase not recognised)")
    assert plain(finding.data) == {"session": session.id}


@pytest.mark.slow
async def test_with_two_open_plans_and_no_phase_it_stands_nowhere(desk):
    desk.session(95_000, "Look around")
    await desk.shows("context-past-reset")
    other = desk.folder / "IMPLEMENTATION_PLAN.md"
    other.write_text(PLAN)
    try:
        await desk.shows()
        assert desk.codes(other.as_uri()) == []
        other.write_text(PLAN.replace("[ ]", "[x]"))
        await desk.shows("context-past-reset")
    finally:
        other.unlink()
    await desk.shows("context-past-reset")


@pytest.mark.slow
async def test_one_finding_stands_on_a_heading_for_the_worst_session(desk):
    desk.session(50_000)
    worst = desk.session(70_000)
    [finding] = await desk.shows("context-over-ceiling")
    await desk.until(lambda: desk.standing()[0].message.endswith("And 1 more session."))
    assert plain(finding.data)["session"] == worst.id


@pytest.mark.slow
async def test_with_an_assumed_window_it_is_an_information(desk):
    desk.session(95_000, version="9.0.0", model="house-model-7")
    [finding] = await desk.shows("context-past-reset")
    assert finding.severity == types.DiagnosticSeverity.Information
    assert "The window of 200k is assumed." in finding.message


@pytest.mark.slow
async def test_a_session_that_began_heavy_a_summary_and_a_second_phase_are_told(desk):
    session = desk.world.claude(desk.folder).prompt("Complete Phase 2 of @PLAN.md").reply(50_000, ends=False)
    [heavy] = await desk.shows("base-heavy")
    assert heavy.severity == types.DiagnosticSeverity.Information
    edit = {"file_path": str(desk.folder / "src/parser.py"), "old_string": "x", "new_string": "y"}
    session.tool(51_000, "Edit", edit, "done")
    await desk.shows("base-heavy", "session-spans-phases")
    session.compact().reply(15_000)
    await desk.shows("session-compacted", "session-spans-phases")


@pytest.mark.slow
async def test_a_file_that_the_phase_does_not_name_is_hinted_at_once_it_is_counted(desk):
    session = desk.world.claude(desk.folder).prompt("Complete Phase 2 of @PLAN.md").reply(9_000)
    content = "\n".join(f"{line}\tprice_{line} = {line * 7}" for line in range(300))
    session.read(12_000, "src/prices.py", content).reply(14_000)
    [finding] = await desk.shows("attachment-unplanned")
    assert finding.severity == types.DiagnosticSeverity.Hint
    assert "src/prices.py (" in finding.message


@pytest.mark.slow
async def test_a_heavy_file_is_named_on_itself_once_the_user_asks_for_it(desk, editor):
    session = desk.world.claude(desk.folder).prompt("Complete Phase 2 of @PLAN.md").reply(9_000)
    content = "\n".join(f"{line}\tprice_{line} = {line * 7}" for line in range(4_000))
    session.read(12_000, "src/report.py", content).reply(58_000)
    await desk.shows("context-near-ceiling")
    await editor.wait_until(lambda payload: payload["sessions"][0]["attachments"][0]["tokens"] > 15_000)
    uri = (desk.folder / "src/report.py").as_uri()
    assert desk.codes(uri) == []
    editor.configure({"rules": {"attachment-heavy": "hint"}})
    [finding] = await desk.shows("attachment-heavy", uri=uri)
    assert (place(finding), finding.severity) == ((0, 0, 0), types.DiagnosticSeverity.Hint)
    editor.configure({})
    await desk.shows(uri=uri)


@pytest.mark.slow
async def test_settings_make_a_rule_louder_quieter_or_silent(desk, editor):
    desk.session(50_000)
    await desk.shows("context-near-ceiling")
    editor.configure({"rules": {"context-near-ceiling": "warning"}})
    await desk.until(lambda: [one.severity for one in desk.standing()] == [types.DiagnosticSeverity.Warning])
    editor.configure({"rules": {"context-near-ceiling": "off"}})
    await desk.shows()


@pytest.mark.slow
async def test_an_unchanged_finding_is_not_sent_again(desk):
    session = desk.session(70_000)
    await desk.shows("context-over-ceiling")
    await desk.quiet()
    session.reply(70_000, ends=False)
    session.prompt("Go on").reply(70_000, ends=False)
    other = desk.path.with_suffix(".new")
    other.write_text(PLAN.replace("Print the sum", "Print the total"))
    other.replace(desk.path)  # at once: a file that is read half written is another plan
    assert await desk.quiet(1.0) == []
    session.reply(70_001, ends=False)
    [published] = await desk.quiet(1.0)
    assert published.uri == desk.uri


async def test_in_an_open_plan_findings_follow_the_unsaved_text_with_its_version(desk):
    desk.session(70_000)
    await desk.shows("context-over-ceiling")
    desk.open(f"Two\nlines\n{PLAN}", 4)
    await desk.until(lambda: [place(one) for one in desk.standing()] == [(9, 0, 18)])
    assert desk.published[-1].version == 4
    desk.change(PLAN.replace("## Phase 2", f"{IGNORE}\n## Phase 2"), 5)
    await desk.shows()
    assert desk.published[-1].version == 5
    desk.change(PLAN.replace("## Phase 2: Report", f"## Phase 2: Report {IGNORE}"), 6)
    desk.change(PLAN, 7)
    await desk.shows("context-over-ceiling")
    desk.change(PLAN.replace("[ ]", "[x]"), 8)
    await desk.shows()
    assert desk.published[-1].version == 8
    desk.close()
    [finding] = await desk.shows("context-over-ceiling")
    assert place(finding) == PHASE_2
    assert desk.published[-1].version is None


@pytest.mark.slow
async def test_a_plan_that_is_opened_under_another_spelling_of_its_uri_shows_its_findings_once(desk):
    desk.session(70_000)
    await desk.shows("context-over-ceiling")
    other = f"file://{desk.path}".replace(" ", "%20")
    assert other != desk.uri
    desk.open(PLAN, 1, other)
    try:
        await desk.shows("context-over-ceiling", uri=other)
        await desk.shows()
    finally:
        desk.close(other)
    await desk.shows("context-over-ceiling")
    assert desk.codes(other) == []


@pytest.mark.slow
async def test_findings_of_a_plan_that_is_deleted_are_cleared(desk):
    desk.session(70_000)
    await desk.shows("context-over-ceiling")
    desk.path.unlink()
    await desk.shows()


@pytest.mark.slow
async def test_a_snoozed_session_is_silent_until_its_next_level(desk):
    session = desk.session(70_000)
    await desk.shows("context-over-ceiling")
    params = types.ExecuteCommandParams(
        "relaymark.snooze", [{"workspace": desk.folder.as_uri(), "session": session.id}]
    )
    assert await desk.client.workspace_execute_command_async(params) is True
    await desk.shows()
    session.reply(71_000)
    assert await desk.quiet() == []
    session.reply(95_000)
    await desk.shows("context-past-reset")


@pytest.mark.slow
async def test_a_snooze_is_over_once_the_next_level_was_reached(desk):
    session = desk.session(70_000)
    await desk.shows("context-over-ceiling")
    params = types.ExecuteCommandParams("relaymark.snooze", [{"session": session.id}])
    await desk.client.workspace_execute_command_async(params)
    await desk.shows()
    session.reply(95_000)
    await desk.shows("context-past-reset")
    session.reply(20_000)
    await desk.shows()
    session.reply(70_000)
    await desk.shows("context-over-ceiling")


@pytest.mark.slow
async def test_a_ticked_item_whose_file_is_gone_is_reported_and_an_ignored_file_is_not(desk):
    missing = PLAN.replace("src/parser.py", "src/gone.py")
    desk.path.write_text(missing)
    [finding] = await desk.shows("path-missing")
    assert place(finding) == (4, 21, 32)
    assert finding.severity == types.DiagnosticSeverity.Warning
    assert plain(finding.data) == {"item": 0}
    assert finding.message == "Ticked, but there is no `src/gone.py` in this work tree."
    desk.path.write_text(missing.replace("- [x] Read", "- [ ] Read"))
    await desk.shows()


@pytest.mark.slow
async def test_a_path_is_no_longer_missing_once_its_file_is_there(desk):
    desk.path.write_text(PLAN.replace("src/parser.py", "src/late.py"))
    await desk.shows("path-missing")
    (desk.folder / "src/late.py").write_text("x = 1\n")
    try:
        await desk.shows(within=15)
    finally:
        (desk.folder / "src/late.py").unlink()


@pytest.mark.slow
async def test_a_path_that_git_comes_to_ignore_is_reported_no_longer(desk):
    desk.path.write_text(PLAN.replace("src/parser.py", "secret/parser.py"))
    await desk.shows("path-missing")
    (desk.folder / ".gitignore").write_text("private/\nsecret/\n")
    try:
        desk.path.write_text(PLAN.replace("src/parser.py", "secret/parser.py") + "\nMore.\n")
        await desk.shows(within=15)
    finally:
        (desk.folder / ".gitignore").write_text("private/\n")


@pytest.mark.slow
async def test_when_its_folder_is_closed_the_findings_of_a_plan_go(desk, editor):
    other = desk.world.repository(f"store-{editor.kind}", plan=PLAN)
    editor.change_folders(added=[other])
    uri = (other / "PLAN.md").as_uri()
    await desk.shows("path-missing", "path-missing", uri=uri)
    editor.change_folders(removed=[other])
    await desk.shows(uri=uri)


@pytest.mark.slow
async def test_two_folders_of_one_work_tree_do_not_take_turns_in_its_plan(desk, editor):
    below = desk.folder / "web"
    below.mkdir(exist_ok=True)
    editor.change_folders(added=[below])
    try:
        await editor.wait_until(lambda payload: payload["plans"], folder=below)
        api = desk.folder / "api"
        api.mkdir(exist_ok=True)
        session = desk.world.claude(api).prompt("Complete Phase 2 of @PLAN.md").reply(9_000).reply(70_000)
        await desk.shows("context-over-ceiling")
        await desk.quiet()
        session.reply(70_000, ends=False)
        assert await desk.quiet(1.0) == []
        assert desk.codes() == ["context-over-ceiling"]
    finally:
        editor.change_folders(removed=[below])


@pytest.mark.slow
async def test_without_a_plan_nothing_is_published_and_the_gauge_works(open_editor, other_world):
    shop = other_world.repository("shop", plan=None)
    editor = await open_editor(world=other_world)
    editor.change_folders(added=[shop])
    other_world.claude(shop).prompt("Complete Phase 2 of @PLAN.md").reply(9_000).reply(95_000, ends=False)
    told = await editor.wait_until(lambda payload: payload["level"] == "reset", folder=shop)
    assert (told["text"], told["plans"]) == ("● 95k/60k", [])
    await asyncio.sleep(0.5)
    assert editor.client.diagnostics == {}

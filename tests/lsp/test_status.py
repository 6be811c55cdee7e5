"""The gauge as an editor gets it: one payload per workspace folder, exact and at once."""

import asyncio
import json
import re
import time

import pytest
from lsprotocol import types

pytestmark = pytest.mark.asyncio(loop_scope="module")

UNKNOWN = {"source": "unknown"}


async def test_what_the_server_can_do_is_announced(editor):
    announced = editor.answer.capabilities
    experimental = announced.experimental
    own = experimental["relaymark"] if isinstance(experimental, dict) else experimental.relaymark._asdict()
    assert own["version"] == 1
    assert own["status"] is True
    assert own["follow"] is True
    assert editor.answer.server_info.name == "relaymark"
    assert announced.text_document_sync.change == types.TextDocumentSyncKind.Full


async def test_positions_are_counted_as_the_client_prefers(editor):
    preferred = {"visual_studio_code": "utf-16", "neovim": "utf-8"}[editor.kind]
    assert editor.answer.capabilities.position_encoding == preferred


async def test_changed_settings_are_asked_for_only_where_the_client_wants_to_be_asked(editor):
    methods = [registration.method for registration in editor.registered]
    assert methods.count("workspace/didChangeConfiguration") == (editor.kind == "visual_studio_code")


async def test_the_first_status_says_that_nothing_is_open_and_why(editor, shop):
    _, first = editor.told[0]
    assert first["version"] == 1
    assert first["sessions"] == []
    assert first["level"] == "unknown"
    assert first["text"] == "○"
    assert "shown" not in first
    assert f"No session of Claude Code or Codex was active in {shop} in the last 8 hours." in said(first)


async def test_the_payload_carries_the_uri_that_the_client_uses(editor, shop):
    assert editor.status()["workspace"] == shop.as_uri()
    assert "%20" in shop.as_uri()


async def test_a_new_session_appears_and_its_gauge_follows_each_reply_exactly(editor, world, shop):
    session = world.claude(shop).prompt("Add a price list").reply(41_211)
    seen = await editor.holds(session, 41_211)
    assert seen["agent"] == "claude-code"
    assert seen["title"] == "Add a price list"
    assert seen["model"] == "claude-sonnet-4-5"
    assert seen["window"] == {"tokens": 200_000, "source": "agent"}
    assert seen["percent"] == 20.6
    assert seen["ceiling"] == {"tokens": 60_000, "reason": "30 % of 200k"}
    assert seen["reset"] == {"tokens": 90_000, "reason": "45 % of 200k"}
    assert seen["level"] == "clear"
    assert seen["headroom"] == 18_789
    assert seen["branch"] == "main"
    assert seen["path"] == str(session.path)
    assert "parent" not in seen
    status = editor.status()
    assert (status["text"], status["level"], status["shown"]) == ("◔ 41k/60k", "clear", session.id)

    for tokens, level, text, percent, headroom in (
        (47_999, "clear", "◔ 48k/60k", 24.0, 12_001),
        (48_000, "near", "◑ 48k/60k", 24.0, 12_000),
        (59_999, "near", "◑ 60k/60k", 30.0, 1),
        (60_000, "over", "◕ 60k/60k", 30.0, 0),
        (89_999, "over", "◕ 90k/60k", 45.0, -29_999),
        (90_000, "reset", "● 90k/60k", 45.0, -30_000),
        (30_000, "clear", "◔ 30k/60k", 15.0, 30_000),
    ):
        session.reply(tokens)
        seen = await editor.holds(session, tokens)
        status = editor.status()
        assert (seen["level"], seen["percent"], seen["headroom"]) == (level, percent, headroom)
        assert (status["level"], status["text"]) == (level, text)


async def test_a_request_answers_what_the_last_notification_told(editor, world, shop):
    session = world.claude(shop).prompt().reply(12_000)
    await editor.holds(session, 12_000)
    await settled(editor)
    assert await editor.ask(workspace=shop.as_uri()) == editor.status()
    assert await editor.ask() == editor.status()


async def test_a_request_that_names_an_unknown_folder_gets_the_first_one(editor, shop):
    answer = await editor.ask(workspace="file:///home/dev/elsewhere")
    assert answer["workspace"] == shop.as_uri()


async def test_two_folders_get_one_notification_each_with_their_own_sessions(editor, world, shop):
    other = world.repository(f"store-{editor.kind}", plan=None)
    editor.change_folders(added=[other])
    await editor.wait_until(lambda payload: payload["sessions"] == [], folder=other)
    here = world.claude(shop).prompt().reply(20_000)
    there = world.claude(other).prompt().reply(70_000)
    mine = await editor.wait_until(lambda payload: payload["text"] == "◔ 20k/60k")
    its = await editor.wait_until(lambda payload: payload["text"] == "◕ 70k/60k", folder=other)
    assert [item["id"] for item in mine["sessions"]] == [here.id]
    assert [item["id"] for item in its["sessions"]] == [there.id]
    answer = await editor.ask(workspace=other.as_uri())
    assert answer["shown"] == there.id
    editor.change_folders(removed=[other])
    await settled(editor)
    before = len(editor.statuses(other))
    there.reply(80_000)
    here.reply(21_000)
    await editor.holds(here, 21_000)
    assert len(editor.statuses(other)) == before


async def test_when_the_last_folder_is_closed_the_status_says_so_and_comes_back(open_editor):
    editor = await open_editor("shop")
    world, shop = editor.world, editor.world.work / "shop"
    session = world.claude(shop).prompt().reply(20_000)
    await editor.holds(session, 20_000)
    editor.change_folders(removed=[shop])
    answer = await editor.ask()
    assert answer["sessions"] == []
    assert said(answer) == "No folder is open, so no session can belong to it."
    count = len(editor.statuses())
    editor.change_folders(added=[shop])
    await editor.wait_until(lambda payload: len(editor.statuses()) > count and payload.get("shown") == session.id)


@pytest.mark.slow
async def test_an_unchanged_picture_is_not_sent_again(editor, world, shop):
    session = world.claude(shop).prompt().reply(20_000)
    await editor.holds(session, 20_000)
    await settled(editor)
    before = len(editor.told)
    for _ in range(4):
        session.raw(b'{"type":"mode","mode":"normal","sessionId":"' + session.id.encode() + b'"}\n')
        await asyncio.sleep(0.3)
    assert len(editor.told) == before


@pytest.mark.slow
async def test_a_burst_of_appends_is_told_at_once_and_then_a_few_times_only(editor, world, shop):
    session = world.claude(shop).prompt().reply(20_000)
    await editor.holds(session, 20_000)
    await settled(editor)
    before, began = len(editor.told), time.monotonic()
    for step in range(1, 51):
        session.reply(20_000 + step)
        await asyncio.sleep(0.02)
    await editor.holds(session, 20_050)
    told = [when for when, _ in editor.told[before:]]
    took = told[-1] - began
    assert told[0] - began < 1
    assert 2 <= len(told) <= took / 0.25 + 2
    assert editor.told[before][1]["sessions"][0]["context"]["tokens"] < 20_050


async def test_a_subagent_stands_under_its_parent_and_is_not_added_to_it(editor, world, shop):
    parent = world.claude(shop).prompt("Count the tokens").reply(20_000, ends=False)
    other = world.claude(shop).prompt("Something else").reply(1_000)
    child = world.claude(shop, parent=parent).prompt("Find the counter").reply(70_000)
    await editor.holds(child, 70_000)
    await editor.holds(parent, 20_000)
    seen = await editor.sees(other, level="clear")
    assert "parent" not in seen
    status = editor.status()
    order = [item["id"] for item in status["sessions"]]
    assert order.index(child.id) == order.index(parent.id) + 1
    assert editor.session(child)["parent"] == parent.id
    assert editor.session(child)["level"] == "over"
    assert status["shown"] == parent.id
    assert status["text"] == "◔ 20k/60k +1"


async def test_a_session_of_another_work_tree_is_listed_below_with_its_branch_and_never_shown(
    editor, world, shop, hotfix
):
    away = world.claude(hotfix, branch="fix/rounding").prompt("Round half up").reply(95_000, ends=False)
    seen = await editor.holds(away, 95_000)
    assert seen["elsewhere"] is True
    assert seen["branch"] == "fix/rounding"
    status = editor.status()
    assert "shown" not in status
    assert (status["text"], status["level"]) == ("○", "unknown")
    assert "In other work trees" in status["tooltip"]
    assert "fix/rounding" in said(status)

    here = world.claude(shop).prompt().reply(20_000)
    await editor.holds(here, 20_000)
    status = editor.status()
    assert status["shown"] == here.id
    assert status["text"] == "◔ 20k/60k"
    assert [item["id"] for item in status["sessions"]] == [here.id, away.id]
    assert editor.session(here)["elsewhere"] is False


async def test_a_session_of_another_project_never_appears(editor, world, shop):
    stranger = world.claude(world.folder("bakery")).prompt("Bake").reply(50_000)
    beside = world.claude(world.folder("Mein Laden_ä2")).prompt("A name that begins alike").reply(50_000)
    await asyncio.sleep(0.3)
    own = world.claude(shop).prompt().reply(20_000)
    await editor.holds(own, 20_000)
    assert not editor.session(stranger)
    assert not editor.session(beside)
    told = json.dumps(editor.statuses())
    assert stranger.id not in told
    assert beside.id not in told


async def test_a_session_in_a_subfolder_belongs_to_the_workspace(editor, world, shop):
    below = shop / "src"
    below.mkdir(exist_ok=True)
    session = world.claude(below).prompt().reply(20_000)
    assert (await editor.holds(session, 20_000))["elsewhere"] is False


async def test_a_codex_session_appears_with_the_window_that_it_recorded(editor, world, shop):
    session = world.codex(shop).prompt("Complete Phase 2 of PLAN.md").usage(41_000)
    seen = await editor.holds(session, 41_000)
    assert seen["agent"] == "codex"
    assert seen["window"] == {"tokens": 258_400, "source": "recorded"}
    assert seen["ceiling"]["tokens"] == 77_520
    assert seen["model"] == "gpt-5.5-codex"
    assert seen["state"] == "working"
    assert editor.status()["text"] == "◔ 41k/78k"
    assert "itself says 88 % left" in said(editor.status())
    session.reply(80_000)
    assert (await editor.holds(session, 80_000))["level"] == "over"
    assert (await editor.sees(session, state="idle"))["stateSource"] == "turn"


async def test_after_a_compaction_the_context_is_unknown_until_the_next_reply(editor, world, shop):
    session = world.claude(shop).prompt().reply(85_000)
    await editor.holds(session, 85_000)
    session.compact()
    seen = await editor.sees(session, context=UNKNOWN)
    assert seen["level"] == "unknown"
    assert "percent" not in seen
    assert "headroom" not in seen
    assert seen["compactions"] == 1
    assert editor.status()["text"] == "○ ?/60k"
    session.reply(15_000)
    assert (await editor.holds(session, 15_000))["compactions"] == 1


async def test_a_rewind_gives_the_context_of_the_branch_that_goes_on(editor, world, shop):
    session = world.claude(shop).prompt("First").reply(20_000)
    fork = session.last
    session.prompt("A wrong turn").read(60_000, "src/parser.py", "x = 1\n").reply(70_000)
    assert (await editor.holds(session, 70_000))["turns"] == 2
    session.last = fork
    session.prompt("Another way")
    seen = await editor.holds(session, 20_000)
    assert seen["turns"] == 2
    assert seen["attachments"] == []
    session.reply(22_000)
    assert (await editor.holds(session, 22_000))["level"] == "clear"


async def test_a_window_that_the_agent_tells_its_status_line_counts_at_once(editor, world, shop):
    session = world.claude(shop).prompt().reply(70_000)
    assert (await editor.holds(session, 70_000))["window"]["source"] == "agent"
    told = {
        "session_id": session.id,
        "transcript_path": str(session.path),
        "cwd": str(shop),
        "model": {"id": "claude-sonnet-4-5", "display_name": "Sonnet 4.5"},
        "version": "2.1.329",
        "context_window": {
            "context_window_size": 500_000,
            "current_usage": {"input_tokens": 70_000, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0},
        },
    }
    done = await asyncio.to_thread(world.run, "statusline", stdin=json.dumps(told))
    assert done.returncode == 0, done.stderr
    seen = await editor.sees(session, window={"tokens": 500_000, "source": "statusline"})
    assert seen["ceiling"] == {"tokens": 120_000, "reason": "cap 120k"}
    assert seen["level"] == "clear"
    assert editor.status()["text"] == "◔ 70k/120k"


async def test_changed_settings_move_the_ceiling(editor, world, shop):
    session = world.claude(shop).prompt().reply(41_000)
    await editor.holds(session, 41_000)
    editor.configure({"ceilingPercent": 20, "text": "both", "trace": {"server": "off"}})
    seen = await editor.sees(session, ceiling={"tokens": 40_000, "reason": "20 % of 200k"})
    assert seen["level"] == "over"
    assert editor.status()["text"] == "◕ 41k/40k (20 % of window)"
    editor.configure({"ceilingPercent": None})
    assert (await editor.sees(session, ceiling={"tokens": 60_000, "reason": "30 % of 200k"}))["level"] == "clear"
    assert settings_named(editor) == []


async def test_a_rule_and_an_agent_that_there_are_not_are_named_once(editor, world, shop):
    session = world.claude(shop).prompt().reply(41_000)
    await editor.holds(session, 41_000)
    before = len(editor.client.messages)
    for _ in range(2):
        editor.configure({"rules": {"base-hevy": "off"}, "agents": {"codeks": False}, "nearPercent": 50})
        await editor.sees(session, level="near")
        editor.configure({})
        await editor.sees(session, level="clear")
    assert sorted(each.message for each in editor.client.messages[before:]) == [
        "Relaymark: editor settings: `agents.codeks` is about nothing known; did you mean `codex`?",
        "Relaymark: editor settings: `rules.base-hevy` is about nothing known; did you mean `base-heavy`?",
    ]


async def test_a_bad_setting_counts_as_unset_and_is_named_once(editor, world, shop):
    session = world.claude(shop).prompt().reply(41_000)
    await editor.holds(session, 41_000)
    for _ in range(2):
        editor.configure({"ceilingPercent": "a third", "nearPercent": 50})
        await editor.sees(session, level="near")
        editor.configure({})
        await editor.sees(session, level="clear")
    [message] = settings_named(editor)
    assert "`ceilingPercent`" in message.message
    assert message.type == types.MessageType.Warning
    assert editor.session(session)["ceiling"]["tokens"] == 60_000


async def test_the_plan_and_the_phase_of_each_session_are_told_and_follow_edits(editor, world, shop):
    session = world.claude(shop).prompt("Complete Phase 2 of @PLAN.md").reply(20_000)
    seen = await editor.sees(session, phase={"plan": "PLAN.md", "label": "2", "title": "Report", "evidence": "prompt"})
    assert seen["level"] == "clear"
    [plan] = editor.status()["plans"]
    assert (plan["path"], plan["phases"], plan["items"], plan["ticked"]) == ("PLAN.md", 2, 4, 2)
    before = (shop / "PLAN.md").read_text()
    try:
        (shop / "PLAN.md").write_text(before.replace("- [ ] Print", "- [x] Print"))
        await editor.wait_until(lambda payload: payload["plans"][0]["ticked"] == 3)
    finally:
        (shop / "PLAN.md").write_text(before)
    await editor.wait_until(lambda payload: payload["plans"][0]["ticked"] == 2)


async def test_what_fills_the_context_is_told_when_it_was_counted(editor, world, shop):
    content = "\n".join(f"{line}\tprice_{line} = {line * 7}" for line in range(400))
    session = world.claude(shop).prompt().reply(14_000, ends=False).read(15_000, "src/prices.py", content).reply(30_000)
    await editor.wait_until(
        lambda payload: payload["sessions"][0]["context"]["tokens"] == 30_000 and payload["sessions"][0]["breakdown"]
    )
    seen = editor.session(session)
    assert sum(seen["breakdown"].values()) == 30_000
    assert seen["base"] == seen["breakdown"]["base"]
    assert 13_900 <= seen["base"] < 14_000
    [file] = seen["attachments"]
    assert (file["path"], file["reads"]) == ("src/prices.py", 1)
    assert file["tokens"] > 2_000


async def test_two_open_sessions_show_the_worse_one_and_count_the_other(editor, world, shop):
    calm = world.claude(shop).prompt("Calm").reply(20_000, ends=False)
    await editor.holds(calm, 20_000)
    full = world.claude(shop).prompt("Full").reply(61_000, ends=False)
    await editor.wait_until(lambda payload: payload.get("shown") == full.id)
    assert editor.status()["text"] == "◕ 61k/60k +1"
    calm.reply(95_000, ends=False)
    await editor.wait_until(lambda payload: payload.get("shown") == calm.id)
    assert editor.status()["text"] == "● 95k/60k +1 !1"


async def test_every_kind_of_zero_and_empty_is_sent(editor, world, shop):
    session = world.claude(shop).prompt().reply(60_000)
    seen = await editor.holds(session, 60_000)
    assert seen["headroom"] == 0
    assert seen["compactions"] == 0
    assert seen["attachments"] == []
    assert seen["partial"] is False


async def test_a_client_that_does_not_announce_the_status_is_sent_none_but_may_ask(open_editor):
    editor = await open_editor("shop", announces={})
    world, shop = editor.world, editor.world.work / "shop"
    session = world.claude(shop).prompt().reply(41_000)
    answer = {"sessions": []}
    for _ in range(100):
        if (answer := await editor.ask())["sessions"]:
            break
        await asyncio.sleep(0.05)
    assert answer["shown"] == session.id
    assert answer["workspace"] == shop.as_uri()
    assert editor.told == []


async def test_without_any_folder_the_server_starts_and_says_so(open_editor):
    editor = await open_editor()
    answer = await editor.ask()
    assert answer["sessions"] == []
    assert answer["plans"] == []
    assert answer["workspace"] == ""
    assert said(answer) == "No folder is open, so no session can belong to it."


async def test_a_folder_outside_of_git_has_its_own_sessions(open_editor):
    editor = await open_editor(announces=None)
    notes = editor.world.folder("notes")
    editor.change_folders(added=[notes])
    first = await editor.wait_until(lambda payload: payload["sessions"] == [], folder=notes)
    assert "It is not in a git repository" in said(first)
    session = editor.world.claude(notes, branch=None).prompt().reply(20_000)
    seen = await editor.wait_until(lambda payload: payload.get("shown") == session.id, folder=notes)
    assert "branch" not in seen["sessions"][0]


async def test_an_editor_on_a_machine_without_agents_is_told_that_none_has_run(open_editor):
    editor = await open_editor("shop", bare=True)
    first = await editor.wait_until(lambda payload: payload["sessions"] == [])
    assert said(first) == (
        "No session is open here: no agent that Relaymark reads has run on this machine"
        " (`relaymark doctor` names them, and where it looks)."
    )


async def test_where_git_is_not_installed_the_gauge_works_all_the_same(open_editor, other_world):
    shop = other_world.repository("shop")
    other_world.env["PATH"] = "/nonexistent"
    editor = await open_editor(world=other_world)
    editor.change_folders(added=[shop])
    session = other_world.claude(shop).prompt().reply(20_000)
    await editor.wait_until(lambda payload: payload["shown"] == session.id, folder=shop)


@pytest.mark.slow
async def test_the_very_first_session_of_a_machine_is_seen_though_its_folders_are_new(open_editor):
    editor = await open_editor("shop", bare=True)
    await editor.wait_until(lambda payload: payload["sessions"] == [])
    session = editor.world.claude(editor.world.work / "shop").prompt().reply(41_000)
    await editor.holds(session, 41_000, within=12)


@pytest.mark.slow
async def test_the_first_window_that_is_ever_told_is_seen_though_its_folder_is_new(open_editor):
    editor = await open_editor("shop", bare=True)
    world, shop = editor.world, editor.world.work / "shop"
    (world.claude_home / "projects").mkdir(parents=True)
    await asyncio.sleep(6)
    session = world.claude(shop).prompt().reply(70_000)
    await editor.wait_until(lambda payload: payload["sessions"][0]["breakdown"])
    told = {
        "session_id": session.id,
        "model": {"id": "claude-sonnet-4-5"},
        "context_window": {"context_window_size": 1_000_000, "current_usage": None},
    }
    done = await asyncio.to_thread(world.run, "statusline", stdin=json.dumps(told))
    assert done.returncode == 0
    await editor.sees(session, 12, window={"tokens": 1_000_000, "source": "statusline"})


def said(payload):
    """Returns the tooltip as a person reads it: Markdown without its backslashes."""
    return re.sub(r"\\(?=[^\w\s])|\\(?=_)", "", payload["tooltip"])


def settings_named(editor):
    """Returns the messages so far that name the setting, in backticks."""
    return [message for message in editor.client.messages if "Percent`" in message.message]


async def settled(editor):
    """Waits until nothing was told for a while."""
    for _ in range(50):
        before = len(editor.told)
        await asyncio.sleep(0.5)
        if len(editor.told) == before:
            return


async def test_a_settings_file_that_changes_is_read_again_without_a_word_from_the_editor(open_editor):
    editor = await open_editor("shop")
    await editor.wait_until(lambda payload: payload["sessions"] == [])
    session = editor.world.claude(editor.world.work / "shop").prompt().reply(40_000)
    first = await editor.wait_until(lambda payload: payload["sessions"])
    assert (first["sessions"][0]["id"], first["level"]) == (session.id, "clear")
    (editor.world.work / "shop/.relaymark.toml").write_text("cap = 30000\n")
    await editor.wait_until(lambda payload: payload["sessions"] and payload["level"] == "over", within=20)

"""Cline's core: sessions that the real program wrote are read exactly as `expected.json` of their case tells."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from relaymark.agents.cline import AGENT, CORE
from relaymark.core import paths
from relaymark.core.fold import SessionFold
from relaymark.core.session import Context, Ran
from relaymark.sources.whole import Whole

CASES = Path(__file__).resolve().parents[1] / "transcripts/cline"
TURN = {"done": "ended", "open": "open", "interrupted": "interrupted"}


def recorded():
    for file in sorted(CASES.glob("*/expected.json")):
        case = json.loads(file.read_bytes())
        for session in case["sessions"]:
            yield pytest.param(file.parent, case, session, id=f"{file.parent.name}/{session['id'][-12:]}")


EVERY_SESSION = pytest.mark.parametrize(("folder", "case", "expected"), list(recorded()))


def read(folder, expected):
    unit = Whole(AGENT, str(folder / expected["file"]), CORE)
    unit.refresh()
    [session] = unit.sessions()
    assert unit.first_bad is None
    return session


def below(case, found):
    return sorted(paths.relative(path, case["workspace"]) for path in found)


def seconds(written):
    return datetime.fromisoformat(written).timestamp()


def test_the_recorded_cases_are_all_there():
    assert len(list(recorded())) == 3


@EVERY_SESSION
def test_a_recorded_session_is_read_exactly(folder, case, expected):
    found = read(folder, expected)
    assert (found.id, found.parent, found.cwd) == (expected["id"], expected["parent"], expected["cwd"])
    assert (found.version, found.branch, found.agent, found.entry) == (case["version"], "main", "cline", "cli")
    assert (found.title, found.model, found.provider) == (expected["title"], expected["model"], "openai-compatible")
    assert (found.context.tokens, found.context.source) == (expected["context_tokens"], expected["context_source"])
    assert found.window == expected["window_recorded"]
    assert found.compactions == expected["compactions"]
    assert found.prompts[0].text == expected["first_prompt"]
    assert expected["prompts"] in (None, found.prompt_count)
    assert (found.turn, found.turn_open) == (TURN[expected["turn_end"]], expected["turn_open"])
    assert below(case, found.files_read) == expected["files_read"]
    assert below(case, found.files_edited) == expected["files_edited"]
    assert found.commands == tuple(Ran(ran["cmd"], ran["exit"], ok=True) for ran in expected["commands"])
    assert found.bad_records == 0


@EVERY_SESSION
def test_the_times_of_a_recorded_session(folder, case, expected):
    found = read(folder, expected)
    told = [seconds(expected[name]) for name in ("started_at", "updated_at")]
    assert [found.started_at, found.updated_at] == pytest.approx(told, abs=0.001)


@EVERY_SESSION
def test_the_run_of_a_recorded_session_is_over_as_its_manifest_says(folder, case, expected):
    assert read(folder, expected).ended == (expected.get("status_recorded") == "completed")


@EVERY_SESSION
def test_the_place_and_the_content_of_a_recorded_file_say_whose_it_is(folder, case, expected):
    inner = expected["file"].removeprefix("home/.cline/")
    assert AGENT.store_of(inner) is CORE
    assert CORE.recognises(json.loads((folder / expected["file"]).read_bytes()))


def test_files_that_a_recorded_compaction_kept_are_still_attached():
    [param] = [one for one in recorded() if one.values[2]["compactions"]]
    found = read(param.values[0], param.values[2])
    assert [paths.name(file.path) for file in found.attachments] == ["PLAN.md"]


def test_a_recorded_session_that_was_just_compacted_has_no_known_context():
    [param] = [one for one in recorded() if one.values[2]["compactions"]]
    folder, _, expected = param.values
    file = folder / expected["file"]
    stem = file.name.removesuffix(".messages.json")
    sidecar = json.loads(file.with_name(f"{stem}.compaction.json").read_bytes())
    whole = json.loads(file.read_bytes())
    told = {**whole, "messages": whole["messages"][: sidecar["source_message_count"]]}
    [before] = CORE.decode(str(file), {file.name: told})
    [after] = CORE.decode(str(file), {file.name: told, f"{stem}.compaction.json": sidecar})
    contexts = []
    for one in (before, after):
        folding = SessionFold("cline", one.session)
        for at, record in enumerate(one.records):
            folding.add(at, record)
        contexts.append(folding.session().context)
    assert contexts == [Context(139_000, "measured"), Context()]

"""What is reported of an agent that may summarise its history at any time, and where that is known from."""

import json
from pathlib import Path

import pytest
from tests.core.builders import CWD, shown

from relaymark.core.auto_compact import AutoCompact
from relaymark.core.binding import Binding
from relaymark.core.plan import parse_plan
from relaymark.core.sheet import Sheet
from relaymark.engine.machine import Machine
from relaymark.engine.once import look_at_files
from relaymark.engine.recognise import recognise
from relaymark.rules.facts import SessionFacts
from relaymark.rules.session import session_findings

TRANSCRIPTS = Path(__file__).resolve().parents[1] / "transcripts"
PLAN = "# Shop\n\n## Phase 1: Parser\n\n- [ ] Read lines in `src/parser.py`\n"


def found(view):
    sheet = Sheet(f"{CWD}/PLAN.md", PLAN, parse_plan(PLAN))
    bound = {view.session.id: Binding("PLAN.md", "", "", "prompt", 0)}
    every = session_findings(SessionFacts(CWD, {"PLAN.md": sheet}, (view,), bound))
    return [finding for finding in every if finding.code == "auto-compact-on"]


def test_an_agent_that_may_compact_is_named_on_the_phase_with_its_switch():
    known = AutoCompact(True, "autoCompactEnabled is true in settings.json", "Switch it off.")
    [finding] = found(shown(auto_compact=known))
    assert finding.span.of(PLAN) == "## Phase 1: Parser"
    assert finding.severity == "information"
    assert "(autoCompactEnabled is true in settings.json)" in finding.message
    assert finding.message.endswith("Switch it off.")


@pytest.mark.parametrize("known", [AutoCompact(False, "x is set", "So."), AutoCompact(how="So."), AutoCompact()])
def test_an_agent_that_is_switched_off_or_of_which_nothing_is_known_is_not(known):
    assert found(shown(auto_compact=known)) == []


@pytest.mark.parametrize(
    ("case", "times"),
    [("2.1.329-auto-compact", 2), ("2.1.329-just-compacted", 0), ("2.0.30-resume-subagent-compact", 0)],
)
def test_recorded_compactions_are_told_apart_by_who_asked_for_them(case, times):
    path = next(
        each for each in sorted((TRANSCRIPTS / "claude-code" / case).rglob("*.jsonl")) if "subagents" not in str(each)
    )
    machine = Machine(environ={}, home="/nowhere")
    known = recognise(machine, str(path))
    [item] = look_at_files(machine, [(known.agent, known.store, str(path))], "/").observed
    assert item.session.auto_compactions == times
    assert item.session.compactions >= times
    assert item.auto_compact.on == (True if times else None)
    assert item.auto_compact.how


def test_what_the_settings_say_is_read_beside_the_transcript(tmp_path):
    case = TRANSCRIPTS / "claude-code" / "2.1.329-auto-compact"
    source = next(each for each in sorted(case.rglob("*.jsonl")) if "subagents" not in str(each))
    place = tmp_path / "claude/projects/-x" / source.name
    place.parent.mkdir(parents=True)
    place.write_bytes(source.read_bytes())
    (tmp_path / "claude/settings.json").write_text(json.dumps({"autoCompactEnabled": False, "apiKeyHelper": "hush"}))
    machine = Machine(environ={"CLAUDE_CONFIG_DIR": str(tmp_path / "claude")}, home=str(tmp_path))
    known = recognise(machine, str(place))
    [item] = look_at_files(machine, [(known.agent, known.store, str(place))], "/").observed
    assert item.auto_compact.on is False
    assert item.auto_compact.why == "autoCompactEnabled is false in settings.json"

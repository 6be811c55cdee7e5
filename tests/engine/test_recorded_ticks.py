"""What sessions that the real programs wrote spent on the items that they ticked: by hand from their recorded usage."""

from pathlib import Path

import pytest

from relaymark.engine.machine import Machine
from relaymark.engine.once import look_at_files
from relaymark.engine.recognise import recognise

CASES = Path(__file__).resolve().parents[1] / "transcripts"
BUG = ("fix the off-by-one in parser",)
LANGUAGES = ("greet(name, lang) for en, de, fr", "unknown language falls back to en")


@pytest.mark.parametrize(
    ("file", "items", "tokens"),
    [
        ("claude-code/2.1.329-resume-subagent-compact/home/.claude/projects/*/8029*.jsonl", BUG, 92_000),
        ("claude-code/2.0.30-resume-subagent-compact/home/.claude/projects/*/7e3a*.jsonl", BUG, 92_000),
        ("claude-code/2.1.329-auto-compact/home/.claude/projects/*/40b4*.jsonl", BUG, 98_000),
        ("copilot-cli/1.0.102-resume-subagent-compact/home/.copilot/session-state/*/events.jsonl", BUG, 92_000),
        ("codex/0.120.0-resume/home/.codex/sessions/*/*/*/*.jsonl", LANGUAGES, 46_708),
        ("codex/0.50.0-resume/home/.codex/sessions/*/*/*/*.jsonl", LANGUAGES, 46_708),
        ("gemini-cli/0.61.0-resume-with-stub/home/.gemini/tmp/*/chats/*.jsonl", LANGUAGES, 46_196),
        ("gemini-cli/0.30.1-two-prompts/home/.gemini/tmp/*/chats/*.json", LANGUAGES, 46_196),
    ],
)
def test_a_recorded_session_tells_what_it_spent(file, items, tokens):
    machine = Machine()
    known = []
    for path in sorted(CASES.glob(file)):
        found = recognise(machine, str(path))
        assert found is not None
        known.append((found.agent, found.store, str(path)))
    sessions = [each.session for each in look_at_files(machine, known, "/").observed]
    [spent] = [each for session in sessions for each in session.spent]
    assert spent.plan.endswith("/PLAN.md")
    assert [told[: len(words)] for told, words in zip(spent.items, items, strict=True)] == list(items)
    assert (spent.tokens, spent.exact, spent.first, spent.edits) == (tokens, True, True, 1)

"""The drafts of all recorded sessions name what the next session needs, are short, lint clean and come out alike."""

import os
import runpy
from collections import Counter
from pathlib import Path

import pytest

from relaymark.core.note import MOST_WORDS

played = runpy.run_path(str(Path(__file__).parent / "recorded_notes.py"))
CASES = list(played["cases"]())


def test_the_sessions_are_all_there():
    agents = Counter(case["agent"] for _, case, _ in CASES)
    assert len(CASES) >= 78
    assert set(agents) >= {folder.name for folder in played["TRANSCRIPTS"].iterdir() if folder.is_dir()}


@pytest.mark.parametrize(
    ("folder", "case", "expected"),
    [pytest.param(*each, id=f"{each[1]['agent']}/{each[0].name}/{each[2]['id'][-12:]}") for each in CASES],
)
def test_a_recorded_sessions_note_holds_every_fact(folder, case, expected, tmp_path):
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)} | played["GIT"]
    found = played["held"](folder, case, expected, tmp_path, env)
    assert [fact for fact in found.facts if not fact[2]] == [], found.text
    assert found.codes == [], found.text
    assert found.words <= MOST_WORDS
    assert found.text == found.again

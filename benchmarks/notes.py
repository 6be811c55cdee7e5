"""The drafts of all recorded sessions: how many of the facts that the next session needs does each note hold?

The facts come from what is known of the recordings, not from Relaymark: every edited file that still exists, every
command that failed and was not repaired, the last test run with its result, the open item.
"""

import os
import runpy
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from common import Figure, Options

BENCH = "notes"
_HERE = Path(__file__).resolve().parent
_PLAYED = _HERE.parent / "tests" / "engine" / "recorded_notes.py"
_HINT = "core/relay/claims.py and changed.py; `pytest tests/engine/test_recorded_notes.py` shows the note"


def measure(options: Options) -> list[Figure]:
    """Return the share of facts held per kind, the words and what the linter finds; write the table of all notes."""
    played = runpy.run_path(str(_PLAYED))
    cases = list(played["cases"]())[:: 6 if options.quick else 1]
    notes = [_note(played, *case) for case in cases]
    if not options.quick:
        table = _HERE / "results" / "notes.md"
        table.parent.mkdir(exist_ok=True)
        table.write_text(_table(notes, played["KINDS"]), encoding="utf-8")
    figures = []
    for kind in played["KINDS"]:
        facts = [held for note in notes for found, _, held in note.facts if found == kind]
        share = 100 * sum(facts) / len(facts) if facts else 100.0
        note = f"{sum(facts)} of {len(facts)} in {len(notes)} sessions"
        figures.append(Figure(BENCH, f"{kind} that the note names", share, "%", 100, "least", note, _HINT))
    words = sorted(note.words for note in notes)
    clean = sum(not note.codes for note in notes)
    alike = sum(note.text == note.again for note in notes)
    return [
        *figures,
        Figure(BENCH, "words of the longest note", words[-1], "words", 300, note=f"median {words[len(words) // 2]}"),
        Figure(BENCH, "notes that the linter finds nothing in", 100 * clean / len(notes), "%", 100, "least"),
        Figure(BENCH, "notes that a second run writes alike", 100 * alike / len(notes), "%", 100, "least"),
    ]


def _note(played: dict[str, Any], folder: Path, case: dict[str, Any], expected: dict[str, Any]) -> Any:
    with tempfile.TemporaryDirectory() as root:
        env = {"PATH": os.environ["PATH"], "HOME": root} | played["GIT"]
        return played["held"](folder, case, expected, Path(root), env)


def _table(notes: Sequence[Any], kinds: Sequence[str]) -> str:
    lines = [
        "# Facts in the notes of the recorded sessions",
        "",
        "Facts that the draft names, of those that the recording holds; a dash where there is none of the kind.",
        "Written by `python benchmarks/run.py notes`.",
        "",
        f"| session | {' | '.join(kinds)} | words | findings |",
        f"|---|{'---:|' * len(kinds)}---:|---|",
    ]
    total: Counter[tuple[str, bool]] = Counter()
    for note in notes:
        counts = Counter((kind, held) for kind, _, held in note.facts)
        total += counts
        cells = " | ".join(_cell(counts, kind) for kind in kinds)
        lines.append(f"| {note.name} | {cells} | {note.words} | {', '.join(note.codes) or 'none'} |")
    words = max(note.words for note in notes)
    lines.append(f"| **all {len(notes)}** | {' | '.join(_cell(total, kind) for kind in kinds)} | most {words} | |")
    return "\n".join(lines) + "\n"


def _cell(counts: Counter[tuple[str, bool]], kind: str) -> str:
    held, missed = counts[kind, True], counts[kind, False]
    return f"{held} of {held + missed}" if held + missed else "-"

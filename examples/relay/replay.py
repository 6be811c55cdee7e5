"""Plays recorded agent sessions again, line by line, where the agents themselves would write them."""

import argparse
import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

RECORDINGS_FOLDER = Path(__file__).resolve().parent / "recordings"
LONGEST_PAUSE = 3.0  # seconds at speed 1

# The recordings were made against a scripted model, which these marks told what to answer.
SCRIPT_MARK = re.compile(r"\[(?:S1|S2|SA|SUB|WR)\] ")
ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
EPOCH_UNITS = {
    "started_at": 1,
    "completed_at": 1,
    "create_time": 1,
    "started_at_ms": 1000,
    "completed_at_ms": 1000,
}

SLUG_LIMIT = 200
BASE_36 = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Recording:
    """One recorded session, and its part in the play.

    Attributes:
        agent: The agent that wrote it; also the name of its folder.
        directory: The project folder that it was recorded in.
        store: The agent's own folder when it was recorded.
        joins: When it begins, in seconds of the play at speed 1.
        stretch: How many times longer a pause is than it was; a real model does not answer at once.
    """

    agent: str
    directory: str
    store: str
    joins: float
    stretch: float


RECORDINGS = (
    Recording(
        agent="claude-code",
        directory="/home/dev/projects/ws-claude-old",
        store="/home/dev/projects/home-claude-old/.claude",
        joins=0.0,
        stretch=22.0,
    ),
    Recording(
        agent="codex",
        directory="/home/dev/projects/ws-codex",
        store="/home/dev/projects/home-codex/.codex",
        joins=14.0,
        stretch=60.0,
    ),
)


@dataclass(frozen=True)
class Stage:
    """Where and when the sessions are played.

    Attributes:
        project: The project folder, as an agent would record it: absolute, symbolic links resolved.
        claude: Claude Code's folder (CLAUDE_CONFIG_DIR).
        codex: Codex's folder (CODEX_HOME).
        start: The moment of the first line.
        speed: 2 plays twice as fast.
    """

    project: Path
    claude: Path
    codex: Path
    start: datetime
    speed: float = 1.0

    def store(self, recording: Recording) -> Path:
        """Gives the folder that the recording's agent writes into."""
        return self.codex if recording.agent == "codex" else self.claude


@dataclass(frozen=True)
class Line:
    """One write of the play.

    Attributes:
        at: Seconds after the start.
        path: The file that grows.
        text: What is appended.
    """

    at: float
    path: Path
    text: str


@dataclass(frozen=True)
class _Recorded:
    """A line as it was recorded; without a time of its own it has the one before it."""

    moment: datetime
    file: Path
    text: str


def schedule(stage: Stage) -> list[Line]:
    """Lays out both sessions on one clock.

    Args:
        stage: Where and when they are played.

    Returns:
        Every line to write, in the order of writing.
    """
    lines = [line for recording in RECORDINGS for line in _session_lines(recording, stage)]
    return sorted(lines, key=lambda line: line.at)


def play(lines: list[Line], stop: threading.Event) -> None:
    """Appends each line when its time has come.

    Args:
        lines: What `schedule` gave.
        stop: Ends the play early when it is set.
    """
    begin = time.monotonic()
    for line in lines:
        if stop.wait(max(0.0, begin + line.at - time.monotonic())):
            return
        line.path.parent.mkdir(parents=True, exist_ok=True)
        with line.path.open("ab", buffering=0) as file:
            file.write(line.text.encode())


def slug(folder: str) -> str:
    """Names a project's folder as Claude Code does.

    Args:
        folder: The project's absolute path.

    Returns:
        The path, a dash for each UTF-16 unit outside A-Z, a-z, 0-9; a long one is cut and hashed.
    """
    units = folder.encode("utf-16-be")
    codes = [int.from_bytes(units[index : index + 2]) for index in range(0, len(units), 2)]
    text = "".join(chr(code) if code < 128 and chr(code).isalnum() else "-" for code in codes)
    return text if len(text) <= SLUG_LIMIT else f"{text[:SLUG_LIMIT]}-{_path_hash(codes)}"


def _path_hash(codes: list[int]) -> str:
    value = 0
    for code in codes:
        value = (value * 31 + code) & 0xFFFFFFFF
    value = min(value, 0x1_0000_0000 - value)  # as a signed 32-bit number without its sign
    digits = ""
    while value:
        value, digit = divmod(value, 36)
        digits = BASE_36[digit] + digits
    return digits or "0"


def _session_lines(recording: Recording, stage: Stage) -> Iterator[Line]:
    files = sorted((RECORDINGS_FOLDER / recording.agent).rglob("*.jsonl"))
    recorded = sorted((line for file in files for line in _recorded_lines(file)), key=lambda line: line.moment)
    swaps = _swaps(recording, stage)
    at, before = recording.joins, recorded[0].moment
    for line in recorded:
        at += min((line.moment - before).total_seconds() * recording.stretch, LONGEST_PAUSE)
        before = line.moment
        played = stage.start + timedelta(seconds=at / stage.speed)
        end = "\n" if line.file.suffix == ".jsonl" else ""
        text = _Rewriting(swaps, line.moment, played).line(line.text) + end
        yield Line(at / stage.speed, _target(recording, stage, line.file), text)


def _recorded_lines(file: Path) -> Iterator[_Recorded]:
    texts = file.read_text(encoding="utf-8").rstrip("\n").split("\n")
    times = [_time(json.loads(text).get("timestamp")) for text in texts]
    moment = next(found for found in times if found)
    about = file.with_suffix(".meta.json")  # what Claude Code notes of a subagent when it starts
    if about.exists():
        yield _Recorded(moment, about, about.read_text(encoding="utf-8"))
    for text, found in zip(texts, times, strict=True):
        moment = max(moment, found or moment)
        yield _Recorded(moment, file, text)


def _target(recording: Recording, stage: Stage, file: Path) -> Path:
    if recording.agent == "claude-code":
        below = file.relative_to(RECORDINGS_FOLDER / recording.agent)
        return stage.claude / "projects" / slug(str(stage.project)) / below
    joined = stage.start + timedelta(seconds=recording.joins / stage.speed)
    local = joined.astimezone()
    session = file.stem[len("rollout-2026-11-20T18-08-20-") :]
    return stage.codex / f"sessions/{local:%Y/%m/%d}/rollout-{local:%Y-%m-%dT%H-%M-%S}-{session}.jsonl"


def _swaps(recording: Recording, stage: Stage) -> tuple[tuple[str, str], ...]:
    return (
        (f"file://{recording.directory}", stage.project.as_uri()),
        (slug(recording.directory), slug(str(stage.project))),
        (recording.store, str(stage.store(recording))),
        (recording.directory, str(stage.project)),
    )


@dataclass(frozen=True)
class _Rewriting:
    """Moves one recorded line to another place and time.

    Times inside the line keep their distance to the line's own time, so recorded durations stay true.
    """

    swaps: tuple[tuple[str, str], ...]
    moment: datetime
    played: datetime

    def line(self, text: str) -> str:
        record = self.value("", json.loads(text))
        if "timestamp" in record:
            record["timestamp"] = _iso(self.played)
        return json.dumps(record, separators=(",", ":"), ensure_ascii=False)

    def value(self, key: str, value: Any) -> Any:
        match value:
            case dict():
                return {self.text(name): self.value(name, inner) for name, inner in value.items()}
            case list():
                return [self.value(key, inner) for inner in value]
            case str() if key == "arguments":  # a tool's arguments: JSON within JSON
                return json.dumps(self.value("", json.loads(value)), ensure_ascii=False)
            case str():
                return self.text(value)
            case int() | float() if key in EPOCH_UNITS:
                return self.epoch(value, EPOCH_UNITS[key])
        return value

    def text(self, text: str) -> str:
        if ISO_TIME.fullmatch(text):
            return _iso(self.shifted(datetime.fromisoformat(text)))
        for old, new in self.swaps:
            text = text.replace(old, new)
        return SCRIPT_MARK.sub("", text)

    def epoch(self, value: float, unit: int) -> float:
        seconds = self.shifted(datetime.fromtimestamp(value / unit, UTC)).timestamp() * unit
        return int(seconds) if isinstance(value, int) else seconds

    def shifted(self, recorded: datetime) -> datetime:
        return self.played + min(recorded - self.moment, timedelta(0))


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def main() -> None:
    """Plays the recordings into the folders that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--project", type=Path, required=True, help="the project that the sessions work in")
    parser.add_argument("--claude", type=Path, required=True, help="the folder to use as CLAUDE_CONFIG_DIR")
    parser.add_argument("--codex", type=Path, required=True, help="the folder to use as CODEX_HOME")
    parser.add_argument("--speed", type=float, default=1.0, help="2 plays twice as fast (default: 1)")
    chosen = parser.parse_args()
    stage = Stage(
        project=chosen.project.resolve(),
        claude=chosen.claude.resolve(),
        codex=chosen.codex.resolve(),
        start=datetime.now(UTC),
        speed=chosen.speed,
    )
    play(schedule(stage), threading.Event())


if __name__ == "__main__":
    main()

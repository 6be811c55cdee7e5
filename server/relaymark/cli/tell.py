"""`relaymark report`: any program tells Relaymark of its session, in one call or in JSON lines."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import msgspec
import typer

from relaymark.agents.reported import AGENT, file_of
from relaymark.agents.reported.reading import WordError, read, unknown_fields
from relaymark.core.tokens import exact
from relaymark.sources.folders import state_folder
from relaymark.sources.lines import parsed

if sys.platform != "win32":
    import fcntl

_MOST_GIVEN = 16 * 1024 * 1024
_LONGEST = 1024 * 1024
_LARGEST = 256 * 1024 * 1024
"""Bytes of what one call hands in, of a line, and of a drop file."""
_TEXT = "-"


def report(
    agent: Annotated[str, typer.Option(help="The program that reports, as it is to be shown.")],
    session: Annotated[str, typer.Option(help="The session's id, of the program's own choice.")],
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[EVENT [KEY=VALUE]...]",
            help="One event; without it JSON lines are read from standard input. After --pin: more files.",
        ),
    ] = None,
    cwd: Annotated[
        Path | None,
        typer.Option(
            file_okay=False, help="The folder that the session works in; at its first report the current one."
        ),
    ] = None,
    pin: Annotated[
        list[Path] | None, typer.Option(help="For a chat in a browser: a file whose content went into it; is counted.")
    ] = None,
    text: Annotated[
        str | None, typer.Option(help="For a chat in a browser: text that went into it; `-` reads it from the input.")
    ] = None,
) -> None:
    """Tell of a session of any program; exit 2 on bad usage."""
    path = file_of(agent, session)
    if path is None:
        _refuse(f"{agent}/{session}: names have letters, digits, `.`, `_` and `-`, 100 at most, no `.` at an end")
    given: list[dict[str, Any]] = []
    counted = 0
    if pin or text is not None:
        files = [*(pin or ()), *map(Path, words or ())] if pin else []
        if words and not pin:
            _refuse(f"{words[0]}: no event can be told beside --text")
        counted, given = _counted(files, text)
    elif words:
        given = [_event(words)]
    else:
        given = list(_lines())
    try:
        held = _append(state_folder() / path, given, cwd, counted if pin or text is not None else None)
    except OSError as error:
        typer.echo(f"{error.filename or state_folder()}: not written: {error.strerror}", err=True)
        raise typer.Exit(1) from None
    if held is not None:
        typer.echo(f"{exact(counted)} tokens added, {exact(held)} in {agent}/{session}")


def _refuse(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(2)


# What is told


def _event(words: list[str]) -> dict[str, Any]:
    """Return the event that the arguments are."""
    given: dict[str, Any] = {"event": words[0]}
    for word in words[1:]:
        key, equals, value = word.partition("=")
        if not equals:
            _refuse(f"{word}: KEY=VALUE is expected after the event")
        if key in given:
            _refuse(f"{key}: is there twice")
        given[key] = _utf8(value)
    return _checked(given, "", loose=True)


def _lines() -> Iterator[dict[str, Any]]:
    """Yield the events that the JSON lines on standard input are."""
    if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
        _refuse("name an event, or hand JSON lines on standard input")
    found = 0
    for number, line in enumerate(_input().split(b"\n"), 1):
        if not line.strip():
            continue
        if len(line) > _LONGEST:
            _refuse(f"line {number}: longer than {_LONGEST // 1024} kB")
        try:
            value = parsed(line)
        except ValueError as error:
            _refuse(f"line {number}: no JSON: {error}")
        found += 1
        yield _checked(value, f"line {number}: ", loose=False)
    if not found:
        _refuse("there is no event on standard input")


def _input() -> bytes:
    data = sys.stdin.buffer.read(_MOST_GIVEN + 1)
    if len(data) > _MOST_GIVEN:
        _refuse(f"standard input: more than {_MOST_GIVEN // 1024 // 1024} MB")
    return data


def _checked(value: Any, where: str, *, loose: bool) -> dict[str, Any]:
    """Return an event as it is written; one that is none ends the program."""
    try:
        word, _ = read(value, loose=loose)
    except WordError as error:
        _refuse(f"{where}{error}")
    if unknown := unknown_fields(value):
        _refuse(f"{where}{value['event']}: there is no `{unknown[0]}`")
    made: dict[str, Any] = msgspec.to_builtins(word)
    return made


def _counted(files: list[Path], text: str | None) -> tuple[int, list[dict[str, Any]]]:
    """Return the tokens of files and text, and what tells of them."""
    texts = []
    for file in files:
        try:
            with file.open("rb") as opened:
                data = opened.read(_MOST_GIVEN + 1)
        except OSError as error:
            _refuse(f"{file}: {error.strerror}")
        if len(data) > _MOST_GIVEN or b"\0" in data:
            _refuse(f"{file}: {'is no text' if len(data) <= _MOST_GIVEN else 'larger than 16 MB'}")
        texts.append(data.decode("utf-8", "replace"))
    if text is not None:
        texts.append(_input().decode("utf-8", "replace") if text == _TEXT else text)
    # The vocabulary takes 0.2 s to load.
    from relaymark.sources.vocabulary import count, encoding  # noqa: PLC0415

    known = encoding()
    tokens = sum(count(known, one) for one in texts)
    return tokens, [{"event": "mentioned", "path": _utf8(os.path.abspath(file))} for file in files]


def _utf8(text: str) -> str:
    """Return a text of the system without the bytes that are no UTF-8."""
    return text.encode("utf-8", "replace").decode()


# Where it is kept


def _append(path: Path, given: list[dict[str, Any]], cwd: Path | None, counted: int | None) -> int | None:
    """Write events at the end of a drop file, all or none; return the tokens it then holds if some were counted.

    Raises:
        OSError: The file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _locked(path) as file:
        size = os.fstat(file).st_size
        held = None
        if counted is not None:
            held = counted + (_held(path) if size else 0)
            given = [*given, {"event": "reply", "tokens": held}]
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        events = [event if "time" in event else event | {"time": now} for event in _opened(given, cwd, first=not size)]
        data = b"".join(msgspec.json.encode(event) + b"\n" for event in events)
        if size + len(data) > _LARGEST:
            _refuse(f"{path}: has reached {_LARGEST // 1024 // 1024} MB; report under another session id")
        if size and _last_byte(path) != b"\n":
            data = b"\n" + data  # another program was stopped in the middle of a line
        if os.write(file, data) < len(data):
            os.ftruncate(file, size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
    return held


def _opened(given: list[dict[str, Any]], cwd: Path | None, *, first: bool) -> list[dict[str, Any]]:
    """Return events with the word of where the session works before them, where it is not told yet."""
    folder = _utf8(os.path.realpath(cwd or Path.cwd()))
    if not first:
        return [{"event": "cwd", "cwd": folder}, *given] if cwd else given
    if given and given[0]["event"] == "started":
        return [{"cwd": folder} | given[0], *given[1:]]
    return [{"event": "started", "cwd": folder}, *given]


def _held(path: Path) -> int:
    """Return the tokens that a session was last said to hold, 0 if that is not known."""
    from relaymark.sources.transcript import Transcript  # noqa: PLC0415

    return Transcript(AGENT, str(path)).refresh().context.tokens or 0


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1)


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Open a file for appending, for one program at a time where the system knows such locks."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    try:
        if sys.platform != "win32":
            fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)

"""Reads an agent's commands: which of them run tests, and what became of each."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from relaymark.core.session import Ran

Outcome = Literal["passed", "failed", "unknown"]

_READ = 20_000
_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1(.*?)^\s*\2\s*$", re.DOTALL | re.MULTILINE)
_QUOTED = re.compile(r"'[^']*'|\"(?:\\.|[^\"\\])*\"", re.DOTALL)
_REDIRECT = re.compile(r"\d?>&\d?|&>>?")
_OPERATOR = re.compile(r"(\|\||&&|\|&|[;|&\n])")
_LEAD = re.compile(
    r"\s*(?:(?:\w+=\S*|sudo|time|env|nice|command|exec|xvfb-run|timeout\s+(?:-\S+\s+)*\d+\w?"
    r"|(?:uv|poetry|pipenv|pdm|hatch|rye|pixi)\s+run(?:\s+--?\w\S*)*|(?:npx|bunx|pnpm\s+exec|yarn\s+dlx|bundle\s+exec))\s+)*"
)
_RUNNER = re.compile(
    r"(?:\S*/)?(?:pytest|py\.test|tox|nox|jest|vitest|mocha|ava|ctest|rspec|phpunit|pest|bats|busted|nextest|gotestsum)\b(?!\.)"
    r"|(?:\S*/)?python[\d.]*\s+(?:-\w+\s+)*-m\s+(?:pytest|unittest|nose2?|doctest|tox)\b"
    r"|(?:\S*/)?(?:python[\d.]*|node|ruby|php|bash|sh|tsx|deno\s+run)\s+(?:-\w+\s+)*\S*(?:tests?/\S+|test_\w+|\w+[._]test)\.\w+"
    r"|(?:npm|pnpm|yarn|bun)\s+(?:--?\S+\s+)*(?:run\s+)?(?:test|t|check|verify)(?:[:\w-]*)(?=\s|$)"
    r"|(?:node|deno|bun|cargo|go|swift|dotnet|mix|zig\s+build|flutter|dart|stack|cabal|bazel|sbt|lein|cmake)"
    r"\s+(?:[+-]\S+\s+)*(?:--)?(?:test|nextest)\b"
    r"|(?:mvn|(?:\S*/)?mvnw|gradle|(?:\S*/)?gradlew)\s+(?:\S+\s+)*?:?(?:[\w-]+:)*(?:test|check|verify)\b"
    r"|(?:make|gmake|just|task|rake|ninja|meson)\s+(?:-\S+\s+)*(?:\w+\s+)*?(?:test|tests|check|quick)\b"
)
_LOOKING = re.compile(
    r"(?:cat|ls|cd|pwd|echo|head|tail|sed|awk|grep|rg|fd|find|tree|wc|which|sleep|less|more|nl|bat|stat|file|true|printf|type|date"
    r"|git\s+(?:status|diff|log|show|add|branch|rev-parse|ls-files|blame|stash\s+list))\b"
)


def runs_tests(command: str) -> bool:
    """Tell whether a command runs tests; one that only shows or names a test file does not."""
    return any(_is_test(part) for _, part in _parts(command))


def only_looks(command: str) -> bool:
    """Tell whether a command does nothing but look around, so that nobody needs to know of it."""
    parts = [part.strip() for _, part in _parts(command) if part.strip()]
    return all(_LOOKING.match(part) for part in parts)


def outcome(ran: Ran) -> Outcome:
    """Return what became of a command; a pipe or a command behind a test can hide that the test failed."""
    if ran.ok is False or (ran.exit is not None and ran.exit != 0):
        return "failed"
    if ran.exit is None and ran.ok is None:
        return "unknown"
    return "unknown" if _hides(ran.command) else "passed"


def exit_text(ran: Ran) -> str:
    """Return how a command ended, as far as the record tells."""
    if ran.exit is not None:
        return f"exit {ran.exit}" + (
            ", unproven: hidden by what follows the test" if not ran.exit and _hides(ran.command) else ""
        )
    if ran.ok is None:
        return "unproven: exit code not recorded"
    return "reported as failed" if not ran.ok else "unproven: exit code not recorded, no failure reported"


def last_test(commands: Sequence[Ran]) -> Ran | None:
    """Return the last command that ran tests, None if there was none."""
    return next((ran for ran in reversed(commands) if runs_tests(ran.command)), None)


def still_failing(commands: Sequence[Ran]) -> tuple[Ran, ...]:
    """Return the failed commands that did not succeed later, the newest first, each once."""
    found: list[Ran] = []
    seen: set[str] = set()
    for ran in reversed(commands):
        key = _key(ran.command)
        if key in seen:
            continue
        seen.add(key)
        if outcome(ran) == "failed":
            found.append(ran)
    return tuple(found)


def given_up(commands: Sequence[Ran]) -> dict[str, int]:
    """Return the commands that led nowhere, and how often each ran.

    Those failed, several times or until another one of the same program worked, and the session went on without
    them. A test run is none: a test that fails is work to do.
    """
    runs: dict[str, int] = {}
    last: dict[str, int] = {}
    worked: dict[str, int] = {}
    for at, ran in enumerate(commands):
        runs[_key(ran.command)] = runs.get(_key(ran.command), 0) + 1
        last[_key(ran.command)] = at
        if outcome(ran) == "passed" and not only_looks(ran.command):
            worked[_program(ran.command)] = worked[""] = at
    found: dict[str, int] = {}
    for ran in still_failing(commands):
        key = _key(ran.command)
        if runs_tests(ran.command) or only_looks(ran.command) or last[key] >= worked.get("", -1):
            continue
        if runs[key] > 1 or worked.get(_program(ran.command), -1) > last[key]:
            found[ran.command] = runs[key]
    return found


def _program(command: str) -> str:
    """Return the program of a command line's last part and what it is to do: `npm install`, `cargo build`."""
    part = ([part for _, part in _parts(command) if part.strip()] or [""])[-1]
    lead = _LEAD.match(part)
    words = part[lead.end() if lead else 0 :].split()
    return " ".join(words[:1] + [word for word in words[1:2] if not word.startswith("-")])


def _key(command: str) -> str:
    return " ".join(command.split())


def _parts(command: str) -> Iterator[tuple[str, str]]:
    """Yield the simple commands of a command line, each with the operator before it."""
    text = _HEREDOC.sub(" ", command[:_READ])
    text = _REDIRECT.sub(" ", _QUOTED.sub("''", text.replace("\\\n", " ")))
    pieces = ["", *_OPERATOR.split(text)]
    yield from zip(pieces[::2], pieces[1::2], strict=True)


def _is_test(part: str) -> bool:
    lead = _LEAD.match(part)
    return bool(_RUNNER.match(part, lead.end() if lead else 0))


def _hides(command: str) -> bool:
    """Tell whether a test's failure would not be the command's own."""
    parts = [(sign, part) for sign, part in _parts(command) if part.strip()]
    tests = [at for at, (_, part) in enumerate(parts) if _is_test(part)]
    if not tests:
        return False
    safe = {"&&", "", *(("|", "|&") if "pipefail" in command else ())}
    return any(sign not in safe for sign, _ in parts[tests[-1] + 1 :])

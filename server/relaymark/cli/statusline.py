"""`relaymark statusline`: the gauge in one line, in 80 ms; what Claude Code says of its window is kept."""

import os
import sys
from typing import Any, TextIO

import msgspec

from relaymark.core.gauge import Level
from relaymark.core.session import Context, Session
from relaymark.core.shown import SYMBOLS, figure

_HELP = """Usage: relaymark statusline

Prints the gauge in one line, for a status line.

Claude Code hands its status JSON on standard input; put this into its settings.json:
  "statusLine": {"type": "command", "command": "relaymark statusline"}
Without it (tmux, starship) the gauge is that of the current folder's workspace."""

_COLOURS: dict[Level, str] = {"near": "33", "over": "31", "reset": "1;31"}
_USAGE = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


def main(arguments: list[str], stdin: TextIO | None = None) -> int:
    """Print the line; always 0, as a status line that fails gets in the way."""
    if {"-h", "--help"} & set(arguments):
        print(_HELP)  # noqa: T201
        return 0
    given = _parsed(_input(stdin))
    try:
        line = _agent_line(given) if given.get("session_id") else _workspace_line()
    except Exception:  # noqa: BLE001  (whatever is wrong, the agent's own line stays whole)
        line = SYMBOLS["unknown"]
    print(line)  # noqa: T201
    return 0


def _input(stdin: TextIO | None) -> str:
    """Return what was handed in; nothing from a terminal, and from a closed input."""
    source = stdin or sys.stdin
    if source is None or source.closed or source.isatty():
        return ""
    buffer = getattr(source, "buffer", None)
    return buffer.read().decode("utf-8", "replace") if buffer else source.read()


def _parsed(text: str) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _agent_line(given: dict[str, Any]) -> str:
    """Return the line for the session that Claude Code tells of."""
    from relaymark.agents.claude_code import AGENT  # noqa: PLC0415
    from relaymark.agents.fields import mapping, text, whole  # noqa: PLC0415
    from relaymark.core import effective  # noqa: PLC0415
    from relaymark.core.config import merged  # noqa: PLC0415
    from relaymark.core.observed import Observed, view  # noqa: PLC0415
    from relaymark.sources.figures import effective_context  # noqa: PLC0415
    from relaymark.sources.registry import ModelRegistry  # noqa: PLC0415
    from relaymark.sources.settings import layers  # noqa: PLC0415

    told = mapping(given.get("context_window"))
    window = whole(told.get("context_window_size")) or None
    asked = text(mapping(given.get("model")).get("id")) or ""
    session = _session(given, told, asked)
    plain = session.model or ""
    if window:
        _remember(session.id, window, plain)
    config, _ = merged(layers(text(given.get("cwd")))[0])
    observed = Observed(
        session=session,
        agent_title=AGENT.title,
        host=AGENT.host,
        told=window,
        one_million=AGENT.one_million(asked),
        agent_window=AGENT.window(text(given.get("version")), plain),
        price_step=ModelRegistry().ask(AGENT.host, plain).price_step if plain else None,
        published=effective.published(effective_context(), plain),
    )
    shown = view(observed, config, 0.0)
    line = f"{SYMBOLS[shown.gauge.level]} {figure(shown, config.text)}"
    colour = None if os.environ.get("NO_COLOR") else _COLOURS.get(shown.gauge.level)
    return f"\x1b[{colour}m{line}\x1b[0m" if colour else line


def _session(given: dict[str, Any], told: Any, asked: str) -> Session:
    from relaymark.agents.claude_code.windows import unmarked  # noqa: PLC0415
    from relaymark.agents.fields import mapping, text, whole  # noqa: PLC0415

    session_id = text(given.get("session_id")) or ""
    usage = mapping(told.get("current_usage"))
    if told:
        counts = [whole(usage.get(part, 0)) for part in _USAGE] if usage else []
        known = [count for count in counts if count is not None]
        # All zero right after a compaction, nothing before the first reply: then it is not known.
        total = sum(known) if known and len(known) == len(counts) else 0
        context = Context(total, "measured") if total else Context()
        return Session(id=session_id, agent="claude-code", model=unmarked(asked) or None, context=context)
    return _from_transcript(text(given.get("transcript_path")), session_id, unmarked(asked))


def _from_transcript(path: str | None, session_id: str, model: str) -> Session:
    """Versions before 2.1 tell no figures: the end of the transcript does."""
    from relaymark.agents.claude_code import AGENT  # noqa: PLC0415
    from relaymark.sources.transcript import Transcript  # noqa: PLC0415

    if path:
        try:
            return Transcript(AGENT, os.path.expanduser(path)).refresh()
        except (OSError, ValueError):
            pass
    return Session(id=session_id, agent="claude-code", model=model or None)


def _remember(session: str, window: int, model: str) -> None:
    from relaymark.sources.told import Told, remember  # noqa: PLC0415

    try:
        remember(Told(session, window, model or None))
    except OSError:
        return  # the line itself is right; only the server does not learn the window


def _workspace_line() -> str:
    """Return the line for the current folder, from the ends of its sessions."""
    from relaymark.core.shown import choose, status_text  # noqa: PLC0415
    from relaymark.core.status import sorted_views  # noqa: PLC0415
    from relaymark.engine.machine import Machine  # noqa: PLC0415
    from relaymark.engine.once import glance_at_workspace  # noqa: PLC0415

    machine = Machine()
    look = glance_at_workspace(machine, os.getcwd())
    views = sorted_views(look.observed, look.place, look.config, machine.now())
    here = [item for item in views if item.session.parent is None and not item.elsewhere]
    return status_text(choose(here), here, look.config.text)

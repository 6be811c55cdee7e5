"""The live view as a screen of its own: a table of gauges above the newest events."""

import time
from collections import deque

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from relaymark.cli.watch import Screen
from relaymark.core.gauge import Level
from relaymark.core.markdown import one_line
from relaymark.core.observed import View
from relaymark.core.shown import SYMBOLS, figure
from relaymark.core.status import Plans, Status
from relaymark.core.tokens import short
from relaymark.core.tooltip import name

_STYLES: dict[Level, str] = {
    "clear": "green",
    "near": "yellow",
    "over": "red",
    "reset": "bold red",
    "unknown": "dim",
}
_BAR = 24
_EVENTS = 200


class RichScreen(Screen):
    """Draws on the terminal's alternate screen, and leaves the last picture below when it closes."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._console = Console()
        self._events: deque[Text] = deque(maxlen=_EVENTS)
        self._last: Group | None = None
        self._live = Live(console=self._console, screen=True, auto_refresh=False)
        self._live.start()

    def show(self, status: Status, plans: Plans, events: list[tuple[float, View, str]]) -> None:
        """Draw the picture."""
        for when, view, line in events:
            clock = time.strftime("%H:%M:%S", time.localtime(when))
            self._events.append(
                Text.assemble(
                    (clock, "dim"),
                    f"  {view.observed.agent_title} ",
                    (view.session.id[:6], "dim"),
                    f"  {line}",
                )
            )
        table = self._table(status, plans)
        room = max(self._console.size.height - len(status.views) - 8, 3)
        newest = Group(*list(self._events)[-room:])
        title = f"relaymark  {status.payload['text']}  {one_line(self._folder, 60)}"
        self._last = Group(
            Panel(table, title=escape(title), title_align="left", border_style="dim"),
            Panel(newest, title="events", title_align="left", border_style="dim", subtitle="Ctrl-C ends"),
        )
        self._live.update(self._last, refresh=True)

    def close(self) -> None:
        """Leave the alternate screen and print the last picture."""
        self._live.stop()
        if self._last is not None:
            self._console.print(self._last)

    def _table(self, status: Status, plans: Plans) -> Table | Text:
        if not status.views:
            return Text(str(status.payload["tooltip"]))
        table = Table(box=None, expand=True, padding=(0, 1))
        for title in ("session", "gauge", "", "level", "state", "phase", "window"):
            table.add_column(title, overflow="ellipsis", no_wrap=True)
        for view in status.views:
            style = _STYLES[view.gauge.level]
            phase = plans.phases.get(view.session.id)
            who = ("  ↳ " if view.session.parent else "") + f"{view.observed.agent_title} · {one_line(name(view), 40)}"
            shown = "bold" if view.session.id == status.shown else ""
            table.add_row(
                Text(who, style=shown),
                Text(f"{SYMBOLS[view.gauge.level]} {figure(view)}", style=style),
                _bar(view, style),
                Text(view.gauge.level, style=style),
                view.life.state,
                Text(f"{phase['label']} {phase['title']}" if phase else "-"),
                f"{short(view.window.tokens)} {view.window.source}",
            )
        return table


def _bar(view: View, style: str) -> Text:
    """Return the gauge as a bar: its full length is the reset line, a mark stands at the ceiling."""
    held = view.session.context.tokens or 0
    end = view.gauge.reset.tokens
    filled = min(round(_BAR * held / end), _BAR)
    mark = min(round(_BAR * view.gauge.ceiling.tokens / end), _BAR - 1)
    bar = Text("█" * filled, style=style) + Text("─" * (_BAR - filled), style="dim")
    if mark >= filled:
        bar = bar[:mark] + Text("┃", style="dim") + bar[mark + 1 :]
    return bar

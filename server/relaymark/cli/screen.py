"""The live view as a screen of its own: a table of gauges above the newest events."""

import time
from collections import deque

from rich.console import Console, Group
from rich.live import Live
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
_EVENTS = 200


class RichScreen(Screen):
    """Draws on the terminal's alternate screen, and leaves the last picture below when it closes."""

    def __init__(self, folder: str) -> None:
        self._console = Console()
        self._drawing = Drawing(folder)
        self._last: Group | None = None
        self._live = Live(console=self._console, screen=True, auto_refresh=False)
        self._live.start()

    def show(self, status: Status, plans: Plans, events: list[tuple[float, View, str]]) -> None:
        """Draw the picture."""
        self._last = self._drawing.draw(status, plans, events, self._console.size)
        self._live.update(self._last, refresh=True)

    def close(self) -> None:
        """Leave the alternate screen and print the last picture."""
        self._live.stop()
        self._console.print()
        if self._last is not None:
            self._console.print(self._last)


class Drawing:
    """The picture itself, for whatever it is drawn on."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._events: deque[Text] = deque(maxlen=_EVENTS)

    def draw(self, status: Status, plans: Plans, events: list[tuple[float, View, str]], size: tuple[int, int]) -> Group:
        """Return the picture in at most `size` columns and lines."""
        width, height = size
        for when, view, line in events:
            clock = time.strftime("%H:%M:%S", time.localtime(when))
            who = f"  {view.observed.agent_title} "
            self._events.append(Text.assemble((clock, "dim"), who, (view.session.id[:6], "dim"), f"  {line}"))
        room = max(height - len(status.views) - 8, 3)
        newest = Text("\n").join(list(self._events)[-room:])
        newest.no_wrap, newest.overflow = True, "ellipsis"
        title = Text(f"relaymark  {status.payload['text']}  {one_line(self._folder, 60)}")
        return Group(
            Panel(_table(status, plans, width), title=title, title_align="left", border_style="dim"),
            Panel(newest, title="events", title_align="left", border_style="dim", subtitle="Ctrl-C ends"),
        )


def _table(status: Status, plans: Plans, width: int) -> Table | Text:
    if not status.views:
        return Text(status.note)
    table = Table(box=None, expand=True, padding=(0, 1))
    for title, ratio, least in (
        ("session", 3, 20),
        ("gauge", None, None),
        ("", None, None),
        ("level", None, None),
        ("state", None, None),
        ("phase", 2, 8),
        ("window", None, None),
    ):
        table.add_column(title, overflow="ellipsis", no_wrap=True, ratio=ratio, min_width=least)
    for view in status.views:
        style = _STYLES[view.gauge.level]
        phase = plans.phases.get(view.session.id)
        who = ("  ↳ " if view.session.parent else "") + f"{view.observed.agent_title} · {one_line(name(view), 40)}"
        shown = "bold" if view.session.id == status.shown else ""
        table.add_row(
            Text(who, style=shown),
            Text(f"{SYMBOLS[view.gauge.level]} {figure(view)}", style=style),
            _bar(view, style, max(min(width - 90, 24), 8)),
            Text(view.gauge.level, style=style),
            view.life.state,
            Text(one_line(f"{phase['label']} {phase['title']}") if phase else "-"),
            short(view.window.tokens) + ("" if view.window.sure else "?"),
        )
    return table


def _bar(view: View, style: str, length: int) -> Text:
    """Return the gauge as a bar: its full length is the reset line, a mark stands at the ceiling."""
    held = view.session.context.tokens or 0
    end = view.gauge.reset.tokens
    filled = min(round(length * held / end), length)
    mark = min(round(length * view.gauge.ceiling.tokens / end), length - 1)
    bar = Text("█" * filled, style=style) + Text("─" * (length - filled), style="dim")
    if mark >= filled:
        bar = bar[:mark] + Text("┃", style="dim") + bar[mark + 1 :]
    return bar

"""`relaymark watch`: a live view of the workspace's sessions in the terminal."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Annotated

import typer

from relaymark.cli.workspace import Workspace
from relaymark.core.changes import changes
from relaymark.core.markdown import one_line
from relaymark.core.observed import View
from relaymark.core.shown import SYMBOLS, figure
from relaymark.core.status import Plans, Status, sorted_views
from relaymark.core.status import status as composed
from relaymark.core.tooltip import name
from relaymark.engine.findings import findings
from relaymark.engine.live import LiveEngine, Picture
from relaymark.engine.machine import Machine
from relaymark.engine.note import nothing_open
from relaymark.engine.once import settings_of
from relaymark.engine.plans import Joined, joined
from relaymark.engine.wanted import Wanted
from relaymark.sources.git import place_of

_TICK = 0.25


def watch(
    workspace: Workspace = None,
    plain: Annotated[bool, typer.Option("--plain", help="A line per change, for logs and pipes.")] = False,
    seconds: Annotated[float | None, typer.Option("--for", help="End after so many seconds.")] = None,
) -> None:
    """Show gauges, levels, phases and events live, until Ctrl-C."""
    follower = Follower(Machine(), os.path.realpath(workspace or Path.cwd()))
    if plain or not sys.stdout.isatty():
        screen: Screen = PlainScreen()
    else:
        from relaymark.cli.screen import RichScreen  # noqa: PLC0415  (rich is only for terminals)

        screen = RichScreen(follower.folder)
    signal.signal(signal.SIGTERM, lambda *_: follower.end())
    try:
        follower.run(screen, seconds)
    except KeyboardInterrupt:
        pass
    finally:
        screen.close()
        follower.stop()


class Screen:
    """Where a view is shown."""

    def show(self, status: Status, plans: Plans, events: list[tuple[float, View, str]]) -> None:
        """Show the sessions as they stand and what happened since the last call."""
        raise NotImplementedError

    def close(self) -> None:
        """Leave the terminal as it was."""


class Follower:
    """Joins a live engine to a screen; pictures come from the engine's thread through a queue."""

    def __init__(self, machine: Machine, folder: str) -> None:
        self.machine, self.folder = machine, folder
        self._place = place_of(folder)
        self._config, self._problems = settings_of(folder)
        self._pictures: SimpleQueue[Picture | None] = SimpleQueue()
        self._engine = LiveEngine(machine, self._pictures.put)
        self._before: dict[str, View] = {}
        self._shown: str | None = None
        self._standing: set[tuple[str, str | None, int | None]] = set()

    def run(self, screen: Screen, seconds: float | None) -> None:
        """Show what happens until the time is over or `end` is called."""
        self._engine.start(Wanted.by(self._config, (self._place,)))
        until = time.monotonic() + seconds if seconds is not None else float("inf")
        picture: Picture | None = None
        for problem in self._problems:
            typer.echo(problem, err=True)
        while time.monotonic() < until:
            try:
                newest = self._pictures.get(timeout=max(min(_TICK, until - time.monotonic()), 0.0))
                while newest is not None and not self._pictures.empty():
                    newest = self._pictures.get()
                if newest is None:
                    return
                picture = newest
            except Empty:
                pass
            if picture is not None:
                self._show(screen, picture)

    def end(self) -> None:
        """Have `run` return soon."""
        self._pictures.put(None)

    def stop(self) -> None:
        """End the engine."""
        self._engine.stop()

    def _show(self, screen: Screen, picture: Picture) -> None:
        now = self.machine.now()
        views = sorted_views(picture.observed, self._place, self._config, now)
        both = joined(picture.sheets, self._place, views)
        plans = both.payload
        note = "" if views else nothing_open(self.machine, self._place)
        status = composed(self.folder, views, self._config, previous=self._shown, plans=plans, note=note)
        self._shown = status.shown
        events = []
        for view in views:
            if not view.session.partial:
                before = self._before.get(view.session.id)
                events += [(now, view, line) for line in changes(before, view)]
                self._before[view.session.id] = view
        events += [(now, view, line) for view, line in self._warned(both, views)]
        screen.show(status, plans, events)

    def _warned(self, both: Joined, views: tuple[View, ...]) -> Iterator[tuple[View, str]]:
        """Yield the findings about sessions that did not stand before, as an editor would show them."""
        by_id = {view.session.id: view for view in views}
        standing = set()
        for finding in findings(both, views, self._config, None, {}):
            view = by_id.get(finding.session or "")
            if view is None or view.session.partial:
                continue
            key = (finding.code, finding.session, finding.phase)
            standing.add(key)
            if key not in self._standing:
                line = both.line_of(finding)
                yield view, f"{finding.severity} {finding.code}, {line}: {finding.message}"
        self._standing = standing


class PlainScreen(Screen):
    """A line per change."""

    def __init__(self) -> None:
        self._lines: dict[str, str] = {}
        self._said_nothing = False

    def show(self, status: Status, plans: Plans, events: list[tuple[float, View, str]]) -> None:
        """Print events, and each gauge that differs from its last line."""
        if not status.views and not self._said_nothing:
            self._said_nothing = True
            self._print(time.time(), status.note)
        for when, view, line in events:
            self._print(when, f"{view.observed.agent_title:<12} {view.session.id[:8]}  {line}")
        for view in status.views:
            line = self._gauge(view, plans)
            if self._lines.get(view.session.id) != line:
                self._lines[view.session.id] = line
                self._print(time.time(), line)

    def _gauge(self, view: View, plans: Plans) -> str:
        phase = plans.phases.get(view.session.id)
        on = f"  phase {one_line(phase['label'] + ' ' + phase['title'])}" if phase else ""
        held = f"{SYMBOLS[view.gauge.level]} {figure(view)}"
        under = "subagent " if view.session.parent else ""
        return (
            f"{view.observed.agent_title:<12} {view.session.id[:8]}  {held:<12} {view.gauge.level:<7} "
            f"{view.life.state:<7}{on}  {under}{one_line(name(view), 50)!r}"
        )

    def _print(self, when: float, line: str) -> None:
        print(time.strftime("%H:%M:%S", time.localtime(when)), line, flush=True)  # noqa: T201

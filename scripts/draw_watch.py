"""Draws docs/watch.svg: the live view of the example project, as it stands towards the end of its replay."""

import io
import os
import re
import sys
from pathlib import Path

from rich.console import Console, Group

ROOT = Path(__file__).parent.parent
FOLDER = "/home/dev/relay"
WIDTH, HEIGHT = 130, 30
SECONDS = 9.5

sys.path.insert(0, str(ROOT / "examples" / "relay"))


def main() -> None:
    """Play the example fast, follow it in this process, and write the last picture."""
    import run  # noqa: PLC0415  (found through the path set above)
    from replay import play, schedule  # noqa: PLC0415

    made = run.prepare(ROOT / "examples" / "relay" / ".play")
    os.environ.update(made.environment())
    lines = schedule(made.stage(10))
    picture = _followed(str(made.project), lambda stop: play(lines, stop))
    console = Console(record=True, width=WIDTH, height=HEIGHT, file=io.StringIO(), force_terminal=True)
    console.print(picture)
    drawn = console.export_svg(title="relaymark watch")
    # A picture in a README loads nothing from anywhere.
    (ROOT / "docs" / "watch.svg").write_text(re.sub(r"@font-face\s*\{.*?\}", "", drawn, flags=re.DOTALL))


def _followed(project: str, player: object) -> Group:
    import threading  # noqa: PLC0415

    from relaymark.cli.screen import Drawing  # noqa: PLC0415  (reads the environment that was just set)
    from relaymark.cli.watch import Follower, Screen  # noqa: PLC0415
    from relaymark.engine.machine import Machine  # noqa: PLC0415

    class Recorder(Screen):
        """Keeps the last picture."""

        def __init__(self) -> None:
            self.drawing = Drawing(FOLDER)
            self.last = Group()

        def show(self, status, plans, events) -> None:  # noqa: ANN001
            self.last = self.drawing.draw(status, plans, events, (WIDTH, HEIGHT))

    follower, screen, stop = Follower(Machine(), project), Recorder(), threading.Event()
    playing = threading.Thread(target=player, args=(stop,), daemon=True)
    playing.start()
    try:
        follower.run(screen, SECONDS)
    finally:
        stop.set()
        follower.stop()
    return screen.last


if __name__ == "__main__":
    main()

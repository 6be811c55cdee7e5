"""The command `relaymark`: chooses what to load, so that the quick commands stay quick."""

import gc
import sys


def main() -> None:
    """Run the command that the arguments name."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            # The signs of the gauge have to go through pipes of any locale.
            getattr(stream, "reconfigure", lambda **_: None)(encoding="utf-8", errors="replace")
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name == "statusline":
        # Runs at every redraw of an agent's status line: it must not load a CLI library.
        from relaymark.cli.hook_speed import import_msgspec  # noqa: PLC0415

        import_msgspec()
        from relaymark.cli.statusline import main as statusline  # noqa: PLC0415

        sys.exit(statusline(sys.argv[2:]))
    if name == "hook":
        # Runs at every tool call of an agent.
        from relaymark.cli.hook import main as hook  # noqa: PLC0415

        sys.exit(hook(sys.argv[2:]))
    if name == "count":
        from relaymark.engine.counting_child import main as count  # noqa: PLC0415

        count()
        return
    logs = None
    if name == "check":
        # Git takes seconds for a long history: it reads while the library of the command line is loaded.
        from relaymark.cli.check_ahead import begun  # noqa: PLC0415

        logs = begun(sys.argv[2:])
    from relaymark.cli.app import app  # noqa: PLC0415

    # What is loaded by now stays: to look through it for garbage, again and again, takes a tenth of a second.
    gc.freeze()
    app(prog_name="relaymark", obj=logs)


if __name__ == "__main__":
    main()

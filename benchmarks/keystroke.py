"""A keystroke in a plan of 230 kB: how long until the diagnostics stand where they belong."""

import queue
import random
import sys
import time
from typing import Any

import common
import generate
from client import Client
from common import Figure, NotRunError, Options

BENCH = "keystroke"
BUDGET = 50.0
_SIZE = 230_000
_ENVIRONMENT = "keystroke"


def plan_text() -> str:
    """Return a dense plan of 230 kB: phases with boxes that name files, some of which are gone."""
    drawn = random.Random(7)
    lines = ["# Plan", ""]
    size = phase = 0
    while size < _SIZE:
        phase += 1
        lines += [f"## Phase {phase}: part {phase}", ""]
        for item in range(30):
            mark = "x" if item % 3 == 0 else " "
            name = "gone" if mark == "x" and drawn.random() < 0.02 else "module"
            text = (
                f"- [{mark}] Item {item}: change `src/part{phase}/{name}{item}.py` so that it does what the item says"
            )
            lines.append(f"{text} and nothing else; run `make test` before the box is ticked")
        lines.append("")
        size = sum(map(len, lines)) + len(lines)
    return "\n".join(lines)


def measure(options: Options) -> list[Figure]:
    """Return the times from a change of the document to the diagnostics that follow from it."""
    folder = common.workspace()
    plan = folder / "PLAN.md"
    text = plan_text()
    for number in range(1, 80):
        place = folder / "src" / f"part{number}"
        place.mkdir(parents=True, exist_ok=True)
        for item in range(30):
            (place / f"module{item}.py").touch()
    plan.write_text(text, encoding="utf-8")
    session = generate.single(generate.sizes()[0])
    try:
        taken = _typed(
            common.environment(_ENVIRONMENT, session.config), plan.as_uri(), text, 15 if options.quick else 100
        )
    finally:
        plan.unlink()
        common.remove(folder / "src")
    note = f"{len(taken)} keystrokes in one section, {common.size(len(text))} sent whole each time"
    slowest = common.percentile(taken, 95)
    hint = "" if slowest <= BUDGET else "`lsp/features/documents.py`: parse, join, findings; profile `refresh_now`"
    return [
        Figure(BENCH, "keystroke -> diagnostics: p50", common.median(taken), "ms", note=note),
        Figure(BENCH, "keystroke -> diagnostics: p95", slowest, "ms", BUDGET, hint=hint),
        Figure(BENCH, "keystroke -> diagnostics: p99", common.percentile(taken, 99), "ms"),
    ]


def _typed(env: dict[str, str], uri: str, text: str, count: int) -> list[float]:
    told: queue.Queue[tuple[Any, float]] = queue.Queue()

    def take(method: str, params: Any, at: float) -> None:
        if method == "textDocument/publishDiagnostics" and params["uri"] == uri:
            told.put((params, at))

    with Client(env, common.workspace(), others=take) as client:
        document = {"uri": uri, "languageId": "markdown", "version": 1, "text": text}
        client.notify("textDocument/didOpen", {"textDocument": document})
        first = _until(told, 1, 30.0)
        if not first[0]["diagnostics"]:
            raise NotRunError("the plan has no finding, so nothing would be sent")
        # Typed before the mark of a line with a finding, so that its place moves with every key.
        line = first[0]["diagnostics"][0]["range"]["start"]["line"]
        lines = text.split("\n")
        taken = []
        for version in range(2, count + 2):
            lines[line] = lines[line].replace("Item", "Item,", 1)
            time.sleep(0.3)
            changed = {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": "\n".join(lines)}]}
            began = time.perf_counter()
            client.notify("textDocument/didChange", changed)
            _, at = _until(told, version, 10.0)
            taken.append((at - began) * 1000)
    return taken


def _until(told: "queue.Queue[tuple[Any, float]]", version: int, timeout: float) -> tuple[Any, float]:
    end = time.perf_counter() + timeout
    while True:
        try:
            params, at = told.get(timeout=max(end - time.perf_counter(), 0.001))
        except queue.Empty as error:
            raise TimeoutError(f"no diagnostics for version {version}") from error
        if params.get("version") == version and (version > 1 or params["diagnostics"]):
            return params, at


if __name__ == "__main__":
    sys.exit(common.alone(measure))

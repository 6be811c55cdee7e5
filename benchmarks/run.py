"""Run the benchmarks, print their figures beside the budgets, and store them in `results/`."""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import common
import five_agents
import hooks
import keystroke
import latency
import memory
import notes
import peer
import quick_commands
import staleness
import start
from common import Figure, Measure, NotRunError, Options

from relaymark import __version__

BENCHES: dict[str, Measure] = {
    "latency": latency.measure,
    "start": start.measure,
    "peer": peer.measure,
    "memory": memory.measure,
    "quick_commands": quick_commands.measure,
    "keystroke": keystroke.measure,
    "agents": five_agents.measure,
    "hooks": hooks.measure,
    "notes": notes.measure,
    "staleness": staleness.measure,
}
RESULTS = Path(__file__).resolve().parent / "results"


def _run(names: Iterable[str], options: Options) -> tuple[list[Figure], dict[str, str]]:
    """Return all figures, and why a benchmark could not run."""
    figures: list[Figure] = []
    not_run: dict[str, str] = {}
    for name in names:
        print(f"\n{name}", flush=True)
        began = time.perf_counter()
        try:
            found = BENCHES[name](options)
        except (NotRunError, TimeoutError, OSError) as error:
            not_run[name] = str(error).replace(str(Path(__file__).resolve().parent), "benchmarks")
            print(f"  NOT RUN: {not_run[name]}")
            continue
        figures += found
        print("\n".join(f"  {line}" for line in common.table(found).splitlines()))
        print(f"  ({time.perf_counter() - began:.0f} s)", flush=True)
    return figures, not_run


def _report(machine: dict[str, Any], figures: Sequence[Figure], not_run: dict[str, str]) -> str:
    where = ", ".join(f"{key} {value}" for key, value in machine.items())
    lines = ["# Benchmarks", "", f"Relaymark {__version__}. {where}.", ""]
    if machine["quick"]:
        lines += ["**Quick run on small data: these are not the figures of the budgets.**", ""]
    if common.busy(machine.get("loadBefore"), machine.get("loadAfter")):
        lines += ["**Other programs ran at the same time: absolute times are too high, ratios are less certain.**", ""]
    for name in dict.fromkeys(item.bench for item in figures):
        lines += [f"## {name.capitalize()}", "", "| what | figure | budget | | note |", "|---|---:|---|---|---|"]
        own = [item for item in figures if item.bench == name]
        lines += [
            f"| {item.what.strip()} | {item.value:.4g} {item.unit} | {item.limit} | {item.verdict} | {item.note} |"
            for item in own
        ]
        lines += [
            "",
            *(f"MISS {item.what.strip()}. Where to look: {item.hint}" for item in own if item.passed is False),
        ]
        lines += [""] if lines[-1] else []
    lines += [f"NOT RUN {name}: {why}" for name, why in not_run.items()]
    return "\n".join(lines).rstrip() + "\n"


def _store(machine: dict[str, Any], figures: Sequence[Figure], not_run: dict[str, str]) -> None:
    RESULTS.mkdir(exist_ok=True)
    rows = [asdict(item) | {"passed": item.passed} for item in figures]
    found = {"version": 1, "relaymark": __version__, "machine": machine, "figures": rows, "notRun": not_run}
    text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    (RESULTS / "latest.json").write_text(text, encoding="utf-8")
    (RESULTS / "latest.md").write_text(_report(machine, figures, not_run), encoding="utf-8")


def main() -> int:
    """Run what was asked for; 0 unless a benchmark could not run, whatever the figures say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"which ones (all): {', '.join(BENCHES)}")
    parser.add_argument("--quick", action="store_true", help="smaller data and fewer runs; budgets mean little then")
    parser.add_argument("--no-store", action="store_true", help="leave the stored results as they are")
    given = parser.parse_args()
    if unknown := set(given.names) - BENCHES.keys():
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    machine = common.machine() | {"date": datetime.now(UTC).strftime("%Y-%m-%d"), "quick": given.quick}
    load = common.load()
    if load is not None:
        machine["loadBefore"] = load
    figures, not_run = _run(given.names or BENCHES, Options(quick=given.quick))
    load = common.load()
    if load is not None:
        machine["loadAfter"] = load
    missed = [item for item in figures if item.passed is False]
    kept = sum(item.passed is True for item in figures)
    print(f"\n{kept} budgets kept, {len(missed)} missed, {len(not_run)} benchmarks not run")
    if common.busy(machine.get("loadBefore"), machine.get("loadAfter")):
        print("other programs ran at the same time: absolute times are too high")
    for item in missed:
        print(f"MISS {item.bench}: {item.what.strip()}: {item.value:.4g} {item.unit}, budget {item.limit}")
    for name, why in not_run.items():
        print(f"NOT RUN {name}: {why}")
    whole = not given.names and not given.quick
    if not given.no_store and whole:
        _store(machine, figures, not_run)
        print("stored in benchmarks/results/latest.md and latest.json")
    elif not given.no_store:
        print("not stored: only a whole run is")
    return 1 if not_run else 0


if __name__ == "__main__":
    sys.exit(main())

"""The commands that run at every redraw: `relaymark statusline` as a whole process, beside Python doing nothing."""

import json
import subprocess
import sys
import time
from collections.abc import Sequence

import common
import generate
from common import Figure, NotRunError, Options

BENCH = "quick commands"
BUDGET = 80.0
_ENVIRONMENT = "quick-commands"

_STATUS = {
    "session_id": "",
    "transcript_path": "",
    "cwd": "",
    "prompt_id": "5b1c7b4e-0a5e-4c0c-9d6c-6f7a3c1d2e10",
    "model": {"id": "claude-sonnet-4-5", "display_name": "Sonnet 4.5"},
    "workspace": {"current_dir": "", "project_dir": "", "added_dirs": []},
    "version": generate.RELEASE,
    "output_style": {"name": "default"},
    "cost": {
        "total_cost_usd": 0.51415,
        "total_duration_ms": 93_000,
        "total_api_duration_ms": 41_000,
        "total_lines_added": 12,
        "total_lines_removed": 3,
    },
    "context_window": {
        "total_input_tokens": 41_211,
        "total_output_tokens": 1_120,
        "context_window_size": 200_000,
        "current_usage": {
            "input_tokens": 4,
            "output_tokens": 150,
            "cache_creation_input_tokens": 1_207,
            "cache_read_input_tokens": 40_000,
        },
        "used_percentage": 21,
        "remaining_percentage": 79,
    },
    "exceeds_200k_tokens": False,
}
"""What Claude Code hands to a status line; the folders and the session are filled in."""


def _given(data: generate.Dataset) -> bytes:
    item = data.sessions[0]
    folders = {"current_dir": item.cwd, "project_dir": item.cwd, "added_dirs": []}
    own = {"session_id": item.id, "transcript_path": str(data.path(item)), "cwd": item.cwd, "workspace": folders}
    return json.dumps(_STATUS | own).encode()


def _timed(command: Sequence[str], env: dict[str, str], given: bytes) -> tuple[float, str]:
    began = time.perf_counter()
    folder = common.workspace()
    done = subprocess.run(command, input=given, env=env, cwd=folder, capture_output=True, check=False, timeout=60)
    taken = (time.perf_counter() - began) * 1000
    if done.returncode:
        raise NotRunError(f"{command[-1]} failed: {done.stderr.decode(errors='replace')[-300:]}")
    return taken, done.stdout.decode().strip()


def measure(options: Options) -> list[Figure]:
    """Return median and p95 of the status line with Claude Code's word on stdin, and of its older form."""
    data = generate.single(generate.sizes()[0])
    env = common.environment(_ENVIRONMENT, data.config)
    given = _given(data)
    older = json.dumps({key: value for key, value in json.loads(given).items() if key != "context_window"}).encode()
    statusline, nothing = [*common.relaymark(), "statusline"], [sys.executable, "-c", "pass"]
    told, line = _timed(statusline, env, given)
    if "41k/60k" not in line:
        raise NotRunError(f"the status line is wrong: {line!r}")
    runs = 10 if options.quick else 30
    floor, ours, reading = [], [], []
    for _ in range(runs):
        floor.append(_timed(nothing, env, b"")[0])
        ours.append(_timed(statusline, env, given)[0])
        reading.append(_timed(statusline, env, older)[0])
    found = [
        Figure(BENCH, "python -c pass: median", common.median(floor), "ms", note=f"the floor, {runs} runs in turns"),
        Figure(BENCH, "relaymark statusline: first run", told, "ms", note="caches empty at times"),
    ]
    for name, taken in (("statusline", ours), ("statusline, older JSON", reading)):
        slowest = common.percentile(taken, 95)
        hint = "" if slowest <= BUDGET else "`python -X importtime -m relaymark statusline < status.json`"
        found += [
            Figure(BENCH, f"relaymark {name}: median", common.median(taken), "ms", BUDGET, hint=hint),
            Figure(BENCH, f"relaymark {name}: p95", slowest, "ms", BUDGET, hint=hint),
        ]
    return found


if __name__ == "__main__":
    sys.exit(common.alone(measure))

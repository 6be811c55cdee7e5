"""What the benchmarks share: folders and environment of their own, figures with their budgets, the machine."""

import argparse
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Direction = Literal["most", "least"]


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Attributes:
        bench: The benchmark that measured it.
        what: What was measured.
        value: The figure.
        unit: Its unit.
        budget: What it must not pass; None: told for information.
        bound: Whether the budget is the most or the least that passes.
        note: How it was measured, or what to keep in mind.
        hint: Where to look when the budget is missed.
    """

    bench: str
    what: str
    value: float
    unit: str
    budget: float | None = None
    bound: Direction = "most"
    note: str = ""
    hint: str = ""

    @property
    def passed(self) -> bool | None:
        """Whether it keeps its budget, None without one."""
        if self.budget is None:
            return None
        return self.value <= self.budget if self.bound == "most" else self.value >= self.budget

    @property
    def verdict(self) -> str:
        """`PASS`, `MISS` or nothing."""
        return {True: "PASS", False: "MISS", None: ""}[self.passed]

    @property
    def limit(self) -> str:
        """The budget as text."""
        if self.budget is None:
            return ""
        return f"{'≤' if self.bound == 'most' else '≥'} {self.budget:g} {self.unit}"


class NotRunError(Exception):
    """A benchmark could not run; its text says why."""


@dataclass(frozen=True)
class Options:
    """How a benchmark is run: with small data and few runs, or whole."""

    quick: bool = False


Measure = Callable[[Options], Sequence[Figure]]


# Folders


def work() -> Path:
    """Return the folder of everything that is generated."""
    return Path(__file__).resolve().parent / ".work"


def workspace() -> Path:
    """Return the workspace that a client has open: a git repository of its own with one commit."""
    folder = work() / "workspace"
    if not (folder / ".git").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "README.md").write_text("# The workspace of the benchmarks\n", encoding="utf-8")
        own = ["-c", "user.name=Benchmark", "-c", "user.email=benchmark@localhost", "-c", "commit.gpgsign=false"]
        for arguments in (["init", "-q", "-b", "main"], ["add", "."], [*own, "commit", "-q", "-m", "start"]):
            subprocess.run(["git", *arguments], cwd=folder, env=environment("git"), check=True)
    return folder


def remove(folder: Path) -> None:
    """Remove a folder below the working folder."""
    if work() not in folder.parents:
        raise ValueError(f"{folder} is not the benchmarks' own")
    shutil.rmtree(folder, ignore_errors=True)


def environment(name: str, config: Path | None = None) -> dict[str, str]:
    """Return an environment in which every home folder is the benchmark's own; no user's file is read or written."""
    home = work() / "homes" / name
    places = {
        "HOME": home,
        "USERPROFILE": home,
        "XDG_CONFIG_HOME": home / "config",
        "XDG_STATE_HOME": home / "state",
        "XDG_CACHE_HOME": home / "cache",
        "XDG_DATA_HOME": home / "data",
        "CLAUDE_CONFIG_DIR": config or home / "claude",
        "CODEX_HOME": home / "codex",
        "TMPDIR": home / "tmp",
    }
    for key, place in places.items():
        if key != "CLAUDE_CONFIG_DIR":
            place.mkdir(parents=True, exist_ok=True)
    kept = {key: os.environ[key] for key in ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "SYSTEMROOT") if key in os.environ}
    quiet = {"NO_COLOR": "1", "GIT_CONFIG_NOSYSTEM": "1"}
    return kept | quiet | {key: str(place) for key, place in places.items()}


def forget_caches(name: str) -> None:
    """Remove what Relaymark remembers in the environment of this name."""
    for part in ("cache", "state"):
        remove(work() / "homes" / name / part)


def relaymark() -> list[str]:
    """Return the command `relaymark` as installed beside this Python."""
    found = shutil.which("relaymark", path=str(Path(sys.executable).parent))
    return [found] if found else [sys.executable, "-m", "relaymark"]


# Figures


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that `percent` of the values do not pass."""
    ordered = sorted(values)
    return ordered[max(math.ceil(len(ordered) * percent / 100) - 1, 0)]


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def size(count: float) -> str:
    """Return bytes as text: `10 MB`."""
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if count >= unit * 0.95:
            return f"{count / unit:.3g} {name}"
    return f"{count:.0f} bytes"


def hot_spots(command: Sequence[str], env: dict[str, str], lines: int = 8) -> str:
    """Return the functions in which a Relaymark command spends most time, by a run under cProfile."""
    kept = work() / "profile.out"
    run = [sys.executable, "-m", "cProfile", "-o", str(kept), "-m", "relaymark", *command]
    try:
        subprocess.run(run, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=300)
        show = f"import pstats; pstats.Stats({str(kept)!r}).strip_dirs().sort_stats('tottime').print_stats({lines})"
        shown = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError) as error:
        return f"no profile: {error}"
    table = [line.split(None, 5) for line in shown.stdout.splitlines()]
    rows = [parts for parts in table if len(parts) == 6 and parts[1].replace(".", "").isdigit()]
    return "; ".join(f"{parts[5]} {parts[1]} s ({parts[0]} calls)" for parts in rows)


# The machine


def machine() -> dict[str, str | int | float]:
    """Return what the figures were measured on, without any name."""
    described: dict[str, str | int | float] = {
        "cores": os.cpu_count() or 0,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }
    memory = Path("/proc/meminfo")
    if memory.exists():
        total = memory.read_text(encoding="ascii").split(None, 2)[1]
        described["memoryGB"] = round(int(total) / 1024 / 1024)
    return described


def load() -> float | None:
    """Return how many processes wanted to run in the last minute, None where that is not told."""
    try:
        return round(os.getloadavg()[0], 2)
    except (OSError, AttributeError):
        return None


def busy(before: float | None, after: float | None) -> bool:
    """Tell whether other programs took a good part of the machine: by the load before, or by one over all cores after.

    The benchmarks themselves keep about one core busy.
    """
    cores = os.cpu_count() or 1
    return (before or 0.0) > 0.5 or (after or 0.0) > cores


def status_fields(pid: int) -> dict[str, str]:
    """Return the lines of /proc/PID/status; empty where there is none."""
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return {}
    return {key: value.strip() for key, _, value in (line.partition(":") for line in text.splitlines())}


def resident(pid: int) -> float:
    """Return a process's resident memory in MB (10^6 bytes); 0 where that is not told."""
    return int(status_fields(pid).get("VmRSS", "0").split()[0]) * 1024 / 1e6


def proportional(pid: int) -> float:
    """Return a process's share of the memory in MB, pages that others hold too counted in part; 0 where untold."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    found = next((line.split()[1] for line in text.splitlines() if line.startswith("Pss:")), "0")
    return int(found) * 1024 / 1e6


def peak(pid: int) -> float:
    """Return the most resident memory that a process had, in MB; 0 where that is not told."""
    return int(status_fields(pid).get("VmHWM", "0").split()[0]) * 1024 / 1e6


def children(pid: int, *, ended: bool = False) -> list[int]:
    """Return the processes that a process started and that still run, or those that ended and nobody waited for."""
    running = [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]
    found = {other: fields for other in running if (fields := status_fields(other)).get("PPid") == str(pid)}
    return [other for other, fields in found.items() if fields.get("State", "").startswith("Z") == ended]


def open_files(pid: int) -> int:
    """Return how many file descriptors a process holds; 0 where that is not told."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


def cpu_seconds(pid: int) -> float:
    """Return the processor time of all threads of a process, by the scheduler's count where it is told, else ticks.

    0 where there is no /proc.
    """
    if not Path(f"/proc/{pid}/stat").exists():
        return 0.0
    threads = list(Path(f"/proc/{pid}/task").glob("*/schedstat"))
    if threads:
        return sum(int(path.read_text(encoding="ascii").split()[0]) for path in threads) / 1e9
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ticks(pid: int) -> int:
    """Return the processor time of a process in clock ticks, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def wakeups(pid: int) -> dict[str, int]:
    """Return how often each thread of a process went to sleep by itself."""
    found = {}
    for path in Path(f"/proc/{pid}/task").glob("*/status"):
        fields = dict(line.split(":", 1) for line in path.read_text(encoding="utf-8").splitlines() if ":" in line)
        found[path.parent.name] = int(fields["voluntary_ctxt_switches"])
    return found


# Reports


def table(figures: Sequence[Figure]) -> str:
    """Return figures as a table of plain text with the budgets beside them."""
    rows = [(item.what, f"{item.value:.4g}", item.unit, item.limit, item.verdict, item.note) for item in figures]
    widths = [max((len(row[at]) for row in rows), default=0) for at in range(6)]
    lines = []
    for what, value, unit, limit, verdict, note in rows:
        left = f"{what:<{widths[0]}}  {value:>{widths[1]}} {unit:<{widths[2]}}"
        lines.append(f"{left}  {limit:<{widths[3]}}  {verdict:<4}  {note}".rstrip())
    lines += [f"MISS {item.what}. Where to look: {item.hint}" for item in figures if item.passed is False and item.hint]
    return "\n".join(lines)


def alone(measure: Measure) -> int:
    """Run one benchmark from the command line; 0 unless it could not run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="smaller data and fewer runs")
    try:
        print(table(measure(Options(quick=parser.parse_args().quick))))
    except (NotRunError, TimeoutError) as error:
        print(f"not run: {error}")
        return 1
    return 0

"""A generated repository with a long history: 50,000 commits over nested folders, and a plan of 1,000 items."""

import json
import random
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

import common

_FORM = 4
"""Of what is generated: a repository of another form is made anew."""

_BEGAN = 1_600_000_000
_WORDS = (
    "account", "billing", "cache", "client", "codec", "config", "cursor", "events", "export", "filter", "graph",
    "import", "index", "layout", "ledger", "limits", "logs", "metrics", "model", "network", "orders", "parser",
    "policy", "queue", "render", "report", "router", "schema", "search", "session", "storage", "stream", "tables",
    "tasks", "tokens", "users", "vendor", "views", "widgets", "windows",
)  # fmt: skip
_ENDINGS = (".py", ".py", ".py", ".ts", ".ts", ".go", ".md", ".toml")
_DOING = ("Handle empty input in", "Speed up", "Fix a race in", "Tidy", "Cover the edges of", "Log less in", "Rework")


@dataclass(frozen=True)
class Parameters:
    """What a repository is like; one with equal parameters is used again.

    Attributes:
        commits: How many commits it has, one line of them.
        files: How many files its tree holds, about.
        folders: How many folders, about; nested up to five deep.
        items: Boxes of its plan.
        ticking: Commits that tick boxes.
        planned: The share of the commits that are older than the plan.
    """

    commits: int = 50_000
    files: int = 3_000
    folders: int = 200
    items: int = 1_000
    ticking: int = 100
    planned: float = 0.7


@dataclass
class _Tree:
    """The files as they are while commits go by, each as its lines."""

    drawn: random.Random
    folders: list[str] = field(default_factory=list)
    files: dict[str, list[str]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    count: int = 0

    def new_name(self) -> str:
        self.count += 1
        return (
            f"{self.drawn.choice(self.folders)}/{self.drawn.choice(_WORDS)}_{self.count}{self.drawn.choice(_ENDINGS)}"
        )

    def put(self, path: str, lines: list[str]) -> None:
        self.files[path] = lines
        self.order.append(path)

    def one(self) -> str:
        """Return a file that is there."""
        while True:
            at = self.drawn.randrange(len(self.order))
            if self.order[at] in self.files:
                return self.order[at]
            self.order[at] = self.order[-1]
            self.order.pop()

    def lines(self, path: str) -> list[str]:
        stem = path.rpartition("/")[2].partition(".")[0]
        return [f"def {stem}_{self.drawn.choice(_WORDS)}_{n}(value): return {n}" for n in range(8)]


def repository(parameters: Parameters) -> Path:
    """Return the repository with these parameters, which is generated unless it is there."""
    folder = common.work() / "history"
    told = json.dumps(asdict(parameters) | {"form": _FORM})
    mark = folder / ".git" / "generated.json"
    if mark.exists() and mark.read_text(encoding="utf-8") == told:
        return folder
    common.remove(folder)
    folder.mkdir(parents=True)
    _git(folder, "init", "-q", "-b", "main")
    command = ["git", "fast-import", "--quiet"]
    with subprocess.Popen(command, cwd=folder, env=common.environment("git"), stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        for part in _commits(parameters):
            _write(process.stdin, part)
    if process.returncode:
        raise common.NotRunError("git fast-import failed")
    _git(folder, "reset", "-q", "--hard", "main")
    mark.write_text(told, encoding="utf-8")
    return folder


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, env=common.environment("git"), check=True)


def _write(stream: IO[bytes], text: str) -> None:
    stream.write(text.encode())


def _commits(parameters: Parameters) -> Iterator[str]:
    """Yield the commits as git fast-import reads them."""
    tree = _Tree(random.Random(11))
    tree.folders = _folders(tree.drawn, parameters.folders)
    first = {}
    for _ in range(parameters.files):
        path = tree.new_name()
        tree.put(path, tree.lines(path))
        first[path] = tree.files[path]
    yield _commit(0, parameters, "Begin", [_put(path, lines) for path, lines in first.items()])
    begun = int(parameters.commits * parameters.planned)
    ticks = _spread(tree.drawn, begun + 50, parameters.commits, parameters.ticking)
    items: list[str] = []
    coming: dict[int, str] = {}
    ticked = 0
    for number in range(1, parameters.commits):
        parts = [coming.pop(number)] if number in coming else []
        if number == begun:
            items, new = _items(tree, parameters.items)
            for path in new[: len(new) * 4 // 5]:
                at = tree.drawn.randrange(begun + 1, parameters.commits)
                coming[at] = coming.get(at, "") + _put(path, tree.lines(path))
            parts.append(_put("PLAN.md", _plan(items)))
        if number in ticks:
            share = ticks[number] * parameters.items * 6 // (10 * parameters.ticking)
            for at in range(ticked, share):
                items[at] = items[at].replace("[ ]", "[x]", 1)
            ticked = share
            parts.append(_put("PLAN.md", _plan(items)))
        path = tree.one()
        parts += _changes(tree, path, number)
        name = path.rpartition("/")[2]
        yield _commit(number, parameters, f"{tree.drawn.choice(_DOING)} {name}", parts)


def _changes(tree: _Tree, path: str, number: int) -> Iterator[str]:
    """Yield what one commit does: mostly it changes one to four files, now and then it moves, adds or removes some."""
    kind = tree.drawn.random()
    if kind < 0.02:
        lines = tree.files.pop(path)
        home = path.rpartition("/")[0] if tree.drawn.random() < 0.5 else tree.drawn.choice(tree.folders)
        new = f"{home}/{tree.drawn.choice(_WORDS)}_{number}_moved{path[path.rindex('.') :]}"
        if tree.drawn.random() < 0.5:
            lines = [*lines[1:], f"# moved by {number}"]
        tree.put(new, lines)
        yield f"D {path}\n"
        yield _put(new, lines)
    elif kind < 0.05:
        new = tree.new_name()
        tree.put(new, tree.lines(new))
        yield _put(new, tree.files[new])
    elif kind < 0.08:
        del tree.files[path]
        yield f"D {path}\n"
    for _ in range(tree.drawn.choice((1, 1, 1, 2, 2, 3, 4))):
        path = tree.one()
        lines = tree.files[path]
        lines[tree.drawn.randrange(len(lines))] = f"value_{number} = {tree.drawn.choice(_WORDS)!r}"
        yield _put(path, lines)


def _folders(drawn: random.Random, count: int) -> list[str]:
    found = ["src", "docs", "tests", "tools"]
    while len(found) < count:
        parent = drawn.choice(found)
        child = f"{parent}/{drawn.choice(_WORDS)}"
        if parent.count("/") < 4 and child not in found:
            found.append(child)
    return found


def _items(tree: _Tree, count: int) -> tuple[list[str], list[str]]:
    """Return the lines of the items, and the files that they bring."""
    lines, new = [], []
    for at in range(count):
        path = tree.one()
        word = f"{tree.drawn.choice(_WORDS)}_step_{at}"
        if at % 5 == 0:
            path = tree.new_name()
            new.append(path)
            lines.append(f"- [ ] Create `{path}` with `{word}()`")
        elif at % 17 == 0:
            lines.append(f"- [ ] Remove `{path}`")
        elif at % 3 == 0:
            lines.append(f"- [ ] Add `{word}()` to `{path}` and call it in `{tree.one()}`")
        else:
            lines.append(f"- [ ] Change `{path}` so that step {at} of the work is done")
    return lines, new


def _plan(items: list[str]) -> list[str]:
    lines = ["# Plan", ""]
    for at in range(0, len(items), 20):
        lines += [f"## Phase {at // 20 + 1}", "", *items[at : at + 20], ""]
    return lines


def _spread(drawn: random.Random, start: int, end: int, count: int) -> Mapping[int, int]:
    """Return numbers between two, and which of them each is."""
    return {at: number for number, at in enumerate(sorted(drawn.sample(range(start, end), count)), start=1)}


def _put(path: str, lines: list[str]) -> str:
    text = "\n".join(lines) + "\n"
    return f"M 100644 inline {path}\ndata {len(text)}\n{text}\n"


def _commit(number: int, parameters: Parameters, subject: str, parts: list[str]) -> str:
    # Three years, one commit after the other.
    at = _BEGAN + number * (3 * 365 * 86_400 // parameters.commits)
    who = f"committer Benchmark <benchmark@localhost> {at} +0000"
    return f"commit refs/heads/main\n{who}\ndata {len(subject)}\n{subject}\n{''.join(parts)}\n"

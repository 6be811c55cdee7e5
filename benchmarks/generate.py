"""Transcripts as Claude Code 2.1.329 writes them: made up, the same at every run but for their times, and large.

What real files look like was taken over: compact JSON, key order, replies on one line per content block, tool results
that stand twice on their line, side lines without id, and the copies of requests that make up most of a file's bytes.
"""

import argparse
import json
import random
import time
import uuid
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import common

VERSION = 5
"""Of the form of the data; data of another one are made anew."""
MODEL = "claude-sonnet-4-5"
WINDOW = 200_000
BASE = 14_200
"""Context of the first reply, in tokens."""
COMPACTED_FROM = 155_000
AFTER_COMPACTION = 21_000
BRANCH = "main"
RELEASE = "2.1.329"

PROJECTS = 40
OWN_SESSIONS = 10
_DAYS = 6 * 86_400.0
_TAIL_AGE = 120.0

_TEXT = """
    issue token window reader offset buffer session config value result branch commit index parser plan phase item
    record event fold gauge level ceiling base limit cache folder path line status client server notify request
    answer check test failing passes because therefore between without before after should returns raises yields
    Größe naïve façade élan
"""
_WORDS = tuple(_TEXT.split())
_CODE = (
    "def {a}_{b}(self, {c}: int) -> {d}:",
    "    if {a}.{b} is None:",
    '        raise ValueError(f"{a} {b}: {{{c}}}")',
    "    {a} = [{b}.{c} for {b} in self._{d}]",
    "    return {a}({b}, {c}={d})",
    "",
    "class {a}{b}:",
    '    """The {a} {b} of a {c}, in {d}."""',
    "    for {a}, {b} in sorted({c}.items()):",
    "        self.{a}[{b}] += len({c})  # {d}",
    "import {a}.{b}",
    "- [ ] {a} {b}: {c} the {d}",
)


def _escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


@dataclass(frozen=True)
class _Piece:
    """A text as it stands inside JSON quotes, plain and with line numbers, and about how many tokens it has."""

    plain: str
    numbered: str
    lines: int
    tokens: int


class _Pool:
    """Texts to choose from, made once: the words and the shape of source code, not random letters."""

    def __init__(self) -> None:
        chance = random.Random(20_261_120)
        self.pieces = tuple(self._piece(chance) for _ in range(400))
        self.sentences = tuple(self._sentence(chance) for _ in range(400))
        self.instructions = tuple(" ".join(self._sentence(chance) for _ in range(700)) for _ in range(6))

    def _piece(self, chance: random.Random) -> _Piece:
        size = min(max(chance.lognormvariate(7.9, 0.8), 200), 24_000)
        lines: list[str] = []
        held = 0
        while held < size:
            words = dict(zip("abcd", chance.choices(_WORDS, k=4), strict=True))
            lines.append(chance.choice(_CODE).format(**words))
            held += len(lines[-1]) + 1
        numbered = "\n".join(f"{number}\t{line}" for number, line in enumerate(lines, 1))
        return _Piece(_escaped("\n".join(lines)), _escaped(numbered), len(lines), int(held / 3.2))

    def _sentence(self, chance: random.Random) -> str:
        return _escaped(" ".join(chance.choices(_WORDS, k=chance.randint(6, 40))).capitalize() + ".")


_pools: list[_Pool] = []


def _pool() -> _Pool:
    if not _pools:
        _pools.append(_Pool())
    return _pools[0]


class Talk:
    """Writes one session line by line.

    Args:
        session: Its id.
        cwd: The folder that it records.
        at: The time of the first line, in seconds since the epoch.
        step: Seconds between two lines.
    """

    def __init__(self, session: str, cwd: str, at: float, step: float = 2.0) -> None:
        self.session, self.cwd, self.at, self.step = session, cwd, at, step
        self.count = 0
        """How many ids were given so far."""
        self.parent: str | None = None
        """The id of the last record."""
        self.context = 0
        """What the next request will hold, in tokens."""
        self.told: int | None = None
        """What the last reply on the live branch said that the session holds; None: unknown, as after a compaction."""
        self.trail: deque[int | None] = deque(maxlen=2000)
        """What `told` was after each of the last lines."""
        self._prompts: list[tuple[str | None, int | None]] = []
        self._chance = random.Random(session)
        self._pool = _pool()
        own = f'"userType":"external","entrypoint":"cli","cwd":"{_escaped(cwd)}","sessionId":"{session}"'
        self._tail = f'{own},"version":"{RELEASE}","gitBranch":"{BRANCH}"}}\n'

    # Lines

    def _time(self) -> str:
        self.at += self.step
        whole = int(self.at)
        stamp = datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        return f"{stamp}.{int((self.at - whole) * 1000):03d}Z"

    def _id(self) -> str:
        self.count += 1
        return f"{self.session[:24]}{self.count:012x}"

    def _chained(self, head: str, body: str) -> str:
        parent = f'"{self.parent}"' if self.parent else "null"
        self.parent = self._id()
        return (
            f'{{"parentUuid":{parent},{head}"isSidechain":false,{body},"uuid":"{self.parent}",'
            f'"timestamp":"{self._time()}",{self._tail}'
        )

    def prompt(self, text: str, *, instead_of: int = 0) -> str:
        """Return a prompt's line; `instead_of` counts the prompts that it takes back."""
        if instead_of:
            self.parent, told = self._prompts[-instead_of]
            del self._prompts[-instead_of:]
            self._tell(told)
        self._prompts.append((self.parent, self.told))
        return self._chained(
            "",
            f'"promptId":"{self._id()}","type":"user","message":{{"role":"user","content":"{_escaped(text)}"}},'
            '"permissionMode":"default","promptSource":"typed","turnOrigin":"human"',
        )

    @property
    def prompts(self) -> int:
        """How many prompts stand on the live branch and can be taken back."""
        return len(self._prompts)

    def reply(self, context: int, block: str = "", stop: str = "end_turn", message: str = "") -> str:
        """Return a line of a reply after which the session holds `context` tokens."""
        new = max(context - self.context, 1)
        self.context = context
        self._tell(context)
        block = block or f'{{"type":"text","text":"{self._chance.choice(self._pool.sentences)}"}}'
        message = message or self._message()
        usage = (
            f'"usage":{{"input_tokens":4,"cache_creation_input_tokens":{min(new, context - 4)},'
            f'"cache_read_input_tokens":{context - 4 - min(new, context - 4)},"output_tokens":150,'
            '"output_tokens_details":{"thinking_tokens":0},'
            '"server_tool_use":{"web_search_requests":0,"web_fetch_requests":0},"service_tier":"standard",'
            f'"cache_creation":{{"ephemeral_1h_input_tokens":0,"ephemeral_5m_input_tokens":{min(new, context - 4)}}},'
            '"inference_geo":"","iterations":[],"speed":"standard","fallback_credit":null}'
        )
        return self._chained(
            "",
            f'"message":{{"id":"msg_{message}","type":"message","role":"assistant","model":"{MODEL}",'
            f'"content":[{block}],"stop_reason":"{stop}","stop_sequence":null,{usage},"stop_details":null}},'
            f'"apiBlockIndex":0,"requestId":"req_{message}","requestedModel":"{MODEL}","promptCacheRequested":"5m",'
            '"type":"assistant","effort":"medium","perTurnEffort":"medium","madeBy":"model"',
        )

    def _tell(self, context: int | None) -> None:
        self.told = context
        self.trail.append(context)

    def _message(self) -> str:
        return f"{self.session[:8]}{self.session[9:13]}{self.count:08x}"

    def _side(self, kind: str, rest: str) -> str:
        return f'{{"type":"{kind}",{rest},"sessionId":"{self.session}"}}\n'

    def _request(self) -> str:
        """Return the program's note of a request that it made."""
        digest = f"{self._chance.getrandbits(256):064x}"
        betas = '","'.join(f"feature-{number}-2026-0{number % 9 + 1}-11" for number in range(9))
        return (
            f'{{"type":"api-request","sessionId":"{self.session}","id":"{self._id()}","timestamp":"{self._time()}",'
            f'"version":"{RELEASE}","querySource":"repl_main_thread","shapeHash":"{digest}","params":{{"model":"{MODEL}",'
            f'"betas":["{betas}"],"max_tokens":32000,"thinking":{{"type":"adaptive","display":"omitted"}},'
            '"output_config":{"effort":"medium"}},"keep":0,'
            f'"tail":["{digest}","{digest[::-1]}"],"cacheControl":[{{"path":["system",0],"value":{{"type":"ephemeral"}}}},'
            '{"path":["messages",1,"content",0],"value":{"type":"ephemeral"}}],'
            f'"requestDigest":"{digest}"}}\n'
        )

    def _blob(self, text: str) -> str:
        digest = f"{self._chance.getrandbits(256):064x}"
        content = f'{{"role":"user","content":[{{"type":"text","text":"{text}"}}]}}'
        return f'{{"type":"api-request-blob","sessionId":"{self.session}","hash":"{digest}","message":{content}}}\n'

    def opening(self) -> Iterator[str]:
        """Yield what the program writes beside a session's first prompt, and again after a compaction."""
        text = self._chance.choice(self._pool.instructions)
        for kind, body in (
            ("environment", '"snapshot":{"isWorktree":false,"isGitRepo":true,"platform":"linux","shell":"bash"}'),
            ("skill_listing", f'"content":"{text[:4_500]}"'),
            ("date", '"date":"2026-11-20"'),
            ("prompt_snapshot", f'"systemPrompt":["{text[:7_000]}"]'),
        ):
            rendered = f'"rendered":[{{"content":"{text[:900]}"}}],"renderedRole":"system"'
            yield self._chained("", f'"attachment":{{"type":"{kind}",{body}}},"type":"attachment",{rendered}')
        yield self._side("api-request-shape", f'"shape":{{"system":[{{"type":"text","text":"{text[:33_000]}"}}]}}')

    def _sides(self, text: str) -> Iterator[str]:
        yield self._side("last-prompt", f'"lastPrompt":"{text}","leafUuid":"{self.parent}"')
        yield self._side("mode", '"mode":"normal"')
        yield self._side("permission-mode", '"permissionMode":"default"')
        yield self._side("atis-latch", '"atis":""')

    def _step(self) -> Iterator[str]:
        """Yield a thought, one call of a tool and its result."""
        chance = self._chance
        piece = chance.choice(self._pool.pieces)
        self.grown = self.context + 150 + chance.randint(20, 300)
        message, call = self._message(), f"toolu_{self._message()}"
        path = _escaped(f"{self.cwd}/src/{chance.choice(_WORDS[:30])}/{chance.choice(_WORDS[:20])}.py")
        kind = chance.random()
        said = chance.choice(self._pool.sentences)
        if kind < 0.5:
            tool, given = "Read", f'"file_path":"{path}"'
            file = f'"filePath":"{path}","content":"{piece.plain}","numLines":{piece.lines},"startLine":1'
            shown, outcome = piece.numbered, f'{{"type":"text","file":{{{file},"totalLines":{piece.lines}}}}}'
        elif kind < 0.7:
            old, new = chance.choice(self._pool.sentences), chance.choice(self._pool.sentences)
            tool, given = "Edit", f'"file_path":"{path}","old_string":"{old}","new_string":"{new}","replace_all":false'
            shown = f"The file {path} has been updated successfully."
            outcome = f'{{"filePath":"{path}","oldString":"{old}","newString":"{new}","structuredPatch":[]}}'
        else:
            command = f"python -m pytest -q tests/{chance.choice(_WORDS[:20])} -k {chance.choice(_WORDS[:20])}"
            tool, given = "Bash", f'"command":"{command}","description":"Run the tests"'
            shown = piece.plain
            outcome = f'{{"stdout":"{piece.plain}","stderr":"","interrupted":false,"isImage":false}}'
        if chance.random() < 0.5:
            thought = f'{{"type":"thinking","thinking":"{said}","signature":"{"c2lnbmF0dXJl" * 20}"}}'
            yield self.reply(self.grown, thought, "tool_use", message)
        use = f'{{"type":"tool_use","id":"{call}","name":"{tool}","input":{{{given}}}}}'
        yield self.reply(self.grown, use, "tool_use", message)
        yield self._side("tools-used", f'"tools":["{tool}"]')
        source = self.parent
        result = f'{{"tool_use_id":"{call}","type":"tool_result","content":"{shown}"}}'
        yield self._chained(
            "",
            f'"type":"user","message":{{"role":"user","content":[{result}]}},"toolUseResult":{outcome},'
            f'"sourceToolAssistantUUID":"{source}","permissionDecision":{{"decision":"accept","source":"config"}}',
        )
        yield self._request()
        self.context += piece.tokens if tool != "Edit" else 120

    def compaction(self) -> Iterator[str]:
        """Yield a compaction: the boundary, the summary, and the files that the program attaches again."""
        before, self.parent = self.parent, None
        self._tell(None)
        sizes = f'"preTokens":{self.context + 150},"postTokens":2945'
        meta = f'"compactMetadata":{{"trigger":"auto",{sizes},"durationMs":113}}'
        yield self._chained(
            f'"logicalParentUuid":"{before}",',
            f'"type":"system","subtype":"compact_boundary","content":"Conversation compacted","level":"info",{meta}',
        )
        summary = "This session is being continued. " + " ".join(self._chance.choices(self._pool.sentences, k=25))
        yield self._chained(
            "",
            f'"type":"user","message":{{"role":"user","content":"{summary}"}},'
            '"isVisibleInTranscriptOnly":true,"isCompactSummary":true',
        )
        self._prompts.clear()
        self.context = AFTER_COMPACTION

    def turn(self, steps: int) -> Iterator[str]:
        """Yield a whole turn, with a compaction before it when the context is nearly full; now and then a rewind."""
        if self.context > COMPACTED_FROM:
            yield from self.compaction()
            yield from self.opening()
        self.context = self.context or BASE
        text = self._chance.choice(self._pool.sentences)
        rewinds = self.prompts > 1 and self._chance.random() < 1 / 80
        yield self.prompt(text, instead_of=1 if rewinds else 0)
        yield self._blob(text)
        yield self._request()
        if self._chance.random() < 1 / 12:
            copy = self._chance.choice(self._pool.instructions)[:60_000]
            body = f'"attachment":{{"type":"prompt_snapshot","systemPrompt":["{copy}"]}}'
            yield self._chained("", f'{body},"type":"attachment","rendered":[],"renderedRole":"system"')
        yield from self._sides(text)
        for _ in range(steps):
            yield from self._step()
            if self.context > COMPACTED_FROM:
                break
        yield self.reply(self.context + 200)
        yield self._chained("", '"type":"system","subtype":"turn_duration","durationMs":4711,"isMeta":false')


# Files


@dataclass(frozen=True)
class SessionFile:
    """A generated session.

    Attributes:
        id: Of the session.
        path: Of its file, below the data's config folder.
        cwd: The folder that it records.
        size: Bytes as generated; what a benchmark appends is cut off before the next one.
        last: The id of its last record.
        count: How many ids it gave.
        context: Tokens that it holds at its end.
    """

    id: str
    path: str
    cwd: str
    size: int
    last: str
    count: int
    context: int


@dataclass(frozen=True)
class Dataset:
    """Generated transcripts in a config folder of their own.

    Attributes:
        name: Of the data.
        config: What `CLAUDE_CONFIG_DIR` has to be.
        sessions: All of them.
        own: The ids of those in the workspace.
    """

    name: str
    config: Path
    sessions: tuple[SessionFile, ...]
    own: tuple[str, ...]

    @property
    def size(self) -> int:
        """Bytes of all transcripts as generated."""
        return sum(item.size for item in self.sessions)

    def path(self, item: SessionFile) -> Path:
        """Return the absolute path of a session's file."""
        return self.config / item.path

    def talk(self, item: SessionFile, at: float | None = None) -> Talk:
        """Return a talk that goes on where a generated session ends."""
        found = Talk(item.id, item.cwd, time.time() if at is None else at, 0.01)
        found.parent, found.count, found.context = item.last, item.count, item.context
        return found


def slug(folder: str) -> str:
    """Return the name of a folder's sessions folder, as Claude Code makes it."""
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in folder)


def _session_id(seed: str) -> str:
    return str(uuid.UUID(int=random.Random(seed).getrandbits(128), version=4))


def _write(config: Path, seed: str, cwd: str, size: int) -> SessionFile:
    session = _session_id(seed)
    inner = f"projects/{slug(cwd)}/{session}.jsonl"
    path = config / inner
    path.parent.mkdir(parents=True, exist_ok=True)
    step = min(2.0, _DAYS / (size / 1500 + 100))
    talk = Talk(session, cwd, time.time() - _DAYS - 86_400, step)
    chance = random.Random(seed)
    with path.open("wb", buffering=1 << 20) as file:
        written = sum(file.write(line.encode()) for line in talk.opening()) if size > 90_000 else 0
        ended = None
        while written < size or ended is None:
            data = "".join(talk.turn(chance.randint(1, 9))).encode()
            if ended and written + len(data) / 2 > size:
                break
            written += file.write(data)
            ended = (talk.parent, talk.count, talk.context)
    assert ended is not None
    last, count, context = ended
    assert last is not None
    return SessionFile(session, inner, cwd, written, last, count, context)


def _sizes(count: int, total: int) -> list[int]:
    """Return file sizes as a collection has them: many small ones, a few of many megabytes."""
    chance = random.Random(count)
    drawn = sorted(chance.lognormvariate(0, 1.3) for _ in range(count))
    least = 20_000
    scale = (total - least * count) / sum(drawn)
    return [least + int(weight * scale) for weight in drawn]


def _plan(name: str, count: int, total: int) -> Iterator[tuple[str, str, int]]:
    """Yield seed, folder and size of every file; the workspace gets every tenth part's middle of the sizes."""
    workspace = str(common.workspace())
    if count == 1:
        yield f"{name}-0", workspace, total
        return
    sizes = _sizes(count, total)
    every = count // OWN_SESSIONS
    for index, size in enumerate(sizes):
        own = index % every == every // 2
        cwd = workspace if own else f"/home/dev/projects/service-{index % (PROJECTS - 1):02d}"
        yield f"{name}-{index}", cwd, size


def _make(name: str, count: int, total: int) -> Dataset:
    config = common.work() / "data" / name
    stamp = config / "stamp.json"
    wanted = {"version": VERSION, "count": count, "total": total, "workspace": str(common.workspace())}
    try:
        known = json.loads(stamp.read_text(encoding="utf-8"))
        if known["wanted"] == wanted:
            found = Dataset(name, config, tuple(SessionFile(**item) for item in known["sessions"]), tuple(known["own"]))
            if all(found.path(item).stat().st_size >= item.size for item in found.sessions):
                return found
    except (OSError, ValueError, KeyError, TypeError):
        pass
    common.remove(config)
    began = time.perf_counter()
    sessions = tuple(_write(config, *parts) for parts in _plan(name, count, total))
    own = tuple(item.id for item in sessions if item.cwd == str(common.workspace()))
    text = json.dumps({"wanted": wanted, "sessions": [asdict(item) for item in sessions], "own": own})
    made = Dataset(name, config, sessions, own)
    stamp.write_text(text, encoding="utf-8")
    print(f"  made {common.size(made.size)} in {count} file(s): {time.perf_counter() - began:.1f} s")
    return made


def _renewed(data: Dataset) -> Dataset:
    """Cut off what earlier benchmarks appended and end each file with a turn of just now, so that all are recent."""
    sessions = []
    for index, item in enumerate(data.sessions):
        path = data.path(item)
        with path.open("r+b") as file:
            file.truncate(item.size)
            talk = data.talk(item, time.time() - _TAIL_AGE - index % 600)
            text = talk.prompt("Go on with the next item of the plan.") + talk.reply(item.context + 400)
            file.seek(0, 2)
            file.write(text.encode())
            size = file.tell()
        assert talk.parent is not None
        sessions.append(replace(item, size=size, last=talk.parent, count=talk.count, context=talk.context))
    return replace(data, sessions=tuple(sessions))


def collection(*, quick: bool = False) -> Dataset:
    """Return 1 GB of transcripts in 1,000 files of 40 projects, 10 of them in the workspace, all recently written."""
    return _renewed(_make("quick", 100, 50_000_000) if quick else _make("collection", 1000, 1_000_000_000))


def single(size: int) -> Dataset:
    """Return one session of the workspace with a transcript of about `size` bytes, recently written."""
    return _renewed(_make(f"single-{size}", 1, size))


def sizes(*, quick: bool = False) -> tuple[int, ...]:
    """Return the sizes of the single transcripts in bytes."""
    return (100_000, 10_000_000, 50_000_000 if quick else 500_000_000)


def main() -> None:
    """Make all data, or the small ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller data")
    quick = parser.parse_args().quick
    found = [collection(quick=quick), *(single(size) for size in sizes(quick=quick))]
    for item in found:
        print(f"{item.name}: {len(item.sessions)} file(s), {common.size(item.size)}, {len(item.own)} in the workspace")


if __name__ == "__main__":
    main()

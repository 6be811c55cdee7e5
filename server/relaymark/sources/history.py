"""Answers what history says about a plan: one pass over the log, kept by HEAD, and old files read where asked."""

import os
from collections.abc import Callable, Iterable, Sequence
from threading import Lock

from msgspec.structs import replace

from relaymark.core.lookup import FileIndex, Found, look_up
from relaymark.core.past import NOTHING, Asked, Look, Made, Past, PathPast, Seen, When
from relaymark.core.symbols import held_words
from relaymark.sources.history_blobs import contents, text_now
from relaymark.sources.history_log import Log
from relaymark.sources.history_logs import Logs
from relaymark.sources.history_paths import (
    came_in,
    fate_of_file,
    fate_of_folder,
    landed,
    name_before,
    touched_by,
)
from relaymark.sources.history_plan import Ledger, items_of, made_since, read_ledger, since_of, unjudged
from relaymark.sources.history_state import State, state_of
from relaymark.sources.history_store import Store
from relaymark.sources.symbols import Trees

_MOST_TEXTS = 50_000
_MOST_ANSWERED = 32
_MOST_APART = 2_000


class Histories:
    """The histories of work trees. Worker threads may share one; answers are frozen."""

    def __init__(self, logs: Logs | None = None) -> None:
        """Know nothing yet but what some logs tell, which may be under way."""
        self.logs = logs or Logs()
        self._store = Store()
        self._symbols = Trees()
        self._ever: dict[str, tuple[str, FileIndex]] = {}
        self._then: dict[tuple[str, str, str], frozenset[str] | None] = {}
        self._made: dict[tuple[str, str], tuple[Ledger, tuple[Made, ...]]] = {}
        self._answers: dict[tuple[str, str], tuple[State, dict[Look, Seen]]] = {}
        self._lock = Lock()

    def past(
        self,
        top: str,
        plan: str,
        text: str,
        index: FileIndex,
        asked: Asked,
        further: Callable[[Past], Iterable[Look]],
        state: State | None = None,
    ) -> Past:
        """Return what the history of a work tree says about a plan.

        Args:
            top: The top of the work tree.
            plan: The plan's path from there.
            text: The plan's text as it stands now.
            index: The files of the tree.
            asked: What the rules want to know.
            further: Which files they want to look at, given the first answers.
            state: How the work tree stands, as `state_of` told; None: it is asked.
        """
        state = state or state_of(top)
        if state is None:
            return NOTHING
        head, shallow, dirty = state.head, state.shallow, state.dirty
        found = self._symbols.where(top, asked.words, state)
        if head is None:
            return Past(found=found, unjudged=("there is no commit yet, so nothing is compared with history",))
        log = self.logs.get(top, head, shallow=shallow)
        if log is None:
            return Past(found=found, unjudged=("git tells no history",))
        ledger = self._store.get(top, f"plan\0{plan}", head, Ledger, lambda: read_ledger(top, log, plan)) or Ledger()
        first = Past(
            items=items_of(log, ledger, text),
            paths={path: fate for path in asked.absent if (fate := self._fate(top, log, plan, path, index))},
            found=found,
            dirty=dirty,
            changed=log.name(ledger.changed) if ledger.changed >= 0 else None,
            age=ledger.changed,
            made=self._made_since((top, plan), log, ledger),
            unjudged=unjudged(log, ledger, plan),
        )
        looks = dict.fromkeys((*asked.looks, *further(first)))
        return replace(first, seen=self._seen_again((top, plan), state, log, ledger, index, tuple(looks)))

    def _made_since(self, plan: tuple[str, str], log: Log, ledger: Ledger) -> tuple[Made, ...]:
        known = self._made.get(plan)
        if known is None or known[0] is not ledger:
            # The same value as before: what follows from thousands of subject lines is found by it.
            known = self._made[plan] = (ledger, made_since(log, ledger))
            while len(self._made) > _MOST_ANSWERED:
                self._made.pop(next(iter(self._made)), None)
        return known[1]

    def _seen_again(
        self, plan: tuple[str, str], state: State, log: Log, ledger: Ledger, index: FileIndex, looks: Sequence[Look]
    ) -> dict[tuple[str, str, When], Seen]:
        """Return the answers to looks; those given before hold for the files that did not change since."""
        with self._lock:
            before, known = self._answers.get(plan, (state, {}))
        if before != state:
            changed = state.changed_since(before)
            known = {} if changed is None else _holding(plan[0], known, changed, index)
        new = [look for look in looks if look not in known]
        found = self._seen(plan[0], log, ledger, new, state.dirty)
        known = known | {look: found[key] for look in new if (key := (look.item, look.path, look.when)) in found}
        given = {look: known[look] for look in looks if look in known}
        with self._lock:
            self._answers.pop(plan, None)
            # A look at one item, for a person who points at it, does not make the answers to the rules forgotten.
            self._answers[plan] = (state, known if len(known) <= 2 * len(given) + _MOST_APART else given)
            while len(self._answers) > _MOST_ANSWERED:
                del self._answers[next(iter(self._answers))]
        return {(look.item, look.path, look.when): seen for look, seen in given.items()}

    def prepare(self, top: str, words: Iterable[str], more: Iterable[str], state: State | None) -> None:
        """Look for the words that several plans ask for at once: a call of git per plan would cost more.

        Args:
            top: The top of the work tree.
            words: What they ask for.
            more: What they may ask for after an edit; it is looked for where git is called anyway.
            state: How the work tree stands.
        """
        if state is not None:
            self._symbols.where(top, words, state, more)

    def _fate(self, top: str, log: Log, plan: str, path: str, index: FileIndex) -> PathPast | None:
        with self._lock:
            known = self._ever.get(top)
        if known is None or known[0] != log.head:
            known = (log.head, FileIndex(log.paths, names=index.names))
            with self._lock:
                self._ever[top] = known
        was = look_up(known[1], path, plan)
        if not isinstance(was, Found):
            return landed(path, plan, index)
        if was.how == "glob":
            return None
        if was.path.endswith("/"):
            return fate_of_folder(log, was.path, known[1], index)
        return fate_of_file(log, was.path, index) if was.only or was.how in {"exact", "relative"} else None

    def _seen(
        self, top: str, log: Log, ledger: Ledger, looks: Sequence[Look], dirty: frozenset[str]
    ) -> dict[tuple[str, str, When], Seen]:
        placed: list[tuple[Look, int, bool, str, str]] = []
        for look in looks:
            since = since_of(ledger, look)
            if since is None or since >= len(log):
                continue
            # A plan without a single tick may have come with the work that it plans: what counts is before both.
            parent = log.parent(since) if look.when == "written" and not ledger.used else None
            newest = since + 1 if parent else since
            placed.append((look, newest, bool(parent), parent or log.name(since), name_before(log, look.path, newest)))
        self._read_then(top, [(base, name, look.words) for look, _, _, base, name in placed if look.when != "amended"])
        now = _held_now(top, [look for look, *_ in placed if look.when != "amended"])
        answers: dict[tuple[str, str, When], Seen] = {}
        for look, newest, base_is_parent, base, name in placed:
            touched = touched_by(log, look.path, newest, dirty)
            if look.when == "amended":
                answers[look.item, look.path, look.when] = Seen(None, None, touched)
                continue
            key = (base, name, "\1".join(look.words))
            if key not in self._then:
                continue
            held = now[look.path]
            # What the oldest commit of a shallow clone holds may be older than that.
            own = newest - bool(base_is_parent)
            together = came_in(log, look.path, own) and not (log.shallow and log.parent(own) is None)
            answers[look.item, look.path, look.when] = Seen(
                self._then[key], None if held is None else held.intersection(look.words), touched, together
            )
        return answers

    def _read_then(self, top: str, asked: Iterable[tuple[str, str, tuple[str, ...]]]) -> None:
        lacking = [each for each in asked if (each[0], each[1], "\1".join(each[2])) not in self._then]
        texts = contents(top, [(commit, name.rstrip("/")) for commit, name, _ in lacking])
        if len(self._then) > _MOST_TEXTS:
            self._then.clear()
        words: dict[tuple[str, str], set[str]] = {}
        for commit, name, each in lacking:
            words.setdefault((commit, name.rstrip("/")), set()).update(each)
        held = {
            pair: None if data is None else held_words(data.decode("utf-8", "replace"), words[pair])
            for pair, data in texts.items()
        }
        for commit, name, each in lacking:
            pair = (commit, name.rstrip("/"))
            if pair in held:
                known = held[pair]
                self._then[commit, name, "\1".join(each)] = None if known is None else known.intersection(each)


def _held_now(top: str, looks: Iterable[Look]) -> dict[str, frozenset[str] | None]:
    """Return what files of the work tree hold of all the words that are asked of each: one reading per file."""
    words: dict[str, set[str]] = {}
    for look in looks:
        words.setdefault(look.path, set()).update(look.words)
    found: dict[str, frozenset[str] | None] = {}
    for path, each in words.items():
        text = "" if os.path.isdir(os.path.join(top, path)) else text_now(top, path)
        found[path] = None if text is None else held_words(text, each)
    return found


def _holding(top: str, known: dict[Look, Seen], changed: frozenset[str], index: FileIndex) -> dict[Look, Seen]:
    """Return the answers that still hold: how the work tree stands tells nothing of ignored files and behind links."""
    paths = {look.path for look in known} - changed
    same = {path for path in paths if index.holds(path) == path and not os.path.islink(os.path.join(top, path))}
    return {look: seen for look, seen in known.items() if look.path in same}

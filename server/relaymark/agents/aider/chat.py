"""aider: what one chat tells, read piece by piece: inputs, words of aider, answers.

Facts: files of 0.86.2, streaming and not; words and number formats after `aider/coders/base_coder.py`,
`aider/commands.py` and `aider/coders/architect_coder.py` in its public source. Nothing but the start has a time.
"""

import re
from typing import Literal

from relaymark.agents.aider import words
from relaymark.agents.aider.markup import Chat, Piece
from relaymark.core import events as ev
from relaymark.core.events import Record

_COMMAND = re.compile(r"(?:!|/(\w[\w-]*))\s*(.*)", re.DOTALL)
_RUNS = (None, "run", "test")
_ENDS = ("exit", "quit")
_LONGEST = 1_000
"""Characters of a line of aider that can be one of its known ones; some patterns take long on very long lines."""


class Reading:
    """Reads one chat, piece by piece.

    Args:
        chat: The chat.
        session: Its id.
        folder: The project's folder, None if the file does not tell it.
        before: The id of the chat before it.
        newest: It is the last of the file: its newest activity is the file's own time.
    """

    def __init__(self, chat: Chat, session: str, folder: str | None, before: str | None, *, newest: bool) -> None:
        self._chat, self._session, self._folder, self._before, self._newest = chat, session, folder, before, newest
        self._count = 0
        self._version: str | None = None
        self._source: Literal["measured", "estimated"] = "estimated"
        self._model: str | None = None
        self._window: int | None = None
        self._files: set[str] = set()
        self._typed = False
        self._last_own = ""
        self._answer = ""
        self._new_turn()

    def _new_turn(self) -> None:
        self._asked = self._replied = self._again = self._over = self._editor = False
        self._interrupted = self._failed = self._ran = self._testing = self._asked_shell = False
        self._pending: str | None = None

    def records(self) -> list[Record]:
        """Return its records, in order."""
        body = [Record(tuple(self._take(piece))) for piece in self._chat.pieces]
        body.append(Record(tuple(self._turn_over(certain=False))))
        if self._window is not None:
            body.append(Record((ev.WindowSeen(self._window),)))
        started = _seconds(self._chat)
        begun = ev.Started(
            self._session, forked_from=self._taken_over, version=self._version, cwd=self._folder, at=started
        )
        return [Record((begun,), time=None if self._newest else started), *(one for one in body if one.events)]

    @property
    def _taken_over(self) -> str | None:
        restored = any(piece.kind == "own" and piece.text == words.RESTORED for piece in self._chat.pieces)
        return self._before if restored else None

    def _next(self) -> str:
        self._count += 1
        return str(self._count)

    def _take(self, piece: Piece) -> list[ev.Event]:
        match piece.kind:
            case "typed":
                return self._input(piece.text)
            case "answer" if self._asked:
                self._answer = piece.text
                return [ev.Said(piece.text)]
            case "own":
                found = self._own(piece.text)
                self._last_own = piece.text
                return found
        return []

    # What was typed

    def _input(self, said: str) -> list[ev.Event]:
        self._typed = True
        if said == "<blank>":
            return []
        if self._asked and self._answer and _words(said) == _words(self._answer):
            # The architect's answer goes to a second model, on a context of its own.
            self._editor, self._again = True, True
            return [ev.Fed(said)]
        found = self._turn_over(certain=True)
        self._new_turn()
        self._answer = ""
        command = _COMMAND.fullmatch(said)
        if command is None:
            self._asked = True
            return [*found, ev.Prompt(said)]
        name, given = command[1], command[2].strip()
        self._testing = name == "test"
        if name in _RUNS and given:
            self._ran, self._pending = True, self._next()
            found.append(ev.Command(self._pending, given))
        elif name in _ENDS:
            found.append(ev.Ended())
        return found

    def _turn_over(self, *, certain: bool) -> list[ev.Event]:
        """Return how the turn so far ended; nothing while it may go on.

        Args:
            certain: The next input was typed.
        """
        found = self._came_back(None) if certain else []
        if self._interrupted:
            return [*found, ev.Interrupted()]
        if self._failed:
            return [*found, ev.Failed()]
        ran = self._ran and self._pending is None and not self._asked
        done = (self._replied and not self._again) or self._over or ran
        if certain or done:
            return [*found, *([ev.TurnEnded(certain)] if self._asked or self._ran else [])]
        return found

    def _came_back(self, ok: bool | None) -> list[ev.Event]:
        call, self._pending = self._pending, None
        return [ev.Returned(call, ok)] if call else []

    # What aider said

    def _own(self, said: str) -> list[ev.Event]:
        if not self._typed:
            self._head(said)
        if len(said) > _LONGEST:
            return []
        if found := words.MODEL.fullmatch(said):
            return self._model_of(found[1])
        if found := words.SENT.fullmatch(said):
            return self._sent(words.figure(found[1], found[2]))
        if found := words.APPLIED.fullmatch(said):
            call = self._next()
            return [ev.FileEdit(call, found[1]), ev.Returned(call, ok=True)]
        if found := words.QUESTION.fullmatch(said):
            return self._answered(found[1], yes=found[2] in "ya")
        return [*self._files_changed(said), *self._figures(said), *self._went(said)]

    def _head(self, said: str) -> None:
        if found := words.VERSION.fullmatch(said):
            self._version = found[1]
        if "aider" in said.partition(" ")[0] and (streams := words.streams(said)) is not None:
            self._source = "estimated" if streams else "measured"

    def _model_of(self, model: str) -> list[ev.Event]:
        if model != self._model:
            self._model, self._window = model, None
        return [ev.ModelChanged(model, provider=words.provider(model))]

    def _sent(self, tokens: int | None) -> list[ev.Event]:
        editor, self._editor = self._editor, False
        self._replied, self._again, self._interrupted, self._failed = True, False, False, False
        # All zeros come from servers that tell no usage.
        return [ev.Reply(self._next(), tokens, self._source)] if tokens and not editor else []

    def _figures(self, said: str) -> list[ev.Event]:
        if found := words.TOTAL.fullmatch(said):
            return [ev.Reply(self._next(), words.figure(found[1]), "estimated")]
        if found := words.TOO_MUCH.fullmatch(said):
            self._window = words.figure(found[2]) or self._window
            return [ev.Reply(self._next(), words.figure(found[1]), "estimated")]
        if found := words.LIMIT.fullmatch(said):
            self._window = words.figure(found[1]) or self._window
        return [ev.Reply(self._next(), None)] if said in words.CLEARED else []

    def _files_changed(self, said: str) -> list[ev.Event]:
        if said.startswith(words.DROPPED_ALL):
            self._files.clear()
        elif found := words.REMOVED.fullmatch(said):
            self._files.discard(found[1])
        elif not words.OUTPUT_ADDED.fullmatch(said) and (found := words.ADDED.fullmatch(said)):
            return self._added(found[1])
        return []

    def _added(self, path: str) -> list[ev.Event]:
        if path in self._files:  # all of them are named again when the model is changed
            return []
        self._files.add(path)
        return [ev.Mentioned(path)]

    def _answered(self, question: str, *, yes: bool) -> list[ev.Event]:
        back = self._came_back(None)
        if question == words.ADD_FILE and yes:
            self._again = True
            return [*back, *self._added(self._last_own)]
        if question in words.RUN:
            self._asked_shell = yes
        elif question in words.FIX:
            self._again = yes
        elif question == words.PROCEED and not yes:
            self._over = True
        return back

    def _went(self, said: str) -> list[ev.Event]:
        if words.OUTPUT_ADDED.fullmatch(said) and self._testing:
            # Without being asked aider adds the output of a failed test, and sends it.
            self._asked, self._again, self._testing = True, True, False
            return self._came_back(ok=False)
        if said.startswith(words.RUNNING) and self._asked_shell:
            call = self._next()
            return [ev.Command(call, said.removeprefix(words.RUNNING)), ev.Returned(call)]
        if said in words.INTERRUPTED:
            self._interrupted = self._asked and (self._again or not self._replied)
        elif words.RETRYING.fullmatch(said):
            self._failed = False
        elif words.FAILED.fullmatch(said):
            self._failed = self._asked and (self._again or not self._replied)
        elif said in words.REJECTED:
            self._again = True
        elif words.ENOUGH.fullmatch(said):
            self._again = False
        return []


def _words(text: str) -> list[str]:
    return text.split()


def _seconds(chat: Chat) -> float | None:
    """Return when a chat was started: the history holds this machine's local time, without a zone."""
    try:
        return chat.started.timestamp()
    except (OverflowError, OSError, ValueError):
        return None

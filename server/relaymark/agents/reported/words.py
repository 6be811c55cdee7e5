"""Reported sessions: the event words of a drop file, their fields, and what each means among Relaymark's events.

`docs/open-door.md` describes them for authors of programs; a field is an attribute in camelCase. Most words have the
fields of the event that they mean.
"""

from typing import Annotated, Any, ClassVar

from msgspec import Meta, Struct

from relaymark.core import events as ev
from relaymark.core import paths

Whole = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Size = Annotated[int, Meta(ge=1, le=1_000_000_000)]
Filled = Annotated[str, Meta(min_length=1)]
Time = str | int | float | None
"""ISO 8601 (without a zone: UTC), or seconds since the epoch."""


class Word(Struct, frozen=True, kw_only=True, tag_field="event", rename="camel", omit_defaults=True):
    """One line of a drop file; each can hold its `time`."""

    means: ClassVar[type[ev.Event]] = ev.Event

    time: Time = None

    def events(self) -> tuple[ev.Event, ...]:
        """Return what it means.

        Raises:
            ValueError: A field is no such thing; the text names it.
        """
        values: dict[str, Any] = {name: getattr(self, name) for name in self.__struct_fields__ if name != "time"}
        return (self.means(**values),)


class Started(Word, frozen=True, tag="started"):
    """The session was begun; the file's name is its id."""

    cwd: Filled | None = None
    branch: str | None = None
    parent: str | None = None
    forked_from: str | None = None
    version: str | None = None
    entry: str | None = None
    provider: str | None = None

    def events(self) -> tuple[ev.Event, ...]:
        """Return what it means."""
        begun = ev.Started(
            parent=self.parent,
            forked_from=self.forked_from,
            version=self.version,
            entry=self.entry,
            cwd=_absolute(self.cwd),
            branch=self.branch,
            provider=self.provider,
        )
        return (begun, ev.CwdChanged(self.cwd, self.branch))


class Cwd(Word, frozen=True, tag="cwd"):
    """The session works in this folder from now on."""

    cwd: Filled
    branch: str | None = None

    def events(self) -> tuple[ev.Event, ...]:
        """Return what it means."""
        return (ev.CwdChanged(_absolute(self.cwd), self.branch),)


class Title(Word, frozen=True, tag="title"):
    """The session has this name from now on."""

    means = ev.Titled
    title: Filled


class Model(Word, frozen=True, tag="model"):
    """Replies come from this model, served by `provider`."""

    means = ev.ModelChanged
    model: Filled
    requested: str | None = None
    provider: str | None = None


class Window(Word, frozen=True, tag="window"):
    """The window of the model, in tokens."""

    means = ev.WindowSeen
    tokens: Size


class Prompt(Word, frozen=True, tag="prompt"):
    """The user typed this; a turn begins."""

    means = ev.Prompt
    text: str


class Mentioned(Word, frozen=True, tag="mentioned"):
    """A file was attached; `text` is what of it came into the context."""

    means = ev.Mentioned
    path: Filled
    text: str = ""


class Reply(Word, frozen=True, tag="reply"):
    """The model answered: the session holds `tokens` now (null: not known), `output` of them made by the answer."""

    tokens: Whole | None
    output: Whole = 0
    key: str = ""

    def events(self) -> tuple[ev.Event, ...]:
        """Return what it means: wherever a program has its figure from, here it is `reported`."""
        return (ev.Reply(self.key, self.tokens, "reported", self.output),)


class Said(Word, frozen=True, tag="said"):
    """The model wrote this."""

    means = ev.Said
    text: str


class _Called(Word, frozen=True, kw_only=True):
    """A tool was called: with `call` its result follows in `returned`, without it the call is over with this line."""

    call: str = ""
    ok: bool | None = None
    exit: int | None = None
    text: str | None = None

    def _with_result(self, call: ev.Event, name: str, text: str | None) -> tuple[ev.Event, ...]:
        told = (self.ok, self.exit, self.text) != (None, None, None)
        return (call, ev.Returned(name, self.ok, self.exit, text)) if told or not self.call else (call,)


class FileRead(_Called, frozen=True, kw_only=True, tag="fileRead"):
    """A file was read: `count` lines from line `first` on (0: from its start, all)."""

    path: Filled
    first: Whole = 0
    count: Whole = 0

    def events(self) -> tuple[ev.Event, ...]:
        """Return what it means; a content that is not told weighs nothing."""
        name = self.call or f"read {self.path}"
        text = self.text or "" if self.ok is False else self.text
        return self._with_result(ev.FileRead(name, self.path, self.first, self.count), name, text)


class FileEdit(_Called, frozen=True, kw_only=True, tag="fileEdit"):
    """A file was changed; `whole`: `added` is all that it holds now."""

    path: Filled
    added: str = ""
    removed: str = ""
    whole: bool = False

    def events(self) -> tuple[ev.Event, ...]:
        """Return what it means."""
        name = self.call or f"edit {self.path}"
        edit = ev.FileEdit(name, self.path, self.added, self.removed, self.whole)
        return self._with_result(edit, name, self.text or "")


class Command(_Called, frozen=True, kw_only=True, tag="command"):
    """A command was run in a shell."""

    command: Filled

    def events(self) -> tuple[ev.Event, ...]:
        """Return what it means."""
        name = self.call or f"run {self.command}"
        return self._with_result(ev.Command(name, self.command), name, self.text or "")


class Returned(Word, frozen=True, tag="returned"):
    """The call of this id came back."""

    means = ev.Returned
    call: Filled
    ok: bool | None = None
    exit: int | None = None
    text: str = ""


class Compacted(Word, frozen=True, tag="compacted"):
    """The history was replaced by a summary: the context is unknown until the next `reply`."""

    means = ev.Compacted
    text: str = ""
    trigger: str = ""


class Waiting(Word, frozen=True, tag="waiting"):
    """The session waits for the user."""

    means = ev.Waiting


class Interrupted(Word, frozen=True, tag="interrupted"):
    """The user stopped the turn."""

    means = ev.Interrupted


class Failed(Word, frozen=True, tag="failed"):
    """The turn ended by an error."""

    means = ev.Failed


class TurnEnded(Word, frozen=True, tag="turnEnded"):
    """The turn is over; not `certain`: it looks so."""

    means = ev.TurnEnded
    certain: bool = True


class Ended(Word, frozen=True, tag="ended"):
    """The session is over."""

    means = ev.Ended


_ALL: tuple[type[Word], ...] = (
    Started, Cwd, Title, Model, Window, Prompt, Mentioned, Reply, Said, FileRead, FileEdit, Command, Returned,
    Compacted, Waiting, Interrupted, Failed, TurnEnded, Ended,
)  # fmt: skip
WORDS: dict[str, type[Word]] = {str(word.__struct_config__.tag): word for word in _ALL}
"""Every word by its name."""


def _absolute(folder: str | None) -> str | None:
    if folder is not None and not paths.absolute(folder):
        raise ValueError("`cwd` has to be absolute")
    return folder

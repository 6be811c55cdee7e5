"""The settings: one frozen class is their only source; layers of raw values become it, bad ones are named."""

from collections.abc import Collection, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from relaymark.core.finding import RuleSetting
from relaymark.core.gauge import Limits

Percent = Annotated[float, Meta(gt=0, le=100)]
Tokens = Annotated[int, Meta(gt=0)]
TextStyle = Literal["tokens", "percent", "both"]
Writer = Literal["draft", "session", "command"]


class LimitOverride(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Lines for some models only; what is left out stays as it is.

    Attributes:
        ceiling_percent: The ceiling in percent of the window.
        reset_percent: The reset line in percent of the window.
        near_percent: Where `near` begins, in percent of the ceiling.
        cap: The most tokens of a ceiling.
        window: The window in tokens, where Relaymark cannot know it.
    """

    ceiling_percent: Percent | None = None
    reset_percent: Percent | None = None
    near_percent: Percent | None = None
    cap: Tokens | None = None
    window: Tokens | None = None


class Config(Struct, frozen=True, rename="camel"):
    """All settings, with their defaults.

    Attributes:
        ceiling_percent: The ceiling, as a share of the window in percent.
        reset_percent: The reset line, as a share of the window in percent.
        near_percent: The level `near` begins at this share of the ceiling, in percent.
        cap: The most tokens of any ceiling; unset: 120,000, or what follows from a model's published figure.
        limits: Other lines per host and model: `{"anthropic/claude-opus-*": {"cap": 150000}}`.
        text: What the status text shows: `tokens` over the ceiling, `percent` of the window, or `both`.
        rules: Rule code to `warning`, `information`, `hint` or `off`.
        popups: Whether crossing the ceiling or the reset line shows a message, once per machine.
        path_map: Recorded folder to folder here, for sessions of containers and other machines.
        agents: Agent to false, for those whose sessions are not to be read: `{"aider": false}`.
        agent_folders: Agent to further folders of it: a remote home, the volume of a container.
        plan_files: Further files that are plans, as globs from the top of the work tree; `!` before one: files that are
            none.
        writer: Who writes handover notes: `draft` (Relaymark, from the record), `session` (the session's own agent, in
            a fork of it; that costs tokens) or `command` (the program that `writerCommand` names).
        writer_command: Program and arguments of the writer `command`: the prompt on its standard input, the note on
            its standard output.
        next_agent: The agent that goes on with a phase; unset: the one of the session that is left.
        agent_commands: Agent to the program and arguments that start it in a terminal; `{prompt}` stands for the
            opening sentence, which else comes last.
        prompt_budget: The most tokens of an opening prompt, without the files that are pasted into it.
        commit_trailers: Whether the commit of a phase carries `Relaymark-Phase`, `-Context` and `-Note`.
    """

    ceiling_percent: Percent = 30
    reset_percent: Percent = 45
    near_percent: Percent = 80
    cap: Tokens | None = None
    limits: Mapping[str, LimitOverride] = {}
    text: TextStyle = "tokens"
    rules: Mapping[str, RuleSetting] = {}
    popups: bool = True
    path_map: Mapping[str, str] = {}
    agents: Mapping[str, bool] = {}
    agent_folders: Mapping[str, Sequence[str]] = {}
    plan_files: Sequence[str] = ()
    writer: Writer = "draft"
    writer_command: Sequence[str] = ()
    next_agent: str | None = None
    agent_commands: Mapping[str, Sequence[str]] = {}
    prompt_budget: Tokens = 4_000
    commit_trailers: bool = False


OWN_ONLY = frozenset({"pathMap", "agentFolders", "writer", "writerCommand", "nextAgent", "agentCommands"})
"""Settings that name folders or programs: never taken from a file of the repository."""


class Layer(Struct, frozen=True):
    """Raw settings and where they come from, as a person would say it."""

    origin: str
    values: Mapping[str, Any]
    from_repository: bool = False


_TYPES = {field.encode_name: field.type for field in msgspec.structs.fields(Config)}


def merged(layers: Sequence[Layer]) -> tuple[Config, tuple[str, ...]]:
    """Return the settings of several layers, the last one strongest, and one message per bad value.

    A null means "not set". A bad value is left out, so that the next weaker layer counts.
    """
    taken: dict[str, Any] = {}
    problems: list[str] = []
    for layer in layers:
        for key, value in layer.values.items():
            if value is None:
                continue
            if key not in _TYPES:
                problems.append(f"{layer.origin}: there is no setting `{key}`{_nearest(key, _TYPES)}")
            elif key in OWN_ONLY and layer.from_repository:
                problems.append(
                    f"{layer.origin}: `{key}` names folders or programs and is only taken from your own settings"
                )
            else:
                try:
                    taken[key] = msgspec.convert(value, _TYPES[key])
                except msgspec.ValidationError as error:
                    problems.append(f"{layer.origin}: `{key}` is not used: {_told(error, value, _TYPES[key])}")
    named = {field.encode_name: field.name for field in msgspec.structs.fields(Config)}
    return Config(**{named[key]: value for key, value in taken.items()}), tuple(problems)


def _told(error: msgspec.ValidationError, value: Any, kind: Any) -> str:
    """Return what is wrong with a value, with the name that it stands under where it is one of several."""
    for name, inner in value.items() if isinstance(value, Mapping) else ():
        try:
            msgspec.convert({name: inner}, kind)
        except msgspec.ValidationError as wrong:
            return str(wrong).replace("$[...]", f"$.{name}")
    return str(error)


def strangers(layers: Sequence[Layer], known: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Return one message per name in a setting that nothing is called by: it would change nothing, and silently.

    Args:
        layers: The settings as they were read.
        known: By setting, the names that it can be about: the codes of the rules for `rules`.
    """
    return tuple(
        f"{layer.origin}: `{key}.{name}` is about nothing known{_nearest(str(name), names)}"
        for layer in layers
        for key, names in known.items()
        for name in _named(key, layer)
        if name not in names
    )


def _named(key: str, layer: Layer) -> Collection[str]:
    value = layer.values.get(key)
    if not isinstance(value, Mapping) or (layer.from_repository and key in OWN_ONLY):
        return ()
    return tuple(value)


def _nearest(name: str, names: Collection[str]) -> str:
    """Return how the known name that is most like a wrong one is offered; empty when none is like it."""
    # Only who has a wrong name pays for the comparison: a status line has 80 ms in all.
    from difflib import get_close_matches  # noqa: PLC0415

    plain = {_bare(known): known for known in names}
    close = get_close_matches(_bare(name), plain, 1)
    return f"; did you mean `{plain[close[0]]}`?" if close else ""


def _bare(name: str) -> str:
    return name.casefold().replace("-", "").replace("_", "")


def override(config: Config, host: str, model: str) -> LimitOverride:
    """Return the lines that are set for a model on a host; of several patterns the longest that fits counts."""
    name = f"{host}/{model}"
    fitting = [pattern for pattern in config.limits if fnmatchcase(name, pattern)]
    return config.limits[max(fitting, key=len)] if fitting else LimitOverride()


def limits(config: Config, host: str, model: str, published: Limits | None) -> Limits:
    """Return where the lines of a model are drawn.

    Args:
        config: The settings.
        host: Who serves the model.
        model: Its name.
        published: Carries the cap that follows from a published figure of this model, None without one.
    """
    own, base = override(config, host, model), Limits()
    cap, reason = base.cap, ""
    if published:
        cap, reason = published.cap, published.cap_reason
    if config.cap is not None:
        cap, reason = config.cap, ""
    if own.cap is not None:
        cap, reason = own.cap, ""
    return Limits(
        ceiling_percent=own.ceiling_percent or config.ceiling_percent,
        reset_percent=own.reset_percent or config.reset_percent,
        near_percent=own.near_percent or config.near_percent,
        cap=cap,
        cap_reason=reason,
    )

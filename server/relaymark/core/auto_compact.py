"""Whether an agent may replace a session's history by a summary on its own, and how it is kept from that."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

Keys = tuple[str, ...]
"""Where a value stands in nested tables."""


class Switch(Struct, frozen=True, kw_only=True):
    """How one agent's automatic compaction is switched.

    Attributes:
        files: Its settings files, the strongest first: `~/` the home folder, `./` the session's directory, `$HOME_DIR/`
            the agent's own folder. None of them holds credentials of the agent.
        off: Variables of the environment that switch it off where they are set to more than `0` or `false`.
        flag: The setting that is true or false.
        share: The setting that gives the share of the window at which it fires; `0` switches it off if `zero_is_off`.
        limit: The setting that gives the tokens at which it fires.
        zero_is_off: As said.
        environment: The setting that holds variables of the environment.
        how: How a person switches it off, as a sentence.
    """

    files: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    flag: Keys = ()
    share: Keys = ()
    limit: Keys = ()
    zero_is_off: bool = False
    environment: Keys = ()
    how: str = ""

    @property
    def wanted(self) -> tuple[Keys, ...]:
        """Everything that is ever taken from its files."""
        held = tuple((*self.environment, name) for name in self.off) if self.environment else ()
        return tuple(keys for keys in (self.flag, self.share, self.limit, *held) if keys)


SWITCHES: Mapping[str, Switch] = {
    # Tried with 2.1.329: each of these ends the turn with "Prompt is too long" where it would have compacted.
    "claude-code": Switch(
        files=("./.claude/settings.local.json", "./.claude/settings.json", "$HOME_DIR/settings.json"),
        off=("DISABLE_AUTO_COMPACT", "DISABLE_COMPACT"),
        flag=("autoCompactEnabled",),
        environment=("env",),
        how='Put "autoCompactEnabled": false into settings.json, or switch Auto-compact off in /config.',
    ),
    # Documented keys; Codex has no switch, and takes a limit past the window as none.
    "codex": Switch(
        files=("./.codex/config.toml", "$HOME_DIR/config.toml"),
        limit=("model_auto_compact_token_limit",),
        how="Codex has no switch for it: model_auto_compact_token_limit in config.toml moves the point where it comes.",
    ),
    "gemini-cli": Switch(
        files=("./.gemini/settings.json", "$HOME_DIR/settings.json"),
        share=("model", "compressionThreshold"),
        how='Put "model": {"compressionThreshold": 1} into settings.json: it then comes only when the window is full.',
    ),
    "qwen-code": Switch(
        files=("./.qwen/settings.json", "$HOME_DIR/settings.json"),
        share=("model", "chatCompression", "contextPercentageThreshold"),
        zero_is_off=True,
        how='Put "model": {"chatCompression": {"contextPercentageThreshold": 0}} into settings.json.',
    ),
    "opencode": Switch(
        files=("./opencode.json", "~/.config/opencode/opencode.json"),
        off=("OPENCODE_DISABLE_AUTOCOMPACT",),
        flag=("compaction", "auto"),
        how='Put "compaction": {"auto": false} into opencode.json.',
    ),
}
"""Agent to its switch; of others only an observed compaction tells."""

_NO = ("", "0", "false", "no", "off")


class Setting(Struct, frozen=True):
    """A value of a settings file, and nothing else of that file."""

    file: str
    keys: Keys
    value: Any


class AutoCompact(Struct, frozen=True):
    """What is known of an agent's automatic compaction.

    Attributes:
        on: It may come; None if nothing tells.
        why: What tells, as a part of a sentence.
        how: How a person switches it off.
    """

    on: bool | None = None
    why: str = ""
    how: str = ""


def picked(value: Any, keys: Keys) -> Any:
    """Return what stands at a place of nested tables, None for nothing; any value will do."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str | int | float | bool) else None


def auto_compact(
    agent: str, environ: Mapping[str, str], settings: Sequence[Setting], observed: int | None = None
) -> AutoCompact:
    """Return what is known of an agent's automatic compaction for one session.

    What switches it off goes before what was observed, as it may have been set since; nothing is concluded from an
    agent's default.

    Args:
        agent: Its name.
        environ: The environment, which need not be the one that the agent runs in.
        settings: Values from its files, the strongest first.
        observed: How often it compacted this session on its own, None if that is not known.
    """
    switch = SWITCHES.get(agent, Switch())
    by_settings = _by_settings(switch, settings)
    for name in switch.off:
        if environ.get(name, "").strip().casefold() not in _NO:
            return AutoCompact(False, f"{name} is set", switch.how)
    if by_settings is not None and by_settings.on is False:
        return by_settings
    if observed:
        times = "once" if observed == 1 else f"{observed} times"
        return AutoCompact(True, f"it summarised this session on its own {times}", switch.how)
    return by_settings or AutoCompact(how=switch.how)


def _by_settings(switch: Switch, settings: Sequence[Setting]) -> AutoCompact | None:
    for name in switch.off:
        held = next((each for each in settings if each.keys == (*switch.environment, name)), None)
        if switch.environment and held and str(held.value).strip().casefold() not in _NO:
            return AutoCompact(False, f"{name} is set in {held.file}", switch.how)
    for each in settings:
        name = ".".join(each.keys)
        number = isinstance(each.value, int | float) and not isinstance(each.value, bool)
        if each.keys == switch.flag and isinstance(each.value, bool):
            return AutoCompact(each.value, f"{name} is {str(each.value).lower()} in {each.file}", switch.how)
        if each.keys in (switch.share, switch.limit) and number:
            off = (switch.zero_is_off and each.value <= 0) or (each.keys == switch.share and each.value >= 1)
            return AutoCompact(not off, f"{name} is {each.value:g} in {each.file}", switch.how)
    return None

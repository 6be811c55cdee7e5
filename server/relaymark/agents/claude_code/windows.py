"""Claude Code's own table of windows: which one the program uses for a model, by its version.

Observed: 2.1.329 used 1,000,000 for opus-5-5, sonnet-5-5, haiku-5-5 and for names it did not know, 200,000 for
sonnet-4-5, haiku-4-5 and opus-4-6; 2.1.197 used 200,000 for sonnet-5. The table is in the program and changes with
it, and public registries disagree, so what was not observed stays unknown.
"""

import re

LARGE = 1_000_000
SMALL = 200_000

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_DATED = re.compile(r"-\d{8}$")
_MARK = re.compile(r"\[1m\]$", re.IGNORECASE)
_OBSERVED = (
    # (from version, up to but not with version, models, window)
    ((2, 1, 197), (2, 1, 198), ("claude-sonnet-5",), SMALL),
    ((2, 1, 329), None, ("claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"), LARGE),
    ((2, 1, 329), None, ("claude-sonnet-4-5", "claude-haiku-4-5", "claude-opus-4-6"), SMALL),
)
_UNKNOWN_NAMES = ((2, 1, 329), (2, 1, 330), LARGE)
_SEEN = frozenset(model for _, _, models, _ in _OBSERVED for model in models)
_NOT_OBSERVED = re.compile(r"claude-(?:\d|instant|(?:opus|sonnet|haiku)-(?:\d\b|4-\d)|fable-)")

Version = tuple[int, ...]


def parsed(version: str | None) -> Version | None:
    """Return a version such as `2.1.329` as numbers, None if it is none."""
    found = _VERSION.match(version or "")
    return tuple(map(int, found.groups())) if found else None


def unmarked(model: str) -> str:
    """Return a model's name without the mark of the 1M variant, as replies name it."""
    return _MARK.sub("", model)


def plain(model: str) -> str:
    """Return a model's name without its date and without the mark of the 1M variant."""
    return _DATED.sub("", unmarked(model))


def one_million(model: str) -> bool:
    """Tell whether a model as it was asked for is the 1M variant (`...[1m]`)."""
    return bool(_MARK.search(model))


def window(version: str | None, model: str) -> int | None:
    """Return the window in tokens that this version of the program uses for a model, None if that is not known."""
    number, name = parsed(version), plain(model)
    if number is None:
        return None
    for first, end, models, tokens in _OBSERVED:
        if name in models and first <= number and (end is None or number < end):
            return tokens
    first, end, tokens = _UNKNOWN_NAMES
    if first <= number < end and name not in _SEEN and not _NOT_OBSERVED.match(name):
        return tokens
    return None


def fits(asked: str, model: str) -> bool:
    """Tell whether a model named in the settings (`opus[1m]`, `claude-opus-4-8`) means `model`."""
    name, real = plain(asked).lower(), plain(model).lower()
    return name == real or (name.isalpha() and name in real.split("-"))

"""Finds what looks like a secret in a text, so that no note or prompt carries one."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

MARK = "[redacted]"
_LONGEST_NAME = 64
_PASSES = 8

_KEY_BLOCK = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]{0,40}-----|\Z)", re.DOTALL
)
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("private key", _KEY_BLOCK),
    ("API key", re.compile(r"(?<![A-Za-z0-9])[sr]k[-_](?=[\w-]{0,120}[\dA-Z])[\w-]{16,}")),
    ("GitHub token", re.compile(r"gh[pousr]_\w{20,}|github_pat_\w{20,}")),
    ("GitLab token", re.compile(r"gl(?:pat|dt|rt|cbt|ptt|ft|soat)-[\w-]{16,}")),
    ("AWS key", re.compile(r"(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}")),
    ("Google key", re.compile(r"AIza[\w-]{30,}|ya29\.[\w-]{16,}|GOCSPX-[\w-]{16,}")),
    ("Slack token", re.compile(r"xox[abeoprs]-[\w-]{10,}|xapp-[\w-]{10,}|hooks\.slack\.com/services/[\w/]+")),
    ("webhook", re.compile(r"discord(?:app)?\.com/api/webhooks/\d+/[\w-]+")),
    ("registry token", re.compile(r"npm_\w{30,}|pypi-[\w-]{32,}|dckr_pat_[\w-]{16,}|rubygems_[0-9a-f]{32,}")),
    (
        "model host token",
        re.compile(r"(?<![A-Za-z0-9])(?:hf|gsk|r8|pplx|xai|nvapi|tvly)[-_](?=[\w-]{0,120}\d)[\w-]{20,}"),
    ),
    ("cloud token", re.compile(r"SG\.[\w-]{16,}\.[\w-]{16,}|do[opr]_v1_[0-9a-f]{32,}|shp(?:at|ca|pa|ss)_\w{16,}")),
    ("registry key", re.compile(r"(?<![A-Za-z0-9])AKC[A-Za-z0-9]{10,}")),
    ("storage key", re.compile(r"AccountKey=(?P<secret>[A-Za-z0-9+/]{40,}={0,2})")),
    ("bot token", re.compile(r"(?<!\d)\d{8,10}:AA[\w-]{33}|(?<![\w-])[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,}")),
    ("service key", re.compile(r"(?<![A-Za-z0-9])(?:AC|SK)[0-9a-f]{32}|[0-9a-f]{32}-us\d{1,2}|sq0[a-z]{3}-[\w-]{22,}")),
    ("age key", re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]{20,}")),
    ("JSON web token", re.compile(r"(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?")),
    ("bearer token", re.compile(r"(?i:\bbearer)\s+(?P<secret>(?=\S{0,200}\d)[\w.~+/-]{8,}=*|[\w.~+/-]{20,}=*)")),
    ("basic credentials", re.compile(r"(?i:\bauthorization\W{1,4}basic)\s+(?P<secret>[\w+/-]{4,}=*)")),
    ("password in an address", re.compile(r"[a-z][a-z0-9+.-]{1,20}://(?P<secret>[^\s/@'\"<>]+)@", re.IGNORECASE)),
    ("password of a command", re.compile(r"(?:\s-u\s*|\s--user[ =])['\"]?(?P<secret>[^\s:'\"]+:[^\s'\"]+)")),
)
_NAME_OF_ONE = (
    r"(?:passw(?:or)?d|passphrase|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)"
)
_NAMED = re.compile(
    rf"(?<![A-Za-z0-9])(?P<name>[\w.-]{{0,{_LONGEST_NAME}}}?{_NAME_OF_ONE}[\w.-]{{0,{_LONGEST_NAME}}}?)['\"]?"
    r"(?P<sign>\s*(?::=|=>|[=:])\s*|(?<=\w)\s+(?=\S))"
    r"(?:\"(?P<double>[^\"]+)\"?|'(?P<single>[^']+)'?|(?P<bare>[^\s'\",;&|)}\]]+))",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"\$\{?\w+\}?|\$\(.*|%\w+%|<[\w -]+>?|\*+|\.{2,}|(?:os|process)\.env.*|None|null|true|false", re.DOTALL
)
_WORD = re.compile(r"[^\W\d_]+[.,!?:]?")
_MORE_WORDS = re.compile(r"[ \t]+\S")


class Secret(Struct, frozen=True):
    """A stretch of a text that looks like a secret: its kind, and its offsets."""

    kind: str
    start: int
    end: int


def secrets_in(text: str) -> tuple[Secret, ...]:
    """Return what looks like a secret, in the order of the text; of overlapping ones the union under one kind.

    Known are the shapes of common tokens, PEM blocks, credentials in addresses and headers, and values that are given
    to a name like `password` or `API_KEY`. References (`$TOKEN`, `<token>`) are none.
    """
    return united((*_shaped(text), *_named(text)))


def united(found: Iterable[Secret]) -> tuple[Secret, ...]:
    """Return stretches in the order of the text, those that overlap as one, under the kind of the first."""
    merged: list[Secret] = []
    for each in sorted(found, key=lambda each: (each.start, -each.end)):
        if merged and each.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Secret(last.kind, last.start, max(last.end, each.end))
        else:
            merged.append(each)
    return tuple(merged)


def redacted(text: str, looked: Callable[[str], Sequence[Secret]] = secrets_in) -> str:
    """Return a text with `[redacted]` in place of everything that looks like a secret to who looks for them."""
    for _ in range(_PASSES):  # what stood before a secret may have hidden the head of another one
        found = looked(text)
        if not found:
            break
        parts: list[str] = []
        at = 0
        for each in found:
            parts += (text[at : each.start], MARK)
            at = each.end
        text = "".join((*parts, text[at:]))
    return text


def _shaped(text: str) -> Iterator[Secret]:
    for kind, pattern in _SHAPES:
        for found in pattern.finditer(text):
            group = "secret" if "secret" in pattern.groupindex else 0
            if MARK not in found[group]:
                yield Secret(kind, found.start(group), found.end(group))


def _named(text: str) -> Iterator[Secret]:
    at = 0
    while found := _NAMED.search(text, at):
        group = next(name for name in ("double", "single", "bare") if found[name] is not None)
        taken = _is_value(found, group, text)
        if taken:
            yield Secret("named secret", found.start(group), found.end(group))
        at = found.end(group) if taken else found.end("name")


def _is_value(found: re.Match[str], group: str, text: str) -> bool:
    """Tell whether what stands behind a secret's name is a value, not a reference or running text."""
    value, sign = found[group], found["sign"].strip()
    if value.startswith(MARK[:-1]) or _REFERENCE.fullmatch(value):
        return False
    if value.isdigit() and re.search(r"tokens?$", found["name"], re.IGNORECASE):
        return False
    if sign == "=" or group != "bare":
        return bool(sign) or _is_option(found, text)
    if not sign:
        return _is_option(found, text)
    prose = _WORD.fullmatch(value) and _MORE_WORDS.match(text, found.end(group))
    return not prose


def _is_option(found: re.Match[str], text: str) -> bool:
    """Tell whether the name is an option (`--password x`): there a blank gives the value."""
    return found["name"].startswith("-") or text[max(found.start("name") - 1, 0) : found.start("name")] == "-"

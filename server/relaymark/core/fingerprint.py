"""Fingerprints of findings by what they are about, so that they stay the same when lines move."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from hashlib import blake2b

from relaymark.core import paths
from relaymark.core.finding import Finding
from relaymark.core.markdown import outside_comments
from relaymark.core.plan import Item, Phase
from relaymark.core.sheet import Sheet

_DECORATION = re.compile(r"[*_~`\s✅✓✔☑\ufe0f]+")

Fingerprint = tuple[str, ...]
"""One part per item that a finding is about, else one for the place where it stands."""


def fingerprints(
    findings: Iterable[Finding], sheets: Mapping[str, Sheet], root: str, away: AbstractSet[str] = frozenset()
) -> tuple[Fingerprint, ...]:
    """Return the fingerprint of each finding.

    They tell the rule, the file and the words of the items or the phase: not where these stand, not the marks in
    their boxes, and not the message, which may name lines and commits. Of equal ones the order counts.

    Args:
        findings: All that were found, as the order of equal ones matters.
        sheets: The files that they may stand in, by absolute path.
        root: The top of the work tree.
        away: Parts of fingerprints that are left out of `findings`: their places in the order stay taken.
    """
    told = list(findings)
    order = sorted(range(len(told)), key=lambda at: (told[at].path, _start(told[at])))
    seen: Counter[str] = Counter()
    found: list[Fingerprint] = [()] * len(told)
    for at in order:
        finding = told[at]
        head = f"{finding.code}\0{paths.relative(finding.path, root)}\0"
        parts = []
        for subject in _subjects(finding, sheets.get(finding.path)):
            seen[head + subject] += 1
            while (part := _hash(f"{head}{subject}\0{seen[head + subject]}")) in away:
                seen[head + subject] += 1
            parts.append(part)
        found[at] = tuple(parts)
    return tuple(found)


def whole(fingerprint: Fingerprint) -> str:
    """Return a fingerprint as one text: 32 hexadecimal digits."""
    return fingerprint[0] if len(fingerprint) == 1 else _hash("\0".join(fingerprint))


def _start(finding: Finding) -> int:
    return finding.span.start if finding.span else 0


def _subjects(finding: Finding, sheet: Sheet | None) -> Iterator[str]:
    if sheet is None:
        yield finding.session or ""
        return
    items = [sheet.plan.items[at] for at in finding.concerned if at < len(sheet.plan.items)]
    named = finding.span.of(sheet.text) if finding.span else ""
    if items:
        for item in items:
            inside = finding.span is not None and finding.span != item.mark_span and len(items) == 1
            yield _words(item) + (f"\0{named}" if inside else "")
    elif finding.phase is not None and finding.phase < len(sheet.plan.phases):
        phase = sheet.plan.phases[finding.phase]
        title = _plain(f"{phase.name} {phase.title}")
        if any(mention.span == finding.span for mention in phase.paths):
            yield f"{title}\0{named}"
        else:
            yield "\0".join((title, *_boxes(phase), finding.session or ""))
    else:
        line = sheet.lines.line_at(finding.span.start) if finding.span else 0
        yield f"{_plain(sheet.text[sheet.lines.start(line) : sheet.lines.end(line)])}\0{named}\0{finding.session or ''}"


def _boxes(phase: Phase) -> Iterator[str]:
    return (_words(item) for item in phase.items)


def _words(item: Item) -> str:
    return _plain(item.text)


def _plain(text: str) -> str:
    return " ".join(_DECORATION.sub(" ", part) for part in outside_comments(text)).strip().casefold()


def _hash(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

"""A baseline: the findings that a repository lives with, by their content, so that only new ones are told."""

from collections.abc import Iterable
from typing import Any

import msgspec

from relaymark.core.finding import Finding
from relaymark.core.fingerprint import Fingerprint

_VERSION = 1


class BadBaselineError(ValueError):
    """A text is no baseline; says why."""


def encoded(found: Iterable[tuple[Finding, str, Fingerprint]]) -> bytes:
    """Return the file that holds some findings: sorted, one line each, so that changes to it read well.

    Args:
        found: Each finding with its path relative to the work tree, and its fingerprint.
    """
    lines = sorted({(path, finding.code, parts) for finding, path, parts in found})
    rows = [msgspec.json.encode({"path": path, "code": code, "parts": parts}).decode() for path, code, parts in lines]
    body = "[\n" + ",\n".join(f"  {row}" for row in rows) + "\n]" if rows else "[]"
    return f'{{"version": {_VERSION}, "findings": {body}}}\n'.encode()


def decoded(data: bytes) -> frozenset[str]:
    """Return the parts of all fingerprints in a baseline.

    Raises:
        BadBaselineError: It is none, or of a newer version.
    """
    try:
        value: Any = msgspec.json.decode(data)
    except (ValueError, RecursionError) as error:
        raise BadBaselineError(f"it is not JSON: {error}") from error
    if not isinstance(value, dict) or not isinstance(value.get("findings"), list):
        raise BadBaselineError("it holds no list of findings")
    if value.get("version") != _VERSION:
        raise BadBaselineError(f"its version is not {_VERSION}")
    rows = [row.get("parts") for row in value["findings"] if isinstance(row, dict)]
    return frozenset(part for row in rows if isinstance(row, list) for part in row if isinstance(part, str))


def is_known(parts: Fingerprint, known: frozenset[str]) -> bool:
    """Tell whether a finding is an old one: all that it is about stands in the baseline."""
    return bool(parts) and known.issuperset(parts)

"""Findings as a SARIF log."""

from collections.abc import Sequence

import msgspec

from relaymark import __version__
from relaymark.cli.formats.encoded import encoded
from relaymark.core.located import Located
from relaymark.core.sarif import sarif
from relaymark.rules.catalog import RULES


def scan(found: Sequence[Located], unjudged: Sequence[str]) -> str:
    """Return the log, indented: people read it too."""
    log = sarif(found, [(rule.code, rule.default, rule.says) for rule in RULES], __version__, notes=unjudged)
    return msgspec.json.format(encoded(log), indent=1).decode() + "\n"

"""What `relaymark check` begins before its arguments are read: git's log of a plan's work tree."""

import os
from collections.abc import Sequence

from relaymark.engine.ahead import begin
from relaymark.sources.history_logs import Logs

_NO_CHECK = frozenset({"--help", "--dismissed"})


def begun(arguments: Sequence[str]) -> Logs:
    """Return the logs, that of the current folder under way if a plan there seems to be held against it.

    Only a guess that saves time: for another workspace (`-w`, `--workspace`) nothing is begun here.
    """
    logs = Logs()
    elsewhere = any(word.startswith("--workspace") or word[:1] == "-" != word[1:2] for word in arguments)
    if not elsewhere and _NO_CHECK.isdisjoint(arguments):
        plans = [os.path.realpath(word) for word in arguments if word.endswith(".md") and os.path.isfile(word)]
        begin(logs, os.path.realpath(os.getcwd()), plans)
    return logs

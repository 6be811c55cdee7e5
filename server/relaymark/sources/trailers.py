"""Relaymark's trailers in the commits of a work tree."""

from relaymark.core.relay.facts import SHA_SHOWN
from relaymark.core.relay.trailed import Trailed
from relaymark.sources.commits import OWN_FOLDER, output

_MOST = 200
_APART = "\x1f"


def trailed_commits(top: str) -> tuple[Trailed, ...]:
    """Return those of the newest 200 commits that carry a trailer, the newest first; merges are left out."""

    def trailer(key: str) -> str:
        return f"%(trailers:key={key},valueonly,separator=%x1f)"

    told = output(
        top, "log", "-z", "--no-show-signature", "--no-merges", "--name-only", "--no-renames", f"--max-count={_MOST}",
        f"--format=%x00%H%x00{trailer('Relaymark-Phase')}%x00{trailer('Relaymark-Note')}%x00", "HEAD", "--", quiet=True,
    )  # fmt: skip
    fields = (told or "").split("\0")
    found: list[Trailed] = []
    at = 0
    while at + 3 < len(fields) and len(fields[at + 1]) in (40, 64):
        sha, phases, notes = fields[at + 1 : at + 4]
        at += 5
        names: list[str] = []
        while at < len(fields) and fields[at]:
            names.append(fields[at].removeprefix("\n"))
            at += 1
        if phases or notes:
            files = tuple(name for name in names if not name.startswith(OWN_FOLDER))
            found.append(Trailed(sha[:SHA_SHOWN], _values(phases), _values(notes), files))
    return tuple(found)


def _values(told: str) -> tuple[str, ...]:
    return tuple(value.strip() for value in told.split(_APART) if value.strip())

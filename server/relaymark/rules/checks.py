"""Tells items that run, check or decide something, which leaves nothing in the tree."""

# ruff: noqa: RUF001 - the dashes that people write plans with

import re

_CHECKING = re.compile(
    r"^\W*+(?:(?:[A-Z]{1,4}-?\d++[a-z]?|(?>[\d.]*\d)|\[[^\]]{1,12}\]|step \d++\w*+|task)[\s:.)*–—-]++)*+"
    r"(?:run|re-?run|verify|verified|check|confirm|ensure|test that|manual\w*|review|validate|"
    r"smoke|commit|push|open a pr|benchmark|measure|"
    r"inspect|investigate|read|locate|find|decide|discuss|audit|assert|observe|try)\b",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"(?!\W*+(?:(?:[A-Z]{1,4}-?\d++[a-z]?|(?>[\d.]*\d)|\[[^\]]{1,12}\]|step \d++\w*+|task)[\s:.)*–—-]++)*+"
    r"(?:add|build|chang|creat|defin|extend|extract|fix|implement|introduc|keep|mak|refactor|replac|rewrit|support|updat"
    r"|write|wir)\w*+\b)"
    r"[^(;:–—]*?(?:\b(?:still|passes|succeeds|weiterhin|toujours|todavía|vẫn)\b|仍|依然|まだ|여전히)",
    re.IGNORECASE,
)
"""What holds when all is well: no word of making comes first."""
_COMMAND = re.compile(
    r"^\W*+(?:(?:[A-Z]{1,4}-?\d++[a-z]?|(?>[\d.]*\d)|\[[^\]]{1,12}\]|step \d++\w*+|task)[\s:.)*–—-]++)*+"
    r"(?:`|(?<=`))(?:\$ )?(?:git|npm|npx|pnpm|yarn|bun|node|deno|uvx?|pip|poetry|pytest|python3?|cargo|go|make|just"
    r"|docker|kubectl|flutter|dart|dotnet|gradle|\./gradlew|mvn|swift|xcodebuild|mix|bundle|rake|rails|php|composer|curl|grep|rg|ls)"
    r"\s[^`]+`"
)
"""A command to run comes first, whatever the language of the rest."""
_STATES = ("still", "passes", "succeeds", "weiterhin", "toujours", "todavía", "vẫn", "仍", "依然", "まだ", "여전히")


def checks_only(text: str) -> bool:
    """Tell whether an item is about running, checking or deciding, which leaves nothing in the tree."""
    if _CHECKING.match(text) or _COMMAND.match(text):
        return True
    low = text.casefold()
    return any(word in low for word in _STATES) and _STATED.match(text) is not None

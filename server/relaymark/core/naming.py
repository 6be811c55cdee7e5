"""Compares the paths that plans name with the paths of files, since a plan may name a file in many ways."""

import re
from functools import lru_cache

from relaymark.core.paths import normal

EXACT, RELATIVE, TAIL, INSIDE, BASE = 5, 4, 3, 2, 1
"""How well a path is named; 0 is not at all."""

_WILD = re.compile(r"\*\*/?|\*|[^*]+")
_MOST_STARS = 8
_PLACEHOLDER = re.compile(
    r"[<>$%{}!]|\.\.\.|://|(?:^|[/._-])(?:x{2,}|y{4}|n{2,}|m{2}|d{2}|foo|bar|baz|your[\w-]*|example|placeholder|todo|tbd)"
    r"(?=$|[/._-])|(?:^|/)path/to/|[\w)]\.\.[\w(]|\[name\]",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"[a-z_-][NXY](?=\.\w+$|[/_-]|$)|(?:^|/)[A-Z](?=\.\w)")
_GENERATED = re.compile(
    r"(?:^|/)(?:node_modules|dist|build|out|output|outputs|target|tmp|temp|cache|coverage|htmlcov|logs?|results?|reports?"
    r"|artifacts|venv|env|__pycache__|vendor|generated|\.git|\.venv|\.next|\.cache|\.tox|\.pytest_cache|[\w.-]+\.egg-info)/"
    r"|(?:^|/)(?:\.env(?:\.[\w.-]+)?|\.DS_Store|[\w.-]*\.local(?:\.\w+)*)$"
    r"|\.(?:log|tmp|pid|sock|db|sqlite3?|bak|out|o|pyc|so|dll|exe|zip|t?gz|tar|whl|jar|class|map|lcov|prof)$",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\.(?:c|cc|cljs?|cpp|cs|cts|cxx|dart|ejs|el|elm|erl|exs?|fs|go|gradle|groovy|h|hbs|hh|hpp|hrl|hs|java|jinja|jl|jsx?|kts?"
    r"|less|lua|mjs|mli?|mm|mts|nim|nix|odin|php|pl|proto|ps1|pyi?|pyx|rake|rb|rs|sass|scala|scss|sh|sol|svelte|swift|templ"
    r"|tf|tsx?|vue|wgsl|zig|zsh|astro|cue|graphql|prisma|R)$"
)

DOCUMENT = re.compile(r"\.(?:md|mdx|rst|adoc|txt)$", re.IGNORECASE)
"""How the path of a text for people ends."""

_FAMILIES = (
    ("ts", "tsx", "js", "jsx", "mts", "mjs", "cts", "cjs"),
    ("yml", "yaml"),
    ("htm", "html"),
    ("md", "mdx", "markdown"),
    ("css", "scss", "sass", "less"),
    ("jpg", "jpeg"),
)
"""Suffixes by which one file may be called as it is written anew; not those of files that stand beside each other."""
_FAMILY = {suffix: family for family in _FAMILIES for suffix in family}


def names_path(mention: str, path: str, plan: str = "") -> int:
    """Return how well `mention`, as a plan writes it, names the file at `path`; 0 if it does not.

    `EXACT`: it is that path, or an absolute path that ends in it. `RELATIVE`: it is, from the folder of the
    plan at `plan`. `TAIL`: the path ends in it, or it is a glob for the path. `INSIDE`: it is a folder around
    the path. `BASE`: it is the file's bare name.

    Args:
        mention: A path, folder (`x/`) or glob, as found in a plan.
        path: A file relative to the workspace, with `/`.
        plan: The plan's own path relative to the workspace.
    """
    wanted = normal(mention)
    if wanted == path or ("/" in path and wanted.startswith(("/", "~")) and wanted.endswith(f"/{path}")):
        return EXACT
    folder = plan.rpartition("/")[0]
    if folder and normal(f"{folder}/{mention}") == path:
        return RELATIVE
    while wanted.startswith("../"):
        wanted = wanted[3:]
    if "*" in wanted:
        pattern = glob_pattern(wanted)
        return TAIL if pattern and pattern.fullmatch(path) else 0
    if mention.endswith("/"):
        return INSIDE if f"/{wanted}/" in f"/{path}" else 0
    if path.endswith(f"/{wanted}"):
        return TAIL if "/" in wanted else BASE
    return INSIDE if "/" in wanted and path.startswith(f"{wanted}/") else 0


def is_placeholder(path: str) -> bool:
    """Tell whether a path stands for others: `<name>.py`, `path/to/x.py`, `YYYY-MM-DD.md`, `sheetN.xml`, `X.ts`."""
    return _PLACEHOLDER.search(path) is not None or _NUMBERED.search(path) is not None


def is_generated(path: str) -> bool:
    """Tell whether programs make what a path names (`dist/`, `.env`, `x.log`), so that a tree need not hold it."""
    return _GENERATED.search(path) is not None


def is_code(path: str) -> bool:
    """Tell whether a path names a file of a programming language."""
    return _CODE.search(path) is not None


def siblings(path: str) -> tuple[str, ...]:
    """Return what else a file may be called in its folder by its suffix alone: `x.ts`, `x.tsx`, ... of `x.js`."""
    stem, _, suffix = path.rpartition(".")
    if not stem or stem.endswith("/"):
        return ()
    return tuple(f"{stem}.{other}" for other in _FAMILY.get(suffix, ()) if other != suffix)


@lru_cache(maxsize=1_024)
def glob_pattern(glob: str) -> re.Pattern[str] | None:
    """Return the pattern of the paths that end in what `glob` stands for; None for one with too many stars."""
    if glob.count("*") > _MOST_STARS:
        return None
    pieces = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}
    return re.compile("(?:.*/)?" + "".join(pieces.get(piece, re.escape(piece)) for piece in _WILD.findall(glob)))

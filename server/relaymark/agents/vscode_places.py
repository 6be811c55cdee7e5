"""Where VS Code and the editors made from it keep a user's data: agents that are extensions keep theirs there.

Sources: VS Code's `userDataPath.ts` (order of the variables; `APPDATA`, `Library/Application Support`,
`XDG_CONFIG_HOME`) and its server's `VSCODE_AGENT_FOLDER`; the products' names are those of their folders. The system is
told by the home folder and the environment alone.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from relaymark.core.agent import Home
from relaymark.core.paths import absolute, join, name, normal

PRODUCTS = ("Code", "Code - Insiders", "Code - OSS", "VSCodium", "Cursor", "Windsurf", "Trae", "Trae CN")
"""Products by the name of their folder, which is the same on every system."""

SERVERS = (
    ".vscode-server",
    ".vscode-server-insiders",
    ".vscode-remote",
    ".vscodium-server",
    ".cursor-server",
    ".windsurf-server",
    ".trae-server",
    ".trae-cn-server",
)
"""Folders of what such an editor runs on this machine when its window is elsewhere (SSH, WSL, containers)."""

_FLATPAKS = (("Code", "com.visualstudio.code"), ("VSCodium", "com.vscodium.codium"))


class UserFolder(Struct, frozen=True):
    """A folder `User` of such an editor, there or not; in it lie `globalStorage` and `workspaceStorage`.

    Attributes:
        product: The editor, by the name of its folder: `Code - Insiders`, `.vscode-server`.
        path: Absolute, in normal form.
        variable: The environment variable that named the place, None for the default one.
    """

    product: str
    path: str
    variable: str | None = None


def user_folders(environ: Mapping[str, str], home: str) -> tuple[UserFolder, ...]:
    """Return the folders `User` of all products, without doubles: those of editors first, then those of servers."""
    found: dict[str, UserFolder] = {}
    for one in (*_editors(environ, home), *_servers(environ, home)):
        found.setdefault(one.path, one)
    return tuple(found.values())


def storages(environ: Mapping[str, str], home: str) -> tuple[Home, ...]:
    """Return the `globalStorage` of every product: extensions have folders there, `publisher.name` in lower case."""
    return tuple(Home(f"{user.path}/globalStorage", user.variable) for user in user_folders(environ, home))


def _editors(environ: Mapping[str, str], home: str) -> Iterator[UserFolder]:
    if portable := _told(environ, "VSCODE_PORTABLE"):
        # The variable is there only for what such an editor started; the installed ones keep their places.
        yield UserFolder(PRODUCTS[0], join(home, f"{portable}/user-data/User"), "VSCODE_PORTABLE")
    base, variable = _base(environ, home)
    for product in PRODUCTS:
        yield UserFolder(product, join(base, f"{product}/User"), variable)
    if not (_on_windows(home) or _on_mac(environ, home)):
        for product, app in _FLATPAKS:
            yield UserFolder(product, join(home, f".var/app/{app}/config/{product}/User"))


def _servers(environ: Mapping[str, str], home: str) -> Iterator[UserFolder]:
    for server in SERVERS:
        yield UserFolder(server, join(home, f"{server}/data/User"))
    if agent := _told(environ, "VSCODE_AGENT_FOLDER"):
        yield UserFolder(name(agent), join(home, f"{agent}/data/User"), "VSCODE_AGENT_FOLDER")
    if not _on_windows(home):
        data = _told(environ, "XDG_DATA_HOME")
        share = join(home, data or ".local/share")
        yield UserFolder("code-server", join(share, "code-server/User"), "XDG_DATA_HOME" if data else None)


def _base(environ: Mapping[str, str], home: str) -> tuple[str, str | None]:
    """Return the folder in which each product has its own, and the variable that named it."""
    variables: tuple[str, ...]
    if _on_windows(home):
        variables, default = ("VSCODE_APPDATA", "APPDATA"), "AppData/Roaming"
    elif _on_mac(environ, home):
        variables, default = ("VSCODE_APPDATA",), "Library/Application Support"
    else:
        variables, default = ("VSCODE_APPDATA", "XDG_CONFIG_HOME"), ".config"
    usual = join(home, default)
    for variable in variables:
        if moved := _told(environ, variable):
            path = join(home, moved)
            return path, None if path == usual else variable
    return usual, None


def _told(environ: Mapping[str, str], variable: str) -> str:
    return environ.get(variable, "").strip().rstrip("/\\")


def _on_windows(home: str) -> bool:
    place = normal(home)
    return absolute(home) and (place.startswith("//") or not place.startswith("/"))


def _on_mac(environ: Mapping[str, str], home: str) -> bool:
    # The variable stands in the environment of every process there, also of users whose home lies elsewhere.
    return home.startswith("/Users/") or "__CF_USER_TEXT_ENCODING" in environ

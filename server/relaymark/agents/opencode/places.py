"""The opencode family: where a program of it keeps its data, its settings and its list of models.

Facts: opencode's public source (`packages/core/src/global.ts`, `database/database.ts`, `config/paths.ts`,
`models-dev.ts`) and Kilo's, which is a fork of it. All of them follow the XDG variables on every system.
"""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from relaymark.core.agent import Home
from relaymark.core.paths import absolute, join, name, normal, same

_IN_MEMORY = ":memory:"
_ENDINGS = (".jsonc", ".json")
_ABOVE = 4
"""Folders above a session's directory in which a project's settings are looked for."""


class Places(Struct, frozen=True, kw_only=True):
    """The names that a program of the family gives to its things.

    Attributes:
        folder: Its folder among other programs' data, and its settings file without an ending: `opencode`.
        prefix: How its environment variables begin: `OPENCODE`.
        hidden: Folders in a project that hold its settings: `.opencode`.
    """

    folder: str
    prefix: str
    hidden: tuple[str, ...]

    def homes(self, environ: Mapping[str, str], home: str) -> tuple[Home, ...]:
        """Return its folders of data: that of the database that `<PREFIX>_DB` names, and the usual one.

        Such a database is known by its name only: one that does not hold the program's is not looked for.
        """
        base, variable = _base(environ, home, "XDG_DATA_HOME", ".local/share")
        usual = Home(f"{base}/{self.folder}", variable)
        moved = _told(environ, f"{self.prefix}_DB")
        database = join(usual.path, moved) if moved and moved != _IN_MEMORY else ""
        above = database.rpartition("/")[0]
        if not above or same(above, usual.path) or not self.owns(name(database)):
            return (usual,)
        return (Home(above, f"{self.prefix}_DB"), usual)

    def owns(self, path: str) -> bool:
        """Tell whether a path below a home is a database: `opencode.db`, that of a channel, one named by the user."""
        return bool(re.fullmatch(rf"[^/]*{self.folder}[^/]*\.db", path)) and not path.startswith(".")

    def settings(self, environ: Mapping[str, str], home: str, cwd: str | None) -> tuple[str, ...]:
        """Return its settings files, the strongest first: the project's own, then the user's."""
        found: list[str] = []
        if chosen := _told(environ, f"{self.prefix}_CONFIG_DIR"):
            found += self._named(join(home, chosen))
        around = tuple(_upwards(cwd, home))
        for hidden in self.hidden:
            for folder in around:
                found += self._named(f"{folder}/{hidden}")
        for folder in around:
            found += self._named(folder)
        if chosen := _told(environ, f"{self.prefix}_CONFIG"):
            found.append(join(home, chosen))
        users = f"{_base(environ, home, 'XDG_CONFIG_HOME', '.config')[0]}/{self.folder}"
        return (*found, *self._named(users), f"{users}/config.json")

    def models(self, environ: Mapping[str, str], home: str, _cwd: str | None) -> tuple[str, ...]:
        """Return its copy of the public list of models."""
        if chosen := _told(environ, f"{self.prefix}_MODELS_PATH"):
            return (join(home, chosen),)
        return (f"{_base(environ, home, 'XDG_CACHE_HOME', '.cache')[0]}/{self.folder}/models.json",)

    def _named(self, folder: str) -> list[str]:
        return [f"{folder.rstrip('/')}/{self.folder}{ending}" for ending in _ENDINGS]


def _told(environ: Mapping[str, str], variable: str) -> str:
    return environ.get(variable, "").strip()


def _base(environ: Mapping[str, str], home: str, variable: str, usual: str) -> tuple[str, str | None]:
    moved = _told(environ, variable)
    return join(home, moved or usual), variable if moved else None


def _upwards(cwd: str | None, home: str) -> Iterator[str]:
    """Yield a session's directory and some folders above it, the nearest first, up to the user's home folder.

    The directory comes from a record, so one on another machine (`//host/share`) is not looked into.
    """
    here = normal(cwd) if cwd and absolute(cwd) else "//"
    for _ in range(_ABOVE + 1):
        above = here.rpartition("/")[0]
        if not above or here.startswith("//") or same(here, home):
            return
        yield here
        here = above

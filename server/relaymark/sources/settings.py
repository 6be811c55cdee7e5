"""Settings files of Relaymark: the user's own and the one at a work tree's top, as raw layers."""

from pathlib import Path

from relaymark.core.config import Layer
from relaymark.sources.folders import config_file
from relaymark.sources.git_files import top_folder

REPOSITORY_FILE = ".relaymark.toml"


def layers(folder: str | None) -> tuple[tuple[Layer, ...], tuple[str, ...]]:
    """Return the settings layers for a workspace folder, weakest first, and one message per unreadable file."""
    found: list[Layer] = []
    problems: list[str] = []
    for path, from_repository in _files(folder):
        try:
            if path.exists() and not (path.is_file() or path.is_dir()):
                problems.append(f"{path}: not read: it is no file")
                continue
            text = path.read_text(encoding="utf-8")
            # Only who has such a file pays for the reader: a status line has 80 ms in all.
            import tomllib  # noqa: PLC0415

            values = tomllib.loads(text)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, ValueError, RecursionError) as error:
            problems.append(f"{path}: not read: {error}")
            continue
        found.append(Layer(str(path), values, from_repository))
    return tuple(found), tuple(problems)


def stamp(folder: str | None) -> tuple[float, ...]:
    """Return what differs when a settings file of a workspace folder was changed, made or removed."""
    return tuple(_modified(path) for path, _ in _files(folder))


def _files(folder: str | None) -> list[tuple[Path, bool]]:
    own = [(config_file(), False)]
    return [*own, (Path(top_folder(folder) or folder) / REPOSITORY_FILE, True)] if folder else own


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0

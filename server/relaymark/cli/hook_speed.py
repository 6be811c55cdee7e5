"""Loads msgspec 9 ms sooner, for commands that have 80 ms in all."""

import sys


def import_msgspec() -> None:
    """Import msgspec while there is no `typing_extensions`: it then takes the same functions from `typing`.

    Whoever needs that module later finds it.
    """
    if {"msgspec", "typing_extensions"} & sys.modules.keys():
        return
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]
    try:
        import msgspec  # noqa: F401, PLC0415
    finally:
        del sys.modules["typing_extensions"]

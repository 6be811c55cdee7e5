"""What the public price registry (genai-prices) says of a model on a host, remembered so that it is asked once."""

import contextlib
import importlib.util
import os
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from relaymark.sources.files import write_atomically
from relaymark.sources.folders import cache_folder


class Known(Struct, frozen=True):
    """The registry's word on one model at one host.

    Attributes:
        window: Tokens, None if it does not know the model there.
        price_step: The context in tokens above which tokens cost more, None without such a step.
    """

    window: int | None = None
    price_step: int | None = None


class ModelRegistry:
    """Asks the registry, which takes a third of a second to load, only for what no earlier run asked."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or cache_folder() / "models.json"
        self._edition = _edition()
        self._known: dict[str, Known] | None = None

    def ask(self, host: str, model: str) -> Known:
        """Return what is known of a model on a host; an empty answer for unknown ones."""
        known = self._load()
        key = f"{self._edition} {host}/{model}"
        if key not in known:
            known[key] = _asked(host, model)
            self._save(known)
        return known[key]

    def _load(self) -> dict[str, Known]:
        if self._known is None:
            try:
                found = msgspec.json.decode(self._path.read_bytes(), type=dict[str, Known])
            except (OSError, ValueError):
                found = {}
            self._known = {key: value for key, value in found.items() if key.startswith(f"{self._edition} ")}
        return self._known

    def _save(self, known: dict[str, Known]) -> None:
        with contextlib.suppress(OSError):  # the next run asks again
            write_atomically(self._path, msgspec.json.encode(known))


def _edition() -> str:
    spec = importlib.util.find_spec("genai_prices")
    try:
        return str(int(os.stat(spec.origin).st_mtime)) if spec and spec.origin else "none"
    except OSError:
        return "none"


def _asked(host: str, model: str) -> Known:
    # Its import builds thousands of rows; whoever has the answer on disk never pays for that.
    from genai_prices.data_snapshot import get_snapshot  # noqa: PLC0415
    from genai_prices.types import TieredPrices  # noqa: PLC0415

    try:
        _, found = get_snapshot().find_provider_model(model, None, host, None)
    except LookupError:
        return Known()
    prices = found.get_prices(datetime.now(UTC))
    tiers = [value.tiers for name in ("input_mtok", "output_mtok")
             if isinstance(value := getattr(prices, name, None), TieredPrices)]  # fmt: skip
    starts = [tier.start for steps in tiers for tier in steps if tier.start]
    return Known(found.context_window or None, min(starts, default=None))

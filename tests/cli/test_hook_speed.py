"""msgspec loaded the quick way is the same library, and nobody else misses what it did without."""

import subprocess
import sys

import pytest

USE = """
import sys
from relaymark.cli.hook_speed import import_msgspec
{before}
import_msgspec()
import msgspec, typing_extensions
from relaymark.core.config import Config, merged, Layer
assert typing_extensions.TypedDict
config, problems = merged([Layer("x", {{"ceilingPercent": 10, "limits": {{"a/*": {{"cap": 5}}}}, "text": 7}})])
assert (config.ceiling_percent, config.limits["a/*"].cap, len(problems)) == (10, 5, 1)
print(sys.modules["typing_extensions"].__name__)
"""


@pytest.mark.parametrize("before", ["", "import typing_extensions", "import msgspec"])
def test_what_comes_later_finds_everything(before):
    done = subprocess.run(
        [sys.executable, "-c", USE.format(before=before)], capture_output=True, text=True, check=False, timeout=30
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "typing_extensions\n", "")

"""The agents themselves, from npm: installed once beside the clone, and driven against a model that tests script."""

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = Path(__file__).resolve().parent / "agents"
FOLDER = ROOT / ".editors" / "agents"
WANTED = os.environ.get("CI") == "true" or os.environ.get("RELAYMARK_AGENTS") == "1"
"""Whether they are fetched (800 MB) where they are not there yet."""


class MissingError(Exception):
    """The agents are not here; the message says why."""


def programs():
    """Returns the programs `claude` and `codex` of the versions that tests/clients/agents names.

    Raises:
        MissingError: They are not here, and cannot be fetched or are not to be.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    lock = (NAMED / "package-lock.json").read_bytes()
    stamp, wanted = FOLDER / ".stamp", hashlib.sha256(lock).hexdigest()
    with (FOLDER / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            if not WANTED:
                raise MissingError("Claude Code and Codex are not here: RELAYMARK_AGENTS=1 fetches them (800 MB)")
            _fetch()
            stamp.write_text(wanted)
    return {"claude": _claude(), "codex": str(FOLDER / "node_modules/.bin/codex")}


def _fetch():
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(NAMED / name, FOLDER / name)
    # npm takes its settings from the user's own home, which tests do not see otherwise.
    env = os.environ | {"HOME": pwd.getpwuid(os.getuid()).pw_dir}
    try:
        done = subprocess.run(
            ["npm", "ci", "--loglevel=error"],
            cwd=FOLDER, env=env, capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingError(f"npm could not fetch the agents: {error}") from error
    if done.returncode:
        raise MissingError(f"npm could not fetch the agents: {done.stderr.strip().splitlines()[-1:]}")


def _claude():
    """Returns the program in the package of this platform; scripts of packages are not run, which would move it."""
    found = sorted((FOLDER / "node_modules/@anthropic-ai").glob("claude-code-*/claude*"))
    if not found:
        raise MissingError("Claude Code has no program for this platform")
    return str(found[0])

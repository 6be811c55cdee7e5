"""aider: its own words in a chat, as patterns, and the figures in them."""

import re

VERSION = re.compile(r"Aider v(\S+)")
MODEL = re.compile(r"(?:Main model|Models?): (\S+) with .*")
SENT = re.compile(r"Tokens: ([\d.,]+)(k?) sent(?:, [\d.,]+k? cache (?:write|hit))*, [\d.,]+k? received\..*")
TOTAL = re.compile(r"\$ *[\d.]+ +([\d,]+) tokens total")
LIMIT = re.compile(r"([\d,]+) tokens max context window size")
TOO_MUCH = re.compile(r"Your estimated chat context of ([\d,]+) tokens exceeds the ([\d,]+) token limit .*")
CLEARED = ("All chat history cleared.", "All files dropped and chat history cleared.")
DROPPED_ALL = ("All files dropped and", "Dropping all files from the chat session")
RESTORED = "Restored previous conversation history."
ADDED = re.compile(r"Added (.+?) to (?:the chat(?: \(read-only\))?|read-only files)\.?")
OUTPUT_ADDED = re.compile(r"Added \d+ lines? of output to the chat\.")
REMOVED = re.compile(r"(?:Removed(?: read-only file)?|Dropping) (.+) from the chat\.?")
APPLIED = re.compile(r"Applied edit to (.+)")
QUESTION = re.compile(r"(.+?) \(Y\)es/\(N\)o.*\]: ([a-z])[a-z']*")
ADD_FILE = "Add file to the chat?"
RUN = ("Run shell command?", "Run shell commands?")
RUNNING = "Running "
PROCEED = "Try to proceed anyway?"
FIX = ("Attempt to fix lint errors?", "Attempt to fix test errors?")
REJECTED = ("The LLM did not conform to the edit format.", "Exception while updating files:")
"""The answer goes back to the model, so another one follows."""
ENOUGH = re.compile(r"Only \d+ reflections allowed, stopping\.")
INTERRUPTED = ("^C again to exit", "^C KeyboardInterrupt")
FAILED = re.compile(r"(?:litellm\.\w*(?:Error|Exception)\b|Traceback \(most recent call last\)).*", re.DOTALL)
RETRYING = re.compile(r"Retrying in [\d.]+ seconds.*")
_MESSAGE = ("--message", "--msg", "-m", "--message-file", "-f")
_MOST = 1_000_000_000


def figure(digits: str, unit: str = "") -> int | None:
    """Return a count as aider writes it: `999`, `2.7k`, `58k`, `2,474`; None where it is none."""
    try:
        value = float(digits.replace(",", "")) * (1000 if unit else 1)
    except ValueError:
        return None
    return round(value) if 0 <= value <= _MOST else None


def streams(command_line: str) -> bool | None:
    """Return whether a command line asks for streaming, None if it is no word of it.

    Its arguments stand there without quotes: what follows the message may belong to it and is not looked at.
    """
    asked = None
    for word in command_line.split():
        if word.split("=")[0] in _MESSAGE:
            break
        if word in ("--stream", "--no-stream"):
            asked = word == "--stream"
    return asked


def provider(model: str) -> str | None:
    """Return who serves a model, by the prefix that aider's library puts before it (`openai/gpt-4o`).

    A few names go without one there; any other is not known.
    """
    prefix, slash, _ = model.partition("/")
    if slash:
        return _HOSTS.get(prefix, prefix) or None
    return next((host for start, host in _BARE if model.startswith(start)), None)


_HOSTS = {
    "gemini": "google",
    "vertex_ai": "google",
    "bedrock": "aws",
    "xai": "x-ai",
    "github_copilot": "github-copilot",
    "together_ai": "together",
    "fireworks_ai": "fireworks",
}
_BARE = (("claude-", "anthropic"), ("gpt-", "openai"), ("chatgpt-", "openai"), ("o1", "openai"), ("o3", "openai"),
         ("o4", "openai"))  # fmt: skip

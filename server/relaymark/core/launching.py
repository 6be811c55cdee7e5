"""The programs that start an agent in a terminal with its first prompt, by their arguments."""

from collections.abc import Mapping, Sequence

PROMPT = "{prompt}"
"""Stands for the first prompt in a command of the settings."""

PROGRAMS: Mapping[str, tuple[str, ...]] = {
    "claude-code": ("claude", PROMPT),
    "codex": ("codex", PROMPT),
    "opencode": ("opencode", "--prompt", PROMPT),
    "gemini-cli": ("gemini", "--prompt-interactive", PROMPT),
    "qwen-code": ("qwen", "--prompt-interactive", PROMPT),
    "copilot-cli": ("copilot", "--interactive", PROMPT),
}
"""The agents that begin a session with a prompt and stay open. Source: `--help` of Claude Code and Codex, the public
documentation of opencode and Gemini CLI; Qwen Code and Copilot CLI take after these and were not tried."""


def commands(own: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return the command of each agent that can be started; the settings go first, an empty one takes one away."""
    merged = {**PROGRAMS, **{agent: tuple(argv) for agent, argv in own.items()}}
    return {agent: argv for agent, argv in merged.items() if argv and argv[0] and PROMPT not in argv[0]}


def argv(agent: str, prompt: str, own: Mapping[str, Sequence[str]] | None = None) -> tuple[str, ...]:
    """Return program and arguments that start `agent` with a prompt; no shell is to read them.

    A prompt that begins like an option is set off, so that no program takes it for one.

    Raises:
        KeyError: Nobody knows how to start that agent.
    """
    known = commands(own or {})[agent]
    text = f" {prompt}" if prompt.startswith("-") else prompt
    if not any(PROMPT in part for part in known):
        return (*known, text)
    return tuple(part.replace(PROMPT, text) for part in known)

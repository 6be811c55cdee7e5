"""The agents that Relaymark reads: one explicit list, apart so that who needs one agent does not load them all."""

from relaymark.agents import (
    aider,
    amp,
    claude_code,
    cline,
    codex,
    continue_dev,
    copilot_cli,
    copilot_vscode,
    crush,
    cursor,
    gemini_cli,
    goose,
    kilo,
    kilo_legacy,
    opencode,
    pi,
    qwen_code,
    reported,
    roo,
    zed,
)
from relaymark.core.agent import Agent

AGENTS: tuple[Agent, ...] = (
    claude_code.AGENT,
    codex.AGENT,
    copilot_vscode.AGENT,
    cursor.AGENT,
    gemini_cli.AGENT,
    copilot_cli.AGENT,
    cline.AGENT,
    opencode.AGENT,
    roo.AGENT,
    continue_dev.AGENT,
    kilo.AGENT,
    kilo_legacy.AGENT,
    aider.AGENT,
    amp.AGENT,
    goose.AGENT,
    qwen_code.AGENT,
    zed.AGENT,
    pi.AGENT,
    crush.AGENT,
    reported.AGENT,
)
"""Every agent that Relaymark reads, the most used first. A new one is a module here and one entry in this list."""

"""Agents: where each one's sessions lie and how its records become events."""

from relaymark.agents import (
    aider,
    claude_code,
    cline,
    codex,
    continue_dev,
    copilot_cli,
    copilot_vscode,
    cursor,
    gemini_cli,
    kilo,
    kilo_legacy,
    opencode,
    qwen_code,
    reported,
    roo,
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
    qwen_code.AGENT,
    reported.AGENT,
)
"""Every agent that Relaymark reads, the most used first. A new one is a module here and one entry in this list."""

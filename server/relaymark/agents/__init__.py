"""Agents: where each one's sessions lie and how its records become events."""

from relaymark.agents import claude_code, codex, copilot_cli, qwen_code
from relaymark.core.agent import Agent

AGENTS: tuple[Agent, ...] = (claude_code.AGENT, codex.AGENT, copilot_cli.AGENT, qwen_code.AGENT)
"""Every agent that Relaymark reads. A new one is a module here and one entry in this list."""

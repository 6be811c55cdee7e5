"""Agents: where each one's sessions lie and how its records become events."""

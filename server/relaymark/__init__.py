"""Relaymark keeps AI coding sessions inside the sharp part of their context window."""

__version__ = "0.1.0"

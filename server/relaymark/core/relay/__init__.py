"""The relay between two sessions: the facts that a handover is drawn from, and how each of them is told."""

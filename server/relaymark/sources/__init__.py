"""What touches the world: readers, watchers, git, processes, user state."""

"""The engine: joins sources, agents and core into one workspace of frozen snapshots."""

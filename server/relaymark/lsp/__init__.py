"""The edge: the one place that speaks the language server protocol."""

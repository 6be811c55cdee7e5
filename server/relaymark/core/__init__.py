"""The domain: values and pure functions, with no protocol, no clock and no disk."""

"""The forms in which `relaymark check` prints what it found, one module each."""

"""What can be done about findings: one module per kind of fix, the same for code actions and for `check --fix`."""

"""Task folders as Cline's VS Code extension made them: Roo Code and Kilo Code took them over and share the reading."""

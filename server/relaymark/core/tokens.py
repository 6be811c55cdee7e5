"""How token figures are written for people."""


def short(tokens: int) -> str:
    """Return a figure in at most four signs and a unit: `950`, `41k`, `1M`, `1.05M`.

    Thousands and millions are rounded to the nearest; a million keeps two digits where they matter.
    """
    if tokens < 1_000:
        return str(tokens)
    if tokens < 999_500:
        return f"{round(tokens / 1_000)}k"
    return f"{tokens / 1_000_000:.2f}".rstrip("0").rstrip(".") + "M"


def exact(tokens: int) -> str:
    """Return a figure with all its digits, in groups: `41,211`."""
    return f"{tokens:,}"

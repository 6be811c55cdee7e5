"""Where each rule is documented."""

HOME = "https://github.com/relaymark/relaymark"


def page(code: str) -> str:
    """Return the address of a rule's page."""
    return f"{HOME}/blob/main/docs/rules/{code}.md"

def title_case(s: str) -> str:
    """Upper-cases the first letter of each word."""
    return " ".join(w[:1].upper() + w[1:] for w in s.split())

from src.tokens import count_tokens


def fits(text, window):
    return count_tokens(text) < window

"""Greets people."""
from util import title_case


def greet(name: str) -> str:
    return "Hello, " + title_case(name) + "!"


if __name__ == "__main__":
    import sys
    print(greet(sys.argv[1] if len(sys.argv) > 1 else "world"))

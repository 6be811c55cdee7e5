"""Reads lists and ranges in braces: the several paths that a plan writes as one."""

import re

_RANGE = re.compile(r"\{(\d{1,4})\.\.(\d{1,4})\}")
_LIST = re.compile(r"\{([^{}/]*,[^{}/]*)\}")
_MOST = 64


def braces(mention: str) -> list[str]:
    """Return what a list or a range in braces stands for; the mention itself where it is none or a long one."""
    done: list[str] = []
    left = [mention]
    while left:
        each = left.pop()
        if listed := _LIST.search(each):
            parts = [part.strip() for part in listed[1].split(",")]
        elif listed := _RANGE.search(each):
            parts = [str(number) for number in range(int(listed[1]), min(int(listed[2]), int(listed[1]) + _MOST) + 1)]
        else:
            done.append(each)
            continue
        left += [each[: listed.start()] + part + each[listed.end() :] for part in reversed(parts)]
        if len(done) + len(left) > _MOST:
            return [mention]
    return done

"""Tells whether a task names a file only as the place of its work, by the template of spec-kit."""

import re

_TASK = re.compile(r"[\s*_]*T\d{3,4}[a-z]?\b[*_]*(?:\s*\[[^\]\r\n]{1,12}\])*\W*")
_GOES = re.compile(
    r"(?:delet|remov|renam|replac|retir|eliminat|deprecat|migrat|extract|split|merg|convert|reloc|restor|revert|rewrit"
    r"|clean|mov(?:e|ing)|port|drop|purge|inline|fold)",
    re.IGNORECASE,
)
_PLACE = re.compile(r"(?<!\w)(?P<last>\w++)[^\w\s]*+\s++(?:in|at)\s++[`'\"*]*+$")
_NO_PLACE = frozenset({"not", "no", "longer", "was", "were", "as", "like", "previously", "formerly", "lived", "used"})
_NOT_THERE = re.compile(
    r"\b(?:deferred|skipped|optional(?=[:)])|removed|deleted in|was|were|moved|replaced|superseded|obsolete|n/a"
    r"|not needed|gitignored?|temp(?:orary)?|upstream|another repo\w*|e\.g\.|i\.e\.|such as|for example|for instance"
    r"|like|old|legacy|former(?:ly)?|instead of|rather than|avoid|unlike|generated"
    r"|(?:that|which|to) (?:creates?|writes?|saves?|emits?|outputs?|produces?|generates?)"
    r"|if (?:it |they )?(?:exists?|present|needed))",
    re.IGNORECASE,
)
_ARROW = re.compile(r"[`'\"*)\]]*\s*(?:→|->|=>|➜|(?:is|are|to|into)\b)")


def is_place(before: str, after: str) -> bool:
    """Tell whether a task says with a file's path only where it is done.

    What its words take away, print or have users do is then not the file: `T012 Contract test for DELETE /users
    validates the output in tests/users.test.ts`.

    Args:
        before: The task from its id to the path.
        after: What follows the path.
    """
    head, place = _TASK.match(before), _PLACE.search(before)
    if head is None or place is None or place["last"].casefold() in _NO_PLACE or _GOES.match(before, head.end()):
        return False
    return not (_NOT_THERE.search(before) or _ARROW.match(after) or _NOT_THERE.search(after))

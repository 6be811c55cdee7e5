"""The fix that tells agents, in their rules file, how to work with a plan: a block between Relaymark's markers."""

from collections.abc import Iterator

from relaymark.core.edits import Edit, Fix
from relaymark.core.hooks_blocks import BEGIN, END
from relaymark.core.paths import name
from relaymark.core.sheet import Sheet
from relaymark.rules.fixes.mentions import line_break

_PROTOCOL = """\
## The plan is the memory between sessions

- Work goes by `{plan}`. Read it first; do one phase per session, in the order of the plan.
- Tick an item (`- [x]`) in the same commit as its work, when it is done and checked; never before.
- When the work turns out otherwise, change the plan in that commit: paths, items, what was decided and why.
- Before the phase is finished or the context grows long: finish the item, commit, and hand over. Write what the next
  session has to know (STATE, ARCHITECTURE CONTEXT, NEXT STEP) in at most 300 words, then stop.
"""


def with_protocol(sheet: Sheet, plan: str) -> Iterator[Fix]:
    """Yield the block at the end of a rules file; `relaymark uninstall` takes it out again.

    Args:
        sheet: The rules file.
        plan: The plan's path as an agent would write it.
    """
    if BEGIN in sheet.text:
        return
    end = line_break(sheet.text)
    at = len(sheet.text)
    gap = "" if not sheet.text else end * (2 if not sheet.text.endswith(("\n", "\r")) else 1)
    block = f"{BEGIN}\n{_PROTOCOL.format(plan=plan)}{END}\n".replace("\n", end)
    title = f"Add the relay protocol to {name(sheet.path)}"
    yield Fix(title=title, path=sheet.path, edits=(Edit(at, at, f"{gap}{block}"),))

"""What lies around the plans of a work tree: how large their files are, and the files that tell agents how to work."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from relaymark.core.finding import Finding
from relaymark.core.lookup import FileIndex
from relaymark.core.observed import View
from relaymark.core.plan import Plan, plan_state
from relaymark.core.sheet import Sheet
from relaymark.engine.plans import Joined
from relaymark.rules.agent_files import AgentFiles, absent_mentions, agent_file_findings
from relaymark.rules.facts import PlanFacts
from relaymark.rules.phase_size import phase_files, phase_tokens, too_big
from relaymark.sources.agent_files import agent_files
from relaymark.sources.sizes import about_tokens


class Around(Struct, frozen=True):
    """What was read beside the plans of one work tree.

    Attributes:
        tokens: About how many tokens the files of phases take, by plan and phase.
        rules: The rules files, by their path from the top.
    """

    tokens: Mapping[str, Mapping[str, int]] = {}
    rules: Mapping[str, Sheet] = {}


def look_around(root: str, plans: Mapping[str, Sheet], index: FileIndex, *, closed_too: bool = False) -> Around:
    """Read what lies around some plans (by their path from the top); reads files, so it belongs off the loop."""
    tokens = {}
    for path, sheet in plans.items():
        files = phase_files(PlanFacts(path, sheet, index, closed_too=closed_too))
        every = dict.fromkeys(file for named in files.values() for file in named)
        tokens[path] = phase_tokens(files, about_tokens(root, every))
    rules = {name: Sheet(f"{root}/{name}", text, Plan()) for name, text in agent_files(root).items()} if plans else {}
    return Around(tokens, rules)


def same(one: Around, other: Around) -> bool:
    """Tell whether nothing differs that findings are made of."""
    texts = [{path: sheet.text for path, sheet in each.rules.items()} for each in (one, other)]
    return one.tokens == other.tokens and texts[0] == texts[1]


def absent_in_rules(around: Around, index: FileIndex) -> tuple[str, ...]:
    """Return the paths that rules files name and that the index lacks."""
    found = (each.path for path, sheet in around.rules.items() for each in absent_mentions(path, sheet, index))
    return tuple(dict.fromkeys(found))


def around_findings(
    around: Around,
    joined: Joined,
    views: Sequence[View],
    index: FileIndex,
    judged: Mapping[str, bool],
    *,
    told: Sequence[Finding] = (),
    ages: Mapping[str, int] | None = None,
    closed_too: bool = False,
) -> Iterator[Finding]:
    """Yield what there is to say of phases too big for one session, and of rules files beside an open plan.

    Args:
        around: What was read.
        joined: The plans, and who works on what.
        views: The open main sessions of this work tree.
        index: The files of the tree.
        judged: For paths that the index lacks, whether git ignores them.
        told: What is told of the plans already.
        ages: How many commits came since each plan was changed last.
        closed_too: Report on closed plans as well.
    """
    of_plan: dict[str, list[Finding]] = {}
    for finding in told:
        of_plan.setdefault(finding.path, []).append(finding)
    for path, sheet in joined.sheets.items():
        facts = PlanFacts(path, sheet, index, judged, closed_too=closed_too)
        yield from too_big(facts, around.tokens.get(path, {}), views, joined.bound, of_plan.get(sheet.path, ()))
    plans = {path: sheet for path, sheet in joined.sheets.items() if plan_state(sheet.plan, path) == "open"}
    yield from agent_file_findings(AgentFiles(around.rules, plans, index, judged, ages or {}))

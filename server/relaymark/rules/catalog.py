"""The rules that there are: code, default severity, and what each says. Every code has a page in docs/rules/."""

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from relaymark.core.finding import Finding, RuleSetting


class Rule(Struct, frozen=True):
    """A rule: its code, how loud it is unless the settings say otherwise, and what it says."""

    code: str
    default: RuleSetting
    says: str


RULES: tuple[Rule, ...] = (
    Rule("context-near-ceiling", "information", "the session on this phase nears its ceiling"),
    Rule("context-over-ceiling", "warning", "the session on this phase is over its ceiling"),
    Rule("context-past-reset", "warning", "the session on this phase is past its reset line"),
    Rule("base-heavy", "information", "the session was near its ceiling before any work"),
    Rule("session-compacted", "information", "the session's history was summarised away"),
    Rule("auto-compact-on", "information", "the agent may summarise the session's history at any time"),
    Rule("session-spans-phases", "warning", "one session works on a second phase"),
    Rule("attachment-unplanned", "hint", "the session holds files that its phase does not name"),
    Rule("attachment-heavy", "off", "a file takes more than a quarter of a session's ceiling"),
    Rule("path-missing", "warning", "an item names a file that is not there"),
    Rule("path-moved", "warning", "an item names a file that git knows to be elsewhere now"),
    Rule("tick-contradicted", "warning", "the plan disagrees with itself about what is done"),
    Rule("done-unticked", "information", "an item is open, but its work was done since it was written"),
    Rule("plan-never-ticked", "information", "work of the plan is done, but none of its boxes is ticked"),
    Rule("tick-lost", "warning", "boxes that were ticked are open again"),
    Rule("symbol-missing", "hint", "a name of code left the file that a ticked item names"),
    Rule("plan-behind", "information", "an open phase's files were changed, and the plan was not amended"),
    Rule("phase-uncommitted", "information", "a phase is done, but its files are not committed"),
    Rule("item-without-path", "hint", "open items name no file, so that a fresh session has to search"),
    Rule("phase-too-big", "information", "a phase and what it needs do not fit under the ceiling of one session"),
    Rule("rules-without-relay", "information", "rules files beside an open plan do not tell agents of it"),
    Rule("rules-heavy", "information", "a rules file takes a tenth of every session's ceiling"),
    Rule("rules-path-missing", "information", "a rules file names a file that is not there"),
    Rule("handover-sections", "warning", "a note lacks its front matter, or is not its three sections in order"),
    Rule("handover-length", "warning", "a note has more than 300 words"),
    Rule("handover-code", "warning", "a note holds a code block"),
    Rule("handover-path-missing", "warning", "a note names a file or a commit that is not there"),
    Rule("handover-secret", "warning", "a note holds what looks like a secret"),
    Rule("handover-unverified", "warning", "a note says of tests what its session's record does not bear out"),
    Rule("handover-stale", "warning", "the branch moved on since the newest note of a plan"),
    Rule("handover-missing", "off", "a phase is done and has no handover note; for teams"),
    Rule("phases-mixed", "off", "a commit of one phase holds work of another; for teams"),
)

BY_CODE = {rule.code: rule for rule in RULES}


def set_severities(findings: Iterable[Finding], settings: Mapping[str, RuleSetting]) -> tuple[Finding, ...]:
    """Return the findings as loud as the settings want them; those that are off are left out.

    A rule may report more quietly than its default (a guessed window); a setting overrides that too.
    """
    kept = []
    for finding in findings:
        chosen = settings.get(finding.code)
        if chosen is None and BY_CODE[finding.code].default == "off":
            chosen = "off"
        if chosen == "off":
            continue
        kept.append(replace(finding, severity=chosen) if chosen else finding)
    return tuple(kept)

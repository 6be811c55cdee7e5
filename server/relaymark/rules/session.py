"""Rules about what the session on a phase did and holds: summaries, second phases, files nobody planned."""

from collections.abc import Iterator

from relaymark.core import paths
from relaymark.core.finding import Finding, Related
from relaymark.core.markdown import one_line
from relaymark.core.observed import View
from relaymark.core.path_index import PathIndex
from relaymark.core.plan.model import Phase, Plan
from relaymark.core.sheet import Sheet
from relaymark.core.tokens import exact, short
from relaymark.rules.context import Spot, spot_of
from relaymark.rules.facts import SessionFacts

_WORTH_NAMING = 500
"""Tokens: smaller files in a context are nobody's trouble."""
_NAMED = 4
_ALWAYS_THERE = frozenset({"agents.md", "claude.md", "gemini.md", "readme.md", "plan.md"})
_HEAVY_SHARE = 0.25


def session_findings(facts: SessionFacts) -> Iterator[Finding]:
    """Yield what there is to say of each session besides its gauge."""
    indexes: dict[str, PathIndex] = {}
    for view in facts.views:
        spot = spot_of(facts, view)
        if spot is None:
            continue
        if view.session.compactions:
            yield _compacted(spot, view)
        if view.observed.auto_compact.on:
            yield _auto_compact(spot, view)
        if spot.phase is not None:
            plan = relative(facts, spot.sheet)
            if plan not in indexes:
                indexes[plan] = PathIndex([(plan, spot.sheet.plan)])
            yield from _spans_phases(facts, spot, view, indexes[plan])
            yield from _unplanned(facts, spot, view, indexes[plan])
    yield from _heavy_files(facts)


def _compacted(spot: Spot, view: View) -> Finding:
    count = view.session.compactions or 0
    times = "once" if count == 1 else f"{count} times"
    return Finding(
        code="session-compacted",
        path=spot.sheet.path,
        span=spot.span,
        severity="information",
        message=f"{view.observed.agent_title} replaced its history by a summary {times}: paths, commands and figures "
        "may be lost. A handover note and a fresh session keep them.",
        session=view.session.id,
        phase=spot.phase,
    )


def _auto_compact(spot: Spot, view: View) -> Finding:
    known, who = view.observed.auto_compact, view.observed.agent_title
    return Finding(
        code="auto-compact-on",
        path=spot.sheet.path,
        span=spot.span,
        severity="information",
        message=f"{who} may replace this session's history by a summary at any time ({one_line(known.why, 160)}): "
        f"write a handover note before it does. {known.how}".rstrip(),
        session=view.session.id,
        phase=spot.phase,
    )


def _spans_phases(facts: SessionFacts, spot: Spot, view: View, index: PathIndex) -> Iterator[Finding]:
    """Report files that only another phase names, edited by the session on this one."""
    assert spot.phase is not None
    crossed: dict[int, list[str]] = {}
    for path in view.session.files_edited:
        file = paths.relative(path, facts.root)
        if paths.absolute(file):
            continue  # outside of the work tree a plan names nothing
        naming = [at for _, at in index.naming(file, drawn=False)]
        own = (0, spot.phase) in index.naming(file)
        if len(naming) == 1 and not own and file not in facts.sheets:
            crossed.setdefault(naming[0], []).append(file)
    if not crossed:
        return
    there = ", ".join(phase_label(spot.sheet.plan, at) for at in sorted(crossed))
    files = [one_line(file) for found in crossed.values() for file in found]
    yield Finding(
        code="session-spans-phases",
        path=spot.sheet.path,
        span=spot.span,
        severity="warning",
        message=f"One session works on {phase_label(spot.sheet.plan, spot.phase)} and edited files of {there} "
        f"({', '.join(files[:_NAMED])}): hand over between phases.",
        session=view.session.id,
        phase=spot.phase,
    )


def _unplanned(facts: SessionFacts, spot: Spot, view: View, index: PathIndex) -> Iterator[Finding]:
    assert spot.phase is not None
    phase = spot.sheet.plan.phases[spot.phase]
    if not mentions(phase):
        return  # a phase that names no file cannot be held against any
    strange = []
    for held in view.session.attachments:
        file = paths.relative(held.path, facts.root)
        known = paths.name(file).casefold() in _ALWAYS_THERE or file in facts.sheets
        if known or (held.tokens or 0) < _WORTH_NAMING:
            continue
        if (0, spot.phase) not in index.naming(file):
            strange.append((file, held))
    if not strange:
        return
    listed = ", ".join(f"{one_line(file)} ({short(held.tokens or 0)})" for file, held in strange[:_NAMED])
    more = f" and {len(strange) - _NAMED} more" if len(strange) > _NAMED else ""
    yield Finding(
        code="attachment-unplanned",
        path=spot.sheet.path,
        span=spot.span,
        severity="hint",
        message=f"The session holds files that this phase does not name: {listed}{more}.",
        related=tuple(Related(held.path, f"{exact(held.tokens or 0)} tokens") for _, held in strange[:_NAMED]),
        session=view.session.id,
        phase=spot.phase,
    )


def _heavy_files(facts: SessionFacts) -> Iterator[Finding]:
    for view in facts.views:
        for held in view.session.attachments:
            if paths.inside(held.path, facts.root) and (held.tokens or 0) > view.gauge.ceiling.tokens * _HEAVY_SHARE:
                yield Finding(
                    code="attachment-heavy",
                    path=held.path,
                    span=None,
                    severity="hint",
                    message=f"This file takes {exact(held.tokens or 0)} tokens, more than a quarter of the ceiling, "
                    f"in a session of {view.observed.agent_title}.",
                    session=view.session.id,
                )


def relative(facts: SessionFacts, sheet: Sheet) -> str:
    """Return a plan's path relative to the work tree."""
    return paths.relative(sheet.path, facts.root)


def mentions(phase: Phase) -> tuple[str, ...]:
    """Return every path that a phase names, but none that it only draws."""
    named = (*phase.paths, *(mention for item in phase.items for mention in item.paths))
    return tuple(dict.fromkeys(mention.path for mention in named if not mention.drawn))


def phase_label(plan: Plan, index: int) -> str:
    """Return how a person calls a phase: its name as written, else its title."""
    phase = plan.phases[index]
    return one_line(phase.name or phase.title or "this plan", 60)

"""A session with what the world says of it: everything that its gauge is drawn from, frozen."""

from msgspec import Struct

from relaymark.core.auto_compact import AutoCompact
from relaymark.core.config import Config, limits, override
from relaymark.core.gauge import Gauge, Limits, gauge
from relaymark.core.liveness import Liveness, Process, is_open, liveness
from relaymark.core.place import Worktree
from relaymark.core.session import Session
from relaymark.core.weights import Breakdown, scaled
from relaymark.core.window import LARGE, Window, Words, resolve


class Observed(Struct, frozen=True, kw_only=True):
    """A session and the facts beside it.

    Attributes:
        session: As its transcript tells it.
        agent_title: The agent's name for people.
        process: What its agent's registry and the machine say.
        host: Who serves its model.
        host_source: Where that is known from: `recorded` or `agent`.
        told: The window that the agent told for this session and model, in tokens.
        one_million: The model was asked for as its 1M variant.
        agent_window: By the agent's own table.
        registry_window: By the public registry, where it may be trusted for this agent.
        price_step: The context above which tokens cost more.
        baseline: Tokens that the agent's own percentage leaves out on both sides.
        published: The cap that follows from a published figure.
        modified: Modification time of the transcript, seconds since the epoch.
        title: A name from beside the transcript, that goes before the recorded one.
        auto_compact: What is known of its agent's automatic compaction.
    """

    session: Session
    agent_title: str
    process: Process = Process()
    host: str = ""
    host_source: str = "agent"
    told: int | None = None
    one_million: bool = False
    settings_window: int | None = None
    agent_window: int | None = None
    registry_window: int | None = None
    price_step: int | None = None
    baseline: int = 0
    published: Limits | None = None
    modified: float = 0.0
    title: str | None = None
    auto_compact: AutoCompact = AutoCompact()

    @property
    def active_at(self) -> float:
        """Its newest activity in seconds since the epoch: recorded, else the file's own time."""
        return self.session.updated_at or self.modified


class View(Struct, frozen=True, kw_only=True):
    """A session as it is shown: facts, settings and the time of day taken together.

    Attributes:
        observed: The session and the facts beside it.
        life: Its state.
        open: Whether it is open.
        window: Its window.
        gauge: Its gauge.
        breakdown: What fills it, scaled to the context; None while that is not known.
        worktree: The work tree it works in, None outside of git.
        elsewhere: It works in another work tree than the workspace.
    """

    observed: Observed
    life: Liveness
    open: bool
    window: Window
    gauge: Gauge
    breakdown: Breakdown | None = None
    worktree: Worktree | None = None
    elsewhere: bool = False

    @property
    def session(self) -> Session:
        """The session itself."""
        return self.observed.session


def view(
    observed: Observed,
    config: Config,
    now: float,
    worktree: Worktree | None = None,
    *,
    elsewhere: bool = False,
) -> View:
    """Return a session as it is shown at the time `now` (seconds since the epoch)."""
    session = observed.session
    age = max(now - observed.active_at, 0.0)
    life = liveness(session, observed.process, age)
    own = override(config, observed.host, session.model or "")
    context = session.context.tokens
    window = resolve(
        Words(
            recorded=session.window,
            statusline=observed.told,
            configured=own.window,
            settings=LARGE if observed.one_million else observed.settings_window,
            agent=observed.agent_window,
            registry=observed.registry_window,
        ),
        context if session.context.source == "measured" else None,
    )
    drawn = gauge(
        context,
        window,
        limits(config, observed.host, session.model or "", observed.published),
        observed.price_step,
    )
    breakdown = None
    if session.sums is not None and session.base is not None and context is not None:
        breakdown = scaled(session.sums, context, session.base)
    return View(
        observed=observed,
        life=life,
        open=is_open(life.state, age),
        window=window,
        gauge=drawn,
        breakdown=breakdown,
        worktree=worktree,
        elsewhere=elsewhere,
    )


def agent_percent_left(context: int, window: int, baseline: int) -> int | None:
    """Return the percentage that an agent shows which leaves `baseline` tokens out on both sides (Codex: 12,000).

    None where the agent has no such rule. Source: `codex-rs/tui`.
    """
    if not baseline:
        return None
    room = window - baseline
    if room <= 0:
        return 0
    used = max(context - baseline, 0)
    return max(0, min(100, round((room - used) / room * 100)))

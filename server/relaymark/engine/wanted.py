"""What somebody looks at: the places whose sessions matter, and how recorded folders map onto this machine."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from relaymark.core.config import Config
from relaymark.core.place import Place, belongs
from relaymark.core.session import Session


class Wanted(Struct, frozen=True):
    """The sessions to read whole and to keep.

    Attributes:
        places: Workspaces; their sessions matter, in any work tree of their repositories.
        path_map: Recorded folder to folder here.
        everything: Every session of this machine matters.
        agents: Agent to false, for those that are not read.
        agent_folders: Agent to further folders of it.
        plan_files: Which further files are plans, as globs.
    """

    places: tuple[Place, ...] = ()
    path_map: Mapping[str, str] = {}
    everything: bool = False
    agents: Mapping[str, bool] = {}
    agent_folders: Mapping[str, Sequence[str]] = {}
    plan_files: tuple[str, ...] = ()

    @classmethod
    def by(cls, config: Config, places: Sequence[Place] = (), *, everything: bool = False) -> "Wanted":
        """Return what the settings want of some places, or of the whole machine."""
        return cls(
            tuple(places), config.path_map, everything, config.agents, config.agent_folders, tuple(config.plan_files)
        )

    def matters(self, session: Session) -> bool:
        """Tell whether a session belongs to anyone who looks."""
        return self.matters_in(session.cwd)

    def matters_in(self, folder: str | None) -> bool:
        """Tell whether a session that works in a folder belongs to anyone who looks."""
        return self.everything or any(belongs(folder, place, self.path_map)[0] != "no" for place in self.places)

    @property
    def projects(self) -> tuple[str, ...]:
        """The folders in which an agent may keep a store of its own: the workspaces, and their work trees."""
        found = [folder for place in self.places for folder in (place.folder, *(tree.path for tree in place.worktrees))]
        return tuple(dict.fromkeys(found))

    @property
    def near(self) -> tuple[str, ...]:
        """The folders whose sessions probably matter, to be read first."""
        return (*self.projects, *self.path_map)

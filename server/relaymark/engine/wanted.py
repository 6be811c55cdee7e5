"""What somebody looks at: the places whose sessions matter, and how recorded folders map onto this machine."""

from collections.abc import Mapping

from msgspec import Struct

from relaymark.core.place import Place, belongs
from relaymark.core.session import Session


class Wanted(Struct, frozen=True):
    """The sessions to read whole and to keep.

    Attributes:
        places: Workspaces; their sessions matter, in any work tree of their repositories.
        path_map: Recorded folder to folder here.
        everything: Every session of this machine matters.
    """

    places: tuple[Place, ...] = ()
    path_map: Mapping[str, str] = {}
    everything: bool = False

    def matters(self, session: Session) -> bool:
        """Tell whether a session belongs to anyone who looks."""
        return self.everything or any(belongs(session.cwd, place, self.path_map)[0] != "no" for place in self.places)

    @property
    def near(self) -> tuple[str, ...]:
        """The folders whose sessions probably matter, to be read first."""
        found = [folder for place in self.places for folder in (place.folder, *(tree.path for tree in place.worktrees))]
        return (*dict.fromkeys(found), *self.path_map)

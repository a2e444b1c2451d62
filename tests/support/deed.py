"""One thing that admins do, and where: pages and buttons of the portal, REST, verbs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One thing that admins do.

    Attributes:
        name: what it is.
        portal: its pages and buttons, as method and path.
        rest: the ids of its operations.
        verbs: its verbs.
        reason: why it is not in all three places.
        differs: why other people may do it in the portal than over REST.
    """

    name: str
    portal: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    reason: str = ""
    differs: str = ""

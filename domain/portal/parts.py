"""What a process of the API serves."""

from enum import StrEnum


class ServedPart(StrEnum):
    """A part of the API that a process of its own can serve."""

    LINKS = "links"
    """The public pages: links of mails, the pixel, the form."""
    PORTAL = "portal"
    """The portal, and REST for programs of admins."""

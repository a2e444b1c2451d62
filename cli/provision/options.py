"""What ``provision`` is told on the command line."""

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """The forms in which the set-up can be printed."""

    POWERSHELL = "powershell"
    BICEP = "bicep"
    GRAPH_JSON = "graph-json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionOptions:
    """How to sign in, and what to look up.

    Attributes:
        site: address of the site, whose id is looked up.
        group: name of the enforcement group, whose id is looked up.
        device_code: sign in with a code that is typed into a browser elsewhere.
        token: an access token that somebody else got.
    """

    site: str | None = None
    group: str | None = None
    device_code: bool = False
    token: str | None = None

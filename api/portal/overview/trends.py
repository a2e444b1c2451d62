"""The plots of the overview and the tables of groups: the same for every reader."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from api.portal.overview.outlook import Outlook


@dataclass(frozen=True, slots=True)
class Trends:
    """A part of the page, the instant of its figures, and the outlook; None while there is none.

    While plots aren't ``drawn``, their tables stand in their places.
    """

    at: datetime
    html: Markup
    outlook: Outlook | None
    drawn: bool = True

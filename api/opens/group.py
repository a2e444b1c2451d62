"""Opens that came in together, and are in the journal together."""

import asyncio
from dataclasses import dataclass, field

from starlette.types import Scope


@dataclass(slots=True, eq=False)
class OpenGroup:
    """The tokens of some opens, each with who asked first for its image.

    What an earlier process left, and what waits for the database, has nobody who asks.

    Attributes:
        askers: who asked, by token, in the order in which they came.
        at: when the group was full, in seconds since 1970.
        number: the journal's file that holds it, 0 while none does.
        answer: is done when the opens are durable, or can't be made so in time.
    """

    askers: dict[str, Scope | None] = field(default_factory=dict)
    at: float = 0.0
    number: int = 0
    answer: "asyncio.Future[None] | None" = None

    def let_go(self) -> None:
        """Answer all who wait."""
        if self.answer is not None and not self.answer.done():
            self.answer.set_result(None)

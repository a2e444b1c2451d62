"""A request that no worker has answered yet: what the page says of it until one does."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from domain.enrolment.messages import Update
from domain.tables.people import PersonPage
from domain.tables.story import StoryKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingRequest:
    """What was asked, under which id, and when."""

    update: Update
    request_id: str
    asked_at: datetime

    def as_text(self) -> str:
        """Return it as the address of a page has it."""
        return f"{self.update.value}.{self.request_id}.{int(self.asked_at.timestamp())}"

    def shows_in(self, page: PersonPage) -> bool:
        """Say whether the tables show that it was done."""
        match self.update:
            case Update.PAUSE:
                return page.row.paused_by is not None
            case Update.RESUME:
                return page.row.paused_by is None
            case Update.CANCEL:
                return page.row.ended is not None
        return any(
            event.kind is StoryKind.RESENT and event.at >= self.asked_at for event in page.story
        )


def pending_request(text: str) -> PendingRequest | None:
    """Read a request from an address, None where it is none."""
    update, _, rest = text.partition(".")
    request_id, _, seconds = rest.partition(".")
    try:
        return PendingRequest(
            update=Update(update),
            request_id=str(UUID(request_id)),
            asked_at=datetime.fromtimestamp(int(seconds), UTC),
        )
    except (ValueError, OverflowError, OSError):
        return None

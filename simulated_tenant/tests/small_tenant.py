"""The small tenant's ids, its clock, and what is read of an answer."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx

APP = "aaaaaaaa-0000-4000-8000-000000000001"
SECRET = "a-secret-of-more-than-thirty-two-characters"
ROLES = (
    "User.Read.All",
    "UserAuthenticationMethod.Read.All",
    "AuditLog.Read.All",
    "GroupMember.ReadWrite.All",
    "GroupMember.Read.All",
    "Sites.Manage.All",
    "Mail.Send",
    "Mail.ReadWrite",
)
GROUP_ID = "bbbbbbbb-0000-4000-8000-000000000001"
LIST_ID = "cccccccc-0000-4000-8000-000000000001"
SITE_ID = (
    "contoso.sharepoint.example,dddddddd-0000-4000-8000-000000000001,"
    "dddddddd-0000-4000-8000-000000000002"
)
ITEMS = f"/sites/{SITE_ID}/lists/{LIST_ID}/items"


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = field(default=datetime(2026, 3, 2, 9, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def advance(self, duration: timedelta) -> None:
        """Let time pass."""
        self.now += duration


def code_of(response: httpx.Response) -> str:
    """Return the error code of an answer."""
    code = response.json()["error"]["code"]
    assert isinstance(code, str)
    return code

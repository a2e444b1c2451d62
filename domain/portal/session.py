"""What the portal keeps of those who have signed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.portal.roles import Role
from domain.tables.audit import Actor

SESSION_LASTS = timedelta(hours=8)
ROLES_ARE_ASKED_AGAIN_AFTER = timedelta(minutes=30)
ROLES_COUNT_FOR = timedelta(hours=2)
"""How old they may be where they can't be asked for: in a form, and in a part of a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody's stay in the portal, from their sign-in to their sign-out.

    Attributes:
        id_hash: the hash of the id in the cookie; the id itself is nowhere but in the browser.
        actor_id: the ObjectId that Entra ID gave.
        actor_name: the display name that Entra ID gave.
        login: the name that they sign in with, so that roles are asked again without a question.
        roles: the app roles that Entra ID gave, when it was asked last.
        csrf_token: what every form of this session holds.
        created_at: when they signed in.
        expires_at: when they have to sign in again.
        confirmed_at: when Entra ID was asked for the roles last.
        has_notices: whether something was told them that their next page shows.
    """

    id_hash: str
    actor_id: str
    actor_name: str
    login: str
    roles: frozenset[Role]
    csrf_token: str
    created_at: datetime
    expires_at: datetime
    confirmed_at: datetime
    has_notices: bool = False

    def actor(self, *, app: str, address: str | None) -> Actor:
        """Return who acts, as the audit log names them."""
        return Actor(name=self.actor_name, object_id=self.actor_id, app=app, address=address)

    def is_to_be_confirmed(self, now: datetime, *, is_page: bool) -> bool:
        """Say whether Entra ID should be asked again which roles they have.

        A whole page can go there and back unnoticed, so it does so sooner.
        """
        within = ROLES_ARE_ASKED_AGAIN_AFTER if is_page else ROLES_COUNT_FOR
        return now - self.confirmed_at >= within

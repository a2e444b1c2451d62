"""How long a session lasts, and when roles are asked again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.portal.roles import Role
from domain.portal.session import SESSION_LASTS, Session
from domain.tables.audit import Actor

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
SESSION = Session(
    id_hash="h",
    actor_id="a",
    actor_name="Ada",
    login="ada@contoso.com",
    roles=frozenset({Role.READER}),
    csrf_token="c",
    created_at=NOW,
    expires_at=NOW + SESSION_LASTS,
    confirmed_at=NOW,
)


def test_a_session_lasts_a_working_day() -> None:
    """It lasts eight hours."""
    assert timedelta(hours=8) == SESSION_LASTS


@pytest.mark.parametrize(
    ("minutes", "on_pages", "elsewhere"),
    [
        (0, False, False),
        (29, False, False),
        (30, True, False),
        (31, True, False),
        (119, True, False),
        (120, True, True),
    ],
)
def test_roles_are_asked_again(minutes: int, *, on_pages: bool, elsewhere: bool) -> None:
    """Entra ID is asked again after half an hour for a page, after two hours for a form."""
    now = NOW + timedelta(minutes=minutes)
    assert SESSION.is_to_be_confirmed(now, is_page=True) is on_pages
    assert SESSION.is_to_be_confirmed(now, is_page=False) is elsewhere


def test_the_audit_log_names_who_signed_in() -> None:
    """An actor has the id, the app and the address, and not the login."""
    actor = replace(SESSION).actor(app="app", address="192.0.2.1")
    assert actor == Actor(name="Ada", object_id="a", app="app", address="192.0.2.1")

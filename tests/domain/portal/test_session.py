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


@pytest.mark.parametrize(("minutes", "asks"), [(0, False), (29, False), (30, True), (31, True)])
def test_roles_are_asked_again_after_half_an_hour(minutes: int, *, asks: bool) -> None:
    """Half an hour after Entra ID named the roles it is asked again."""
    assert SESSION.is_to_be_confirmed(NOW + timedelta(minutes=minutes)) is asks


def test_the_audit_log_names_who_signed_in() -> None:
    """An actor has the id, the app and the address, and not the login."""
    actor = replace(SESSION).actor(app="app", address="192.0.2.1")
    assert actor == Actor(name="Ada", object_id="a", app="app", address="192.0.2.1")

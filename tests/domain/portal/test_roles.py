"""Which role includes what."""

import pytest

from domain.portal.parts import ServedPart
from domain.portal.roles import Permission, Role, may

HELPDESK = {"look", "resend", "pause"}


@pytest.mark.parametrize(
    ("role", "name", "includes"),
    [
        (Role.ADMIN, "Rollout.Admin", set(Permission)),
        (Role.HELPDESK, "Rollout.Helpdesk", HELPDESK),
        (Role.READER, "Rollout.Reader", {"look"}),
    ],
)
def test_a_role_includes_exactly_this(role: Role, name: str, includes: set[str]) -> None:
    """A role has the name that Entra ID knows, and includes what the specification says."""
    assert role.value == name
    assert {one.value for one in Permission if may([role], one)} == includes


def test_roles_add_up() -> None:
    """Whoever has several roles may do what any of them includes; without one, nothing."""
    assert may([Role.READER, Role.HELPDESK], Permission.PAUSE)
    assert not any(may([], one) for one in Permission)


def test_parts_that_are_served() -> None:
    """A process serves links, the portal, or both."""
    assert [part.value for part in ServedPart] == ["links", "portal"]

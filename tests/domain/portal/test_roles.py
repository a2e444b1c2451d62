"""Which role includes what."""

import pytest

from domain.portal.parts import ServedPart
from domain.portal.roles import API_SCOPE, Permission, Role, may, permissions_of, roles_with

HELPDESK = {"look", "resend", "pause", "contact"}


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


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (Permission.LOOK, tuple(Role)),
        (Permission.PAUSE, (Role.ADMIN, Role.HELPDESK)),
        (Permission.AUDIT, (Role.ADMIN,)),
        (Permission.RETRY, (Role.ADMIN,)),
        (Permission.GROUP, (Role.ADMIN,)),
    ],
)
def test_roles_that_include_it(permission: Permission, roles: tuple[Role, ...]) -> None:
    """A refusal names the roles that would be let in."""
    assert roles_with(permission) == roles


def test_permissions_of_roles() -> None:
    """Whoever calls is told what their roles include together, in one order."""
    assert permissions_of([]) == ()
    assert permissions_of([Role.READER]) == (Permission.LOOK,)
    told = permissions_of([Role.READER, Role.HELPDESK])
    assert told == (Permission.LOOK, Permission.RESEND, Permission.PAUSE, Permission.CONTACT)


def test_the_scope_of_the_api() -> None:
    """Programs ask for it by this name, and admins type it into Entra."""
    assert API_SCOPE == "access_as_user"

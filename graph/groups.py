"""Membership of groups: the one that enforces MFA, and those whose members are left alone.

Source: Graph's pages "Add members", "Get group" and "Check member groups".
"""

import time
from collections.abc import AsyncIterator, Collection
from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus

from domain.failures import (
    BadRequest,
    Conflict,
    DuplicateValue,
    NotFound,
    PermanentFailure,
    PermissionDenied,
    RolloutError,
    UnexpectedAnswer,
)
from graph.group_search import check_excluded_group, shows_members
from graph.http.answers import Json, list_of
from graph.http.client import GraphClient
from graph.http.errors import Purpose
from graph.http.urls import segment

_MOST_PER_CHECK = 20
LOOK_EVERY = timedelta(minutes=10)
_CHANGING = "change the members of the enforcement group"
_TO_CHANGE = (
    "a directory role with members-update on ENFORCEMENT_GROUP_ID, or GroupMember.ReadWrite.All "
    "with admin consent"
)
_ADD = Purpose(
    doing=_CHANGING,
    grant=_TO_CHANGE,
    absent="The enforcement group or the user does not exist. Check ENFORCEMENT_GROUP_ID.",
)
_REMOVE = Purpose(
    doing=_CHANGING,
    grant=_TO_CHANGE,
    absent="The user is not a member of the enforcement group.",
)
_GROUP = Purpose(
    doing="read the enforcement group, which ENFORCEMENT_GROUP_ID names",
    grant="GroupMember.Read.All with admin consent",
    absent="The enforcement group does not exist. Check ENFORCEMENT_GROUP_ID.",
)
_MEMBERSHIP = Purpose(
    doing="read which groups a user belongs to",
    grant="GroupMember.Read.All and User.Read.All with admin consent",
    absent="The user is not in the directory. Check whether the account was deleted.",
)

_KIND = "id,groupTypes,isAssignableToRole,onPremisesSyncEnabled,mailEnabled,securityEnabled"


class EnforcementGroup:
    """The security group whose members must use MFA."""

    def __init__(self, client: GraphClient, group_id: str) -> None:
        """Use the group with this ObjectId."""
        self._client = client
        self._group_id = group_id

    async def add_member(self, object_id: str) -> bool:
        """Make sure that a user is a member. Idempotent: a member stays one.

        Returns True where Graph says that this call made them a member, False where they were one
        before; this includes an earlier try whose answer was lost.

        Raises:
            NotFound: the group or the user does not exist; the message says which.
            PermissionDenied: the app may not change this group.
            PermanentFailure: the group is of a kind that can't be changed this way (``check``).
            Conflict: refused, but no reason is to be seen yet. Reads lag behind writes, so a try
                whose answer was lost looks like this for a while.
        """
        member = f"{self._client.base_url}/directoryObjects/{segment(object_id)}"
        try:
            await self._client.post(
                f"/groups/{segment(self._group_id)}/members/$ref",
                _ADD,
                json={"@odata.id": member},
                # Twice is once: the second time is a 400, which is looked into below.
                idempotent=True,
                done=HTTPStatus.NO_CONTENT,
            )
        except DuplicateValue:
            # Graph's own word, and truer than a read: reads lag behind writes.
            return False
        except BadRequest as refusal:
            # In other words than these, "already a member" is to be told by a read alone.
            if await self._is_seen(object_id):
                return False
            # The add needs no right to read the group: then there is nothing more to learn.
            with suppress(PermissionDenied):
                await self.check()
            raise Conflict(
                "The enforcement group refused a user and doesn't show them as a member yet. "
                "It will be tried again.",
                status=refusal.status,
                code=refusal.code,
            ) from None
        except PermissionDenied as refusal:
            raise await self._closed() or refusal from None
        except NotFound as absence:
            raise await self._which_is_absent(absence) from None
        return True

    async def remove_member(self, object_id: str) -> None:
        """Make sure that a user is no direct member. Idempotent: who isn't one stays outside.

        Raises:
            NotFound: the group does not exist.
            PermissionDenied: the app may not change this group.
            PermanentFailure: the group is of a kind that can't be changed this way (``check``).
        """
        path = f"/groups/{segment(self._group_id)}/members/{segment(object_id)}/$ref"
        try:
            await self._client.delete(path, _REMOVE)
        except BadRequest:
            await self.check()
            raise
        except PermissionDenied as refusal:
            raise await self._closed() or refusal from None
        except NotFound:
            # Who isn't a member is absent, and so is a group that isn't there: only that is wrong.
            with suppress(PermissionDenied):
                await self._properties()

    async def is_member(self, object_id: str) -> bool:
        """Say whether a user is a member, directly or by a group within.

        Raises:
            NotFound: the user is not in the directory.
            PermanentFailure: the group hides its members, so they may be one all the same.
        """
        if await self._is_seen(object_id):
            return True
        if not await self.shows_members():
            raise _hiding()
        return False

    async def shows_members(self) -> bool:
        """Say whether the app is shown who is in the group, or whether that is hidden from it."""
        return await shows_members(self._client, await self._properties("id,visibility"), _GROUP)

    async def members(self) -> AsyncIterator[str]:
        """Yield the ObjectIds of the direct members, as adding makes them.

        Raises:
            NotFound: there is no such group.
        """
        params = {"$select": "id", "$top": "999"}
        path = f"/groups/{segment(self._group_id)}/members"
        async for row in self._client.pages(path, _GROUP, params=params):
            yield str(row.get("id"))

    async def check(self) -> None:
        """Make sure that members can be added to the group at all.

        Raises:
            NotFound: there is no such group.
            PermanentFailure: it is dynamic, synced, role-assignable or mail-enabled, or hides its
                members.
        """
        group = await self._properties(f"{_KIND},visibility")
        if reason := _unsuitable(group):
            raise _unchangeable(reason)
        if not await shows_members(self._client, group, _GROUP):
            raise _hiding()

    async def _is_seen(self, object_id: str) -> bool:
        return bool(await Memberships(self._client).member_of(object_id, [self._group_id]))

    async def _closed(self) -> PermanentFailure | None:
        """Return why no permission opens the group, None where no such reason is to be seen.

        Graph refuses with the same 403 as for a permission that lacks.
        """
        group: Json = {}
        with suppress(RolloutError):
            group = await self._properties(f"{_KIND},isManagementRestricted")
        reason = _unsuitable(group)
        if reason is None and group.get("isManagementRestricted"):
            reason = (
                "it is in a restricted management administrative unit, which needs a role there"
            )
        return _unchangeable(reason) if reason else None

    async def _properties(self, names: str = _KIND) -> Json:
        return await self._client.get(
            f"/groups/{segment(self._group_id)}", _GROUP, params={"$select": names}
        )

    async def _which_is_absent(self, absence: NotFound) -> NotFound:
        try:
            await self._properties()
        except NotFound as missing_group:
            return missing_group
        except PermissionDenied:
            # Not even the group's absence can be seen: then either may be missing.
            return absence
        return NotFound(_MEMBERSHIP.absent, status=absence.status, code=absence.code)


class Memberships:
    """Which groups a user belongs to."""

    def __init__(self, client: GraphClient, *, look_every: timedelta = LOOK_EVERY) -> None:
        """Use this client; ``look_every`` is how long excluded groups are as they were."""
        self._client = client
        self._look_every = look_every.total_seconds()
        # A worker looks before it begins.
        self._look_at = time.monotonic() + self._look_every

    async def check_excluded(self, group_id: str) -> None:
        """Make sure, now and then, that a group shows its members (``check_excluded_group``).

        Raises:
            PermanentFailure: it doesn't, or isn't there any more.
        """
        before, now = self._look_at, time.monotonic()
        if now < before:
            return
        # Set before the answer is there: whoever asks meanwhile goes by the last one.
        self._look_at = now + self._look_every
        try:
            await check_excluded_group(self._client, group_id)
        except BaseException as failure:
            self._look_at = before
            if not isinstance(failure, NotFound):
                raise
            # By its type it would be about the user.
            raise PermanentFailure(str(failure), status=failure.status, code=failure.code) from None

    async def member_of(self, object_id: str, group_ids: Collection[str]) -> frozenset[str]:
        """Return those of the groups that a user belongs to, directly or by a group within.

        Raises:
            NotFound: the user is not in the directory.
            RolloutError: it could not be read; never to be taken for "not a member".
        """
        asked = list(dict.fromkeys(group_ids))
        found: set[str] = set()
        for start in range(0, len(asked), _MOST_PER_CHECK):
            answer = await self._client.post(
                f"/users/{segment(object_id)}/checkMemberGroups",
                _MEMBERSHIP,
                json={"groupIds": asked[start : start + _MOST_PER_CHECK]},
                is_read=True,
            )
            rows = answer.get("value") if answer else None
            if not isinstance(rows, list):
                raise UnexpectedAnswer("Graph doesn't say which groups a user belongs to.")
            found.update(str(row).casefold() for row in rows)
        return frozenset(group_id for group_id in asked if group_id.casefold() in found)


def _unchangeable(reason: str) -> PermanentFailure:
    return PermanentFailure(
        f"Members can't be added to the enforcement group: {reason}. Name an assigned "
        "cloud security group in ENFORCEMENT_GROUP_ID."
    )


def _hiding() -> PermanentFailure:
    return PermanentFailure(
        "The enforcement group hides its members, so nobody would be seen in it. Name an assigned "
        "cloud security group in ENFORCEMENT_GROUP_ID, or grant Member.Read.Hidden with admin "
        "consent and let the group have a member."
    )


def _unsuitable(group: Json) -> str | None:
    kinds = list_of(group.get("groupTypes"))
    if "DynamicMembership" in kinds:
        return "its members follow from a rule (dynamic group)"
    if group.get("onPremisesSyncEnabled"):
        return "it is synced from on-premises"
    if group.get("isAssignableToRole"):
        return "it is role-assignable, which would need far wider rights"
    if group.get("mailEnabled") and "Unified" not in kinds:
        return "it is mail-enabled, and Exchange alone may change it"
    return None

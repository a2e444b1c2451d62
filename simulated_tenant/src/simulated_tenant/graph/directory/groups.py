"""Graph's groups: reading, membership checks, adding members."""

import re
from typing import Any

from simulated_tenant.directory.groups import Group, Membership
from simulated_tenant.errors import bad_request, resource_not_found
from simulated_tenant.faults import Late
from simulated_tenant.graph.authorization import denied
from simulated_tenant.graph.directory.shapes import (
    DEFAULT_USER_PROPERTIES,
    group_properties,
    user_properties,
)
from simulated_tenant.graph.directory.users import found_user
from simulated_tenant.graph.messages import GraphRequest, GraphResponse, no_content, ok
from simulated_tenant.graph.query import odata
from simulated_tenant.graph.query.evaluation import matches
from simulated_tenant.graph.query.filters import comparisons, parse_filter
from simulated_tenant.permissions import HIDDEN_MEMBERS, ROLE_ASSIGNABLE_GROUPS, Service
from simulated_tenant.tenant import SimulatedTenant

_DEFAULT_PAGE, _MAX_PAGE = 100, 999
_MAX_GROUP_IDS = 20
_REFERENCE = re.compile(r"^https://[^/]+/(?:v1\.0|beta)/(?:directoryObjects|users)/([^/?]+)$")
_FILTERABLE = frozenset({"displayName", "securityEnabled", "mailEnabled", "groupTypes"})
_DEFAULT_GROUP_PROPERTIES = [
    "id",
    "displayName",
    "description",
    "createdDateTime",
    "deletedDateTime",
    "groupTypes",
    "isAssignableToRole",
    "isManagementRestricted",
    "onPremisesSyncEnabled",
    "securityEnabled",
    "mailEnabled",
    "mail",
    "mailNickname",
    "membershipRule",
    "membershipRuleProcessingState",
    "proxyAddresses",
    "visibility",
]


def get_group(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET /groups/{id}``."""
    group = _found(tenant, request.params[0])
    wanted = odata.selection(request)
    suffix = f"({','.join(wanted)})" if wanted else ""
    body = odata.pick(group_properties(group), wanted or _DEFAULT_GROUP_PROPERTIES, "group")
    context = f"{request.base_url}/v1.0/$metadata#groups{suffix}/$entity"
    return ok({"@odata.context": context, **body})


def list_groups(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET /groups``, filtered by name, paged in the order of creation."""
    size = odata.page_size(request, default=_DEFAULT_PAGE, maximum=_MAX_PAGE, cap=tenant.page_cap)
    found = [group_properties(group) for group in tenant.groups.all()]
    text = request.option("$filter")
    if text is not None:
        condition = parse_filter(text)
        if any(clause.path not in _FILTERABLE for clause in comparisons(condition)):
            raise bad_request("Unsupported or invalid query filter clause.")
        found = [group for group in found if matches(condition, group.get)]
    numbered = [{**group, "_": number} for number, group in enumerate(found, start=1)]
    chosen, next_link = odata.page(request, numbered, size, lambda group: group["_"])
    wanted = odata.selection(request) or _DEFAULT_GROUP_PROPERTIES
    value = [odata.pick(group, wanted, "group") for group in chosen]
    context = f"{request.base_url}/v1.0/$metadata#groups"
    return ok(odata.collection(context, value, next_link))


def list_members(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET /groups/{id}/members``: direct members, paged."""
    group = _found(tenant, request.params[0])
    members = tenant.groups.members(group.id, tenant.clock())
    return _members(tenant, request, members if _shows_members(request, group) else [])


def list_transitive_members(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET /groups/{id}/transitiveMembers``: direct and inherited members, paged."""
    group = _found(tenant, request.params[0])
    members = tenant.groups.transitive_members(group.id, tenant.clock())
    return _members(tenant, request, members if _shows_members(request, group) else [])


def add_member(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``POST /groups/{id}/members/$ref``: 204, or 400 for who is a member already."""
    group = _found(tenant, request.params[0])
    reference = request.json_object().get("@odata.id")
    matched = _REFERENCE.match(reference) if isinstance(reference, str) else None
    if matched is None:
        raise bad_request("Invalid URL format specified in @odata.id of the request payload.")
    _refuse_unwritable(tenant, request, group)
    member_id = matched.group(1).lower()
    if tenant.users.find(member_id) is None and tenant.groups.find(member_id) is None:
        raise resource_not_found(member_id)
    user = tenant.users.find(member_id)
    member_id = user.id if user is not None else member_id
    lag = max(tenant.faults.delay(Late.MEMBER), tenant.traits.grouplag)
    visible_at = tenant.clock() + lag
    if not tenant.groups.add_member(group.id, member_id, visible_at):
        raise bad_request(
            "One or more added object references already exist for the following modified"
            " properties: 'members'."
        )
    return no_content()


def remove_member(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``DELETE /groups/{id}/members/{id}/$ref``: 204, or 404 for who isn't a direct member."""
    group = _found(tenant, request.params[0])
    _refuse_unwritable(tenant, request, group)
    member_id = request.params[1].lower()
    if not tenant.groups.remove_member(group.id, member_id):
        raise resource_not_found(member_id)
    return no_content()


def check_member_groups(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``POST /users/{id}/checkMemberGroups``: which of up to 20 groups hold somebody.

    A group that isn't there, or that hides its members, is left out without a word.
    """
    user = found_user(tenant, request.params[0])
    group_ids = request.json_object().get("groupIds")
    if not isinstance(group_ids, list) or not all(isinstance(one, str) for one in group_ids):
        raise bad_request("The property 'groupIds' is missing or no collection of strings.")
    if len(group_ids) > _MAX_GROUP_IDS:
        raise bad_request(f"At most {_MAX_GROUP_IDS} groups can be checked in one request.")
    now = tenant.clock()
    value = [
        group_id
        for group_id in group_ids
        if (group := tenant.groups.find(group_id)) is not None
        and _shows_members(request, group)
        and tenant.groups.contains(group.id, user.id, now)
    ]
    context = f"{request.base_url}/v1.0/$metadata#Collection(Edm.String)"
    return ok(odata.collection(context, value, None))


def _found(tenant: SimulatedTenant, key: str) -> Group:
    group = tenant.groups.find(key)
    if group is None:
        raise resource_not_found(key)
    return group


def _shows_members(request: GraphRequest, group: Group) -> bool:
    return not group.hides_members or HIDDEN_MEMBERS in request.caller.roles


def _refuse_unwritable(tenant: SimulatedTenant, request: GraphRequest, group: Group) -> None:
    if group.is_dynamic:
        raise bad_request("Members of a group with a membership rule can't be changed directly.")
    if group.on_premises_sync_enabled:
        raise bad_request(
            "Unable to update the specified properties for on-premises mastered Directory Sync"
            " objects or objects currently undergoing migration."
        )
    if group.mail_enabled and "Unified" not in group.group_types:
        raise bad_request("Cannot Update a mail-enabled security groups and or distribution list.")
    if group.is_assignable_to_role and ROLE_ASSIGNABLE_GROUPS not in request.caller.roles:
        raise denied(Service.DIRECTORY)
    # Permissions of the tenant end at such a unit; a role that is scoped to it, or to the group,
    # doesn't: https://learn.microsoft.com/entra/identity/role-based-access-control/admin-units-restricted-management
    app = tenant.apps.get(request.caller.client_id)
    if group.is_management_restricted and (app is None or group.id not in app.group_scopes):
        raise denied(Service.DIRECTORY)


def _members(
    tenant: SimulatedTenant, request: GraphRequest, memberships: list[Membership]
) -> GraphResponse:
    size = odata.page_size(request, default=_DEFAULT_PAGE, maximum=_MAX_PAGE, cap=tenant.page_cap)
    chosen, next_link = odata.page(request, memberships, size, lambda one: one.sequence)
    value = [
        body
        for membership in chosen
        if (body := _member(tenant, request, membership.member_id)) is not None
    ]
    context = f"{request.base_url}/v1.0/$metadata#directoryObjects"
    return ok(odata.collection(context, value, next_link))


def _member(
    tenant: SimulatedTenant, request: GraphRequest, member_id: str
) -> dict[str, Any] | None:
    wanted = odata.selection(request)
    user = tenant.users.find(member_id)
    if user is not None:
        body = odata.pick(user_properties(user), wanted or DEFAULT_USER_PROPERTIES, "user")
        return {"@odata.type": "#microsoft.graph.user", **body}
    group = tenant.groups.find(member_id)
    if group is None:
        return None
    properties = group_properties(group)
    known = {name.lower() for name in properties}
    chosen = [name for name in wanted or _DEFAULT_GROUP_PROPERTIES if name.lower() in known]
    return {"@odata.type": "#microsoft.graph.group", **odata.pick(properties, chosen, "group")}

"""The set-up as requests of Microsoft Graph, in order, for tools that send JSON."""

import json
from typing import Any

from cli.provision.as_code.values import (
    APP_NAME,
    LIST_NAME,
    MAIL_PERMISSIONS,
    PERMISSIONS,
    SCOPE_NAME,
    Values,
    columns_to_create,
    title_changes,
)
from domain.failures import BadRequest
from graph.sites import site_path

_NOT_IN_GRAPH = (
    "Microsoft Graph knows neither RBAC for Applications nor views of lists: see "
    "`mfa-rollout provision --print powershell`, parts 5 and 6. Mailboxes: {senders}; permissions: "
    "{permissions}; scope: {scope}."
)


def graph_json(values: Values) -> str:
    """Return the document; a text in braces is the id that an earlier answer had."""
    return json.dumps(
        {
            "requests": requests(values),
            "notInGraph": _NOT_IN_GRAPH.format(
                senders=", ".join(values.senders),
                permissions=", ".join(MAIL_PERMISSIONS),
                scope=SCOPE_NAME,
            ),
        },
        indent=2,
    )


def requests(values: Values) -> list[dict[str, Any]]:
    """Return the requests in their order."""
    base = values.cloud.graph_base_url
    try:
        site = site_path(values.site_url)
    except BadRequest:
        site = "/sites/<TENANT>.sharepoint.com:/sites/<SITE>"
    lists = f"{base}/sites/{{site.id}}/lists"
    assigned = f"{base}/servicePrincipals/{{servicePrincipal.id}}/appRoleAssignments"
    return [
        _request(
            "The app registration: {application.id}, {application.appId}",
            "POST",
            f"{base}/applications",
            {"displayName": APP_NAME, "signInAudience": "AzureADMyOrg"},
        ),
        _request(
            "Its service principal: {servicePrincipal.id}",
            "POST",
            f"{base}/servicePrincipals",
            {"appId": "{application.appId}"},
        ),
        _request(
            "Microsoft Graph's own service principal in the tenant: {graph.id}",
            "GET",
            f"{base}/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')?$select=id",
        ),
        *(
            _request(
                f"Admin consent to {name}",
                "POST",
                assigned,
                {
                    "principalId": "{servicePrincipal.id}",
                    "resourceId": "{graph.id}",
                    "appRoleId": role_id,
                },
            )
            for name, role_id in PERMISSIONS.items()
        ),
        _request("The site: {site.id}", "GET", f"{base}{site}?$select=id"),
        _request(
            "Leave to write on that site",
            "POST",
            f"{base}/sites/{{site.id}}/permissions",
            {
                "roles": ["write"],
                "grantedTo": {
                    "application": {"id": "{application.appId}", "displayName": APP_NAME}
                },
            },
        ),
        _request(
            "The tracking list: {list.id}",
            "POST",
            lists,
            {
                "displayName": LIST_NAME,
                "list": {"template": "genericList"},
                "columns": columns_to_create(),
            },
        ),
        _request(
            "The column that every list has",
            "PATCH",
            f"{lists}/{{list.id}}/columns/Title",
            title_changes(),
        ),
    ]


def _request(
    what: str, method: str, url: str, body: dict[str, Any] | None = None
) -> dict[str, Any]:
    request: dict[str, Any] = {"what": what, "method": method, "url": url}
    return request if body is None else request | {"body": body}

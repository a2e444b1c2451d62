"""What Graph shows of users, groups and methods."""

from typing import Any

from simulated_tenant.clock import graph_time
from simulated_tenant.directory.groups import Group
from simulated_tenant.directory.methods import Method
from simulated_tenant.directory.users import User

DEFAULT_USER_PROPERTIES = (
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
)
BASIC_USER_PROPERTIES = frozenset(
    {"id", "displayName", "givenName", "surname", "mail", "userPrincipalName"}
)


def user_properties(user: User) -> dict[str, Any]:
    """Return every property that the tenant knows of a user."""
    domain = user.user_principal_name.rpartition("@")[2]
    return {
        "id": user.id,
        "userPrincipalName": user.user_principal_name,
        "displayName": user.display_name,
        "givenName": user.given_name,
        "surname": user.surname,
        "mail": user.mail,
        "mailNickname": user.user_principal_name.partition("@")[0],
        "department": user.department,
        "jobTitle": user.job_title,
        "preferredLanguage": user.preferred_language,
        "accountEnabled": user.account_enabled,
        "userType": user.user_type,
        "proxyAddresses": list(user.proxy_addresses),
        "createdDateTime": graph_time(user.created_at),
        "deletedDateTime": None,
        "businessPhones": list(user.business_phones),
        "mobilePhone": user.mobile_phone,
        "officeLocation": None,
        "companyName": None,
        "city": None,
        "country": None,
        "employeeId": None,
        "employeeType": None,
        "externalUserState": None,
        "identities": [
            {
                "signInType": "userPrincipalName",
                "issuer": domain,
                "issuerAssignedId": user.user_principal_name,
            }
        ],
        "onPremisesSyncEnabled": None,
        "otherMails": [],
        "showInAddressList": None,
        "usageLocation": None,
    }


def group_properties(group: Group) -> dict[str, Any]:
    """Return every property that the tenant knows of a group."""
    return {
        "id": group.id,
        "displayName": group.display_name,
        "description": group.description,
        "createdDateTime": graph_time(group.created_at),
        "deletedDateTime": None,
        "groupTypes": list(group.group_types),
        "isAssignableToRole": group.is_assignable_to_role,
        "isManagementRestricted": group.is_management_restricted,
        "onPremisesSyncEnabled": group.on_premises_sync_enabled,
        "securityEnabled": group.security_enabled,
        "mailEnabled": group.mail_enabled,
        "mail": None,
        "mailNickname": group.display_name.replace(" ", ""),
        "membershipRule": '(user.department -eq "Sales")' if group.is_dynamic else None,
        "membershipRuleProcessingState": "On" if group.is_dynamic else None,
        "proxyAddresses": [],
        "visibility": group.visibility,
    }


def method_properties(method: Method) -> dict[str, Any]:
    """Return an authentication method as ``/authentication/methods`` lists it."""
    return {
        "@odata.type": f"#microsoft.graph.{method.type}AuthenticationMethod",
        "id": method.id,
        "createdDateTime": graph_time(method.created_at),
        **method.properties,
    }

"""Tests of answers against Microsoft's own metadata: no property that Graph doesn't declare."""

from typing import Any

import httpx
import pytest

from simulated_tenant import SimulatedTenant
from simulated_tenant.directory.methods import METHOD_TYPES
from small_tenant import GROUP_ID, ITEMS, LIST_ID, SITE_ID
from test_permissions import oracle

TEXTS = {"Edm.String", "Edm.DateTimeOffset", "Edm.Guid", "Edm.Date", "Edm.Binary", "Edm.Duration"}


class Metadata:
    """Microsoft's CSDL, and the check of a value against one of its types."""

    def __init__(self, types: dict[str, Any]) -> None:
        """Keep the types."""
        self._types = types

    def check(self, value: Any, type_name: str, where: str) -> list[str]:
        """Return what is wrong with a value of a type."""
        if value is None:
            return []
        if type_name.startswith("Collection("):
            if not isinstance(value, list):
                return [f"{where}: no collection"]
            inner = type_name[len("Collection(") : -1]
            found = [self.check(one, inner, f"{where}[{n}]") for n, one in enumerate(value)]
            return [problem for problems in found for problem in problems]
        if type_name.startswith("Edm."):
            return [] if self._is_primitive(value, type_name) else [f"{where}: no {type_name}"]
        if isinstance(value, dict):
            return self._check_object(value, type_name, where)
        return self._check_enum(value, type_name, where)

    def _is_primitive(self, value: Any, type_name: str) -> bool:
        if type_name in TEXTS:
            return isinstance(value, str)
        if type_name == "Edm.Boolean":
            return isinstance(value, bool)
        return isinstance(value, int | float) and not isinstance(value, bool)

    def _check_object(self, value: dict[str, Any], type_name: str, where: str) -> list[str]:
        name = value.get("@odata.type", type_name)
        known, is_open = self._declared(name)
        problems = []
        for key, part in value.items():
            if "@" in key:
                continue
            if key in known:
                problems += self.check(part, known[key], f"{where}.{key}")
            elif not is_open:
                problems.append(f"{where}: {name} has no {key}")
        return problems

    def _check_enum(self, value: Any, type_name: str, where: str) -> list[str]:
        found = self._types.get(self._full(type_name))
        if found is None or not found["members"]:
            return [f"{where}: {value!r} is no {type_name}"]
        members = {member.lower() for member in found["members"]}
        return [] if str(value).lower() in members else [f"{where}: {value!r} is no {type_name}"]

    def _declared(self, name: str) -> tuple[dict[str, str], bool]:
        found = self._types[self._full(name)]
        known, is_open = self._declared(found["base"]) if found["base"] else ({}, False)
        own = {key: declared[0] for key, declared in found["props"].items()}
        navigations = {
            key: declared
            for key, declared in found["navs"].items()
            if self._full(declared.removeprefix("Collection(").rstrip(")")) in self._types
        }
        return known | own | navigations, is_open or found["open"]

    @staticmethod
    def _full(name: str) -> str:
        return "microsoft.graph." + name.rpartition(".")[2]


@pytest.fixture(scope="module")
def metadata() -> Metadata:
    """Microsoft's metadata, if it is there."""
    return Metadata(oracle("types.json")["types"])


async def problems_of(
    graph: httpx.AsyncClient, metadata: Metadata, url: str, type_name: str
) -> list[str]:
    """Fetch an address and check each of its objects."""
    response = await graph.get(url)
    assert response.status_code == 200, response.text
    body = response.json()
    objects = body.get("value", [body])
    assert objects
    return [problem for one in objects for problem in metadata.check(one, type_name, url)]


@pytest.mark.parametrize(
    ("url", "type_name"),
    [
        ("/users", "user"),
        ("/users/ann@contoso.example?$expand=manager", "user"),
        ("/users/ann@contoso.example/manager", "directoryObject"),
        ("/users/ann@contoso.example/authentication/methods", "authenticationMethod"),
        (f"/groups/{GROUP_ID}", "group"),
        (f"/groups/{GROUP_ID}/members", "directoryObject"),
        ("/organization", "organization"),
        ("/reports/authenticationMethods/userRegistrationDetails", "userRegistrationDetails"),
        (f"/sites/{SITE_ID}", "site"),
        (f"/sites/{SITE_ID}/lists", "list"),
        (f"/sites/{SITE_ID}/lists/{LIST_ID}?$expand=columns", "list"),
        (f"/sites/{SITE_ID}/lists/{LIST_ID}/columns", "columnDefinition"),
        (f"{ITEMS}?$expand=fields", "listItem"),
        (f"{ITEMS}/delta?$expand=fields", "listItem"),
        ("/users/mfa@contoso.example/mailFolders/sentitems/messages", "message"),
        ("/users/mfa@contoso.example/mailFolders/inbox/messages", "message"),
    ],
)
async def test_answers_conform_to_the_metadata(
    tenant: SimulatedTenant,
    graph: httpx.AsyncClient,
    metadata: Metadata,
    url: str,
    type_name: str,
) -> None:
    """Every property is declared, and every value has its declared type."""
    for method in METHOD_TYPES:
        tenant.register_method("ann@contoso.example", method)
    tenant.add_member(GROUP_ID, tenant.user("ann@contoso.example").id)
    await graph.post(ITEMS, json={"fields": {"Title": "a", "Status": "Sent"}})
    readers = [{"emailAddress": {"address": f"{name}@contoso.example"}} for name in ("ann", "no")]
    message = {"subject": "x", "toRecipients": readers, "body": {"content": "x"}}
    await graph.post("/users/mfa@contoso.example/sendMail", json={"message": message})
    assert await problems_of(graph, metadata, url, type_name) == []


def test_a_misspelt_property_would_be_found(metadata: Metadata) -> None:
    """The check itself can fail: closed types refuse unknown keys and wrong types."""
    good = {"id": "1", "eTag": "x"}
    assert metadata.check(good, "listItem", "item") == []
    assert metadata.check(good | {"etag2": "x"}, "listItem", "item")
    assert metadata.check({"isMfaCapable": "yes"}, "userRegistrationDetails", "row")
    assert metadata.check({"importance": "huge"}, "message", "mail")

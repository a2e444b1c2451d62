"""A client that isn't true to Microsoft is found out, whatever the tenant makes of its requests."""

from dataclasses import replace
from typing import Any

import pytest

from tests.truth.conformance import asking_problems, microsofts_metadata
from tests.truth.exchanges import Exchange

GRAPH = "https://graph.microsoft.com/v1.0"
LIST = f"{GRAPH}/sites/a,b,c/lists/l"
MAILBOX = f"{GRAPH}/users/mfa%40contoso.example"
IMMUTABLE = 'IdType="ImmutableId"'


def asked(method: str, url: str, body: Any = None, **headers: str) -> Exchange:
    """Return a request with an answer that doesn't matter."""
    return Exchange(
        method=method,
        url=url,
        headers={"client-request-id": "c", "prefer": IMMUTABLE, **headers},
        request_body=body,
        status=200,
        content_type="application/json",
        answer={},
    )


RIGHT = {
    "a selection": asked("GET", f"{GRAPH}/users/u?$select=id,mail"),
    "a search by address": asked("GET", f"{GRAPH}/users?$filter=proxyAddresses/any(p:p eq 'x')"),
    "a search by an indexed column": asked(
        "GET", f"{LIST}/items?$expand=fields&$filter=fields/TrackingToken eq 'x''y'"
    ),
    "columns that are written": asked(
        "PATCH", f"{LIST}/items/1/fields", {"InGroup": True, "ErrorDetails": None}
    ),
    "a new member": asked(
        "POST", f"{GRAPH}/groups/g/members/$ref", {"@odata.id": f"{GRAPH}/directoryObjects/u"}
    ),
    "a draft": asked("POST", f"{MAILBOX}/messages", {"body": {"contentType": "HTML"}}),
    "a sending": asked("POST", f"{MAILBOX}/messages/m/send"),
}
WRONG = {
    "another version": asked("GET", "https://graph.microsoft.com/beta/users/u"),
    "an unknown set": asked("GET", f"{GRAPH}/people/u"),
    "a misspelt navigation": asked("GET", f"{GRAPH}/users/u/managers"),
    "a step behind an action": asked("POST", f"{MAILBOX}/messages/m/send/again"),
    "an empty id": asked("GET", f"{GRAPH}/users/"),
    "a misspelt selection": asked("GET", f"{GRAPH}/users/u?$select=id,accountenabled"),
    "a misspelt expansion": asked("GET", f"{LIST}/items?$expand=field"),
    "an expanded column that isn't there": asked(
        "GET", f"{LIST}/items?$expand=fields($select=Upn)"
    ),
    "a search by an unknown property": asked("GET", f"{GRAPH}/users?$filter=email eq 'x'"),
    "a search without an index": asked("GET", f"{LIST}/items?$filter=fields/Source eq 'x'"),
    "a page of no size": asked("GET", f"{GRAPH}/users?$top=0"),
    "an unknown option": asked("GET", f"{GRAPH}/users?$limit=5"),
    "a link that was made up": asked("GET", f"{GRAPH}/users?$skiptoken=x"),
    "an unknown column": asked("PATCH", f"{LIST}/items/1/fields", {"InviteState": "Sent"}),
    "an unknown choice": asked("PATCH", f"{LIST}/items/1/fields", {"InviteStatus": "Sended"}),
    "a column of another type": asked("POST", f"{LIST}/items", {"fields": {"InGroup": "yes"}}),
    "a count that is a truth value": asked(
        "PATCH", f"{LIST}/items/1/fields", {"ReminderCount": True}
    ),
    "a column that is for people": asked("PATCH", f"{LIST}/items/1/fields", {"Notes": "x"}),
    "an id of our own": asked("POST", f"{LIST}/items", {"id": "1", "fields": {}}),
    "a member of another kind": asked(
        "POST", f"{GRAPH}/groups/g/members/$ref", {"@odata.id": f"{LIST}/items/1"}
    ),
    "a member without a reference": asked("POST", f"{GRAPH}/groups/g/members/$ref", {"id": "u"}),
    "a misspelt property": asked("POST", f"{MAILBOX}/messages", {"Subject": "x"}),
    "a value that the enumeration lacks": asked(
        "POST", f"{MAILBOX}/messages", {"body": {"contentType": "markdown"}}
    ),
    "a parameter that the action lacks": asked(
        "POST", f"{GRAPH}/users/u/checkMemberGroups", {"groups": ["g"]}
    ),
    "a body that doesn't belong": asked("POST", f"{MAILBOX}/messages/m/send", {}),
    "no body": asked("POST", f"{MAILBOX}/messages"),
    "ids that change": asked("GET", f"{MAILBOX}/messages/m", prefer="return=minimal"),
    "no id for the support": replace(asked("GET", f"{GRAPH}/users/u"), headers={}),
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_passes(name: str) -> None:
    """Requests as our client makes them are not objected to."""
    assert asking_problems(microsofts_metadata(), [RIGHT[name]]) == []


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_stands_out(name: str) -> None:
    """Each mistake is objected to, once."""
    assert len(asking_problems(microsofts_metadata(), [WRONG[name]])) == 1


def test_a_link_that_was_given_is_followed() -> None:
    """A link to the next page may be followed when an answer held it, and only then."""
    link = f"{GRAPH}/users?$skiptoken=x"
    first = replace(asked("GET", f"{GRAPH}/users"), answer={"@odata.nextLink": link})
    second = asked("GET", link)
    assert asking_problems(microsofts_metadata(), [first, second]) == []
    assert asking_problems(microsofts_metadata(), [second, first])

"""Users and managers are read as Graph describes them, in all its forms."""

from urllib.parse import unquote

import pytest

from domain.failures import (
    BadRequest,
    NotFound,
    PermissionDenied,
    ServiceUnavailable,
    Throttled,
    UnexpectedAnswer,
)
from domain.person import Person
from graph.directory import Directory
from graph.http.client import GraphClient
from tests.graph.http.peer import Answer, Peer

ADA = {
    "id": "8a1f0000-0000-4000-8000-000000000001",
    "userPrincipalName": "ada@contoso.com",
    "displayName": "Ada",
    "mail": "ada.l@contoso.com",
    "department": "Research",
    "accountEnabled": True,
    "userType": "Member",
    "preferredLanguage": "en-GB",
}
BOB = "8a1f0000-0000-4000-8000-000000000002"
BARE = {"id": BOB, "userPrincipalName": "b@contoso.com", "accountEnabled": False}
ABSENT = Answer(status=404, body={"error": {"code": "Request_ResourceNotFound", "message": "x"}})


@pytest.fixture
def directory(client: GraphClient) -> Directory:
    """Return a directory whose Graph is the scripted peer."""
    return Directory(client)


async def test_a_user_becomes_a_person(directory: Directory, peer: Peer) -> None:
    """All that an enrolment needs is asked for, and Graph's names are left behind."""
    peer.answers(Answer(body=ADA))

    assert await directory.user("ada@contoso.com") == Person(
        object_id=str(ADA["id"]),
        user_principal_name="ada@contoso.com",
        display_name="Ada",
        mail="ada.l@contoso.com",
        department="Research",
        language="en-GB",
        account_enabled=True,
        user_type="Member",
    )
    path, _, query = peer.asked[0].target.partition("?")
    assert path == "/v1.0/users/ada%40contoso.com"
    assert unquote(query) == (
        "$select=id,displayName,mail,userPrincipalName,department,accountEnabled,userType,"
        "preferredLanguage"
    )


@pytest.mark.parametrize("empty", [{}, {"mail": None, "displayName": None}, {"mail": ""}])
async def test_what_graph_leaves_empty_is_none(
    directory: Directory, peer: Peer, empty: dict[str, object]
) -> None:
    """Missing, null and empty are the same; without a display name the UPN serves."""
    peer.answers(Answer(body=BARE | empty))

    person = await directory.user("1")
    assert (person.display_name, person.mail, person.department) == ("b", None, None)
    assert person.account_enabled is False
    assert person.user_type == "Member"


async def test_a_user_of_whom_too_little_is_seen_is_no_guess(
    directory: Directory, peer: Peer
) -> None:
    """If the app can't see of anybody who is enabled, the missing permission is named."""
    nobody = Answer(body={"value": []})
    peer.answers(Answer(body=ADA | {"accountEnabled": None}), nobody)
    peer.answers(Answer(body={"id": "1", "accountEnabled": True}))
    peer.answers(Answer(body=ADA | {"id": "1"}))

    with pytest.raises(PermissionDenied, match=r"User\.Read\.All"):
        await directory.user("1")
    for _ in range(2):
        with pytest.raises(UnexpectedAnswer):
            await directory.user("1")


async def test_an_account_of_which_graph_says_nothing_is_its_own_matter(
    directory: Directory, peer: Peer
) -> None:
    """Where others are seen to be enabled no grant is wrong: this one counts as disabled."""
    said_of_others = Answer(body={"value": [{"id": BOB, "accountEnabled": True}]})
    silent = ADA | {"accountEnabled": None}
    peer.answers(Answer(body=silent), said_of_others)
    assert (await directory.user("1")).account_enabled is False

    del silent["accountEnabled"]
    peer.answers(Answer(body={"value": [silent, BARE]}), said_of_others)
    assert [one.person.object_id async for one in directory.everyone()] == [ADA["id"], BOB]

    peer.answers(Answer(body=silent), said_of_others)
    manager = await directory.manager("1")
    assert manager is not None
    assert manager.person.account_enabled is False


async def test_one_who_is_seen_to_be_enabled_is_enough(directory: Directory, peer: Peer) -> None:
    """The page with the first answers for all: the next ones are the rest of the directory."""
    silent = Answer(body=ADA | {"accountEnabled": None})
    link = f"{peer.origin}/v1.0/users?next"
    for rows in ([{"id": BOB, "accountEnabled": True}], [{"id": BOB}]):
        peer.answers(silent, Answer(body={"value": [], "@odata.nextLink": link}))
        peer.answers(Answer(body={"value": rows, "@odata.nextLink": f"{link}2"}))

    assert (await directory.user("1")).account_enabled is False
    with pytest.raises(PermissionDenied, match=r"User\.Read\.All"):
        await directory.user("1")
    assert len(peer.asked) == 6


@pytest.mark.parametrize("status", [429, 503])
async def test_a_look_at_others_that_fails_is_no_missing_grant(
    directory: Directory, peer: Peer, status: int
) -> None:
    """Whether the app sees of others who is enabled can't be said just now, and that passes."""
    failed = Answer(status=status, headers={"Retry-After": "60"})
    peer.answers(Answer(body=ADA | {"accountEnabled": None}), failed)

    with pytest.raises(Throttled):
        await directory.user("1")


async def test_a_guest_of_whom_no_type_is_told_is_one(directory: Directory, peer: Peer) -> None:
    """Graph's metadata lets the type be null, and a guest's UPN tells of it all the same."""
    guest = BARE | {"userPrincipalName": "eve_fabrikam.com#EXT#@contoso.com", "userType": None}
    peer.answers(Answer(body=guest), Answer(body=guest | {"userType": "Member"}))

    assert (await directory.user("1")).user_type == "Guest"
    assert (await directory.user("1")).user_type == "Member"


async def test_a_listing_that_says_nothing_of_anybody_names_the_grant(
    directory: Directory, peer: Peer
) -> None:
    """No import is told that everybody is disabled because the app may not see it."""
    peer.answers(Answer(body={"value": [{**BARE, "accountEnabled": None}]}))
    peer.answers(Answer(body={"value": [{"id": BOB}]}))

    with pytest.raises(PermissionDenied, match=r"User\.Read\.All"):
        assert [one async for one in directory.everyone()] == []


async def test_an_address_is_looked_up_in_three_places(directory: Directory, peer: Peer) -> None:
    """First the UPN, then ``mail``, then the proxy addresses, with quotes doubled."""
    none = Answer(body={"value": []})
    peer.answers(ABSENT, none, Answer(body={"value": [ADA]}))

    found = await directory.find("o'hara+x@contoso.com")

    assert found is not None
    assert found.display_name == "Ada"
    upn, mail, proxy = (unquote(target) for target in peer.targets)
    assert upn.startswith("GET /v1.0/users/o'hara+x@contoso.com?")
    assert mail.endswith("&$filter=mail eq 'o''hara+x@contoso.com'")
    assert proxy.endswith("&$filter=proxyAddresses/any(p:p eq 'smtp:o''hara+x@contoso.com')")
    assert "%2Bx%40" in peer.targets[1]


async def test_an_address_that_nobody_has_is_none(directory: Directory, peer: Peer) -> None:
    """Only after all three places the answer is that there is nobody."""
    none = Answer(body={"value": []})
    peer.answers(ABSENT, none, none)

    assert await directory.find("nobody@contoso.com") is None
    assert peer.unspoken == 0


@pytest.mark.parametrize("text", ["", "ada", "8a1f0000"])
async def test_what_is_no_address_is_not_asked_about(
    directory: Directory, peer: Peer, text: str
) -> None:
    """What is neither an address nor an ObjectId finds nobody."""
    assert await directory.find(text) is None
    assert peer.asked == []


async def test_a_failure_is_not_taken_for_nobody(directory: Directory, peer: Peer) -> None:
    """An outage while looking somebody up stays an outage."""
    peer.answers(*[Answer(status=503)] * 3)

    with pytest.raises(ServiceUnavailable):
        await directory.find("ada@contoso.com")


async def test_a_shared_address_is_ambiguous(directory: Directory, peer: Peer) -> None:
    """Two users with one ``mail`` are not resolved by chance, nor are they named."""
    peer.answers(ABSENT, Answer(body={"value": [ADA, BARE]}))

    with pytest.raises(BadRequest, match="More than one") as raised:
        await directory.find("team@contoso.com")
    assert "team" not in str(raised.value)


async def test_everybody_is_listed(directory: Directory, peer: Peer) -> None:
    """Users come 999 a page, and pages are followed; an account without a name ends nothing."""
    link = f"{peer.origin}/v1.0/users?$skiptoken=2"
    nameless = BARE | {"userPrincipalName": None}
    peer.answers(
        Answer(body={"value": [nameless, ADA], "@odata.nextLink": link}),
        Answer(body={"value": [BARE]}),
    )

    assert [one.person.object_id async for one in directory.everyone()] == [ADA["id"], BOB]
    assert peer.asked[0].target.endswith("&$top=999")


async def test_a_manager_becomes_a_person(directory: Directory, peer: Peer) -> None:
    """A manager is described as any user is."""
    phones = {"businessPhones": ["+44 20 7946 0001", None], "mobilePhone": "+44 7700 900001"}
    peer.answers(Answer(body=ADA | phones | {"@odata.type": "#microsoft.graph.user"}))

    manager = await directory.manager("1")
    assert manager is not None
    assert manager.person.mail == "ada.l@contoso.com"
    assert manager.phone == "+44 20 7946 0001, +44 7700 900001"
    assert unquote(peer.asked[0].target).endswith("preferredLanguage,businessPhones,mobilePhone")


async def test_a_user_without_numbers(directory: Directory, peer: Peer) -> None:
    """Graph has a list for some and one number for others; both may be empty, or missing."""
    empty: list[dict[str, object]] = [{"businessPhones": [], "mobilePhone": None}, {}]
    peer.answers(*(Answer(body=ADA | one) for one in empty))
    found = [await directory.contact("1") for _ in empty]
    assert [(one.person.display_name, one.phone) for one in found] == [("Ada", None)] * 2


async def test_without_a_manager_the_user_is_asked_for(directory: Directory, peer: Peer) -> None:
    """A 404 means no manager only if the user exists; Graph answers both alike."""
    peer.answers(ABSENT, Answer(body=BARE), ABSENT, ABSENT)

    assert await directory.manager("1") is None
    with pytest.raises(NotFound, match="user is not in the directory"):
        await directory.manager("1")


async def test_a_contact_is_no_manager(directory: Directory, peer: Peer) -> None:
    """A manager who is a contact has no account, and counts as none."""
    contact = {"@odata.type": "#microsoft.graph.orgContact", "id": "c", "mail": "x@fabrikam.com"}
    peer.answers(Answer(body=contact))

    assert await directory.manager("1") is None


async def test_an_account_without_a_name_is_no_manager(directory: Directory, peer: Peer) -> None:
    """Graph's metadata lets a UPN be null; an escalation then goes where it goes without one."""
    peer.answers(Answer(body=ADA | {"userPrincipalName": None}))

    assert await directory.manager("1") is None


async def test_a_listing_counts_no_contact_as_a_manager(directory: Directory, peer: Peer) -> None:
    """A dry run promises nobody an escalation that a rollout wouldn't send."""
    contact = {"@odata.type": "#microsoft.graph.orgContact", "id": "c"}
    user = {"@odata.type": "#microsoft.graph.user", "id": "m"}
    rows = [ADA | {"manager": contact}, BARE | {"manager": user}]
    peer.answers(Answer(body={"value": rows}))

    listed = [one async for one in directory.everyone(with_managers=True)]
    assert [one.has_manager for one in listed] == [False, True]

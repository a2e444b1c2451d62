"""A mail is drafted with its key, found again by it, and sent at most once."""

from datetime import UTC, datetime
from urllib.parse import unquote

import pytest

from domain.failures import NotFound, ServiceUnavailable, Throttled, UnexpectedAnswer
from domain.mail.content import OutgoingMail
from graph.http.client import GraphClient
from graph.mailbox import Mailbox, MessageState
from graph.message import SEND_KEY
from tests.graph.http.peer import Answer, Peer

BOX = "/v1.0/users/mfa%40contoso.com"
DRAFT = {"id": "AAM=", "isDraft": True, "sentDateTime": "2026-03-01T12:00:00Z"}
SENT = {"id": "AAM=", "isDraft": False, "sentDateTime": "2026-03-01T12:00:05Z"}
NOBODY = Answer(status=404, body={"error": {"code": "ErrorInvalidUser", "message": "x"}})
NOTHING = Answer(status=404, body={"error": {"code": "ErrorItemNotFound", "message": "x"}})
MAIL = OutgoingMail(
    subject="Please enrol",
    html="<p>Hello</p>",
    text="Hello",
    to_address="ada@contoso.com",
    to_name="Ada",
    headers={"X-Auto-Response-Suppress": "All"},
)


@pytest.fixture
def mailbox(client: GraphClient) -> Mailbox:
    """Return a mailbox whose Graph is the scripted peer."""
    return Mailbox(client, "mfa@contoso.com")


async def test_a_draft_carries_its_key(mailbox: Mailbox, peer: Peer) -> None:
    """Mail and key are created in one call, so no draft is ever without its key."""
    peer.answers(Answer(status=201, body=DRAFT))

    assert await mailbox.create_draft(MAIL, key="k-1") == "AAM="
    assert peer.targets == [f"POST {BOX}/messages"]
    assert peer.asked[0].json() == {
        "subject": "Please enrol",
        "body": {"contentType": "html", "content": "<p>Hello</p>"},
        "toRecipients": [{"emailAddress": {"address": "ada@contoso.com", "name": "Ada"}}],
        "internetMessageHeaders": [{"name": "X-Auto-Response-Suppress", "value": "All"}],
        "singleValueExtendedProperties": [{"id": SEND_KEY, "value": "k-1"}],
    }


async def test_every_call_asks_for_immutable_ids(mailbox: Mailbox, peer: Peer) -> None:
    """The preference covers one request alone, so each has it."""
    rows = Answer(body={"value": []})
    peer.answers(
        Answer(status=201, body=DRAFT), rows, rows, Answer(body=DRAFT), Answer(status=202), NOTHING
    )

    await mailbox.create_draft(MAIL, key="k-1")
    await mailbox.find("k-1")
    await mailbox.read("AAM=")
    await mailbox.send("AAM=")
    await mailbox.delete("AAM=")

    assert len(peer.asked) == 6
    assert {asked.headers["prefer"] for asked in peer.asked} == {'IdType="ImmutableId"'}


async def test_a_lost_creation_is_not_repeated(mailbox: Mailbox, peer: Peer) -> None:
    """A draft whose answer is lost may exist: the caller looks for it by its key."""
    peer.answers(Answer(cut=True))

    with pytest.raises(ServiceUnavailable):
        await mailbox.create_draft(MAIL, key="k-1")
    assert len(peer.asked) == 1


async def test_a_mail_is_found_among_drafts_then_sent_items(mailbox: Mailbox, peer: Peer) -> None:
    """The drafts are searched first, since a mail moves from there to the sent items."""
    peer.answers(Answer(body={"value": []}), Answer(body={"value": [SENT]}))

    found = await mailbox.find("it's k-1")

    assert found == MessageState(
        id="AAM=", is_draft=False, sent_at=datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)
    )
    condition = (
        f"$filter=singleValueExtendedProperties/Any(ep: ep/id eq '{SEND_KEY}' "
        "and ep/value eq 'it''s k-1')"
    )
    for target, folder in zip(peer.targets, ("drafts", "sentitems"), strict=True):
        assert target.startswith(f"GET {BOX}/mailFolders/{folder}/messages?")
        assert condition in unquote(target)


async def test_a_draft_is_found_with_one_call(mailbox: Mailbox, peer: Peer) -> None:
    """A draft has no time of sending, though Exchange fills one in."""
    peer.answers(Answer(body={"value": [DRAFT]}))

    assert await mailbox.find("k-1") == MessageState(id="AAM=", is_draft=True, sent_at=None)


async def test_a_mail_that_is_nowhere_is_none(mailbox: Mailbox, peer: Peer) -> None:
    """No draft and no sent mail with the key is no mail."""
    peer.answers(Answer(body={"value": []}), Answer(body={"value": []}))

    assert await mailbox.find("k-1") is None


async def test_a_mail_is_read_by_id(mailbox: Mailbox, peer: Peer) -> None:
    """Draft, sent, and on its way: the three that decide whether to send."""
    peer.answers(Answer(body=DRAFT), Answer(body=SENT), NOTHING)

    states = [await mailbox.read("AA/M=") for _ in range(3)]

    assert [state and state.is_draft for state in states] == [True, False, None]
    assert peer.asked[0].target.startswith(f"{BOX}/messages/AA%2FM%3D?")


async def test_sending_has_no_body(mailbox: Mailbox, peer: Peer) -> None:
    """A draft is sent with an empty body, whose length is said, and which is of no type."""
    peer.answers(Answer(status=202))

    await mailbox.send("AAM=")

    assert peer.targets == [f"POST {BOX}/messages/AAM%3D/send"]
    assert peer.asked[0].headers["content-length"] == "0"
    assert "content-type" not in peer.asked[0].headers


@pytest.mark.parametrize(
    "lost",
    [
        Answer(cut=True),
        Answer(),
        Answer(status=202, body={"error": {"code": "ErrorInternalServerError"}}),
        Answer(status=204),
        Answer(status=302),
        Answer(status=504),
    ],
)
async def test_a_lost_sending_is_not_repeated(mailbox: Mailbox, peer: Peer, lost: Answer) -> None:
    """A mail that may have been sent isn't sent again without a look."""
    peer.answers(lost)

    with pytest.raises(ServiceUnavailable):
        await mailbox.send("AAM=")
    assert len(peer.asked) == 1


async def test_a_throttled_sending_is_left_to_the_caller(mailbox: Mailbox, peer: Peer) -> None:
    """Each request to send is counted before it is made, so none is repeated in the client."""
    peer.answers(Answer(status=429, headers={"Retry-After": "0.01"}), Answer(status=202))

    with pytest.raises(Throttled):
        await mailbox.send("AAM=")
    assert len(peer.asked) == 1


async def test_a_mail_that_left_can_not_be_sent(mailbox: Mailbox, peer: Peer) -> None:
    """A draft that is gone is not found, which the caller must look into."""
    peer.answers(NOTHING)

    with pytest.raises(NotFound, match="on its way"):
        await mailbox.send("AAM=")


@pytest.mark.parametrize("code", ["ErrorInvalidUser", "ResourceNotFound"])
async def test_a_missing_mailbox_is_not_a_missing_mail(
    mailbox: Mailbox, peer: Peer, code: str
) -> None:
    """A wrong setting is named, and never taken for a mail on its way or withdrawn."""
    peer.answers(*[Answer(status=404, body={"error": {"code": code, "message": "x"}})] * 6)

    for attempt in (
        lambda: mailbox.create_draft(MAIL, key="k-1"),
        lambda: mailbox.find("k-1"),
        lambda: mailbox.read("AAM="),
        lambda: mailbox.send("AAM="),
        mailbox.check_sending,
        lambda: mailbox.delete("AAM="),
    ):
        with pytest.raises(NotFound, match="SENDER_MAILBOXES") as raised:
            await attempt()
        assert "contoso" not in str(raised.value)


async def test_withdrawing_twice_is_withdrawing_once(mailbox: Mailbox, peer: Peer) -> None:
    """A draft that is gone already is as it should be."""
    peer.answers(Answer(status=204), NOTHING)

    await mailbox.delete("AAM=")
    await mailbox.delete("AAM=")

    assert peer.unspoken == 0


@pytest.mark.parametrize(
    "row", [{}, {"id": "AAM="}, {"id": "AAM=", "isDraft": None}, SENT | {"sentDateTime": "soon"}]
)
async def test_a_mail_of_another_form_is_refused(
    mailbox: Mailbox, peer: Peer, row: dict[str, object]
) -> None:
    """A mail of which it isn't said whether it was sent is neither."""
    peer.answers(Answer(body=row))

    with pytest.raises(UnexpectedAnswer):
        await mailbox.read("AAM=")


def test_a_mail_does_not_tell_its_reader_in_logs() -> None:
    """The written form of a mail holds neither address nor links."""
    assert "ada" not in repr(MAIL).casefold()
    assert "Hello" not in repr(MAIL)

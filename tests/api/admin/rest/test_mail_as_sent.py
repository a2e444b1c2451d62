"""A person's mail as it looked, over REST."""

from domain.portal.roles import Role
from domain.status import MailKind
from tests.api.admin.rest.rest import Rest, is_problem
from tests.api.portal.people.values import SCRIPT, is_harmless, put_mail
from tests.database.values import object_id

ADA = f"/api/people/{object_id(1)}"


async def test_a_mail_is_told_and_shown_as_it_looked(rest: Rest) -> None:
    """Its text and page have no own link; the page may run nothing, and every role may look."""
    await put_mail(rest.database, 1, MailKind.REMINDER)
    answer = await rest.call("GET", f"{ADA}/mails/1", Role.READER)
    told = answer.json()
    assert (answer.status_code, told["number"], told["kind"]) == (200, 1, "reminder")
    assert told["subject"] == f"{SCRIPT} subject"
    assert told["isExact"] is True
    assert told["templatesSince"] is None
    assert f"{SCRIPT} Ada" in told["text"]
    listed = (await rest.get(ADA)).json()["mails"]
    assert {name: told[name] for name in listed[0]} == listed[0]

    page = await rest.call("GET", f"{ADA}/mails/1/page.html", Role.READER)
    assert page.headers["content-type"].startswith("text/html")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script" not in policy
    assert is_harmless(page.text)
    for never in ("/api/enrol", "/api/track-open", "cid:", "token=", "mfa.contoso.example/secret"):
        assert never not in page.text, never
        assert never not in told["text"], never


async def test_what_is_not_there_is_a_problem(rest: Rest) -> None:
    """Nobody's mails, a number too many, and no page of a mail of which nothing is kept."""
    assert is_problem(await rest.get(f"/api/people/{object_id(99)}/mails/1"), 404)
    assert is_problem(await rest.get(f"{ADA}/mails/1"), 404)
    assert is_problem(await rest.get(f"{ADA}/mails/0"), 422)
    await put_mail(rest.database, 1, MailKind.INVITATION, hash="another")
    assert (await rest.get(f"{ADA}/mails/1")).json()["isExact"] is False
    assert is_problem(await rest.get(f"{ADA}/mails/2/page.html"), 404)

"""Each answer becomes the one failure that says what to do about it."""

import ssl
from datetime import timedelta
from typing import Any

import httpx
import pytest
import trustme

from domain.failures import (
    BadRequest,
    Conflict,
    DuplicateValue,
    NotFound,
    PermanentFailure,
    PermissionDenied,
    RolloutError,
    ServiceUnavailable,
    SignInFailed,
    Throttled,
)
from graph.http.answers import no_answer
from graph.http.errors import Purpose, failure_of
from graph.http.exchange import Answer
from graph.http.transport import open_exchange
from tests.graph.http.peer import scripted_peer

PURPOSE = Purpose(
    doing="count the sheep", grant="Sheep.Read.All", absent="There are no sheep. Check FARM."
)
DUPLICATE = (
    "The list item could not be added or updated because duplicate values were found in the "
    "following field(s) in the list: [Title]."
)


def answer(status: int, **more: Any) -> Answer:
    """Return an answer of Graph's."""
    response = httpx.Response(status, **more)
    return Answer(status, response.headers, response.content)


def graph_error(code: str, message: str = "") -> dict[str, object]:
    """Return a body as Graph documents it."""
    return {"error": {"code": code, "message": message, "innerError": {"request-id": "r"}}}


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, graph_error("Request_BadRequest"), BadRequest),
        (400, graph_error("invalidRequest", DUPLICATE), DuplicateValue),
        (400, graph_error("invalidRequest", "Save Conflict. Your changes conflict…"), Conflict),
        (401, graph_error("InvalidAuthenticationToken"), SignInFailed),
        (403, graph_error("Authorization_RequestDenied"), PermissionDenied),
        (403, graph_error("accessDenied", DUPLICATE), PermissionDenied),
        (404, graph_error("itemNotFound"), NotFound),
        (405, {}, BadRequest),
        (408, {}, ServiceUnavailable),
        (409, graph_error("resourceModified"), Conflict),
        (409, graph_error("nameAlreadyExists"), DuplicateValue),
        (410, graph_error("resyncChangesApplyDifferences"), ServiceUnavailable),
        (410, graph_error("itemNotFound"), NotFound),
        (412, graph_error("entityTagDoesNotMatch"), Conflict),
        (413, {}, BadRequest),
        (421, {}, ServiceUnavailable),
        (425, {}, ServiceUnavailable),
        (400, graph_error("ErrorMailboxMoveInProgress"), ServiceUnavailable),
        (403, graph_error("ErrorMailboxStoreUnavailable"), ServiceUnavailable),
        (423, graph_error("notAllowed"), PermanentFailure),
        (423, {}, PermanentFailure),
        (424, {}, ServiceUnavailable),
        (429, graph_error("TooManyRequests"), Throttled),
        (500, graph_error("-2130575169, Microsoft.SharePoint.SPDuplicateValuesFoundException",
                          "SPDuplicateValuesFoundException"), DuplicateValue),
        (500, graph_error("-2130575169", "Doppelte Werte"), DuplicateValue),
        (500, graph_error("-2130575305", "Speicherkonflikt"), Conflict),
        (500, graph_error("generalException"), ServiceUnavailable),
        (502, {}, ServiceUnavailable),
        (503, {}, ServiceUnavailable),
        (504, {}, ServiceUnavailable),
        (403, graph_error("ErrorQuotaExceeded", "Cannot get ID from name."), BadRequest),
        (507, graph_error("QuotaExceededException"), BadRequest),
        (507, graph_error("quotaLimitReached"), PermanentFailure),
        (507, {}, ServiceUnavailable),
        (509, {}, ServiceUnavailable),
    ],
)  # fmt: skip
def test_status_and_code_decide_the_failure(
    status: int, body: object, kind: type[RolloutError]
) -> None:
    """Each status has its failure, exactly, and the failure keeps the status."""
    failure = failure_of(answer(status, json=body), PURPOSE)

    assert type(failure) is kind
    assert failure.status == status


@pytest.mark.parametrize("status", [401, 403])
def test_a_sign_in_that_conditional_access_blocks_asks_for_no_grant(status: int) -> None:
    """Graph tells it by 401, and of policies on a resource by 403; the header says which it is."""
    body = graph_error("accessDenied")
    challenge = {"WWW-Authenticate": 'Bearer realm="", error="insufficient_claims", claims="eyJ"'}

    failure = failure_of(answer(status, json=body, headers=challenge), PURPOSE)

    assert type(failure) is SignInFailed
    assert PURPOSE.grant not in str(failure)
    assert type(failure_of(answer(403, json=body), PURPOSE)) is PermissionDenied


@pytest.mark.wording
def test_a_new_token_that_is_refused_is_not_the_settings_fault() -> None:
    """Entra ID has issued it by the same tenant, app and secret: what may stop it is elsewhere."""
    told = str(failure_of(answer(401, json=graph_error("InvalidAuthenticationToken")), PURPOSE))
    for likely in ("enterprise application", "at risk", "Conditional Access", "MICROSOFT_CLOUD"):
        assert likely in told
    assert "CLIENT_ID" not in told


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (graph_error("itemNotFound"), "itemNotFound"),
        ({"error": {"code": "", "innererror": {"code": "ErrorItemNotFound"}}}, "ErrorItemNotFound"),
        ({"error": {"code": "", "innerError": {"innerError": {"code": "deep"}}}}, "deep"),
        ({"error": {"code": "outer", "innerError": {"code": "inner"}}}, "outer"),
        ({"error": {"code": None, "message": None}}, ""),
        ({"error": {"code": "<b>not a code</b>"}}, ""),
        ({"error": "invalid_client"}, ""),
        (["error"], ""),
        (None, ""),
    ],
)
def test_the_code_is_found_in_every_form_of_body(body: object, code: str) -> None:
    """The outermost code that says something counts; odd bodies have none."""
    assert failure_of(answer(400, json=body), PURPOSE).code == code


@pytest.mark.parametrize("content", [b"<html>Bad Gateway</html>", b"", b"\xff\xfe{", b"{"])
def test_a_gateways_page_survives(content: bytes) -> None:
    """A body that isn't JSON leaves the status to decide."""
    failure = failure_of(answer(502, content=content), PURPOSE)

    assert type(failure) is ServiceUnavailable
    assert failure.code == ""


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (302, b""),
        (302, b"{}"),
        (400, b""),
        (400, b'{"error": {"code": "", "message": null}}'),
        (401, b"<html>Who are you?</html>"),
        (403, b"<html>Blocked</html>"),
        (404, b"[1]"),
    ],
)
def test_what_graph_has_not_said_proves_nothing(status: int, content: bytes) -> None:
    """A proxy's page says neither that somebody is gone nor that a right lacks: it passes."""
    failure = failure_of(answer(status, content=content), PURPOSE)

    assert type(failure) is ServiceUnavailable
    assert failure.status is None
    assert "Check MICROSOFT_CLOUD and the proxies in between." in str(failure)


def test_a_503_with_a_wait_is_throttling() -> None:
    """A 503 that names a wait asks us to slow down, and the wait is kept."""
    failure = failure_of(answer(503, headers={"Retry-After": "2.5"}), PURPOSE)

    assert type(failure) is Throttled
    assert failure.retry_after == timedelta(seconds=2.5)


def test_messages_name_the_thing_and_the_remedy() -> None:
    """A refusal names the permission and where to read on; an absence says what to check."""
    refused = failure_of(answer(403, json=graph_error("accessDenied")), PURPOSE)
    absent = failure_of(answer(404), PURPOSE)

    assert str(refused) == (
        "The app may not count the sheep (403 accessDenied). "
        "Grant Sheep.Read.All: see docs/admin-guide.md."
    )
    assert str(absent) == "There are no sheep. Check FARM."


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 409, 412, 429, 500, 503])
def test_what_graph_wrote_is_never_repeated(status: int) -> None:
    """Graph quotes addresses in its messages, so none of its text reaches ours."""
    body = graph_error("Request_ResourceNotFound", "Resource 'ada@contoso.com' does not exist.")

    assert "ada" not in str(failure_of(answer(status, json=body), PURPOSE))


async def test_an_untrusted_certificate_has_its_remedy() -> None:
    """A certificate that isn't trusted is told apart from a dead line."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    async with scripted_peer(tls) as peer, open_exchange() as way:
        with pytest.raises(httpx.ConnectError) as untrusted:
            await way.ask("GET", peer.origin, headers={}, content=None, limits=httpx.Timeout(60))

    assert "CA_BUNDLE" in str(no_answer(untrusted.value, PURPOSE))
    assert "CA_BUNDLE" not in str(no_answer(httpx.ReadError("reset"), PURPOSE))


@pytest.mark.parametrize(
    ("status", "code", "kind", "said"),
    [
        (403, "ErrorExceededMessageLimit", Throttled, "recipients"),
        (403, "ErrorExceededHourlyMessageLimit", Throttled, "recipients"),
        (400, "ErrorExceededMaxRecipientLimit", Throttled, "recipients"),
        (429, "ErrorSubmissionQuotaExceeded", Throttled, "recipients"),
        (403, "ErrorAccountSuspend", PermanentFailure, "Restricted entities"),
        (403, "ErrorMessageSubmissionBlocked", PermanentFailure, "Restricted entities"),
        (400, "ErrorMessageTimeout", ServiceUnavailable, "not available"),
        (400, "ErrorMessageTransientError", ServiceUnavailable, "not available"),
        (429, "ApplicationThrottled", Throttled, "four calls at once"),
        (404, "MailboxNotEnabledForRESTAPI", NotFound, "licence"),
        (404, "MailboxNotSupportedForRESTAPI", NotFound, "licence"),
        (404, "OrganizationFromTenantGuidNotFound", NotFound, "licence"),
        (403, "ErrorQuotaExceeded", BadRequest, "full"),
        (403, "ErrorAccessDenied", PermissionDenied, "two hours"),
        (403, "ErrorAccessDenied", PermissionDenied, "Test-ApplicationAccessPolicy"),
        (400, "ErrorInvalidRecipients", BadRequest, "address"),
        (404, "Request_ResourceNotFound", NotFound, "minutes ago"),
    ],
)
@pytest.mark.wording
def test_what_an_admin_will_meet_has_a_sentence(
    status: int, code: str, kind: type[RolloutError], said: str
) -> None:
    """Each of these answers says what it means and what helps."""
    failure = failure_of(answer(status, json=graph_error(code)), PURPOSE)
    assert type(failure) is kind
    assert said in str(failure)
    assert code in str(failure)


@pytest.mark.parametrize(
    ("retry_after", "reset", "wait"),
    [("5", "45", 45), ("60", "45", 60), (None, "45", 45), ("5", "soon", 5), ("5", None, 5)],
)
def test_the_longer_of_two_waits_holds(
    retry_after: str | None, reset: str | None, wait: int
) -> None:
    """SharePoint says by two headers how long to wait."""
    told = {"Retry-After": retry_after, "RateLimit-Reset": reset}
    headers = {name: value for name, value in told.items() if value is not None}
    failure = failure_of(answer(429, headers=headers), PURPOSE)
    assert failure.retry_after == timedelta(seconds=wait)


def test_what_is_left_of_a_minute_delays_nothing_else() -> None:
    """Its announcement comes with answers of every kind, of which only throttling waits for it."""
    headers = {"RateLimit-Remaining": "3", "RateLimit-Reset": "45"}
    assert failure_of(answer(412, headers=headers), PURPOSE).retry_after is None


@pytest.mark.parametrize("status", [400, 403, 429])
@pytest.mark.parametrize("code", ["ErrorExceededMessageLimit", "ErrorSubmissionQuotaExceeded"])
def test_a_used_up_day_is_waited_for(code: str, status: int) -> None:
    """It passes by itself: nobody has to grant anything, and nobody hurries."""
    used_up = answer(status, json=graph_error(code))
    assert failure_of(used_up, PURPOSE).retry_after == timedelta(hours=1)

"""What must be in the answer of a call that was carried out: status, form, and all of it."""

from collections.abc import Iterator
from typing import Any

from tests.truth.calls import Call, Kind
from tests.truth.exchanges import Exchange
from tests.truth.metadata import Metadata
from tests.truth.queries import expanded, selected

_STATUS = {
    ("GET", Kind.ENTITY): {200},
    ("GET", Kind.COLLECTION): {200},
    ("GET", Kind.CONTENT): {200},
    ("POST", Kind.COLLECTION): {201},
    ("POST", Kind.REFERENCE): {204},
    ("DELETE", Kind.ENTITY): {204},
    ("DELETE", Kind.REFERENCE): {204},
    # Graph's page on list items shows a 200 and writes of a 201.
    ("PATCH", Kind.ENTITY): {200, 201},
}
_PAGE = frozenset(
    {"value", "@odata.context", "@odata.nextLink", "@odata.deltaLink", "@odata.count"}
)
# What comes without being asked for, where that isn't only the id. Source: Graph's pages "user",
# "message", "listItem", "list".
_DEFAULTS = {
    "user": (
        "businessPhones displayName givenName jobTitle mail mobilePhone officeLocation "
        "preferredLanguage surname userPrincipalName"
    ),
    "message": (
        "isDraft subject body bodyPreview toRecipients ccRecipients bccRecipients from sender "
        "createdDateTime lastModifiedDateTime sentDateTime parentFolderId conversationId "
        "internetMessageId importance isRead hasAttachments webLink"
    ),
    "listItem": "eTag createdDateTime lastModifiedDateTime webUrl contentType parentReference",
    "list": "eTag name displayName createdDateTime webUrl list",
}


def answer_problems(metadata: Metadata, call: Call, exchange: Exchange) -> Iterator[str]:
    """Yield what is wrong with the answer."""
    expected = {call.action.status} if call.action else _STATUS.get((exchange.method, call.kind))
    if expected is None or exchange.status not in expected:
        yield f"the status is {exchange.status} in place of {expected}"
        return
    answer = exchange.answer
    if exchange.status in {202, 204}:
        if answer is not None:
            yield "there is a body where there is none"
        return
    if call.kind is Kind.CONTENT:
        if not exchange.content_type.startswith("text/plain"):
            yield "the content is no mail"
        return
    if not exchange.content_type.startswith("application/json") or not isinstance(answer, dict):
        yield "the answer is no JSON object"
        return
    if not isinstance(answer.get("@odata.context"), str):
        yield "there is no @odata.context"
    yield from _body_problems(metadata, call, exchange.method, answer)


def _body_problems(
    metadata: Metadata, call: Call, method: str, answer: dict[str, Any]
) -> Iterator[str]:
    if call.action is not None:
        yield from metadata.problems(answer.get("value"), str(call.action.answers), "value")
        if not isinstance(answer.get("value"), list):
            yield "there is no value"
    elif method == "GET" and call.kind is Kind.COLLECTION:
        if not set(answer) <= _PAGE:
            yield f"a page has no {sorted(set(answer) - _PAGE)}"
        if "$count" in call.options and not isinstance(answer.get("@odata.count"), int):
            yield "the page doesn't say how many rows there are"
        rows = answer.get("value")
        if not isinstance(rows, list):
            yield "the page has no rows"
            return
        for number, row in enumerate(rows):
            yield from _entity_problems(metadata, call, row, f"value[{number}]")
    else:
        yield from _entity_problems(metadata, call, answer, "answer")


def _entity_problems(metadata: Metadata, call: Call, entity: Any, where: str) -> Iterator[str]:
    if not isinstance(entity, dict):
        yield f"{where} is no object"
        return
    yield from metadata.problems(entity, call.type_name, where)
    name = str(entity.get("@odata.type", call.type_name)).rpartition(".")[2]
    wanted = selected(call) or {"id", *_DEFAULTS.get(name, "").split()}
    # An expanded manager or extended property is left out where there is none.
    for missing in sorted((wanted | expanded(call) & {"fields"}) - set(entity)):
        yield f"{where} lacks {missing}"

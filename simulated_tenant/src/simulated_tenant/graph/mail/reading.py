"""Graph's messages, read: one, a folder's, a whole mailbox's."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from simulated_tenant.errors import bad_request
from simulated_tenant.exchange.message import Message
from simulated_tenant.graph.mail.extended_properties import (
    EXTENDED,
    expanded,
    pairs_of,
    parse_message_filter,
    scan_time,
    wanted_property,
)
from simulated_tenant.graph.mail.mailbox import MailboxCall, inefficient_order, mailbox_call
from simulated_tenant.graph.mail.shapes import shown_headers, shown_message
from simulated_tenant.graph.messages import GraphRequest, GraphResponse, ok
from simulated_tenant.graph.query import odata
from simulated_tenant.graph.query.evaluation import matches
from simulated_tenant.graph.query.filters import (
    AnyOf,
    Comparison,
    Condition,
    comparisons,
    conjuncts,
)
from simulated_tenant.tenant import SimulatedTenant

_DEFAULT_PAGE, _MAX_PAGE = 10, 1000
_HEADERS = "internetMessageHeaders"
_FILTERABLE = frozenset(
    [
        "sentDateTime",
        "receivedDateTime",
        "createdDateTime",
        "lastModifiedDateTime",
        "isDraft",
        "isRead",
        "subject",
        "internetMessageId",
        "conversationId",
        "importance",
        "from/emailAddress/address",
    ]
)
_ORDERS = frozenset({"sentDateTime", "receivedDateTime", "createdDateTime"})
_TIMES = _ORDERS | {"lastModifiedDateTime"}


def get_message(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET /users/{mb}/messages/{id}``."""
    call = mailbox_call(tenant, request)
    return ok({"@odata.context": context(call, "/$entity"), **shown(call, call.message())})


def list_messages(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET /users/{mb}/messages``: every folder, Deleted Items too."""
    return _listed(mailbox_call(tenant, request), None)


def list_folder(tenant: SimulatedTenant, request: GraphRequest) -> GraphResponse:
    """``GET /users/{mb}/mailFolders/{drafts|sentitems|inbox|deleteditems|id}/messages``."""
    call = mailbox_call(tenant, request)
    return _listed(call, call.folder())


def shown(call: MailboxCall, message: Message) -> dict[str, Any]:
    """Return a message as ``$select`` and ``$expand`` want it.

    Internet headers come only by name in ``$select``, extended properties only by ``$expand``;
    with Mail.ReadBasic neither body nor extended properties come at all.
    """
    properties = shown_message(message, immutable=call.immutable)
    if not call.may_read_bodies:
        for name in ("body", "bodyPreview"):
            del properties[name]
    wanted = odata.selection(call.request)
    body = properties
    if wanted is not None:
        every = properties | {_HEADERS: shown_headers(message)}
        body = odata.pick(every, ("@odata.etag", "id", *wanted), "message")
    expansion = odata.expansions(call.request).get(EXTENDED)
    if expansion is not None and call.may_read_bodies:
        if expansion.filter is None:
            raise bad_request("The expansion of extended properties needs a $filter.", "BadRequest")
        chosen = expanded(message, expansion.filter, normal_ids=call.tenant.traits.normalid)
        if chosen:
            body[EXTENDED] = chosen
    return body


def context(call: MailboxCall, rest: str) -> str:
    """Return the ``@odata.context`` of messages of this mailbox."""
    return f"{call.request.base_url}/v1.0/$metadata#users('{call.owner.id}')/messages{rest}"


def _listed(call: MailboxCall, folder: str | None) -> GraphResponse:
    request, now = call.request, call.tenant.clock()
    condition = None if (text := request.option("$filter")) is None else parse_message_filter(text)
    seen = now if condition is None else now - call.tenant.traits.searchlag
    _check_filter(call, condition)
    key, descending = _order(request, condition)
    found = [
        message
        for message in _candidates(call, folder, condition)
        if message.visible_at <= seen and (condition is None or _matches(condition, message))
    ]
    found.sort(key=lambda message: (_instant(message, key), message.sequence), reverse=descending)
    takes = _search_time(call, folder, condition)
    start = _skip(request)
    size = odata.page_size(
        request, default=_DEFAULT_PAGE, maximum=_MAX_PAGE, cap=call.tenant.page_cap
    )
    chosen = found[start : start + size]
    more = len(found) > start + size
    link = request.url_with(skip=str(start + size)) if more else None
    count = len(found) if request.option("$count") == "true" else None
    value = [shown(call, message) for message in chosen]
    response = ok(odata.collection(context(call, ""), value, link, count))
    response.takes = takes
    return response


def _skip(request: GraphRequest) -> int:
    text = request.option("$skip") or "0"
    if not (text.isascii() and text.isdigit()):
        raise bad_request("The value of $skip is no number.", "ErrorInvalidUrlQuery")
    return int(text)


def _candidates(
    call: MailboxCall, folder: str | None, condition: Condition | None
) -> Iterator[Message]:
    """Use the index of extended properties where the filter asks for one."""
    mailboxes = call.tenant.mailboxes
    for clause in conjuncts(condition):
        wanted = wanted_property(clause)
        if wanted is not None:
            found = mailboxes.with_property(call.owner.id, *wanted)
            return (one for one in found if folder is None or one.folder == folder)
    return mailboxes.items(call.owner.id, folder)


def _search_time(call: MailboxCall, folder: str | None, condition: Condition | None) -> timedelta:
    """Return how long a search takes: a property has no index, but a time narrows it down."""
    clauses, per_second = conjuncts(condition), call.tenant.traits.scan
    if per_second is None or not any(wanted_property(clause) for clause in clauses):
        return timedelta(0)
    times = [
        clause for clause in clauses if isinstance(clause, Comparison) and clause.path in _TIMES
    ]
    items = sum(
        all(_matches(clause, message) for clause in times)
        for message in call.tenant.mailboxes.items(call.owner.id, folder)
    )
    return scan_time(items, per_second=per_second)


def _check_filter(call: MailboxCall, condition: Condition | None) -> None:
    if condition is None:
        return
    for clause in comparisons(condition):
        if clause.path not in _FILTERABLE:
            raise bad_request(
                "The property can't be used in a filter.", "ErrorInvalidUrlQueryFilter"
            )
    for part in conjuncts(condition):
        if isinstance(part, AnyOf) and (
            part.path != EXTENDED or wanted_property(part) is None or not call.may_read_bodies
        ):
            raise bad_request("The filter is not supported.", "ErrorInvalidUrlQueryFilter")


def _order(request: GraphRequest, condition: Condition | None) -> tuple[str, bool]:
    """Return sort key and direction; an order beside a filter must be led by that filter."""
    text = request.option("$orderby")
    if text is None:
        return "receivedDateTime", True
    name, _, direction = text.strip().partition(" ")
    if name not in _ORDERS:
        raise inefficient_order()
    if condition is not None:
        paths = [clause.path for clause in comparisons(condition)]
        if not paths or paths[0] != name:
            raise inefficient_order()
    return name, direction.strip().lower() == "desc"


def _instant(message: Message, name: str) -> datetime:
    chosen = {"sentDateTime": message.sent_at, "receivedDateTime": message.received_at}.get(name)
    return chosen or message.created_at


def _matches(condition: Condition, message: Message) -> bool:
    return matches(condition, lambda path: _READERS[path](message))


_READERS: dict[str, Callable[[Message], Any]] = {
    "sentDateTime": lambda message: _instant(message, "sentDateTime"),
    "receivedDateTime": lambda message: _instant(message, "receivedDateTime"),
    "createdDateTime": lambda message: message.created_at,
    "lastModifiedDateTime": lambda message: message.modified_at,
    "isDraft": lambda message: message.is_draft,
    "isRead": lambda message: message.is_read,
    "subject": lambda message: message.subject,
    "internetMessageId": lambda message: message.internet_message_id,
    "conversationId": lambda message: message.conversation_id,
    "importance": lambda message: message.importance,
    EXTENDED: pairs_of,
    "from/emailAddress/address": lambda message: message.sender and message.sender.address,
}

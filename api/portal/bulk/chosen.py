"""What is to be done, and for whom, as an address or a form says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from api.portal.paths import PORTAL
from api.portal.people.list_query import ListQuery, list_query
from domain.bulk.records import RequestAction
from domain.identifiers import BATCH_ID_PATTERN

REQUESTS = f"{PORTAL}/requests"
NEW = f"{REQUESTS}/new"

NAMES: Mapping[str, str] = {
    RequestAction.PAUSE: "Pause",
    RequestAction.RESUME: "Resume",
    RequestAction.RESEND: "Send a new link",
    RequestAction.CANCEL: "Cancel",
    RequestAction.UNDO_IMPORT: "Undo the import",
}
EXPLAINED = {
    RequestAction.PAUSE: (
        "Nobody of them gets a mail until they are resumed. Clicks and registrations still count."
    ),
    RequestAction.RESUME: "Whatever is due leaves, as fast as the mailboxes may send.",
    RequestAction.RESEND: "Each of them gets a mail with their link, as fast as mailboxes send.",
    RequestAction.CANCEL: (
        "Their enrolments end: no mail follows, and nobody is added to the group. An import that "
        "includes cancelled people starts them again."
    ),
    RequestAction.UNDO_IMPORT: (
        "The batch is taken back: enrolments end, and nothing stays of people who got no mail. "
        "People whom we put into the enforcement group are taken out of it."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """An action, and the filters that find its people; ``problem`` says what is wrong with them.

    A filter that isn't known is never left out: everybody would be found.
    """

    action: RequestAction | None
    query: ListQuery
    problem: str | None

    @property
    def is_undo(self) -> bool:
        """Say whether a batch is taken back."""
        return self.action is RequestAction.UNDO_IMPORT

    @property
    def batch_id(self) -> str:
        """The batch that is taken back."""
        return self.query.given.get("batch", "")

    @property
    def fields(self) -> dict[str, str]:
        """What the form sends again."""
        action = {"action": self.action.value} if self.action is not None else {}
        return {**action, **self.query.given}

    @property
    def path(self) -> str:
        """The address of the preview."""
        return f"{NEW}?{urlencode(self.fields)}"


def chosen(values: Mapping[str, str]) -> Chosen:
    """Read what is to be done, and for whom."""
    query = list_query(values)
    known = {one.value: one for one in RequestAction}
    action = known.get(values.get("action", ""))
    problem = None
    if action is None:
        problem = "No such action is known."
    elif query.unknown:
        problem = f"These filters are not known: {', '.join(query.unknown)}."
    elif action is RequestAction.UNDO_IMPORT and (
        set(query.given) != {"batch"} or not BATCH_ID_PATTERN.fullmatch(query.given["batch"])
    ):
        problem = "An undo is for one whole batch: open it from the batch's page."
    return Chosen(action=action, query=query, problem=problem)

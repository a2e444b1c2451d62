"""What is said of requests about many people."""

from starlette.datastructures import FormData

from api.portal.paths import PORTAL
from client.bulk.texts import refused_text, will_be_text
from database.requests.preview import BulkPreview
from domain.bulk.records import RequestAction
from domain.tables.rollout import RequestState
from domain.wording.counted import counted

REQUESTS = f"{PORTAL}/requests"
_LONGEST_NUMBER = 10

NAMES = {
    RequestAction.PAUSE: "Pause",
    RequestAction.RESUME: "Resume",
    RequestAction.RESEND: "Send a new link",
    RequestAction.RETRY: "Try again now",
    RequestAction.CANCEL: "Cancel the enrolments",
    RequestAction.ADD_TO_GROUP: "Add to the group",
    RequestAction.UNDO_IMPORT: "Undo an import",
}
STATES = {
    RequestState.PENDING: "waits for a worker",
    RequestState.RUNNING: "is under way",
    RequestState.DONE: "has ended",
    RequestState.STOPPED: "was stopped",
    RequestState.FAILED: "failed",
}


def number_in(form: FormData) -> int | None:
    """Return how many people a confirmation showed; None where the form doesn't say."""
    number = str(form.get("number", ""))
    return int(number) if number.isdecimal() and len(number) < _LONGEST_NUMBER else None


def preview_sentence(action: RequestAction, found: BulkPreview) -> str:
    """Return whom a request would meet, as in "312 people; 14 have ended. 298 will be asked."."""
    parts = [counted(found.people, "person")]
    if found.ended:
        parts.append("1 has ended" if found.ended == 1 else f"{found.ended:,} have ended")
    if found.refused:
        text = refused_text(action, found.refused)
        parts.append(text.replace(" are ", " is ", 1) if found.refused == 1 else text)
    if found.unknown:
        parts.append(f"{found.unknown:,} not known any more")
    return f"{'; '.join(parts)}. {will_be_text(action, found.asked)}"

"""What operators can search enrolments by. Registered by ``provision`` and by the demo."""

from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from domain import identifiers
from domain.enrolment.state import EnrolmentInput, EnrolmentState
from domain.plain_text import bounded_line

USER_PRINCIPAL_NAME = SearchAttributeKey.for_keyword(identifiers.USER_PRINCIPAL_NAME)
INVITE_STATUS = SearchAttributeKey.for_keyword(identifiers.INVITE_STATUS)
MFA_REGISTRATION_STATE = SearchAttributeKey.for_keyword(identifiers.MFA_REGISTRATION_STATE)
SOURCE_BATCH_ID = SearchAttributeKey.for_keyword(identifiers.SOURCE_BATCH_ID)
DEPARTMENT = SearchAttributeKey.for_keyword(identifiers.DEPARTMENT)

ALL = (
    USER_PRINCIPAL_NAME,
    INVITE_STATUS,
    MFA_REGISTRATION_STATE,
    SOURCE_BATCH_ID,
    DEPARTMENT,
)


def search_attributes(
    input: EnrolmentInput, state: EnrolmentState, *, hidden_upn: str | None = None
) -> TypedSearchAttributes:
    """Return what the UI's list of workflows shows of this enrolment.

    Texts are bounded: a workflow that asks for a value that is too long is failed by the server.
    ``hidden_upn`` stands in place of the user principal name where that isn't searchable.
    """
    person = state.person
    upn = hidden_upn or user_principal_name_of(input, state)
    pairs = [
        SearchAttributePair(USER_PRINCIPAL_NAME, bounded_line(upn)),
        SearchAttributePair(INVITE_STATUS, state.status.value),
        SearchAttributePair(MFA_REGISTRATION_STATE, state.registration.value),
        SearchAttributePair(SOURCE_BATCH_ID, bounded_line(input.batch_id)),
    ]
    if person and person.department:
        pairs.append(SearchAttributePair(DEPARTMENT, bounded_line(person.department)))
    return TypedSearchAttributes(pairs)


def user_principal_name_of(input: EnrolmentInput, state: EnrolmentState) -> str:
    """Return the name as the directory has it, else as the enrolment was started with."""
    return state.person.user_principal_name if state.person else input.user_principal_name

"""What is said of one enrolment: the sentences of ``ErrorDetails``, and the reasons of refusals.

Each table maps what happened to its text; ``{name}`` is filled from the values that came with it.
Nothing is ever decided by these texts.
"""

from collections.abc import Mapping

from domain.enrolment.messages import RequestRefusal
from domain.enrolment.state import Problem, ProblemKind
from domain.wording.sentence import sentence

PROBLEMS = {
    ProblemKind.FAILURE: "{message}",
    ProblemKind.CANCELLED: "Cancelled by {actor}: {reason}",
    ProblemKind.GONE: (
        "No longer in the directory, so the enrolment has ended. There is nothing to do."
    ),
    ProblemKind.UNKNOWN_USER: (
        "The directory has not known this user for a day, so the enrolment has ended. Import the "
        "person again once the account exists."
    ),
    ProblemKind.DISABLED_TOO_LONG: (
        "The account stayed disabled, so the enrolment has ended. Import the person again if "
        "needed."
    ),
    ProblemKind.ACCOUNT_DISABLED: (
        "The account is disabled, so no mail is sent. The enrolment continues once it is enabled."
    ),
    ProblemKind.EXCLUDED: "Excluded from the rollout: not mailed, and not added to the group.",
    ProblemKind.NO_ADDRESS: (
        "There is no mail address: enter one in Entra ID, or tell the person yourself."
    ),
    ProblemKind.MAIL_UNCONFIRMED: (
        "Microsoft did not confirm that the last mail was sent, and it is not in Sent Items: ask "
        "the person, or resend."
    ),
    ProblemKind.NO_MANAGER: (
        "There is no manager with a mail address: enter one in Entra ID, or tell the manager "
        "yourself."
    ),
    ProblemKind.MAIL_RETURNED: (
        "Mail to this person was returned{code}: correct the address in Entra ID, or resend."
    ),
    ProblemKind.MAIL_REFUSED: (
        "Mail to this person was refused{code}, although the address exists: allow it in the "
        "mailbox's settings, in the mail flow rule or in the Tenant Allow/Block List that refuses "
        "it, or ask the organization that receives it to do so, then resend."
    ),
    ProblemKind.MAILBOX_FULL: (
        "The mailbox of this person has accepted no mail for days{code}: ask the person to make "
        "room in it, then resend."
    ),
    ProblemKind.MAILBOX_NOT_READY: (
        "The mailbox of this person is full, or accepts no mail at the moment{code}: the mail is "
        "sent again in a day."
    ),
    ProblemKind.MANAGER_MAIL_RETURNED: (
        "The mail to the manager was returned{code}: tell the manager yourself."
    ),
    ProblemKind.UNKNOWN_METHODS: (
        "The only methods are of a type unknown to this version ({types}): update mfa-rollout, or "
        "ask the person to register another method."
    ),
    ProblemKind.COLUMNS_REFUSED: (
        "The tracking list refuses {columns}: either another row has the same name, or "
        "`mfa-rollout provision` has to correct the columns."
    ),
    ProblemKind.SECOND_ROW: (
        "This is a second row for the same person: delete it. Only row {kept} is kept up to date."
    ),
    ProblemKind.STUCK: (
        "An error in mfa-rollout has stopped this enrolment. It continues by itself once the "
        "worker is corrected: see the worker's log."
    ),
}
SINCE = {"since": "Since {since:%d %b %Y %H:%M} UTC: {problem}"}

REFUSALS = {
    RequestRefusal.ALREADY_PAUSED: "Already paused by {actor}.",
    RequestRefusal.NOT_PAUSED: "Not paused, so there is nothing to resume.",
    RequestRefusal.ALREADY_CANCELLED: "Already cancelled by {actor}.",
    RequestRefusal.RESEND_CANCELLED: "No new link can be sent: the enrolment is cancelled.",
    RequestRefusal.RESEND_GONE: "No new link can be sent: the person has left the directory.",
    RequestRefusal.RESEND_REGISTERED: "No new link is needed: the person is already registered.",
    RequestRefusal.RESEND_PAUSED: "No new link can be sent: the enrolment is paused; resume it.",
    RequestRefusal.RESEND_DISABLED: "No new link can be sent: the account is disabled.",
    RequestRefusal.RESEND_EXCLUDED: "No new link can be sent: the person is excluded.",
    RequestRefusal.RESEND_NOT_INVITED: "No new link is needed: the invitation is still on its way.",
    RequestRefusal.RESEND_JUST_SENT: "No new link is needed: one left less than a minute ago.",
    RequestRefusal.RETRY_ENDING: "Nothing is tried again: the enrolment is ending.",
    RequestRefusal.RETRY_NOT_NEEDED: "Nothing has failed, so there is nothing to try again.",
    RequestRefusal.MAIL_ALREADY_STOPPED: "Mail has already been stopped, by {actor}.",
    RequestRefusal.MAIL_NOT_STOPPED: "Mail is not stopped.",
}


def refusal_text(refusal: RequestRefusal, values: Mapping[str, str]) -> str:
    """Return why an admin's request is refused."""
    return REFUSALS[refusal].format_map(values)


def problem_sentence(problem: Problem) -> str:
    """Return since when what is wrong, and what to do: the content of ``ErrorDetails``."""
    return SINCE["since"].format(since=problem.since, problem=problem_text(problem))


def problem_text(problem: Problem) -> str:
    """Return what is wrong and what to do, without the date."""
    values = dict(problem.values)
    if "code" in values:
        # A status code stands in brackets; where the report had none, nothing does.
        values["code"] = f" ({values['code']})" if values["code"] else ""
    return sentence(PROBLEMS[problem.kind].format_map(values))

"""One mail as it looks, in one language, with its subject and its text part; sent to oneself."""

from http import HTTPStatus

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from temporalio.client import WorkflowFailureError

from activities.reports import sample as samples
from activities.reports.sample import SampleMailInput, SampleMailResult, SampleOutcome
from api.portal.access import FormOf, Visitor, VisitorOf
from api.portal.mails.samples import MAILS, Sample, page_of, render_sample, samples_of
from api.portal.mails.switch import SwitcherOf
from api.portal.pages import CONTENT_SECURITY_POLICY
from api.portal.services import Portal, PortalOf
from api.temporal_calls import TO_RECORD, calling_temporal
from client.audit.entry import audited
from client.portal.sample_mail import send_sample_mail
from domain.mail.languages import LANGUAGES
from domain.tables.audit import AuditAction
from temporal.failures import innermost_message

router = APIRouter(include_in_schema=False)

_SAMPLE = f"{MAILS}/{{kind}}/{{number}}/{{language}}"
# It is another page within ours: it runs nothing, loads nothing and leads nowhere.
_SANDBOXED = {
    "Content-Security-Policy": (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}


@router.get(_SAMPLE)
async def show_sample(
    kind: str, number: str, language: str, visitor: VisitorOf, portal: PortalOf
) -> Response:
    """Show a mail, and the button that sends it to oneself."""
    sample = _sample(portal, kind, number)
    if sample is None or language not in LANGUAGES:
        return await _no_mail(visitor, portal)
    here = f"{portal.pages.root}{MAILS}/{sample.kind.value}/{sample.number}"
    page = await portal.pages.page(
        visitor,
        "mails/sample",
        title=sample.name,
        section="mails",
        sample=sample,
        mail=render_sample(portal.config, sample, language),
        language=language,
        languages=LANGUAGES,
        here=here,
    )
    page.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
    return page


@router.get(f"{_SAMPLE}/content")
async def show_content(
    kind: str, number: str, language: str, visitor: VisitorOf, portal: PortalOf
) -> Response:
    """Return the mail's own page, for a frame that lets it do nothing."""
    sample = _sample(portal, kind, number)
    if sample is None or language not in LANGUAGES:
        return await _no_mail(visitor, portal)
    mail = render_sample(portal.config, sample, language)
    return HTMLResponse(page_of(mail), headers=_SANDBOXED)


@router.post(f"{_SAMPLE}/send")
async def send(
    kind: str, number: str, language: str, visitor: SwitcherOf, portal: PortalOf, _: FormOf
) -> Response:
    """Let a worker send the mail to whoever asks, since this process may not, and say what it did.

    Raises:
        AuditUnavailable: it can't be logged, and nothing was sent.
        TemporalUnreachable: Temporal is away.
    """
    sample = _sample(portal, kind, number)
    if sample is None or language not in LANGUAGES:
        return await _no_mail(visitor, portal)
    policy = portal.config.policy
    wanted = samples.Sample(
        kind=sample.kind,
        language=language,
        number=sample.number,
        escalate_after=policy.escalate_after,
        max_reminders=policy.max_reminders,
    )
    within = portal.config.result_within
    try:
        async with (
            audited(
                portal.database,
                visitor.actor,
                AuditAction.SEND_TEST_MAIL,
                reason=f"{sample.name}, {language}",
            ),
            calling_temporal(within + TO_RECORD),
        ):
            result = await send_sample_mail(
                portal.client,
                SampleMailInput(sample=wanted, object_id=visitor.session.actor_id),
                task_queue=portal.config.task_queue,
                within=within,
            )
    except WorkflowFailureError as error:
        told = f"Whether the mail was sent is not known: {innermost_message(error.cause)}"
        await visitor.tell("bad", told)
    else:
        await visitor.tell(*_said(portal, result))
    return portal.go_to(f"{MAILS}/{sample.kind.value}/{sample.number}/{language}")


def _said(portal: Portal, result: SampleMailResult | None) -> tuple[str, str]:
    """Return what is said of what became of a mail, and in which tone."""
    if result is None:
        seconds = f"{portal.config.result_within.total_seconds():.0f}"
        return "busy", (
            f"No worker has answered in {seconds} seconds. If one does in the next {seconds}, the "
            "mail is sent; after that it is not."
        )
    senders = portal.config.sender_mailboxes
    place = result.sender
    sender = senders[place] if place is not None and place < len(senders) else "the sender mailbox"
    match result.outcome:
        case SampleOutcome.SENT:
            return "good", f"The mail was sent to your address, from {sender}."
        case SampleOutcome.REDIRECTED:
            return "good", (
                f"The mail was sent from {sender} to MAIL_REDIRECT_TO, where all mail goes in a "
                "rehearsal."
            )
        case SampleOutcome.NO_ADDRESS:
            return "bad", "Nothing was sent: your account has no mail address in Entra ID."
        case SampleOutcome.NO_SENDER:
            return "bad", (
                "Nothing was sent: no mailbox may send now. The page Mails says what to do."
            )
        case SampleOutcome.FAILED:
            return "bad", f"The mail was not sent. {result.failure or ''}"


def _sample(portal: Portal, kind: str, number: str) -> Sample | None:
    every = samples_of(portal.config.policy)
    wanted = (kind, number)
    return next((one for one in every if (one.kind.value, str(one.number)) == wanted), None)


async def _no_mail(visitor: Visitor, portal: Portal) -> Response:
    return await portal.pages.page(
        visitor,
        "mails/no_mail",
        title="There is no such mail",
        section="mails",
        status=HTTPStatus.NOT_FOUND,
    )

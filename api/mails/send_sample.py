"""Sends a mail with sample names to whoever asks, and says what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from temporalio.client import Client, WorkflowFailureError

from activities.reports.sample import Sample, SampleMailInput, SampleMailResult, SampleOutcome
from api.config import ApiConfig
from api.temporal_calls import TO_RECORD, calling_temporal
from client.audit.entry import audited
from client.portal.sample_mail import send_sample_mail
from database.engine import Database
from domain.mail.shown.samples import SampleMail
from domain.tables.audit import Actor, AuditAction
from temporal.failures import innermost_message

_SAID: Mapping[SampleOutcome, str] = {
    SampleOutcome.SENT: "The mail was sent to your address, from {sender}.",
    SampleOutcome.REDIRECTED: (
        "The mail was sent from {sender} to MAIL_REDIRECT_TO, where all mail goes in a rehearsal."
    ),
    SampleOutcome.NO_ADDRESS: ("Nothing was sent: your account has no mail address in Entra ID."),
    SampleOutcome.NO_SENDER: (
        "Nothing was sent: no mailbox may send now. The list of mailboxes says what to do."
    ),
    SampleOutcome.FAILED: "The mail was not sent. {failure}",
}
_ANSWERED_LATE = (
    "No worker has answered in {seconds} seconds. If one does in the next {seconds}, the mail is "
    "sent; after that it is not."
)
_SENT = frozenset({SampleOutcome.SENT, SampleOutcome.REDIRECTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingAnswer:
    """What became of a mail, in a sentence; ``was_sent`` is None where that isn't known yet."""

    outcome: SampleOutcome | None
    was_sent: bool | None
    sentence: str


async def send_sample(
    client: Client,
    database: Database,
    config: ApiConfig,
    actor: Actor,
    *,
    sample: SampleMail,
    language: str,
    request_id: str | None = None,
) -> SendingAnswer:
    """Let a worker send the mail to the actor, since this process may not.

    A request that comes again, by its id, sends nothing more.

    Raises:
        AuditUnavailable: it can't be logged, and nothing was sent.
        TemporalUnreachable: Temporal is away.
        ValueError: the actor has no account.
    """
    if actor.object_id is None:
        raise ValueError("only somebody who has signed in has an address")
    policy, within = config.policy, config.result_within
    wanted = Sample(
        kind=sample.kind,
        language=language,
        number=sample.number,
        escalate_after=policy.escalate_after,
        max_reminders=policy.max_reminders,
    )
    try:
        async with (
            audited(
                database,
                actor,
                AuditAction.SEND_TEST_MAIL,
                reason=f"{sample.name}, {language}",
                request_id=request_id,
            ),
            calling_temporal(within + TO_RECORD),
        ):
            result = await send_sample_mail(
                client,
                SampleMailInput(sample=wanted, object_id=actor.object_id),
                request_id=request_id,
                task_queue=config.task_queue,
                within=within,
            )
    except WorkflowFailureError as error:
        told = f"Whether the mail was sent is not known: {innermost_message(error.cause)}"
        return SendingAnswer(outcome=SampleOutcome.FAILED, was_sent=False, sentence=told)
    if result is None:
        seconds = f"{within.total_seconds():.0f}"
        late = _ANSWERED_LATE.format(seconds=seconds)
        return SendingAnswer(outcome=None, was_sent=None, sentence=late)
    return SendingAnswer(
        outcome=result.outcome,
        was_sent=result.outcome in _SENT,
        sentence=_said(result, config.sender_mailboxes),
    )


def _said(result: SampleMailResult, senders: tuple[str, ...]) -> str:
    place = result.sender
    known = place is not None and place < len(senders)
    sender = senders[place] if known and place is not None else "the sender mailbox"
    return _SAID[result.outcome].format(sender=sender, failure=result.failure or "").rstrip()

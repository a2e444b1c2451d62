"""The mails with sample names, as people get them; nothing in them leads anywhere."""

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from api.config import ApiConfig
from api.portal.paths import PORTAL
from domain.enrolment.policy import Policy
from domain.enrolment.status import MailKind
from domain.mail.content import MailContent, MailLinks, RenderedMail
from domain.standing.registered_after import mail_name
from templates.mails import MailRenderer

MAILS = f"{PORTAL}/mails"

_EMPLOYEE, _MANAGER = "Ada Lovelace", "Grace Hopper"
_ADDRESS = re.compile(r'\shref="[^"]*"')
_NUMBERED = (MailKind.REMINDER, MailKind.FOLLOW_UP)


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail to look at: its kind, and which of the reminders it is, from 1."""

    kind: MailKind
    number: int

    @property
    def name(self) -> str:
        """What it is called on pages."""
        return mail_name(f"{self.kind}-{self.number}" if self.is_numbered else self.kind)

    @property
    def is_numbered(self) -> bool:
        """Say whether there are several of its kind."""
        return self.kind in _NUMBERED


def samples_of(policy: Policy) -> list[Sample]:
    """Return the mails that say something else: 1st, 2nd, before the manager's mail, last."""
    last = policy.max_reminders or policy.escalate_after
    differing = sorted(one for one in {1, 2, policy.escalate_after, last} if one <= last)
    return [
        Sample(kind, number)
        for kind in MailKind
        for number in (differing if kind in _NUMBERED else (1,))
    ]


def render_sample(config: ApiConfig, sample: Sample, language: str) -> RenderedMail:
    """Return a mail to somebody who doesn't exist, whose link has no token."""
    policy = config.policy
    is_escalation = sample.kind is MailKind.ESCALATION
    content = MailContent(
        kind=sample.kind,
        recipient_name=_MANAGER if is_escalation else _EMPLOYEE,
        links=MailLinks(
            enrol_url=None if is_escalation else f"{config.public_base_url}/api/enrol?token=…",
            resend_url=f"{config.public_base_url}/api/resend",
            pixel_url=None,
            setup_url=config.setup_url,
        ),
        language=language,
        today=datetime.now(ZoneInfo(config.time_zone)).date(),
        deadline=config.deadline,
        employee_name=_EMPLOYEE if is_escalation else None,
        nudge_count=policy.escalate_after if is_escalation else sample.number,
        is_repeated=sample.number > 1,
        before_manager=sample.number == policy.escalate_after,
        is_last=sample.number == policy.max_reminders,
    )
    return MailRenderer(config.branding, config.subjects).render(content)


def page_of(mail: RenderedMail) -> str:
    """Return the HTML of a mail with its images in it, and without addresses in its links."""
    html = _ADDRESS.sub("", mail.html)
    for image in mail.images:
        data = b64encode(image.content).decode()
        html = html.replace(f"cid:{image.content_id}", f"data:{image.content_type};base64,{data}")
    return html

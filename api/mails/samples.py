"""The mails with sample names, as people get them; nothing in them leads anywhere."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale

from api.config import ApiConfig
from client.mail.mail_as_sent import MailLook
from domain.mail.content import MailContent, MailLinks, RenderedMail
from domain.mail.languages import LANGUAGES
from domain.mail.shown.samples import SampleMail, sample_mails
from domain.mail.shown.web_page import web_page
from domain.status import MailKind
from templates.mails import MailRenderer

LANGUAGE_NAMES = {code: Locale.parse(code).english_name for code in LANGUAGES}
"""What admins call the languages of mails."""

_EMPLOYEE, _MANAGER = "Ada Lovelace", "Grace Hopper"
_ADDRESS = re.compile(r'\shref="[^"]*"')


def samples_of(config: ApiConfig) -> list[SampleMail]:
    """Return the mails that there are to look at."""
    policy = config.policy
    return sample_mails(escalate_after=policy.escalate_after, max_reminders=policy.max_reminders)


def find_sample(config: ApiConfig, kind: str, number: str, language: str) -> SampleMail | None:
    """Return one of them, None where there is none of this kind, number and language."""
    every = samples_of(config) if language in LANGUAGES else []
    wanted = (kind, number)
    return next((one for one in every if (one.kind.value, str(one.number)) == wanted), None)


def render_sample(config: ApiConfig, sample: SampleMail, language: str) -> RenderedMail:
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
    """Return a mail as a page, without addresses in its links."""
    return _ADDRESS.sub("", web_page(mail))


def look_of(config: ApiConfig) -> MailLook:
    """Return what mails that were sent are rendered with again."""
    return MailLook(
        branding=config.branding,
        public_base_url=config.public_base_url,
        setup_url=config.setup_url,
        time_zone=config.time_zone,
    )

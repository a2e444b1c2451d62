"""What makes the mails of one organisation, for the worker and for ``preview`` alike."""

from activities.mail.composer import MailComposer, MailSettings
from settings import MailTextSettings
from templates.mails import MailRenderer


def mail_composer(settings: MailTextSettings, *, redirect_to: str | None = None) -> MailComposer:
    """Return the composer that the settings describe; in a rehearsal all goes to one address."""
    return MailComposer(
        renderer=MailRenderer(settings.branding, settings.subjects),
        settings=MailSettings(
            public_base_url=settings.public_base_url,
            setup_url=settings.mfa_setup_url,
            deadline=settings.enrolment_deadline,
            time_zone=settings.time_zone,
            open_tracking=settings.open_tracking,
            redirect_to=redirect_to,
        ),
    )

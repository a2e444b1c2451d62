"""The links of a mail, made from where the public pages are and whose mail it is."""

from domain.mail.content import MailLinks

ENROL_PATH = "/api/enrol"
RESEND_PATH = "/api/resend"
TRACK_OPEN_PATH = "/api/track-open"


def enrolment_links(
    *, public_base_url: str, token: str, setup_url: str, open_tracking: bool
) -> MailLinks:
    """Return the links of an invitation, a reminder or a follow-up, which carry the user's token.

    Without open tracking there is no pixel.
    """
    base = public_base_url.rstrip("/")
    return MailLinks(
        enrol_url=f"{base}{ENROL_PATH}?token={token}",
        resend_url=f"{base}{RESEND_PATH}",
        pixel_url=_pixel_url(base, token) if open_tracking else None,
        setup_url=setup_url,
    )


def escalation_links(
    *, public_base_url: str, pixel_guid: str, setup_url: str, open_tracking: bool
) -> MailLinks:
    """Return the links of an escalation, none of which says anything about the employee.

    Args:
        public_base_url: where the public pages are.
        pixel_guid: a random GUID that belongs to nobody, so that the manager's opening of the
            mail isn't taken for the employee's.
        setup_url: where a method is registered by hand.
        open_tracking: whether there is a pixel at all.
    """
    base = public_base_url.rstrip("/")
    return MailLinks(
        enrol_url=None,
        resend_url=f"{base}{RESEND_PATH}",
        pixel_url=_pixel_url(base, pixel_guid) if open_tracking else None,
        setup_url=setup_url,
    )


def _pixel_url(base: str, guid: str) -> str:
    return f"{base}{TRACK_OPEN_PATH}?token={guid}"

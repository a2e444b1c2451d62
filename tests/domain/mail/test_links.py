"""The links of a mail."""

from domain.mail.links import enrolment_links, escalation_links
from tests.templates.samples import BASE, PIXEL_GUID, SETUP_URL, TOKEN


def test_links_of_an_enrolment_carry_the_token() -> None:
    """Enrolment link and pixel carry the token; the resend link doesn't."""
    links = enrolment_links(
        public_base_url=BASE, token=TOKEN, setup_url=SETUP_URL, open_tracking=True
    )
    assert links.enrol_url == f"{BASE}/api/enrol?token={TOKEN}"
    assert links.pixel_url == f"{BASE}/api/track-open?token={TOKEN}"
    assert links.resend_url == f"{BASE}/api/resend"
    assert links.setup_url == SETUP_URL


def test_links_of_an_escalation_lead_to_no_enrolment() -> None:
    """An escalation has no enrolment link, and its pixel's GUID is the one that was passed in."""
    links = escalation_links(
        public_base_url=BASE, pixel_guid=PIXEL_GUID, setup_url=SETUP_URL, open_tracking=True
    )
    assert links.enrol_url is None
    assert links.pixel_url == f"{BASE}/api/track-open?token={PIXEL_GUID}"
    assert links.resend_url == f"{BASE}/api/resend"


def test_without_open_tracking_there_is_no_pixel() -> None:
    """Open tracking off leaves the pixel out of all mails."""
    one = enrolment_links(
        public_base_url=BASE, token=TOKEN, setup_url=SETUP_URL, open_tracking=False
    )
    other = escalation_links(
        public_base_url=BASE, pixel_guid=PIXEL_GUID, setup_url=SETUP_URL, open_tracking=False
    )
    assert one.pixel_url is None
    assert other.pixel_url is None


def test_a_slash_at_the_end_of_the_base_is_not_doubled() -> None:
    """A base address that ends in a slash gives the same links."""
    plain, slashed = (
        enrolment_links(public_base_url=base, token=TOKEN, setup_url=SETUP_URL, open_tracking=True)
        for base in (BASE, f"{BASE}/")
    )
    assert plain == slashed
    escalation = escalation_links(
        public_base_url=f"{BASE}/",
        pixel_guid=PIXEL_GUID,
        setup_url=SETUP_URL,
        open_tracking=True,
    )
    assert escalation.resend_url == f"{BASE}/api/resend"

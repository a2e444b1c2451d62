"""A mail before it is sent: what it must say, and what it looks like once rendered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.mail.languages import DEFAULT_LANGUAGE
from domain.status import MailKind

# Automatic answers are kept away; "All" would suppress the failure reports that we read, too.
# MS-OXCMAIL 2.1.3.2.20
SUPPRESSED = "DR, RN, NRN, OOF, AutoReply"
SUBJECT_LIMIT = 255  # of a message's subject in Microsoft Graph, in UTF-16 units


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """An organisation's logo: a PNG, JPEG or GIF, which every mail program shows.

    ``width`` and ``height`` are its own, in pixels.
    """

    content_type: str
    content: bytes = field(repr=False)
    width: int
    height: int

    def fitted(self, width: int, height: int) -> tuple[int, int]:
        """Return the width and height at which it is shown within a box, never enlarged."""
        scale = min(1, width / self.width, height / self.height)
        return max(1, round(self.width * scale)), max(1, round(self.height * scale))


@dataclass(frozen=True, slots=True, kw_only=True)
class Branding:
    """How the organisation presents itself on pages and in mails.

    ``default_language`` is for readers of whom no language of ours is known.
    """

    company_name: str
    support_team: str
    support_email: str
    support_phone: str | None = None
    logo: Logo | None = None
    primary_colour: str = "#0b5cad"
    default_language: str = DEFAULT_LANGUAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLinks:
    """The links of one mail; those that are None are left out of it.

    The escalation has neither an enrolment link nor a token of the employee's in any link.
    """

    enrol_url: str | None
    resend_url: str
    pixel_url: str | None
    setup_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailContent:
    """Everything that a mail says, whatever its language and looks.

    ``nudge_count`` is the lifetime number of reminders and follow-ups: the escalation names it, and
    in a reminder or follow-up it is the place of this one. ``is_repeated`` says that a mail of this
    kind has left before, ``before_manager`` that the manager is told next, and ``is_last`` that no
    reminder follows. ``today`` is the day in the organisation's time zone.
    ``language`` is the reader's (``de-CH``); an unknown one falls back to the organisation's.
    """

    kind: MailKind
    recipient_name: str
    links: MailLinks
    today: date
    language: str | None = None
    deadline: date | None = None
    employee_name: str | None = None
    nudge_count: int = 0
    is_repeated: bool = False
    before_manager: bool = False
    is_last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineImage:
    """An image that a mail brings along, shown where its HTML says ``cid:`` and this id."""

    content_id: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedMail:
    """A mail as it leaves: one subject, HTML with its images, and the same in plain text."""

    subject: str
    html: str
    text: str
    images: tuple[InlineImage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """A mail to one reader.

    ``headers`` may hold at most five, all of them ``X-…``. ``text`` stays here for whoever keeps or
    shows the mail: Graph has no place for it (see the module).
    """

    subject: str
    html: str = field(repr=False)
    text: str = field(repr=False)
    to_address: str = field(repr=False)
    to_name: str = field(repr=False)
    images: tuple[InlineImage, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


class Withheld(StrEnum):
    """Why a mail isn't sent now that its turn has come."""

    REGISTERED = "registered"
    DISABLED = "disabled"
    EXCLUDED = "excluded"
    MISSING = "missing"
    NO_ADDRESS = "no-address"
    NO_MANAGER = "no-manager"
    WINDOW_CLOSED = "window-closed"

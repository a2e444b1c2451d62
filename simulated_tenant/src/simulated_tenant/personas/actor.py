"""One person of the demo: a mailbox to watch, a browser, a calendar, and a script to follow."""

import asyncio
import random
from datetime import timedelta
from html import unescape

from simulated_tenant.directory.users import User
from simulated_tenant.exchange.message import Message
from simulated_tenant.personas.browser import Browser
from simulated_tenant.personas.kinds import STORIES, Expected
from simulated_tenant.personas.pages import Page, read_page
from simulated_tenant.population_names import Person
from simulated_tenant.tenant import SimulatedTenant

KIND_HEADER = "X-MFA-Rollout-Mail"
_ENROL, _PIXEL, _RESEND = "/api/enrol", "/api/track-open", "/api/resend"


class Actor:
    """What a person can do. All waiting is in demo days, all pace is seeded by the address."""

    def __init__(
        self,
        *,
        tenant: SimulatedTenant,
        address: str,
        person: Person,
        browser: Browser,
        day_length: timedelta,
    ) -> None:
        """Sit down at the desk; ``address`` is the UPN."""
        self.tenant = tenant
        self.address = address
        self.person = person
        self.kind = person.kind
        self.doing = "waiting for the first mail"
        self.acted: list[str] = []
        self._browser = browser
        self.day_length = day_length
        # The seed makes runs alike; nothing secret depends on it.
        self._random = random.Random(address)  # noqa: S311
        self._mail_came = asyncio.Event()

    @property
    def user(self) -> User | None:
        """The person's account, as long as there is one."""
        return self.tenant.users.find(self.person.object_id)

    @property
    def story(self) -> str:
        """The person's story."""
        return STORIES[self.kind].story

    @property
    def expected(self) -> Expected:
        """The end that the story demands."""
        return STORIES[self.kind].expected

    def notice(self) -> None:
        """Look into the mailbox again, because something arrived in the company."""
        self._mail_came.set()

    def mails(self, kind: str, mailbox_id: str | None = None) -> list[Message]:
        """Return the mails of one kind in the person's mailbox, or in another's, oldest first.

        A mailbox outlives its owner's account, as it does for a while in Exchange.
        """
        inbox = self.tenant.mailboxes.items(mailbox_id or self.person.object_id, "inbox")
        return [message for message in inbox if message.header(KIND_HEADER) == kind]

    def escalations(self) -> list[Message]:
        """Return the escalations about this person, which the manager shows them."""
        manager_id = self.person.manager_id
        mails = [] if manager_id is None else self.mails("escalation", manager_id)
        return [mail for mail in mails if _mentions(mail, self.person.name)]

    async def mail(self, kind: str, count: int = 1) -> Message:
        """Wait for the given mail of a kind, the first, second and so on."""
        self.doing = f"waiting for {kind} {count}"
        while len(self.mails(kind)) < count:
            await self._something_arrives()
        return self.mails(kind)[count - 1]

    async def escalation(self) -> Message:
        """Wait until the manager comes by with a mail about this person."""
        self.doing = "waiting for the manager"
        while not self.escalations():
            await self._something_arrives()
        return self.escalations()[0]

    async def pause(self, least: float, most: float) -> None:
        """Do other work for a number of demo days between two bounds."""
        await self.days(self._random.uniform(least, most))

    async def days(self, count: float) -> None:
        """Let demo days pass."""
        await asyncio.sleep(count * self.day_length.total_seconds())

    async def read(self, mail: Message) -> None:
        """Open a mail with its images, the tracking pixel among them."""
        self._log("opens a mail")
        stored = self.tenant.mailboxes.by_id(mail.id)
        if stored is not None:
            stored.is_read = True
            self.tenant.mailboxes.put(stored)
        pixel = self._contents(mail).image_from(_PIXEL)
        if pixel is not None:
            await self._browser.load(pixel)

    async def click(self, mail: Message, *, presses: int = 1) -> None:
        """Follow the enrolment link and press the button of the page, if it has one."""
        link = self._contents(mail).link_to(_ENROL)
        if link is None:
            self._log("finds no enrolment link")
            return
        self._log("clicks")
        page = await self._browser.open(link)
        for _ in range(presses):
            await self._browser.submit(page)

    async def scan(self, mail: Message) -> None:
        """Do what a mail scanner does with every link and image of a mail."""
        self._log("has the mail scanned")
        contents = self._contents(mail)
        for address in dict.fromkeys([*contents.links, *contents.images]):
            # Only our own pages: there is no world outside to scan.
            if any(path in address for path in (_ENROL, _PIXEL, _RESEND)):
                await self._browser.probe(address)

    async def ask_for_new_link(self, mail: Message) -> None:
        """Use the link in the footer and type the own address into its form."""
        link = self._contents(mail).link_to(_RESEND)
        if link is None:
            self._log("finds no link to the form")
            return
        self._log("asks for a new link")
        page = await self._browser.open(link)
        typed = {name: self.address for form in page.forms for name in form.blank}
        await self._browser.submit(page, **typed)

    def register(self) -> None:
        """Register the Authenticator app; done once, however often it is asked for."""
        user = self.user
        if user is not None and not any(method.reported_as for method in user.methods):
            self._log("registers")
            self.tenant.register_method(user.id)

    def done(self, what: str) -> None:
        """Say that nothing more will be done."""
        self.doing = what

    async def _something_arrives(self) -> None:
        self._mail_came.clear()
        await self._mail_came.wait()

    def _contents(self, mail: Message) -> Page:
        return read_page(mail.html or "")

    def _log(self, what: str) -> None:
        self.acted.append(what)
        self.doing = what


def _mentions(mail: Message, name: str) -> bool:
    return name in unescape(mail.content)

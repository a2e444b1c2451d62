"""A person's mail as it looked, without anything in it that still works."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import HTTPException, Path
from fastapi.responses import HTMLResponse
from pydantic import Field

from api.admin.auth import LookerOf
from api.admin.rest.files import page_answers
from api.admin.rest.models import problems, rest_router
from api.admin.rest.people.people import PERSON, PersonId, nobody
from api.admin.rest.people.person_models import MailModel
from api.admin.rest.tables import TablesOf
from api.mails.frame import SANDBOXED
from api.mails.samples import look_of
from api.services import Services, ServicesOf
from client.mail.mail_as_sent import MailAsSent, mail_as_sent, mail_as_sent_json
from database.engine import Database
from database.enrolments.person import read_person
from domain.mail.shown.web_page import web_page

router = rest_router("people")

MAIL = PERSON + "/mails/{number}"
MailNumber = Annotated[
    int, Path(ge=1, le=10_000, description="Which of the person's `mails`, from 1.")
]


class MailAsSentModel(MailModel):
    """One mail of a person, and what it said."""

    number: int = Field(description="Which of the person's mails it is, from 1.")
    subject: str | None = Field(
        description="Its subject.", examples=["Set up MFA at Contoso by 31 January"]
    )
    text: str | None = Field(
        description="The mail as plain text, without the person's own link; null: it was not "
        "written yet, or what it said was deleted.",
        examples=["Hello Ada Lovelace,\n\nPlease set up MFA"],
    )
    is_exact: bool = Field(
        description="Whether it is made with the templates that it was sent with; false: with "
        "today's, so that sentences and looks may differ."
    )
    templates_since: datetime | None = Field(
        description="When its own templates were used first, where they can't be read any more."
    )


@router.get(MAIL, operation_id="showMail", responses=problems(404))
async def show_mail(
    object_id: PersonId,
    number: MailNumber,
    _: LookerOf,
    services: ServicesOf,
    tables: TablesOf,
) -> MailAsSentModel:
    """Tell what a mail of a person's said, as far as that is kept."""
    mail = await _read(str(object_id), number, services, tables)
    return MailAsSentModel.model_validate(mail_as_sent_json(mail))


@router.get(MAIL + "/page.html", operation_id="showMailPage", **page_answers(404))
async def show_page(
    object_id: PersonId,
    number: MailNumber,
    _: LookerOf,
    services: ServicesOf,
    tables: TablesOf,
) -> HTMLResponse:
    """Return a mail as it looked: a page that runs nothing, loads nothing and has no own link."""
    mail = await _read(str(object_id), number, services, tables)
    if mail.rendered is None:
        raise HTTPException(
            HTTPStatus.NOT_FOUND,
            "This mail has not been written yet, or what it said has been deleted.",
        )
    return HTMLResponse(web_page(mail.rendered), headers=SANDBOXED)


async def _read(object_id: str, number: int, services: Services, tables: Database) -> MailAsSent:
    async with tables.reading() as connection:
        page = await read_person(connection, object_id)
        if page is None:
            raise nobody()
        mail = await mail_as_sent(connection, page.mails, number, look_of(services.config))
    if mail is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"This person has no mail number {number}.")
    return mail

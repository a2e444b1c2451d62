"""The mails with sample names: what there are, how each looks, and one sent to whoever asks."""

from http import HTTPStatus
from typing import Annotated

from fastapi import HTTPException, Path
from fastapi.responses import HTMLResponse
from pydantic import Field

from activities.reports.sample import SampleOutcome
from api.admin.auth import LookerOf
from api.admin.rest.files import page_answers
from api.admin.rest.mails.switch import SwitcherOf
from api.admin.rest.models import RestModel, body_of, problems, rest_router
from api.admin.rest.request import AskedOf
from api.config import ApiConfig
from api.mails.frame import SANDBOXED
from api.mails.samples import find_sample, page_of, render_sample, samples_of
from api.mails.send_sample import send_sample
from api.services import ServicesOf
from domain.mail.languages import LANGUAGES
from domain.mail.shown.samples import SampleMail
from domain.status import MailKind

router = rest_router("mails")

SAMPLES = "/api/sample-mails"
SAMPLE = SAMPLES + "/{kind}/{number}/{language}"

_NUMBER = "Which of the reminders or follow-ups, from 1; of other kinds there is one."
Kind = Annotated[MailKind, Path(description="Which mail.")]
Number = Annotated[int, Path(ge=1, le=10_000, description=_NUMBER)]
Language = Annotated[
    str, Path(max_length=20, description="One of `languages`.", examples=[LANGUAGES[0]])
]


class SampleModel(RestModel):
    """One mail that there is to look at."""

    kind: MailKind = Field(description="Which mail.")
    number: int = Field(description=_NUMBER, examples=[1])
    name: str = Field(description="What it is called.", examples=["Invitation"])


class SamplesModel(RestModel):
    """The mails that say something else, and the languages that each is in."""

    mails: list[SampleModel] = Field(description="The mails, as people get them.")
    languages: list[str] = Field(description="The languages.", examples=[list(LANGUAGES)])


class OneSampleModel(SampleModel):
    """What a mail says, with sample names."""

    language: str = Field(description="The language.", examples=[LANGUAGES[0]])
    subject: str = Field(
        description="Its subject.", examples=["Set up MFA at Contoso by 31 January"]
    )
    text: str = Field(
        description="The mail as plain text.", examples=["Hello Ada Lovelace,\n\nPlease set up MFA"]
    )


class WantedSampleModel(RestModel):
    """Which mail is sent."""

    kind: MailKind = Field(description="Which mail.")
    number: int = Field(default=1, ge=1, le=10_000, description=_NUMBER)
    language: str = Field(
        default=LANGUAGES[0], max_length=20, description="One of the `languages`."
    )


class SentSampleModel(RestModel):
    """What became of a test mail."""

    outcome: SampleOutcome | None = Field(
        description="`sent`, or `redirected` in a rehearsal; null: no worker has answered yet.",
        examples=[SampleOutcome.SENT],
    )
    message: str = Field(
        description="The same in a sentence.",
        examples=["The mail was sent to your address, from mfa@contoso.com."],
    )


@router.get(SAMPLES, operation_id="listSampleMails")
async def list_samples(_: LookerOf, services: ServicesOf) -> SamplesModel:
    """List the mails that say something else: kinds, and of the reminders those that differ."""
    return SamplesModel(
        mails=[SampleModel.model_validate(one) for one in samples_of(services.config)],
        languages=list(LANGUAGES),
    )


@router.get(SAMPLE, operation_id="showSampleMail", responses=problems(404))
async def show_sample(
    kind: Kind, number: Number, language: Language, _: LookerOf, services: ServicesOf
) -> OneSampleModel:
    """Tell what a mail says in one language, with sample names."""
    sample = _sample(services.config, kind, number, language)
    mail = render_sample(services.config, sample, language)
    return OneSampleModel(
        kind=sample.kind,
        number=sample.number,
        name=sample.name,
        language=language,
        subject=mail.subject,
        text=mail.text,
    )


@router.get(SAMPLE + "/page.html", operation_id="showSampleMailPage", **page_answers(404))
async def show_page(
    kind: Kind, number: Number, language: Language, _: LookerOf, services: ServicesOf
) -> HTMLResponse:
    """Return a mail as it looks: a page that runs nothing, and whose links lead nowhere."""
    sample = _sample(services.config, kind, number, language)
    page = page_of(render_sample(services.config, sample, language))
    return HTMLResponse(page, headers=SANDBOXED)


@router.post(
    SAMPLES + "/send",
    operation_id="sendSampleMail",
    responses={
        202: {"model": SentSampleModel, "description": "No worker has answered in time."},
        **problems(404, 409, 413),
    },
    openapi_extra=body_of(WantedSampleModel),
)
async def send(caller: SwitcherOf, asked: AskedOf) -> SentSampleModel:
    """Let a worker send a mail to the caller's own address, also while mail is stopped."""
    wanted = await asked.body(WantedSampleModel)
    config = asked.services.config
    sample = _sample(config, wanted.kind, wanted.number, wanted.language)
    if not caller.is_person:
        raise HTTPException(
            HTTPStatus.CONFLICT, "An app has no mail address: ask for it as somebody signed in."
        )
    answer = await send_sample(
        asked.services.client,
        asked.tables,
        config,
        asked.actor(caller),
        sample=sample,
        language=wanted.language,
        request_id=asked.request_id(
            caller, f"sample-mail {sample.kind} {sample.number} {wanted.language}"
        ),
    )
    if answer.was_sent is False:
        raise HTTPException(HTTPStatus.CONFLICT, answer.sentence)
    if answer.was_sent is None:
        asked.response.status_code = HTTPStatus.ACCEPTED
    return SentSampleModel(outcome=answer.outcome, message=answer.sentence)


def _sample(config: ApiConfig, kind: MailKind, number: int, language: str) -> SampleMail:
    sample = find_sample(config, kind.value, str(number), language)
    if sample is None:
        raise HTTPException(
            HTTPStatus.NOT_FOUND, f"There is no such mail: {SAMPLES} lists them and the languages."
        )
    return sample

"""The forecast of the rollout that runs, alone or with an import that is about to start."""

from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Query
from fastapi.exceptions import RequestValidationError
from pydantic import Field

from api.admin.auth import LookerOf
from api.admin.rest.models import RestModel, rest_router
from api.admin.rest.tables import TablesOf
from api.config import ApiConfig
from api.portal.times import day_names
from api.services import ServicesOf
from client.exports.json_keys import json_key
from client.forecast.forecast_json import forecast_json
from client.forecast.play import ForecastTakesTooLong
from client.forecast.rollout import (
    ForecastSettings,
    NewImport,
    rollout_forecast,
    rollout_forecast_with_import,
)
from domain.forecast.rates import RatesSource
from domain.imports.options.names import OptionName
from domain.imports.options.read import ImportOptionsError, read_options
from domain.portal.roles import Permission
from domain.wording.counted import counted

router = rest_router("rollout")

FORECAST = "/api/forecast"
# A field is called `date`.
Day = date
_DAY = "2026-11-30"
_LARGEST_IMPORT = 1_000_000


class ForecastDayModel(RestModel):
    """One day: the mails that leave on it, and who is registered at its end, as expected."""

    date: Day = Field(description="The day, in `TIME_ZONE`.", examples=[_DAY])
    invitations: float = Field(description="Invitations.", examples=[320.0])
    reminders: float = Field(description="Reminders.", examples=[41.5])
    follow_ups: float = Field(description="Follow-ups.", examples=[3.2])
    escalations: float = Field(description="Mails to managers.", examples=[0.0])
    busiest_mailbox: float = Field(
        description="Mails of the mailbox that sends most.", examples=[182.4]
    )
    registered: float = Field(description="People who are registered.", examples=[412.7])
    registered_low: float = Field(description="At least so many.", examples=[388.1])
    registered_high: float = Field(description="At most so many.", examples=[437.3])


class BusiestDayModel(RestModel):
    """The day on which one mailbox sends most."""

    date: Day = Field(description="The day.", examples=[_DAY])
    mails_of_one_mailbox: int = Field(description="Its mails.", examples=[450])


class AtDeadlineModel(RestModel):
    """How many are expected to be registered at the end of the deadline's day."""

    registered: int = Field(description="People.", examples=[930])
    registered_low: int = Field(description="At least so many.", examples=[902])
    registered_high: int = Field(description="At most so many.", examples=[951])
    missing: int = Field(description="People who are not.", examples=[70])


class RatesModel(RestModel):
    """The shares, from 0 to 1, with which it is made."""

    source: RatesSource = Field(description="`seen` in this rollout so far, or `assumed`.")
    invitation: float = Field(description="Register after the invitation.", examples=[0.4])
    reminders: list[float] = Field(
        description="Register after the first reminder or follow-up, the second, and so on; the "
        "last holds for all further ones.",
        examples=[[0.3, 0.25, 0.15]],
    )
    escalation: float = Field(description="Register after the mail to the manager.", examples=[0.3])
    clicks_only: float = Field(
        description="Click, and do not register before the next mail.", examples=[0.08]
    )
    delays: list[float] = Field(
        description="Of those who act after a mail: in its first 24 hours, the second, and so on.",
        examples=[[0.45, 0.2, 0.12]],
    )
    band: float = Field(
        description="By how much all shares may be wrong, as a share of them.", examples=[0.25]
    )


class ForecastModel(RestModel):
    """The rollout played forward, a day after the other."""

    people: int = Field(description="Everybody whom it is about.", examples=[1000])
    mailboxes: int = Field(description="Mailboxes that send.", examples=[2])
    start: datetime = Field(description="Its first instant: now.")
    last_invitation_at: datetime | None = Field(
        description="When the last invitation leaves; null: none is left, or it doesn't leave."
    )
    invitations_left: int = Field(
        description="People who are not invited within the forecast.", examples=[0]
    )
    mail_stopped: bool = Field(description="Whether all mail is stopped: none leaves in it.")
    blocked_mailboxes: list[str] = Field(
        description="Mailboxes that may not send: no mail leaves them in it.", examples=[[]]
    )
    invitations: int = Field(description="Invitations in all.", examples=[640])
    reminders: int = Field(description="Reminders in all.", examples=[710])
    follow_ups: int = Field(description="Follow-ups in all.", examples=[55])
    escalations: int = Field(description="Mails to managers in all.", examples=[60])
    busiest_day: BusiestDayModel = Field(description="The day of which a mailbox sends most.")
    registered_on: dict[str, Day | None] = Field(
        description="When so many per cent are registered; null: not within the forecast.",
        examples=[{"50": _DAY, "80": "2026-12-14"}],
    )
    deadline: Day | None = Field(description="`ENROLMENT_DEADLINE`.")
    at_deadline: AtDeadlineModel | None = Field(
        description="Who is registered then; null: there is none, or it has passed."
    )
    rates: RatesModel = Field(description="What it is made with.")
    days: list[ForecastDayModel] = Field(description="Each day, without gaps.")


async def _import_of(
    services: ServicesOf,
    *,
    people: Annotated[
        int | None,
        Query(
            ge=1,
            le=_LARGEST_IMPORT,
            description="Together with an import of so many people that begins now.",
        ),
    ] = None,
    wave_size: Annotated[
        int | None, Query(alias="waveSize", ge=1, description="Of that import: people in a wave.")
    ] = None,
    wave_days: Annotated[
        int | None, Query(alias="waveDays", ge=1, description="Of that import: days between waves.")
    ] = None,
    send_window: Annotated[
        str | None,
        Query(
            alias="sendWindow",
            description="Of that import: hours in which its people are mailed.",
            examples=["08:00-12:00"],
        ),
    ] = None,
    send_days: Annotated[
        list[str] | None,
        Query(alias="sendDays", description="Of that import: weekdays, `mon` … `sun`."),
    ] = None,
    sender_mailboxes: Annotated[
        list[str] | None,
        Query(
            alias="senderMailboxes",
            description="Of that import: those of `SENDER_MAILBOXES` that mail its people.",
        ),
    ] = None,
) -> NewImport | None:
    """Return the import that is asked about, None for the rollout alone.

    Raises:
        RequestValidationError: an option can't be used.
        HTTPException: 422, options of no import.
    """
    given: dict[OptionName, Any] = {
        OptionName.WAVE_SIZE: wave_size,
        OptionName.WAVE_DAYS: wave_days,
        OptionName.SEND_WINDOW: send_window,
        OptionName.SEND_DAYS: send_days and ",".join(send_days),
        OptionName.SENDER_MAILBOXES: sender_mailboxes and ",".join(sender_mailboxes),
    }
    written = {name: str(value) for name, value in given.items() if value}
    if people is not None:
        return _new_import(services.config, people, written)
    if written:
        raise HTTPException(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"{json_key(next(iter(written)).value)} is of an import: say of how many `people`.",
        )
    return None


ImportOf = Annotated[NewImport | None, Depends(_import_of)]


@router.get(FORECAST, operation_id="showForecast")
async def show_forecast(
    caller: LookerOf, services: ServicesOf, tables: TablesOf, new: ImportOf
) -> ForecastModel:
    """Play the rollout forward from where everybody stands: mails by day, who is registered when.

    Nothing is started. Together with an import it is for those who may import.
    """
    if new is not None and not caller.may(Permission.IMPORT):
        raise HTTPException(HTTPStatus.FORBIDDEN, "Your role does not include imports.")
    config, now = services.config, datetime.now(UTC)
    calendar = config.portal.demo_calendar if config.portal is not None else None
    settings = ForecastSettings(
        pace=config.pace,
        senders=config.sender_mailboxes,
        policy=config.policy,
        deadline=day_names(config.time_zone, calendar, now).deadline(config.deadline),
    )
    within = config.result_within
    try:
        if new is None:
            made = await rollout_forecast(tables, settings, now, within=within)
        else:
            made = await rollout_forecast_with_import(tables, settings, new, now, within=within)
    except ForecastTakesTooLong:
        raise HTTPException(
            HTTPStatus.SERVICE_UNAVAILABLE,
            f"The forecast takes longer than {counted(round(within.total_seconds()), 'second')}: "
            "`mfa-rollout plan --running` waits for it.",
        ) from None
    return ForecastModel.model_validate(forecast_json(made))


def _new_import(config: ApiConfig, people: int, written: dict[OptionName, str]) -> NewImport:
    try:
        own = read_options(
            written,
            mailboxes=config.sender_mailboxes,
            policy=config.policy,
            pace=config.pace,
            now=datetime.now(UTC),
            people=people,
        )
    except ImportOptionsError as error:
        raise RequestValidationError(
            [
                {"loc": ("query", json_key(name.value)), "msg": f"{json_key(name.value)} {fault}."}
                for name, fault in error.faults.items()
            ]
        ) from None
    return NewImport(
        people=people,
        pace=own.pace(config.pace, config.sender_mailboxes, config.policy.day),
        senders=own.senders(config.sender_mailboxes),
    )

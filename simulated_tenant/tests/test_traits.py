"""Tests of traits as such: switching them by name, on the command line and over HTTP."""

import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from simulated_tenant import SimulatedTenant
from simulated_tenant.__main__ import parser
from simulated_tenant.exchange.mail_systems import MailSystem
from simulated_tenant.exchange.outbound_policy import STRICT
from simulated_tenant.testing import TENANT_ID
from simulated_tenant.traits import Traits, UnknownTraitError, trait_names

README = Path(__file__).parents[1] / "README.md"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("newid", "on", True),
        ("staysdraft", "1.5", timedelta(seconds=1.5)),
        ("staysdraft", "on", timedelta(seconds=30)),
        ("mailrate", "3", 3),
        ("mailsystem", "qmail", MailSystem.QMAIL),
        ("outbound_policy", "on", STRICT),
        ("viewfilter", "Status=Sent", ("Status", "Sent")),
        ("bounce", "5.7.1", "5.7.1"),
    ],
)
def test_a_trait_is_switched_by_name(name: str, value: str, expected: object) -> None:
    """Each kind of value is read from its text, and `off` brings back the beginning."""
    traits = Traits()
    traits.switch(name, value)
    assert getattr(traits, name) == expected
    traits.switch(name.replace("_", "-"), "off")
    assert traits == Traits()


async def test_a_tenant_begins_as_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every tenant of a run of tests, in whatever process, has the traits of the environment."""
    monkeypatch.setenv("SIMULATED_TENANT_TRAITS", "newid  searchlag=2")
    assert SimulatedTenant(tenant_id=TENANT_ID).traits.shown() == {"newid": "on", "searchlag": "2"}


def test_what_is_shown_can_be_switched() -> None:
    """The texts in which traits are shown switch on the same traits."""
    traits, again = Traits(), Traits()
    for name in trait_names():
        traits.switch(name)
    for name in ("concurrency", "groupread"):
        traits.switch(name, "off")
    shown = traits.shown()
    for name, value in shown.items():
        again.switch(name, value)
    assert again == traits
    assert shown.keys() == set(trait_names())


def test_all_switches_on_what_is_unkind() -> None:
    """`all` leaves out how a mail fails, how long to wait, and what isn't Microsoft."""
    traits = Traits()
    traits.switch("all")
    kind = set(trait_names()) - traits.shown().keys()
    on_from_the_beginning = {"concurrency", "groupread"}
    not_unkind = {"bounce", "mailsystem", "proxy", "retryafter", "sitelocked", "sitereadonly"}
    assert kind == not_unkind | on_from_the_beginning


def test_a_short_day_shortens_what_is_not_given() -> None:
    """In a demo the trait's own duration shrinks with the day; a given one is what it says."""
    traits = Traits()
    traits.switch("rbaclag", day_length=timedelta(seconds=24))
    traits.switch("staysdraft", "30", day_length=timedelta(seconds=24))
    assert traits.rbaclag == timedelta(seconds=1)
    assert traits.staysdraft == timedelta(seconds=30)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("unkind", "on"),
        ("newid", "3"),
        ("staysdraft", "-1"),
        ("staysdraft", "nan"),
        ("mailrate", "0"),
        ("mailrate", "many"),
        ("mailsystem", "pigeon"),
        ("outbound_policy", "5"),
        ("viewfilter", "Status"),
        ("bounce", "550"),
        ("nomailbox", "a code"),
    ],
)
def test_a_wrong_trait_is_refused(name: str, value: str) -> None:
    """A trait that doesn't exist, or can't have the value, is refused and named."""
    with pytest.raises(UnknownTraitError, match=f"'{name}'"):
        Traits().switch(name, value)


def test_the_command_line_takes_traits() -> None:
    """`--trait` is repeatable, with or without a value."""
    options = parser().parse_args(["--trait", "newid", "--trait=viewfilter=Status=Sent"])
    assert options.trait == [("newid", "on"), ("viewfilter", "Status=Sent")]


def test_the_command_line_refuses_what_is_no_trait(capsys: pytest.CaptureFixture[str]) -> None:
    """The message names the traits that there are."""
    with pytest.raises(SystemExit):
        parser().parse_args(["--trait", "unkind"])
    assert "Traits: suppress, newid" in capsys.readouterr().err


async def test_traits_are_switched_over_http(
    tenant: SimulatedTenant, control: httpx.AsyncClient
) -> None:
    """PATCH switches, GET shows, DELETE brings back the beginning."""
    patched = await control.patch("/traits", json={"newid": True, "searchlag": 30})
    shown = (await control.get("/traits")).json()
    assert patched.json() == shown == {"newid": "on", "searchlag": "30"}
    assert tenant.traits.searchlag == timedelta(seconds=30)
    await control.patch("/traits", json={"newid": False})
    assert (await control.get("/traits")).json() == {"searchlag": "30"}
    assert (await control.delete("/traits")).status_code == 204
    assert tenant.traits == Traits()


async def test_one_wrong_trait_changes_nothing(
    tenant: SimulatedTenant, control: httpx.AsyncClient
) -> None:
    """Either all traits of a request are switched, or none."""
    response = await control.patch("/traits", json={"newid": True, "mailrate": "many"})
    assert response.status_code == 400
    assert tenant.traits == Traits()


def test_the_readme_tells_of_every_trait() -> None:
    """The table has a row for each trait, and none for another."""
    told = re.findall(r"^\| `([a-z_]+)", README.read_text(), flags=re.MULTILINE)
    assert told == list(trait_names())

"""`mfa-rollout doctor`: everything in order, and one thing wrong at a time."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cli.doctor.settings import see_settings
from domain.doctor.checks import Check, Fault
from simulated_tenant import population
from tests.cli.doctor import breaking_tenant
from tests.cli.doctor.breaking import Case
from tests.cli.doctor.cases import CASES
from tests.cli.doctor.rollout import Rollout

# What is looked at without being asked for; this app signs in with a secret.
ALWAYS = set(Check) - {Check.SEND_TEST, Check.CERTIFICATE}


async def test_contradicting_credentials_are_sent_nowhere(rollout: Rollout) -> None:
    """Where the host of the sign-in isn't Microsoft's, it isn't asked for a token.

    It comes first: a call that a test leaves hanging would be answered meanwhile.
    """
    log = rollout.tenant.exchanges
    log.enabled = True
    status, lines = await rollout.lines(SIMULATED_TENANT="off")
    log.enabled = False
    wrong = {line["check"] for line in lines if line["verdict"] == "needs_fixing"}
    assert wrong == {Check.SETTINGS}
    authorized = [one for one in log.all() if one.client_request_id]
    assert authorized == [], "only the clock was asked for, by a request without a token"
    assert status == 1


async def test_nothing_needs_fixing(rollout: Rollout) -> None:
    """Where everything is in order every line says so, and the status is 0."""
    status, lines = await rollout.lines()
    assert [line for line in lines if line["verdict"] != "ok"] == []
    assert status == 0


def test_a_folder_without_settings_is_told_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever begins, or is in another folder than the settings, reads that before all else."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MFA_ROLLOUT_ENV_FILE", raising=False)
    monkeypatch.delenv("TENANT_ID", raising=False)
    assert see_settings().findings[0].what is Fault.NO_SETTINGS
    (tmp_path / ".env").write_text("COMPANY_NAME=Contoso\n")
    assert Fault.NO_SETTINGS not in {one.what for one in see_settings().findings}


async def test_a_wrong_setting_hides_nothing_else(rollout: Rollout) -> None:
    """Only what needs the setting can't be looked at; the site of the list is looked at."""
    status, lines = await rollout.lines(LIST_ID="my list")
    verdicts = {line["check"]: line["verdict"] for line in lines}
    assert status == 1
    assert verdicts.pop(Check.SETTINGS) == "ok", "the last of the settings' lines: the simulation"
    assert verdicts.pop(Check.TRACKING_LIST) == "could_not_look"
    assert set(verdicts.values()) == {"ok"}
    assert set(verdicts) == ALWAYS - {Check.SETTINGS, Check.TRACKING_LIST}


async def test_what_hangs_is_not_waited_for(rollout: Rollout) -> None:
    """A look that gets no answer could not look, and the others are shown all the same."""
    hangs = breaking_tenant.answer("GET", "/groups/", hold_before=timedelta(seconds=3))
    async with hangs(rollout):
        status, lines = await replace(rollout, seconds=1).lines()
    line = next(line for line in lines if line["check"] == Check.ENFORCEMENT_GROUP)
    assert (line["verdict"], line["code"]) == ("could_not_look", "too_slow")
    assert {line["check"] for line in lines} == ALWAYS
    assert status == 0


@pytest.mark.wording
async def test_lines_fit_a_terminal(rollout: Rollout) -> None:
    """Lines are broken at 80 columns, commands never; no secret is among them."""
    async with breaking_tenant.site_grant("read")(rollout):
        _, printed = await rollout.doctor(COMPANY_NAME="")
    lines = printed.splitlines()
    command = [line for line in lines if len(line) > 80]
    assert [line.split()[:2] for line in command] == [["Invoke-MgGraphRequest", "-Method"]]
    assert lines[0].startswith("needs fixing    Settings: COMPANY_NAME is missing")
    assert lines[-1] == "22 ok, 2 to fix, 0 not looked at."
    assert population.WORKER_SECRET not in printed


@pytest.mark.wording
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_one_line_needs_fixing(case: Case, rollout: Rollout) -> None:
    """What is wrong turns its own line red and no other, with its remedy; the status is 1."""
    async with case.broken(rollout) as changes:
        status, lines = await rollout.lines(**changes)
    wrong = [line for line in lines if line["verdict"] == "needs_fixing"]
    assert [(line["check"], line["code"]) for line in wrong] == [(case.check, case.fault)], wrong
    told = " ".join((wrong[0]["text"], wrong[0]["remedy"], wrong[0]["command"]))
    assert case.names in told
    assert status == 1

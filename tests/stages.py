"""Runs the suite: three parts side by side, then alone what measures. ``make test``.

Says at once how long it takes, meanwhile how far the parts are, and in its last line what came of
it. The simulated tenant's own
tests run where its code isn't that of the commit before; ``make long`` runs them in any case.
``make traits`` runs what meets the tenant once for each of its traits.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.documents import seed_tests
from tests.support.parts import ROOT, run_beside
from tests.support.reports import Result, command, read

TENANT = "simulated_tenant"
NOT_ALONE = ("--dist", "loadfile", "-m", "not alone and not long")
ALONE = ("-m", "alone and not long")
LONG = ("-m", "long", "-s")
MEETING_THE_TENANT = ("tests/activities", "-n", "2", "-q", "-m", "not alone and not long")
JOURNEYS = (
    *("tests/integration/test_journey.py", "tests/integration/test_changing_people.py"),
    *("tests/integration/test_cancel.py", "-n", "2", "--dist", "loadfile", "-q", "-m", "not alone"),
)
# Not ``mailrate``: these tests share a mailbox, and send more in a minute than any rollout. All at
# once are met by ``tests/integration/test_unkind_tenant.py``, which is part of ``make test``.
TRAITS = (
    *("suppress", "newid", "normalid", "nosave", "staysdraft", "searchlag", "scan", "latency=0.05"),
    *("mailsystem=postfix", "receipts", "delays", "outofoffice", "answers", "outbound_policy"),
    *("recipientlimit", "mailboxcalls", "resourceunits", "identityunits", "reportcalls"),
    *("retryafter", "batchfails", "groupread", "grouplag", "rbaclag", "userlag", "indexlag"),
    *("localdates", "viewfilter", "nomailbox", "lostpages", "translated", "nulls"),
    *("otherforms", "junk"),
)
# A locked site, a proxy that fails calls, how a mail comes back and how people sign in have tests
# of their own, and the limit of calls at once is on from the beginning.
WITHOUT_ROLLOUT = frozenset(
    {"bounce", "concurrency", "mailrate", "nodevicecode", "proxy", "sitelocked", "sitereadonly"}
)
# A day of the products that make journeys lasts seconds, and so do the lags of their tenants.
LAGS = frozenset({"grouplag", "rbaclag", "indexlag"})
# Journeys import people the moment they are made, whom the directory doesn't show yet.
WITHOUT_JOURNEYS = frozenset({"userlag"})
OUTCOMES = ("passed", "failed", "skipped")


def tenant_has_changed(root: Path = ROOT) -> bool:
    """Return True unless git knows that the tenant is the one of the commit before.

    A merge is compared with the branch that it was merged into.
    """
    git = ("git", "-C", str(root))
    compared = subprocess.run(  # noqa: S603 - our own command line
        [*git, "diff", "--quiet", "HEAD~1", "--", TENANT], capture_output=True, check=False
    )
    new = subprocess.run(  # noqa: S603 - our own command line
        [*git, "ls-files", "--others", "--exclude-standard", "--", TENANT],
        capture_output=True,
        check=False,
    )
    return compared.returncode != 0 or new.returncode != 0 or bool(new.stdout)


def files_with_tests_alone(root: Path = ROOT) -> list[str]:
    """Return the files that have a test which runs alone: the others needn't be loaded for it."""
    files = sorted((root / "tests").rglob("test_*.py"))
    return [str(file) for file in files if "mark.alone" in file.read_text(encoding="utf-8")]


def run(*options: str, **environment: str) -> Result:
    """Run pytest, and return what it came to."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        report, files = Path(folder) / "report.xml", f"--basetemp={Path(folder) / 'files'}"
        env = {**os.environ, **environment}
        called = command(report, *options, files)
        done = subprocess.run(called, cwd=ROOT, check=False, env=env)  # noqa: S603
        return read(done.returncode, report)


def unproved(results: list[Result]) -> list[str]:
    """Return the tests of ``docs/seed.md`` that didn't pass in a whole run."""
    passed = {name for result in results for name in result.passed}
    return [name for name in seed_tests() if name not in passed]


def main(*stages: str) -> int:
    """Run the stages, each whatever became of the others; return 0 if all tests passed."""
    began = time.monotonic()
    results = []
    if "long" in stages:
        print("Long tests take 20 minutes or more on 2 idle cores; the figures are printed.")
        results += [run(*LONG), run("-n", "4", "--dist", "loadfile", f"{TENANT}/tests")]
    elif "traits" in stages:
        print(f"{len(TRAITS)} traits take about two minutes each on 2 idle cores.")
        for trait in TRAITS:
            print(f"With {trait}:", flush=True)
            results.append(run(*MEETING_THE_TENANT, SIMULATED_TENANT_TRAITS=trait))
            shortened = f"{trait}=3" if trait in LAGS else trait
            if trait not in WITHOUT_JOURNEYS:
                results.append(run(*JOURNEYS, SIMULATED_TENANT_TRAITS=shortened))
    else:
        print("All tests take 7 to 10 minutes on 2 idle cores; 'pytest tests/domain' 20 seconds.")
        if not (tenant := tenant_has_changed()):
            print(f"{TENANT}/ is as in the commit before: its own tests are left to 'make long'.")
        sys.stdout.flush()
        results += run_beside(tenant=tenant, options=NOT_ALONE)
        results.append(run(*ALONE, *files_with_tests_alone()))
        if missing := unproved(results):
            print(f"docs/seed.md names tests that didn't pass: {', '.join(missing)}")
            results.append(Result(pytest.ExitCode.TESTS_FAILED))
    total = sum((result.counts for result in results), Counter[str]())
    told = ", ".join(f"{total[outcome]} {outcome}" for outcome in OUTCOMES)
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    failed = any(result.status != pytest.ExitCode.OK for result in results)
    print(f"Tests {'FAILED' if failed else 'passed'}: {told} in {minutes}:{seconds:02} minutes")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

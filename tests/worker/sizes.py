"""Measures what people cost a worker, from the file to *Sent*: ``python -m tests.worker.sizes``.

Everything is the product as its commands start it, beside the simulated tenant and Temporal's
development server. CPU says the same on a busy machine; times don't.
"""

import argparse
import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from database.engine import Database, default_url
from database.schema import enrolment
from domain.enrolment.status import InviteStatus
from tests.support.product import Product, button, links, running_product
from tests.support.slow_core import cpu_seconds
from tests.support.world import eventually

# No limit of mails, nor of looks: the worker itself is measured.
UNLIMITED = {
    "MAIL_PER_MINUTE": "60000",
    "MAIL_PER_HOUR": "1000000",
    "MAIL_PER_DAY": "1000000",
    "REGISTRATION_CHECKS_PER_10S": "100000",
}
EARLY = 4


async def add_people(product: Product, prefix: str, count: int) -> list[str]:
    """Add people to the directory, and return their UPNs."""
    upns = [f"{prefix}.{number}@contoso.example" for number in range(count)]
    users = [{"userPrincipalName": upn, "mail": upn, "displayName": upn} for upn in upns]
    for begin in range(0, count, 500):
        body = {"users": users[begin : begin + 500]}
        (await product.control.post("/control/bulk", json=body)).raise_for_status()
    return upns


async def until_status(
    database: Database, batch_id: str, status: InviteStatus, count: int, *, seconds: float
) -> None:
    """Wait until so many people of a batch have a status, which costs the worker nothing."""
    matching = enrolment.c.batch_id == batch_id, enrolment.c.status == status
    query = select(func.count()).select_from(enrolment).where(*matching)

    async def reached() -> bool:
        await asyncio.sleep(0.2)
        async with database.reading() as connection:
            return (await connection.scalar(query) or 0) >= count

    await eventually(reached, seconds=seconds)


async def until_members(product: Product, count: int, *, seconds: float) -> None:
    """Wait until so many people are in the enforcement group."""

    async def joined() -> bool:
        await asyncio.sleep(0.2)
        return len(await product.members()) >= count

    await eventually(joined, seconds=seconds)


async def clicked(product: Product, people: Sequence[str]) -> None:
    """Press the button behind each person's link."""
    for person in people:
        mail = await product.mail(person)
        landing = await product.public.get(links(mail)["enrol"])
        (await product.public.post("/api/enrol", data=button(landing.text))).raise_for_status()


def megabytes(pid: int) -> int:
    """Return the memory that a process has now."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    [resident] = (line for line in lines if line.startswith("VmRSS:"))
    return int(resident.split()[1]) // 1024


async def measure(folder: Path, people: int) -> list[str]:
    """Import people while a few others click; return lines of figures."""
    lines = []
    async with running_product(folder, day_seconds=86_400, **UNLIMITED) as product:
        early = await add_people(product, "early", EARLY)
        upns = await add_people(product, "person", people)
        database = Database(default_url(product.layout.data_dir))
        begun = time.monotonic()
        await product.start_worker()
        log = folder / "worker.log"
        await eventually(lambda: "ready" in log.read_text(), seconds=120)
        assert product.worker is not None
        pid = product.worker.pid
        lines.append(
            f"worker ready: {cpu_seconds(pid):.2f} s CPU, {time.monotonic() - begun:.1f} s"
        )
        await product.import_people(*early, batch_id="early")
        await until_status(database, "early", InviteStatus.SENT, EARLY, seconds=300)
        members = len(await product.members())

        before, begun = cpu_seconds(pid), time.monotonic()
        await product.import_people(*upns, batch_id="many")
        await clicked(product, early)
        clicked_at = time.monotonic()
        await until_members(product, members + EARLY, seconds=1200)
        lines.append(
            f"clicks to group, while people are imported: {time.monotonic() - clicked_at:.1f} s"
        )
        await until_status(database, "many", InviteStatus.SENT, people, seconds=3600)
        took = time.monotonic() - begun
        each = 1000 * (cpu_seconds(pid) - before) / people
        lines.append(f"worker: {each:.1f} ms CPU a person; {people / took:.1f} people/s")
        lines.append(f"worker memory: {megabytes(pid)} MB")
        await database.close()
    return lines


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=300)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        for line in asyncio.run(measure(Path(folder), options.people)):
            print(line)  # noqa: T201 - what it is run for


if __name__ == "__main__":
    main()

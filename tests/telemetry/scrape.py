"""What Prometheus reads: the page of a process, taken apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import httpx
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from telemetry.metrics_port import PATH, Source, metrics_app
from telemetry.sdk_metrics import SdkMetrics

PATIENT = timedelta(minutes=10)
"""For what the product bounds by seconds: a machine that is busy isn't broken."""

OF_TARGETS = {"job", "instance"}
"""Labels that Prometheus puts on each sample, as it does on ``up``, which it tells itself."""


@dataclass(frozen=True, slots=True)
class Scrape:
    """All samples of one page."""

    samples: tuple[Sample, ...]

    def of(self, name: str, **labels: str) -> Iterator[Sample]:
        """Yield the samples of this name that have these labels."""
        for sample in self.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                yield sample

    def value(self, name: str, **labels: str) -> float:
        """Return the sum of the samples of this name that have these labels."""
        found = [sample.value for sample in self.of(name, **labels)]
        assert found, f"there is no {name} with {labels}"
        return sum(found)

    @property
    def labels(self) -> dict[str, set[str]]:
        """Return the names of all samples, with those of their labels."""
        found: dict[str, set[str]] = {"up": set()}
        for sample in self.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
        return found


async def scraped(*sources: Source, sdk: SdkMetrics | None = None) -> Scrape:
    """Read the page of a process as Prometheus does."""
    transport = httpx.ASGITransport(metrics_app(sdk, sources))
    async with httpx.AsyncClient(transport=transport, base_url="http://process") as http:
        answer = await http.get(PATH)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = text_string_to_metric_families(answer.text)
    return Scrape(tuple(sample for family in families for sample in family.samples))

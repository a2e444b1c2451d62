"""Runs a worker with the settings of the environment."""

import asyncio
import signal

from cli.processes.telemetry import measured
from settings import WorkerSettings, load_settings
from worker.run import run_worker


async def work() -> None:
    """Work until SIGINT or SIGTERM.

    Raises:
        SettingsError: settings are missing or wrong.
        RolloutError: what the worker needs in the tenant isn't there or isn't allowed.
        TemporalRefused: Temporal can't be used.
    """
    settings = load_settings(WorkerSettings)
    telemetry = measured(settings, service="mfa-rollout-worker")
    client = await telemetry.connect()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await run_worker(client, settings, stop, metrics=telemetry.port)

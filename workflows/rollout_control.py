"""What is kept for a whole rollout: the switch that stops all mail, and the high-water mark."""

from collections import deque
from dataclasses import asdict, replace
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.enrolment.messages import AdminRequest, RequestRefusal
    from domain.identifiers import HIGH_WATER_MARK, LIFTED_MAIL_STOPS, MAIL_STOPPED
    from domain.wording.markdown import escaped
    from domain.wording.sentence import sentence
    from workflows.refusals import refused
    from workflows.texts import SAID, Said

# As many requests as admins make while no worker runs, and more.
REMEMBERED = 100
# Whose ids go into a memo, of which the server takes two kibibytes.
LIFTED_REMEMBERED = 20


@workflow.defn
class RolloutControlWorkflow:
    """Keeps both for ever; there is one, with a fixed id.

    Updates: ``stop_mail`` and ``start_mail``, refused where the switch stands so already. Signals:
    ``mail_switched``, either update that no worker answered; ``raise_high_water``, the mark that
    our tables have reached; a lower one changes nothing; ``renew``, to go on in a new run now. Its
    memo tells both, so that every mail and every link can ask without a worker, and which stops
    were lifted last.
    """

    @workflow.init
    def __init__(
        self,
        stopped: AdminRequest | None = None,
        high_water: int = 0,
        lifted: tuple[str, ...] = (),
    ) -> None:
        """Begin with switch and mark as they were before continue-as-new."""
        self._stopped = stopped
        self._high_water = high_water
        self._lifted = deque(lifted, maxlen=LIFTED_REMEMBERED)
        # Ids of requests: each may come as an update and, while no worker answers, as a signal. A
        # stop that an earlier run has lifted is not thrown again by the second of the two.
        self._done: deque[str] = deque(lifted, maxlen=REMEMBERED)
        self._is_renewed = False

    @workflow.run
    async def run(
        self,
        stopped: AdminRequest | None = None,
        high_water: int = 0,
        lifted: tuple[str, ...] = (),
    ) -> None:
        """Wait, and go on in a new run when the history is long, or an older key encrypted it."""
        self._show()
        await workflow.wait_condition(
            lambda: self._is_renewed or workflow.info().is_continue_as_new_suggested()
        )
        await workflow.wait_condition(workflow.all_handlers_finished)
        workflow.continue_as_new(
            args=[self._stopped, self._high_water, tuple(self._lifted)],
            # The server carries none over, and without one all mail may leave until a worker works.
            memo=self._memo(),
        )

    @workflow.signal
    def raise_high_water(self, mark: int) -> None:
        """Keep how far our tables have come; a database that hasn't come so far was restored."""
        if mark > self._high_water:
            self._high_water = mark
            self._show()

    @workflow.signal
    def renew(self) -> None:
        """Go on in a new run: nothing of this one has to be read any more."""
        self._is_renewed = True

    @workflow.signal
    def mail_switched(self, stopped: bool, request: AdminRequest) -> None:
        """An admin stopped or started mail without a worker; the first reason for a stop stays."""
        if stopped != (self._stopped is not None):
            self._switch(request if stopped else None, request)

    @workflow.update
    def stop_mail(self, request: AdminRequest) -> None:
        """Let no mail leave any more."""
        self._switch(request, request)

    @stop_mail.validator
    def validate_stop_mail(self, request: AdminRequest) -> None:
        """Refuse to stop twice: the first reason stays."""
        if self._stopped is not None and request.request_id not in self._done:
            raise refused(RequestRefusal.MAIL_ALREADY_STOPPED, actor=self._stopped.actor)

    @workflow.update
    def start_mail(self, request: AdminRequest) -> None:
        """Let mails leave again; whatever is due is sent, once each."""
        self._switch(None, request)

    @start_mail.validator
    def validate_start_mail(self, request: AdminRequest) -> None:
        """Refuse to start what isn't stopped."""
        if self._stopped is None and request.request_id not in self._done:
            raise refused(RequestRefusal.MAIL_NOT_STOPPED)

    def _switch(self, stopped: AdminRequest | None, request: AdminRequest) -> None:
        if request.request_id in self._done:
            return
        if request.request_id:
            self._done.append(request.request_id)
        if stopped is None and self._stopped is not None:
            self._lifted.append(self._stopped.request_id)
        # A stop of a program that gave it no id gets one, so that it can be told from others.
        if stopped is not None and not stopped.request_id:
            stopped = replace(stopped, request_id=str(workflow.uuid4()))
        self._stopped = stopped
        self._show()

    def _memo(self) -> dict[str, Any]:
        stopped = asdict(self._stopped) if self._stopped else None
        told = {HIGH_WATER_MARK: self._high_water, LIFTED_MAIL_STOPS: list(self._lifted)}
        return {MAIL_STOPPED: stopped, **told}

    def _show(self) -> None:
        workflow.upsert_memo(self._memo())
        if self._stopped is None:
            workflow.set_current_details(SAID[Said.MAIL_ON])
            return
        words = {name: escaped(value) for name, value in asdict(self._stopped).items()}
        workflow.set_current_details(sentence(SAID[Said.MAIL_STOPPED].format_map(words)))

"""Taking events in: inbox, effect and position of an event commit together, so each has its effect exactly once.

Knows no broker: envelopes in, what to do with each delivery out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from uuid import UUID

import structlog

from chassis import parked
from chassis.database import is_connection_loss
from chassis.errors import DependencyDown, Refusal
from chassis.identity import SYSTEM_ACTOR, Actor
from chassis.inbox import (
    Attempts,
    Ledger,
    Verdict,
    begin_attempts,
    end_attempts,
    note_waiting,
    open_ledger,
    record,
)
from chassis.metrics import Metrics
from chassis.origin import by_origin, on_behalf
from chassis.parked import Reason
from chassis.subscription import Subscription
from chassis.uow import UnitOfWork
from contracts.common.v1.envelope_pb2 import Envelope

Work = TypeVar("Work", bound=UnitOfWork)
logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long an event may wait for an earlier one of its subject, and how often it may kill its process."""

    gap_tries: int = 10
    gap_first_seconds: float = 0.2
    gap_longest_seconds: float = 10.0
    poison_tries: int = 5
    dependency_seconds: float = 2.0

    def gap_seconds(self, tries: int) -> float:
        return min(self.gap_first_seconds * float(1 << min(tries - 1, 20)), self.gap_longest_seconds)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`again_in` None: the delivery is settled and can be acknowledged."""

    word: str
    again_in: float | None = None


class _NotSimple(Exception):
    """The batch holds something that has to be looked at by itself."""


@dataclass(slots=True, kw_only=True)
class Intake(Generic[Work]):
    subscription: Subscription[Work]
    begin: Callable[[Actor], Work]
    patience: Patience = field(default_factory=Patience)
    metrics: Metrics = field(default_factory=Metrics)

    @property
    def source(self) -> str:
        return self.subscription.source

    async def absorb(self, batch: Sequence[Envelope]) -> list[Outcome]:
        """Takes the events in, in their order: all in one transaction where nothing stands against it.

        Raises only when the database is away; then nothing of the batch was settled.
        """
        passed = await self._passed_over(batch)
        if passed is not None:
            return passed
        ids = [UUID(envelope.event_id) for envelope in batch]
        async with self.begin(SYSTEM_ACTOR) as work:
            tried = await begin_attempts(work.connection, list(dict.fromkeys(ids)))
        if all(self._is_unsuspected(attempts) for attempts in tried.values()):
            outcomes = await self._by_halves(batch, tried)
        else:
            outcomes = [await self._alone(envelope, tried) for envelope in batch]
        await self._settle_attempts(ids, outcomes)
        for outcome in outcomes:
            self.metrics.consumed.labels(self.source, outcome.word).inc()
        return outcomes

    async def _passed_over(self, batch: Sequence[Envelope]) -> list[Outcome] | None:
        """A batch without anything for us: only positions move. No handler runs, so that no try need be counted.

        None when it holds an event for us, or one that must wait.
        """
        if any(self.subscription.knows(envelope.event_type) for envelope in batch):
            return None
        outcomes = await self._together(batch, {})
        for outcome in outcomes or ():
            self.metrics.consumed.labels(self.source, outcome.word).inc()
        return outcomes

    async def _settle_attempts(self, ids: Sequence[UUID], outcomes: Sequence[Outcome]) -> None:
        waiting = {one for one, outcome in zip(ids, outcomes, strict=True) if outcome.word == Verdict.GAP}
        async with self.begin(SYSTEM_ACTOR) as work:
            await note_waiting(work.connection, waiting)
            await end_attempts(work.connection, set(ids) - waiting)

    def _is_unsuspected(self, tried: Attempts) -> bool:
        """Begun for the first time, or until now only waiting: it has not ended a process before."""
        return tried.tries == 1 or (tried.waited and tried.tries <= self.patience.gap_tries)

    async def _by_halves(self, batch: Sequence[Envelope], tried: Mapping[UUID, Attempts]) -> list[Outcome]:
        """One transaction for all; where that fails, the halves one after the other, down to the culprit."""
        if len(batch) == 1:
            return [await self._alone(batch[0], tried)]
        outcomes = await self._together(batch, tried)
        if outcomes is not None:
            return outcomes
        middle = len(batch) // 2
        return [*await self._by_halves(batch[:middle], tried), *await self._by_halves(batch[middle:], tried)]

    async def _together(self, batch: Sequence[Envelope], tried: Mapping[UUID, Attempts]) -> list[Outcome] | None:
        """The whole batch in one transaction; None when an event of it needs one of its own."""
        taken: list[Envelope] = []
        delivered: set[str] = set()
        outcomes: list[Outcome] = []
        try:
            async with self.begin(SYSTEM_ACTOR) as work:
                ledger = await open_ledger(work.connection, self.source, batch)
                for run in by_origin(batch):
                    with self._on_behalf(run):
                        for envelope in run:
                            verdict = self._judge(ledger, envelope)
                            if verdict is Verdict.BEHIND or ledger.is_awaited(envelope):
                                raise _NotSimple
                            if verdict is Verdict.GAP and UUID(envelope.event_id) not in tried:
                                raise _NotSimple
                            if verdict is Verdict.DELIVER:
                                await self.subscription.deliver(work, envelope)
                                delivered.add(envelope.event_id)
                            if verdict in {Verdict.DELIVER, Verdict.SKIP}:
                                ledger.take(envelope)
                                taken.append(envelope)
                            wait = self._gap_seconds(envelope, tried) if verdict is Verdict.GAP else None
                            outcomes.append(Outcome(verdict, wait))
                await record(work.connection, self.source, taken, delivered)
        except _NotSimple:
            return None
        except Exception as error:
            if is_connection_loss(error):
                raise
            logger.info("intake.one_by_one", source=self.source, error=type(error).__name__)
            return None
        return outcomes

    def _gap_seconds(self, envelope: Envelope, tried: Mapping[UUID, Attempts]) -> float:
        return self.patience.gap_seconds(tried[UUID(envelope.event_id)].tries)

    async def _alone(self, envelope: Envelope, tried: Mapping[UUID, Attempts]) -> Outcome:
        """One event in a transaction of its own."""
        try:
            async with self.begin(SYSTEM_ACTOR) as work:
                ledger = await open_ledger(work.connection, self.source, [envelope])
                verdict = self._judge(ledger, envelope)
                reason = self._reason_to_park(verdict, tried[UUID(envelope.event_id)])
                if reason is not None:
                    await parked.park(work.connection, envelope, reason)
                    self._report_parked(envelope, reason)
                    return Outcome("parked")
                if verdict is Verdict.GAP:
                    return Outcome(verdict, self._gap_seconds(envelope, tried))
                if verdict is Verdict.DUPLICATE:
                    return Outcome(verdict)
                awaited = ledger.is_awaited(envelope)
                await self._take(work, envelope, deliver=verdict is Verdict.DELIVER)
        except DependencyDown as error:
            logger.warning("intake.dependency_down", source=self.source, event_id=envelope.event_id, exc_info=error)
            return Outcome("retry", self.patience.dependency_seconds)
        except Exception as error:
            if is_connection_loss(error):
                raise
            await self._park(envelope, error)
            return Outcome("parked")
        if awaited:
            await self.resume(envelope.subject_id)
        return Outcome(verdict)

    def _reason_to_park(self, verdict: Verdict, tried: Attempts) -> Reason | None:
        if verdict is Verdict.BEHIND:
            return parked.BEHIND
        if verdict is Verdict.GAP:
            return parked.GAP if tried.tries > self.patience.gap_tries else None
        limit = self.patience.poison_tries + (self.patience.gap_tries if tried.waited else 0)
        if verdict is Verdict.DELIVER and tried.tries > limit:
            return parked.POISON
        return None

    def _judge(self, ledger: Ledger, envelope: Envelope) -> Verdict:
        return ledger.judge(envelope, known=self.subscription.knows(envelope.event_type))

    def _on_behalf(self, run: Sequence[Envelope]) -> AbstractContextManager[object]:
        return on_behalf(run) if any(self.subscription.knows(one.event_type) for one in run) else nullcontext()

    async def _take(self, work: Work, envelope: Envelope, *, deliver: bool) -> None:
        if deliver:
            with self._on_behalf([envelope]):
                await self.subscription.deliver(work, envelope)
        await record(work.connection, self.source, [envelope], {envelope.event_id} if deliver else set())

    async def _park(self, envelope: Envelope, error: Exception) -> None:
        reason = parked.reason_of(error)
        async with self.begin(SYSTEM_ACTOR) as work:
            # The subject's lock: nobody may take in a later event between the failure and the parking.
            await open_ledger(work.connection, self.source, [envelope])
            await parked.park(work.connection, envelope, reason)
        self._report_parked(envelope, reason, error)

    def _report_parked(self, envelope: Envelope, reason: Reason, error: Exception | None = None) -> None:
        logger.error(
            "event.parked",
            source=self.source,
            event_id=envelope.event_id,
            event_type=envelope.event_type,
            subject_id=envelope.subject_id,
            code=reason.code,
            exc_info=None if isinstance(error, Refusal) else error,
        )

    async def resume(self, subject_id: str) -> int:
        """Takes in the subject's parked events in their order, as far as that goes; how many were taken.

        The first one goes on over a gap if an operator asked for it. Those behind follow by themselves. One that was
        given up is passed over, also over a gap.
        """
        count = 0
        while True:
            async with self.begin(SYSTEM_ACTOR) as work:
                waiting = await parked.next_of_subject(work.connection, self.source, subject_id)
            if waiting is None or not await self._resume_one(waiting):
                return count
            count += waiting.discarded is None

    @staticmethod
    async def _is_unchanged(work: Work, ledger: Ledger, event: parked.ParkedEvent) -> bool:
        """False when another process was faster, or an operator gave the event up meanwhile: it is looked at again."""
        if event.subject_sequence not in ledger.parked.get(event.subject_id, ()):
            return False
        now = await parked.lock_parked(work.connection, event.event_id)
        return now is not None and now.discarded == event.discarded

    async def _resume_one(self, event: parked.ParkedEvent) -> bool:
        envelope = event.envelope
        try:
            async with self.begin(SYSTEM_ACTOR) as work:
                ledger = await open_ledger(work.connection, self.source, [envelope])
                if not await self._is_unchanged(work, ledger, event):
                    return True
                if event.discarded is not None:
                    await record(work.connection, self.source, [envelope], set())
                    logger.warning("event.passed_over", source=self.source, event_id=envelope.event_id)
                    return True
                ledger.parked.clear()
                verdict = self._judge(ledger, envelope)
                if verdict is Verdict.GAP and not event.is_replay_requested:
                    return False
                if verdict is not Verdict.DUPLICATE:
                    await self._take(work, envelope, deliver=self.subscription.knows(envelope.event_type))
                await parked.unpark(work.connection, event.event_id)
        except DependencyDown as error:
            logger.warning("intake.dependency_down", source=self.source, event_id=envelope.event_id, exc_info=error)
            return False
        except Exception as error:
            if is_connection_loss(error):
                raise
            await self._park(envelope, error)
            return False
        logger.info("event.resumed", source=self.source, event_id=envelope.event_id)
        self.metrics.consumed.labels(self.source, "resumed").inc()
        return True

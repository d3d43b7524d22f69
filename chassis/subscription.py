"""What a service listens to: which service's events, and what each does here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar
from uuid import UUID

from google.protobuf.message import DecodeError, Message

from chassis.errors import InvalidInput
from chassis.uow import UnitOfWork
from contracts.common.v1.envelope_pb2 import Envelope

Work = TypeVar("Work", bound=UnitOfWork)
Payload = TypeVar("Payload", bound=Message)


class UnreadableEvent(InvalidInput):
    code = "UNREADABLE_EVENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedEvent:
    envelope: Envelope
    message: Message

    @property
    def event_id(self) -> UUID:
        return UUID(self.envelope.event_id)

    @property
    def subject_id(self) -> str:
        return self.envelope.subject_id

    @property
    def sequence(self) -> int:
        return self.envelope.subject_sequence

    @property
    def area_path(self) -> str:
        return self.envelope.area_path

    @property
    def occurred_at(self) -> datetime:
        """Business time of the fact, in UTC."""
        return self.envelope.occurred_at.ToDatetime(tzinfo=UTC)

    def read(self, kind: type[Payload]) -> Payload:
        """The message as the kind its handler was declared for."""
        if not isinstance(self.message, kind):
            raise TypeError(f"A handler of {kind.__name__} was given {type(self.message).__name__}.")
        return self.message


Handler = Callable[[Work, ReceivedEvent], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Subscription(Generic[Work]):
    """`source`: the publishing service. A type without a handler is passed over; its place is still kept.

    A handler writes through its unit of work only: its effect, the inbox row and the subject's position
    commit together. It may run again after a rollback. A Refusal parks the event and, behind it, the later
    events of its subject; DependencyDown is tried again; anything else parks it as a defect of ours.
    """

    source: str
    handlers: Mapping[type[Message], Handler[Work]]

    def knows(self, event_type: str) -> bool:
        return any(kind.DESCRIPTOR.full_name == event_type for kind in self.handlers)

    async def deliver(self, work: Work, envelope: Envelope) -> None:
        """Runs the handler of the envelope's type. Raises UnreadableEvent when the payload is not of that type."""
        for kind, handle in self.handlers.items():
            if kind.DESCRIPTOR.full_name == envelope.event_type:
                message = kind()
                try:
                    message.ParseFromString(envelope.payload)
                except DecodeError:
                    raise UnreadableEvent("The payload is not of the type that the envelope names.") from None
                await handle(work, ReceivedEvent(envelope=envelope, message=message))
                return

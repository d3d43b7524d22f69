"""Messages of the households service, and how they are taken in."""

from __future__ import annotations

from google.protobuf.message import Message

from chassis.subscription import ReceivedEvent
from contracts.common.v1.envelope_pb2 import Envelope
from contracts.households.v1 import events_pb2
from contracts.households.v1.events_pb2 import HouseholdChanged
from employment_service.copies.subscribers import take_household
from tests.employment_service.factories import (
    NEXT_VILLAGE,
    VILLAGE,
    id_of,
)
from tests.employment_service.town import Town


def household_message(
    number: int = 1, *, area_path: str = VILLAGE, members: tuple[int, ...] = (1,), care: bool = True
) -> HouseholdChanged:
    """As the households service sends it: with far more than is kept here."""
    return HouseholdChanged(
        household_id=str(id_of(500 + number)),
        code=f"H-{number}",
        area_path=area_path,
        monitoring_category=events_pb2.MONITORING_CATEGORY_NEAR_POOR_AT_RISK,
        members=[
            events_pb2.MemberState(
                member_id=str(id_of(400 + member)),
                date_of_birth="1987-07-01",
                head=True,
                labour_capacity=events_pb2.LABOUR_CAPACITY_NONE,
                disabled=True,
                care_duties=[
                    events_pb2.CareDuty(
                        care_duty_id=str(id_of(600 + member)),
                        member_id=str(id_of(400 + member)),
                        kind=events_pb2.CARE_KIND_ELDER,
                        area_path=NEXT_VILLAGE,
                        valid_from="2020-09-20",
                    )
                ]
                if care
                else [],
            )
            for member in members
        ],
    )


def received(message: Message, *, sequence: int = 1) -> ReceivedEvent:
    return ReceivedEvent(envelope=Envelope(subject_sequence=sequence), message=message)


async def take(town: Town, message: HouseholdChanged, *, sequence: int = 1) -> None:
    async with town.begin() as uow:
        await take_household(uow, received(message, sequence=sequence))

"""Records of a department that nobody could be sure about, so that there is something to decide in the sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from chassis.identity import SYSTEM_ACTOR
from holdfast.seed.families import Family
from holdfast.seed.places import COUNTY
from households_service.feeds.departments import Department
from households_service.feeds.service import Envelope, submit_batch
from households_service.uow import Begin

BATCH = "sample-1"
_MISTYPED_AT = 15
_DAYS_AGO = 3


async def load_records(begin: Begin, everybody: Sequence[Family]) -> int:
    """How many were new. Each waits for another reason: see the page on the sample county."""
    async with begin(SYSTEM_ACTOR) as uow:
        if await uow.batches.by_number(Department.HEALTH_INSURANCE, BATCH) is not None:
            return 0
        day = (await uow.today_in(COUNTY)) - timedelta(days=_DAYS_AGO)
        batch = await submit_batch(
            uow,
            SYSTEM_ACTOR,
            envelope=Envelope(
                department=Department.HEALTH_INSURANCE,
                batch_id=BATCH,
                area_path=COUNTY,
                purpose_code="RETURN_TO_POVERTY_MONITORING",
            ),
            records=[
                {
                    "recordId": f"sample-{number}",
                    "person": person,
                    "eventType": "SETTLEMENT",
                    "eventDate": day.isoformat(),
                    "oopAmount": f"{40 + 7 * number}.50",
                    "careKind": "OUTPATIENT",
                }
                for number, person in enumerate(_persons(everybody), start=1)
            ],
        )
    return batch.account.review


def _persons(everybody: Sequence[Family]) -> tuple[Mapping[str, str], ...]:
    members = {family.household.code: family.members for family in everybody}
    slipped, other = (members[code][0].details for code in ("990101001202-0002", "990101001202-0003"))
    common = members["990101002203-0005"][0].details
    number = slipped.id_number or ""
    digit = (int(number[_MISTYPED_AT]) + 1) % 10
    return (
        # A number that is one slip away from somebody's, and nothing beside it.
        {"idNumber": f"{number[:_MISTYPED_AT]}{digit}{number[_MISTYPED_AT + 1 :]}"},
        # A name that many carry, alone.
        {"name": common.name},
        # The number of one person and the name of nobody here.
        {"idNumber": other.id_number or "", "name": "Odo Venn"},
        # Father and child of one household carry this name.
        {"name": members["990101002203-0001"][0].details.name, "householdCode": "990101002203-0001"},
    )

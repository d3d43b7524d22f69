"""Keeps every refused attempt to answer in a worker's place, and shows them to the independent monitor."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from chassis.identity import SYSTEM_ACTOR, Actor, Role
from chassis.ids import new_id
from employment_service.safeguards.attempts.domain import ConsentAttempt
from employment_service.safeguards.flags.domain import FlagCode
from employment_service.safeguards.flags.service import About, raise_flag
from employment_service.safeguards.independence import require_watching_monitor
from employment_service.uow import Begin, EmploymentUnitOfWork


async def note_attempt(begin: Begin, actor: Actor, *, action: str, offer_id: UUID) -> None:
    """In a transaction of its own, as the refused one left nothing; by the clockwork's hand, as the caller may lie
    outside the wall that the offer stands behind. Of an offer that does not exist nothing is kept but the audit row.

    Another worker may have mistaken one offer for another; anybody else is told of to the monitor as CF2.
    """
    async with begin(SYSTEM_ACTOR) as uow:
        offer = await uow.offers.get(offer_id)
        if offer is None:
            return
        await uow.consent_attempts.note(
            ConsentAttempt(
                id=new_id(),
                action=action,
                offer_id=offer.id,
                worker_id=offer.worker_id,
                area_path=offer.area_path,
                attempted_by=actor.subject,
                roles=tuple(sorted(str(role) for role in actor.roles)),
                first_at=uow.now,
                last_at=uow.now,
            )
        )
        if actor.roles - {Role.WORKER}:
            about = About(
                area_path=offer.area_path,
                vacancy_id=offer.vacancy_id,
                worker_id=offer.worker_id,
                staff_subject=actor.subject,
            )
            await raise_flag(uow, FlagCode.CF2, about, key=f"offer {offer.id} {actor.subject}")


async def attempt_page(
    uow: EmploymentUnitOfWork, area_path: str, *, after: UUID | None, count: int
) -> Sequence[ConsentAttempt]:
    await require_watching_monitor(uow, area_path)
    return await uow.consent_attempts.page(area_path, after=after, count=count)

"""Suggesting a code for a title, and remembering what staff confirmed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from chassis.errors import InvalidInput
from chassis.identity import SYSTEM_ACTOR, Actor
from employment_service.access import POLICY
from employment_service.occupations.desk import TitleDesk
from employment_service.occupations.domain import (
    Answer,
    Classification,
    usable_title,
)
from employment_service.occupations.sources import ISCO, shipped
from employment_service.occupations.words import key_of
from employment_service.uow import EmploymentUnitOfWork

MOST_SUGGESTIONS = 5
WARM_AFTER_SECONDS = 30.0
"""After the start, when everything else is up and nobody waits for the processor."""
Begin = Callable[[Actor], EmploymentUnitOfWork]


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    title: str
    code: str
    classification: str
    changed: bool
    """Whether it was news to the area."""


async def classification_named(uow: EmploymentUnitOfWork, name: str) -> Classification:
    """What was imported under a name comes before what ships under it. Raises ClassificationNotFound."""
    imported = await uow.occupations.imported(name)
    return shipped(name) if imported is None else imported[0]


async def suggest(
    begin: Begin,
    actor: Actor,
    desk: TitleDesk,
    *,
    title: str,
    first: int = MOST_SUGGESTIONS,
    classification: str = ISCO,
) -> tuple[Classification, Answer]:
    """Learns from every area's confirmed titles: they are words and a code, of no person."""
    POLICY.require(actor, "readOccupations")
    if not 1 <= first <= MOST_SUGGESTIONS:
        raise InvalidInput(f"Between 1 and {MOST_SUGGESTIONS} suggestions can be asked for.", field="first")
    return await _answered(begin, desk, usable_title(title), first=first, classification=classification)


async def _answered(
    begin: Begin, desk: TitleDesk, title: str, *, first: int, classification: str
) -> tuple[Classification, Answer]:
    async with begin(SYSTEM_ACTOR) as uow:
        imported_at = await uow.occupations.imported_at(classification)
        if desk.stands_for(classification, imported_at):
            known = desk.classification(classification)
        else:
            desk.forget(classification)
            known = await classification_named(uow, classification)
        lessons = await uow.occupations.lessons(classification, after=desk.read_after(classification))
    answers = await desk.answer(known, [title], lessons, first=first, imported_at=imported_at)
    return known, answers[0]


async def warm(begin: Begin, desk: TitleDesk, stop: asyncio.Event, *, after: float = WARM_AFTER_SECONDS) -> None:
    """Builds the index of the classification that everything is coded to, so that the first to ask does not wait.

    Other processes of the service build their own, but the loops are compiled by then.
    """
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), after)
        return
    await _answered(begin, desk, "?", first=1, classification=ISCO)


async def confirm(
    uow: EmploymentUnitOfWork, *, area_path: str, title: str, code: str, classification: str = ISCO
) -> Confirmed:
    """The area's word on what this title is; another code takes the place of the one before. Again: nothing happens."""
    POLICY.require(uow.actor, "confirmOccupation").require(area_path=area_path)
    await uow.require_area(area_path, field="area")
    said = usable_title(title)
    (await classification_named(uow, classification)).get(code)
    changed = await uow.occupations.confirm(
        area_path=area_path, classification=classification, key=key_of(said), title=said, code=code, at=uow.now
    )
    return Confirmed(title=said, code=code, classification=classification, changed=changed)

"""What a worker is told in their own view, and nobody else sees. Nothing follows from it unless the worker acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from chassis.errors import NotFound
from employment_service.copies.domain import CareDuty, CareKind
from employment_service.terms.rendering import EN, UG, ZH
from employment_service.workers.domain import Worker


class NoticeNotFound(NotFound):
    code = "NOTICE_NOT_FOUND"


class NoticeKind(StrEnum):
    CARE_NEEDED = "CARE_NEEDED"
    """Somebody of the household needs care now: the worker may ask for work nearby."""
    CARE_PLACE_OPENS = "CARE_PLACE_OPENS"
    """A place that looks after children or the old opens where the worker gives care."""
    NUMBER_NOT_REACHED = "NUMBER_NOT_REACHED"
    """The employment office called a number that is not the worker's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`about_id`: the care duty or the facility; a worker is told of each once. `own_duty`: it is the worker's."""

    id: UUID
    worker_id: UUID
    area_path: str
    kind: NoticeKind
    about_id: UUID
    noted_at: datetime
    since: date | None = None
    care_kind: CareKind | None = None
    own_duty: bool = False
    closed_at: datetime | None = None


def noticed(
    worker: Worker,
    kind: NoticeKind,
    *,
    id: UUID,  # noqa: A002 - the field's own name
    at: datetime,
) -> Notice:
    """About nothing but this one occasion."""
    return Notice(id=id, worker_id=worker.id, area_path=worker.area_path, kind=kind, about_id=id, noted_at=at)


def care_needed(
    worker: Worker,
    duty: CareDuty,
    *,
    id: UUID,  # noqa: A002 - the field's own name
    own: bool,
    at: datetime,
) -> Notice:
    return Notice(
        id=id,
        worker_id=worker.id,
        area_path=worker.area_path,
        kind=NoticeKind.CARE_NEEDED,
        about_id=duty.id,
        noted_at=at,
        since=duty.valid_from,
        care_kind=duty.kind,
        own_duty=own,
    )


TEXTS: Mapping[NoticeKind, Mapping[str, str]] = {
    NoticeKind.CARE_NEEDED: {
        ZH: "您家里有人需要照料。如果愿意，您可以申请离家近的工作；不申请，一切照旧。",
        EN: "Somebody of your household needs care. You may ask for work nearby; unless you ask, nothing changes.",
        UG: (
            "ئائىلىڭىزدىكى بىرسى پەرۋىشكە موھتاج. خالىسىڭىز ئۆيگە يېقىن خىزمەت ئىلتىماس قىلالايسىز؛ "
            "ئىلتىماس قىلمىسىڭىز ھېچنېمە ئۆزگەرمەيدۇ."
        ),
    },
    NoticeKind.CARE_PLACE_OPENS: {
        ZH: "您照料家人的村里将开办照料点。如果愿意，您可以看看随之可选的工作。",
        EN: "Where you look after somebody, a place of care opens. You may look at the work this makes possible.",
        UG: (
            "سىز پەرۋىش قىلىۋاتقان كەنتتە پەرۋىش ئورنى ئېچىلىدۇ. "
            "خالىسىڭىز بۇنىڭ بىلەن مۇمكىن بولغان خىزمەتلەرنى كۆرەلەيسىز."
        ),
    },
    NoticeKind.NUMBER_NOT_REACHED: {
        ZH: "就业服务人员拨打您留的号码没有找到您。如仍希望接到电话，请更新号码。",
        EN: "The number you gave did not lead to you. Give another one if you still want to be called.",
        UG: (
            "سىز قالدۇرغان نومۇر ئارقىلىق سىز بىلەن ئالاقىلىشالمىدۇق. "
            "يەنىلا تېلېفون كېلىشىنى خالىسىڭىز، يېڭى نومۇر بېرىڭ."
        ),
    },
}


def text_of(kind: NoticeKind, language: str) -> str:
    """`language`: one of the product's."""
    return TEXTS[kind][language]

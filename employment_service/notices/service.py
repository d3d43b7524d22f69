"""Reading and closing one's own notices."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from employment_service.notices.domain import Notice, NoticeNotFound
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.words import spoken
from employment_service.workers.service import require_own_worker


async def own_notices(
    uow: EmploymentUnitOfWork, *, after: UUID | None, count: int
) -> tuple[Sequence[Notice], str | None]:
    """With the worker's language, where they said one."""
    worker = await require_own_worker(uow, "readNotices")
    found = await uow.notices.open_of(worker.id, after=after, count=count)
    return found, spoken(worker.contact.language)


async def count_own_notices(uow: EmploymentUnitOfWork) -> int:
    worker = await require_own_worker(uow, "readNotices")
    return await uow.notices.count_open(worker.id)


async def close_notice(uow: EmploymentUnitOfWork, *, notice_id: UUID) -> tuple[Notice, str | None]:
    worker = await require_own_worker(uow, "readNotices")
    closed = await uow.notices.close(notice_id, worker_id=worker.id, at=uow.now)
    if closed is None:
        raise NoticeNotFound("There is no such notice.", field="id")
    return closed, spoken(worker.contact.language)

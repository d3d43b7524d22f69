"""Keeps a contact, and what it may be a sign of."""

from __future__ import annotations

from employment_service.calls.domain import Contact
from employment_service.safeguards.flags.watch import TOLD_BY_CALL_LIST, after_job_contact
from employment_service.uow import EmploymentUnitOfWork
from employment_service.workers.domain import Worker


async def keep_contact(uow: EmploymentUnitOfWork, worker: Worker, contact: Contact) -> None:
    """One about work that the worker had not asked for counts for the sign of repeated contact (CF5)."""
    await uow.calls.add_contact(contact)
    if contact.is_unrequested_job_contact:
        today = await uow.today(worker.area_path)
        await after_job_contact(uow, worker, happened_on=today, told_by=TOLD_BY_CALL_LIST)

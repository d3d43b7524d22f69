"""What is kept of a no, and how long it keeps the person in peace. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from employment_service.policies.domain import EmploymentPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """What is kept of a no: two tokens and a day, so that the person is left in peace.

    The tokens are keyed digests of worker and vacancy; no query by area, employer or officer leads here.
    """

    worker_token: bytes
    vacancy_token: bytes
    declined_on: date
    asked_since: bool = False
    """The worker asked for work after this no: other work may reach them again."""


def keeps_quiet(
    silences: tuple[Silence, ...],
    *,
    vacancy_token: bytes,
    on: date,
    asked_on: date | None,
    policy: EmploymentPolicy,
) -> bool:
    """Whether an offer must not reach the worker who said these noes.

    The same vacancy never comes again; any other not for `quiet_days`, unless the worker asked for work since.
    """
    for silence in silences:
        if silence.vacancy_token == vacancy_token:
            return True
        # Of a request on the day of the no itself only `asked_since` knows which came first.
        asked_later = asked_on is not None and asked_on > silence.declined_on
        if not (silence.asked_since or asked_later) and on < silence.declined_on + timedelta(days=policy.quiet_days):
            return True
    return False

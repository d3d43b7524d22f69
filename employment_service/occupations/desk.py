"""The index that answers, one a process and classification, kept in step with what staff confirm anywhere.

Built shortly after the start or on first use, in a thread; the engine and its libraries are not loaded before. What was
confirmed since the last answer is read by its number and taken in before answering, so every process knows it at once
and after a restart.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from employment_service.occupations.domain import Answer, Classification, ConfirmedTitle, Effort
from employment_service.occupations.repository import Lesson

if TYPE_CHECKING:
    from employment_service.occupations.coding.coder import TitleCoder

# A transaction that began earlier may commit later: as many numbers are read again.
READ_AGAIN = 200
# So many are taken in one by one; then weights are learnt anew.
MOST_TAKEN_IN = 500
MOST_EXEMPLARS = 2_500
"""Of the linear model in a service, which has four processes and an index to build while somebody waits."""
MOST_JUDGED = 1_500


@dataclass(slots=True)
class _Index:
    coder: TitleCoder
    imported_at: datetime | None
    taken_in: dict[int, ConfirmedTitle] = field(default_factory=dict)
    built_with: int = 0

    @property
    def newest(self) -> int:
        return max(self.taken_in, default=0)


class TitleDesk:
    def __init__(self, *, most_exemplars: int = MOST_EXEMPLARS) -> None:
        self._most_exemplars = most_exemplars
        self._indexes: dict[str, _Index] = {}
        self._turn = asyncio.Lock()
        self._work: set[asyncio.Task[list[Answer]]] = set()

    def read_after(self, classification: str) -> int:
        """Lessons up to here are known; 0: none."""
        index = self._indexes.get(classification)
        return 0 if index is None else max(index.newest - READ_AGAIN, 0)

    def stands_for(self, classification: str, imported_at: datetime | None) -> bool:
        """Whether there is an index, of this very import."""
        index = self._indexes.get(classification)
        return index is not None and index.imported_at == imported_at

    def classification(self, name: str) -> Classification:
        """Of an index that stands."""
        return self._indexes[name].coder.classification

    def forget(self, classification: str) -> None:
        self._indexes.pop(classification, None)

    async def answer(
        self,
        classification: Classification,
        titles: Sequence[str],
        lessons: Sequence[Lesson],
        *,
        first: int,
        imported_at: datetime | None = None,
    ) -> list[Answer]:
        """Whoever gives up waiting leaves the index to be built: the next one finds it."""
        work = asyncio.create_task(self._in_turn(classification, titles, lessons, first, imported_at))
        self._work.add(work)
        work.add_done_callback(self._work.discard)
        return await asyncio.shield(work)

    async def _in_turn(
        self,
        classification: Classification,
        titles: Sequence[str],
        lessons: Sequence[Lesson],
        first: int,
        imported_at: datetime | None,
    ) -> list[Answer]:
        async with self._turn:
            return await asyncio.to_thread(self._answer, classification, titles, lessons, first, imported_at)

    def _answer(
        self,
        classification: Classification,
        titles: Sequence[str],
        lessons: Sequence[Lesson],
        first: int,
        imported_at: datetime | None,
    ) -> list[Answer]:
        index = self._indexes.get(classification.name)
        news = [each for each in lessons if index is None or each.n not in index.taken_in]
        if index is None or len(index.taken_in) + len(news) > index.built_with + MOST_TAKEN_IN:
            known = {} if index is None else index.taken_in
            index = _built(
                classification,
                known | {each.n: each.confirmed for each in news},
                imported_at,
                Effort(most_linear=self._most_exemplars, most_judged=MOST_JUDGED),
            )
            self._indexes[classification.name] = index
        else:
            index.coder.learn([each.confirmed for each in news])
            index.taken_in.update((each.n, each.confirmed) for each in news)
        return list(index.coder.answers(titles, first=first))


def _built(
    classification: Classification, known: dict[int, ConfirmedTitle], imported_at: datetime | None, effort: Effort
) -> _Index:
    from employment_service.occupations.coding.coder import TitleCoder  # noqa: PLC0415 - heavy; only in the thread

    coder = TitleCoder(classification, list(known.values()), effort=effort)
    return _Index(coder=coder, imported_at=imported_at, taken_in=known, built_with=len(known))

"""The story of one family, end to end, through the public endpoint and nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from holdfast.demo.chapters import likelihood, linking, market, planning, search, visit, warning, whole, work
from holdfast.demo.endpoint import Answer
from holdfast.demo.stage import Stage

Scene = Callable[[Stage], Awaitable[None]]

CHAPTERS: Sequence[tuple[str, Sequence[Scene]]] = (
    (
        "1. The bill, the warning, the visit task",
        (likelihood.before_the_bill, warning.the_bill, likelihood.after_the_bill),
    ),
    ("2. The visit and the ledger", (visit.the_ledger, visit.the_visit)),
    ("3. A second person clears", (visit.the_clearing,)),
    ("4. Work near home", (search.the_parent, search.the_search, market.what_is_closed, search.the_offer)),
    ("5. Her own decision", (work.the_decision,)),
    ("6. Until it is stable", (work.the_work,)),
    ("7. Records that do not say clearly whom they mean", (linking.the_records, linking.the_doubtful)),
    ("8. A budget for one township", (planning.the_measures, planning.the_plan, planning.the_offers)),
    ("9. A whole county at once", (market.the_run, market.the_closing)),
)


async def play(stage: Stage, *, before: Callable[[str], Awaitable[None]] | None = None) -> Answer:
    """Plays all chapters and returns the household as the last query shows it. Raises StoryDiverged.

    `before` is called with each chapter's title before it begins.
    """
    for title, scenes in CHAPTERS:
        if before is not None:
            await before(title)
        for scene in scenes:
            await scene(stage)
    if before is not None:
        await before("10. Who needed help, who helped, how")
    return await whole.the_whole(stage)

"""Every loop of coding titles compiled ahead: a coder made of labels and confirmed titles, that answers and learns."""

from __future__ import annotations

from employment_service.occupations.coding.coder import ENOUGH_TO_LEARN, TitleCoder
from employment_service.occupations.domain import ConfirmedTitle, Effort
from employment_service.occupations.sources import isco


def compile_titles() -> None:
    """Under half a minute the first time, seconds when everything is kept already."""
    classification = isco()
    confirmed = [
        ConfirmedTitle(title=title, code=each.code) for each in classification.occupations for title in each.titles()
    ][:ENOUGH_TO_LEARN]
    for known in ([], confirmed):
        coder = TitleCoder(classification, known, effort=Effort(most_linear=4 * ENOUGH_TO_LEARN))
        list(coder.answers(["lorry driver"]))
        coder.learn(confirmed[:1])
        list(coder.answers(["lorry driver"]))

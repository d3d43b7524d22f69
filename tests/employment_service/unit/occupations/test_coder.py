from __future__ import annotations

from functools import cache

from employment_service.occupations.coding.coder import TitleCoder
from employment_service.occupations.domain import Classification, ConfirmedTitle, Effort
from employment_service.occupations.reading import classification_of
from employment_service.occupations.sources import isco

SMALL = "code,label,alternatives\n1,cook,\n2,truck driver,lorry driver\n3,welder,\n4,nurse,\n"


@cache
def coder() -> TitleCoder:
    return TitleCoder(isco(), effort=Effort(most_linear=500))


def first(made: TitleCoder, title: str) -> str:
    return next(made.answers([title])).suggestions[0].code


def small() -> Classification:
    return classification_of(SMALL, name="small")


def test_a_title_of_the_classification_is_coded_to_it_and_answered() -> None:
    answer = next(coder().answers(["truck driver"]))

    assert answer.suggestions[0].code == "8332"
    assert not answer.abstained


def test_what_a_posting_adds_changes_nothing() -> None:
    assert first(coder(), "URGENT: TRUCK DRIVER (m/f), 5000/month") == "8332"
    assert first(coder(), "急招【电焊工】包吃住8000元/月") == "7212"


def test_word_order_is_free() -> None:
    assert first(coder(), "driver, forklift") == first(coder(), "forklift driver") == "8344"


def test_nothing_known_is_answered_with_nothing() -> None:
    answer = next(coder().answers(["ЖЖЖЖЖЖЖ"]))

    assert answer.suggestions == ()
    assert answer.abstained


def test_a_confirmed_title_is_known_at_once() -> None:
    made = TitleCoder(small())
    assert first(made, "lorry driver") == "2"

    made.learn([ConfirmedTitle(title="kebab master", code="1")])

    assert first(made, "KEBAB MASTER") == "1"


def test_a_small_classification_without_other_titles_is_coded_by_default_weights() -> None:
    made = TitleCoder(
        small(), [ConfirmedTitle(title="arc welding", code="3"), ConfirmedTitle(title="x", code="no such")]
    )

    assert first(made, "welders") == "3"
    assert first(made, "arc welding") == "3"


def test_probabilities_fall_and_stay_within_one() -> None:
    for answer in coder().answers(["driver", "老师", "sales", "manager of something"]):
        chances = [each.probability for each in answer.suggestions]
        assert chances == sorted(chances, reverse=True)
        assert sum(chances) <= 1 + 1e-9

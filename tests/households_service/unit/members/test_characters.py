from __future__ import annotations

import pytest

from chassis.errors import InvalidInput
from households_service.members.characters import can_be_shown
from households_service.members.domain import PersonalDetails


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("某\U00030000", id="extension G"),
        pytest.param("\U00031350\U0002ebf0", id="extensions H and I"),
        pytest.param("\U0003134b", id="between two extensions"),
        pytest.param("阿依·某ﺎ", id="scripts and a middle dot"),
        pytest.param("A B", id="a blank"),
    ],
)
def test_a_name_of_any_age_is_a_name(name: str) -> None:
    assert can_be_shown(name)
    assert PersonalDetails(name=name).name == name


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("a\x00", id="nought"),
        pytest.param("a\nb", id="a line end"),
        pytest.param("a\u2028b", id="a line separator"),
        pytest.param("a\u202eb", id="a change of direction"),
        pytest.param("a\ud800", id="half a character"),
        pytest.param("a\ue000", id="private use"),
        pytest.param("a\ufffe", id="no character"),
        pytest.param("a\U0002fffe", id="no character among Han"),
        pytest.param("a\U0003ffff", id="the last place of the Han planes"),
        pytest.param("a\u0378", id="unassigned elsewhere"),
        pytest.param("a\U000f0000", id="private plane"),
    ],
)
def test_what_cannot_be_shown_is_no_name(name: str) -> None:
    assert not can_be_shown(name)
    with pytest.raises(InvalidInput, match="control"):
        PersonalDetails(name=name)

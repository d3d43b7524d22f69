from __future__ import annotations

import pytest

from households_service.labels import label
from households_service.ledger.kinds import IncomeGroup
from households_service.members.domain import AgeBand, LabourCapacity, Relation
from households_service.registry.domain import MonitoringCategory, RegistrationHistory
from households_service.statements.domain import IncomeBasis


@pytest.mark.parametrize(
    "kind",
    [RegistrationHistory, MonitoringCategory, Relation, LabourCapacity, AgeBand, IncomeGroup, IncomeBasis],
)
def test_every_shown_code_has_a_label_in_both_languages(kind: type[MonitoringCategory]) -> None:
    for code in kind:
        assert label(code, "en")
        assert label(code, "zh-CN") != label(code, "en")


def test_two_codes_with_the_same_text_keep_their_own_labels() -> None:
    assert label(MonitoringCategory.NONE, "en") == "Not monitored"
    assert label(LabourCapacity.NONE, "zh-CN") == "无劳动能力"

from __future__ import annotations

import pytest

from risk_service.policy.differences import differences
from risk_service.policy.reading import read_pack
from risk_service.policy.sayings import sayings
from tests.risk_service.factories import default_pack, default_source


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'yellow_over = "2000.00"\nred_over = "3000.00"',
            'yellow_over = "1500.00"\nred_over = "3000.00"',
            "ILLNESS: yellow over 2,000.00 CNY becomes 1,500.00 CNY: more households are warned.",
        ),
        (
            'red_over = "3000.00"',
            'red_over = "8000.00"',
            "ILLNESS: red over 3,000.00 CNY becomes 8,000.00 CNY: fewer households are warned.",
        ),
        (
            "yellow_under_line_percent = 110",
            "yellow_under_line_percent = 120",
            (
                "INCOME_DROP: yellow under 110 % of the monitoring line becomes 120 % of the monitoring line: "
                "more households are warned."
            ),
        ),
        (
            "visit_red_working_days = 3",
            "visit_red_working_days = 2",
            "clocks: a visit after red, working days 3 becomes 2: there is less time.",
        ),
        (
            'benefit_cut = "YELLOW"',
            'benefit_cut = "RED"',
            "INCOME_DROP: a benefit that was lowered is YELLOW becomes RED.",
        ),
        ("watch_days = 90", "watch_days = 60", "clearing: watch after clearing, days 90 becomes 60."),
        (
            'amount = "8500.00"',
            'amount = "8800.00"',
            "monitoring line: from 2024-01-01 8,500.00 CNY becomes 8,800.00 CNY: more households are warned.",
        ),
        (
            'en = "A home graded',
            'en = "A house graded',
            "HOUSING_SAFETY: the words a household reads change (en).",
        ),
        (
            'offer = ["HOUSING_REPAIR"]',
            'offer = ["DISASTER_RELIEF"]',
            "offers: for HOUSING_SAFETY YELLOW HOUSING_REPAIR becomes DISASTER_RELIEF.",
        ),
        ("worked = [\n    2020-01-19, ", "worked = [\n    ", "calendar: 1 worked days fewer, the first 2020-01-19."),
        (
            'approved_by = "Policy board, default pack"',
            'approved_by = "Board"',
            "The approver was Policy board, default pack and becomes Board.",
        ),
    ],
)
def test_each_change_is_one_sentence(old: str, new: str, said: str) -> None:
    assert old in default_source()
    assert differences(default_pack(), read_pack(default_source().replace(old, new, 1))) == (said,)


def test_a_pack_does_not_differ_from_itself() -> None:
    assert differences(default_pack(), read_pack("# a comment\n" + default_source())) == ()


def test_no_two_sayings_share_a_name() -> None:
    names = [one.name for one in sayings(default_pack())]
    assert len(names) == len(set(names))

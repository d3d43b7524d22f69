from __future__ import annotations

import pytest

from risk_service.cases.notice import require_publishable
from risk_service.cases.refusals import NoticeNotAllowed


@pytest.mark.parametrize(
    ("_case", "text", "kind"),
    [
        ("identity number", "Holder 990101198505050017 of the village", "identity number"),
        ("identity number that ends in X", "99010119850505001X", "identity number"),
        ("identity number in groups", "990101 19850505 001X", "identity number"),
        ("full-width identity number", "990101198505050017", "identity number"),
        ("disability certificate", "99010119850505001742", "identity number"),
        ("mobile phone", "Call 13800000000", "phone number"),
        ("mobile phone in groups", "138-0000-0000", "phone number"),
        ("landline", "0990 1234567", "phone number"),
        ("local number", "1234567", "phone number"),
        ("bank account", "Account 6200 0000 0000 0000", "account number"),
        ("health", "After a surgery of the mother", "health"),
        ("health in Chinese", "因病致困", "health"),
        ("too long", "x" * 501, "at most"),
    ],
)
def test_a_notice_that_tells_too_much_is_refused_by_field(_case: str, text: str, kind: str) -> None:
    with pytest.raises(NoticeNotAllowed, match=kind) as refused:
        require_publishable(text, field="text")
    assert refused.value.field == "text"
    assert text not in refused.value.message


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Objections to the township office until 2020-09-29, 17:30.",
        "Hangs from 20200924 on; case 2020-000123.",
        "公示期五天",
        "Income inside the monitoring range: 6,000 yuan.",
    ],
)
def test_a_plain_notice_may_hang(text: str) -> None:
    require_publishable(text, field="text")

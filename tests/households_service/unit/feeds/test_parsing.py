"""Strict reading of department records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from households_service.feeds.catalogue.columns import columns_of
from households_service.feeds.catalogue.health_insurance import HEALTH_INSURANCE
from households_service.feeds.departments import EventType
from households_service.feeds.parsing import (
    BatchRules,
    ParsedRecord,
    parse_file_row,
    parse_json_record,
    require_known_fields,
)
from households_service.feeds.refusals import UnknownField
from households_service.files.columns import match_headers
from households_service.files.domain import SheetRow
from tests.households_service.factories import id_number
from tests.households_service.sheets import bill

RULES = BatchRules(
    feed=HEALTH_INSURANCE,
    department="HEALTH_INSURANCE",
    batch_id="B-1",
    today=date(2020, 9, 18),
    zone=ZoneInfo("Asia/Shanghai"),
    sample_ids_allowed=True,
)
NUMBER = id_number()
PERSON: dict[str, object] = {"idNumber": NUMBER}


def parse(record: Mapping[str, object]) -> ParsedRecord:
    return parse_json_record(record, row=1, rules=RULES)


def codes(record: Mapping[str, object]) -> list[tuple[str, str]]:
    parsed = parse(record)
    assert parsed.record is None
    return [(issue.column, issue.code) for issue in parsed.issues]


def test_a_sound_record_is_understood() -> None:
    record = parse(bill("R-1", "10318.18", PERSON, department="HEALTH_INSURANCE", batchId="B-1")).record
    assert record is not None
    assert (record.amount, record.cents, record.details.text("careKind")) == (Decimal("10318.18"), 1031818, "INPATIENT")
    assert (record.event_type, record.event_date, record.details.day("settlementDate")) == (
        EventType.SETTLEMENT,
        date(2020, 9, 18),
        date(2020, 9, 17),
    )
    assert record.sent_at == datetime(2020, 9, 18, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("record", "field"),
    [
        pytest.param({"recordId": "1", "diagnosis": "x"}, "diagnosis", id="a diagnosis"),
        pytest.param({"recordId": "1", "民族": "x"}, "民族", id="ethnicity"),
        pytest.param({"recordId": "1", "person": {"ethnicity": "x"}}, "person.ethnicity", id="inside the person"),
        pytest.param({"recordId": "1", "990101198001011234": "x"}, "(hidden)", id="a value as a field"),
    ],
)
def test_an_unknown_field_refuses_the_batch_by_name(record: dict[str, object], field: str) -> None:
    with pytest.raises(UnknownField) as caught:
        require_known_fields([bill("R-1", "1", PERSON), record], HEALTH_INSURANCE)
    assert caught.value.code == "UNKNOWN_FIELD"
    assert caught.value.field == f"records.1.{field}"
    assert field in caught.value.message


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        pytest.param(bill("R-1", "-1000", PERSON), [("oopAmount", "NEGATIVE_AMOUNT")], id="negative, corrects nothing"),
        pytest.param(
            bill("R-1", "-1000", PERSON, eventType="REIMBURSEMENT"),
            [("oopAmount", "NEGATIVE_AMOUNT")],
            id="a reimbursement of nothing",
        ),
        pytest.param(
            bill("R-1", "-1000", PERSON, corrects="R-0"),
            [("oopAmount", "NEGATIVE_AMOUNT")],
            id="a negative settlement",
        ),
        pytest.param(
            bill("R-1", "1000", PERSON, eventType="REIMBURSEMENT", corrects="R-0"),
            [("oopAmount", "REIMBURSEMENT_NOT_NEGATIVE")],
            id="a positive reimbursement",
        ),
        pytest.param(
            bill("R-1", "1000", PERSON, corrects="R-0"),
            [("corrects", "CORRECTS_NOT_ALLOWED")],
            id="a settlement that corrects",
        ),
        pytest.param(bill("R-1", "NaN", PERSON), [("oopAmount", "NOT_A_NUMBER")], id="not a number"),
        pytest.param(bill("R-1", "1.005", PERSON), [("oopAmount", "NOT_A_NUMBER")], id="half a cent"),
        pytest.param(bill("R-1", "1", {}), [("person", "PERSON_MISSING")], id="about nobody"),
        pytest.param(
            bill("R-1", "1", {"idNumber": "1.23E+17"}), [("idNumber", "ID_EXCEL_TRUNCATED")], id="a rounded number"
        ),
        pytest.param(
            bill("R-1", "1", PERSON, eventDate="2020-09-19"),
            [("eventDate", "EVENT_DATE_IN_FUTURE")],
            id="an event of tomorrow",
        ),
        pytest.param(bill(NUMBER, "1", PERSON), [("recordId", "RECORD_ID_MALFORMED")], id="an ID number as record id"),
        pytest.param(bill("R-1", "1", PERSON, batchId="B-2"), [("batchId", "ENVELOPE_DIFFERS")], id="another batch"),
        pytest.param(
            bill("R-1", "1", PERSON, purposeCode=None), [("purposeCode", "VALUE_MISSING")], id="without a purpose"
        ),
        pytest.param(bill("R-1", "1", PERSON, careKind="DENTAL"), [("careKind", "NOT_IN_LIST")], id="another care"),
        pytest.param(
            bill("R-1", "1", PERSON, oopAmount=["1"]),
            [("oopAmount", "NOT_IN_LIST")],
            id="a list",
        ),
        pytest.param(
            {"person": PERSON},
            [
                ("recordId", "VALUE_MISSING"),
                ("eventType", "VALUE_MISSING"),
                ("eventDate", "VALUE_MISSING"),
                ("oopAmount", "VALUE_MISSING"),
                ("purposeCode", "VALUE_MISSING"),
            ],
            id="nearly nothing",
        ),
    ],
)
def test_a_faulty_record_is_rejected_with_its_field_and_code(
    record: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    assert codes(record) == expected
    assert NUMBER[:8] not in repr(parse(record).issues)


def test_a_file_drops_what_is_banned_and_reads_chinese_headers() -> None:
    header = [
        "记录编号",
        "姓名",
        "户编号",
        "民族",
        "疾病诊断",
        "事件类型",
        "事件日期",
        "用途代码",
        "自付费用",
        "就诊类别",
    ]
    match = match_headers(header, columns_of(HEALTH_INSURANCE))
    assert match.banned_count == 2
    cells = ("R-1", "某甲", "H-1", "某族", "某病", "结算", "2020/9/18", "MONITORING", 10318.18, "住院")
    parsed = parse_file_row(SheetRow(number=2, cells=cells), match, RULES)
    assert parsed.record is not None
    assert parsed.record.amount == Decimal("10318.18")
    assert dict(parsed.raw).keys() == {
        "recordId", "name", "householdCode", "eventType", "eventDate", "purposeCode", "oopAmount", "careKind",
    }  # fmt: skip
    assert "某病" not in str(parsed.raw)


def test_the_same_record_is_the_same_whatever_it_came_in() -> None:
    one = parse(bill("R-1", "10318.18", PERSON)).record
    again = parse(bill("R-1", "10,318.18", PERSON, sentAt="2020-09-19T08:00:00+08:00")).record
    other = parse(bill("R-1", "10318.19", PERSON)).record
    assert one is not None
    assert again is not None
    assert other is not None
    assert one.content_text() == again.content_text()
    assert one.content_text() != other.content_text()

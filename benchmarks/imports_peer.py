"""frictionless on the registry sheet: the same columns, lists, patterns and the same check digit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from frictionless import Check, Error, Row, Schema, errors, validate
from frictionless.resources import TableResource

from benchmarks.cpu_time import Cpu, cpu_now, since
from benchmarks.registry_sheet import HEADER
from households_service.linkage.identity_number import check_character


class CheckDigit(Check):
    """The same MOD 11-2 rule, so that the peer does the same work once."""

    type = "check-digit"
    Errors = [errors.CellError]  # noqa: RUF012 - the peer's own form

    def validate_row(self, row: Row) -> Iterator[Error]:
        number = row["证件号码"]
        if number and (len(number) != 18 or not number[:17].isdigit() or check_character(number[:17]) != number[17]):
            yield errors.CellError.from_row(row, note="check digit", field_name="证件号码")


def frictionless_schema() -> Schema:
    words = {
        "与户主关系": ["户主", "配偶", "之子", "之女"],
        "在校生状况": ["非在校生", "小学"],
        "健康状况": ["健康"],
        "脱贫属性": ["已脱贫"],
        "危房户": ["是", "否"],
        "饮水安全": ["是", "否"],
    }
    required = {"户编号", "姓名", "与户主关系"}
    fields = []
    for name in HEADER:
        limits: dict[str, object] = {"required": name in required}
        if name in words:
            limits["enum"] = words[name]
        if name == "户编号":
            limits["pattern"] = r"[0-9A-Z.\-]{3,40}"
        fields.append({"name": name, "type": "integer" if name == "人数" else "string", "constraints": limits})
    return Schema.from_descriptor({"fields": fields})


def frictionless_run(path: Path, *, check_digit: bool) -> tuple[Cpu, int]:
    before = cpu_now()
    checks: list[Check] = [CheckDigit()] if check_digit else []
    report = validate(
        TableResource(path=path.name, basepath=str(path.parent), schema=frictionless_schema(), format="csv"),
        checks=checks,
        limit_errors=10_000_000,
    )
    return since(before), sum(len(task.errors) for task in report.tasks)

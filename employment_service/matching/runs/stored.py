"""Totals and audits as the JSON they are kept as."""

from __future__ import annotations

from dataclasses import asdict
from typing import TypeAlias, cast

from employment_service.matching.runs.domain import AuditCell, AuditScenario, Compared, Rule, Stability, Totals, Way

Json: TypeAlias = dict[str, object]
NO_COUNTS = frozenset({"compared", "rule", "stability", "seconds", "lived_on"})


def totals_json(totals: Totals) -> Json:
    return asdict(totals)


def totals_of(stored: Json) -> Totals:
    compared = cast("list[Json]", stored["compared"])
    told = cast("Json | None", stored.get("stability"))
    counts = {name: _int(value) for name, value in stored.items() if name not in NO_COUNTS}
    return Totals(
        **counts,
        compared=tuple(
            Compared(
                way=Way(str(each["way"])),
                points=_int(each["points"]),
                placed=_int(each["placed"]),
                carers_placed=_int(each["carers_placed"]),
            )
            for each in compared
        ),
        seconds=cast("float", stored.get("seconds", 0.0)),
        lived_on=bool(stored.get("lived_on", False)),
        rule=Rule(str(stored.get("rule", Rule.BY_SURPLUS))),
        stability=None if told is None else _stability(told),
    )


def _stability(stored: Json) -> Stability:
    return Stability(
        blocking_pairs=_int(stored["blocking_pairs"]),
        blocking_workers=_int(stored["blocking_workers"]),
        stable_points=_int(stored["stable_points"]),
        price=cast("float", stored["price"]),
    )


def audit_json(audit: tuple[AuditScenario, ...]) -> list[Json]:
    return [asdict(scenario) for scenario in audit]


def audit_of(stored: list[Json]) -> tuple[AuditScenario, ...]:
    return tuple(
        AuditScenario(
            objective=str(each["objective"]),
            without=str(each["without"]),
            placed=_int(each["placed"]),
            mean_gain_cents=_int(each["mean_gain_cents"]),
            cells=tuple(_cell(cell) for cell in cast("list[Json]", each["cells"])),
        )
        for each in stored
    )


def _cell(stored: Json) -> AuditCell:
    return AuditCell(
        group=str(stored["group"]),
        label=str(stored["label"]),
        workers=cast("int | None", stored["workers"]),
        placed_share=cast("float | None", stored["placed_share"]),
        mean_gain_cents=cast("int | None", stored["mean_gain_cents"]),
        mean_options=cast("float | None", stored["mean_options"]),
    )


def _int(value: object) -> int:
    return int(cast("int", value))

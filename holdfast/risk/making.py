"""Making a points table with its papers, and telling what its tests found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chassis.errors import InvalidInput
from holdfast.console import out
from holdfast.risk.files import read_model, refuse_overwriting, write_whole
from holdfast.risk.progress import progress

if TYPE_CHECKING:
    from risk_service.training.asof import YearTest
    from risk_service.training.making import Made


class StageUnknown(InvalidInput):
    code = "STAGE_UNKNOWN"


def make_files(
    table: Path,
    features: Path,
    folder: Path,
    *,
    stage: str,
    incumbent: Path | None,
    seed: int,
    every_year: bool,
) -> None:
    from risk_service.scoring.declaring import load_features
    from risk_service.training.making import make
    from risk_service.training.panel import panel_of, read_table
    from risk_service.training.stages import Stage

    if stage not in {"auto", *(one.value for one in Stage)}:
        raise StageUnknown(f"--stage must be auto, {', '.join(one.value for one in Stage)}.", field="stage")
    if seed < 0:
        raise InvalidInput("--seed must not be negative.", field="seed")
    names = ("points.json", "model-card.md", "model-card.json", "calibration.png")
    for name in names:
        refuse_overwriting(folder / name, (table, features))
    with progress() as told:
        told("reading", 0.0)
        declared = load_features(features)
        held = None if incumbent is None else read_model(incumbent)
        panel = panel_of(read_table(table), declared)
        made = make(
            panel,
            seed=seed,
            every_year=every_year,
            stage=None if stage == "auto" else Stage(stage),
            incumbent=held,
            told=told,
        )
    write_whole({folder / name: content for name, content in made.files.items()})
    _tell(made)
    out.print(f"{', '.join(made.files)} are in {folder}.")


def _tell(made: Made) -> None:
    out.print(made.decision, markup=False)
    for test in made.tests:
        _tell_test(test)
    table = made.table
    out.print(f"{table.version}: {table.labels:,} labels, {table.data_from} to {table.data_to}.")


def _tell_test(test: YearTest) -> None:
    for name, one in test.measures.items():
        figures = (
            ("AUC", one.auc),
            ("AP", one.average_precision),
            ("Brier", one.brier),
            ("calibration", one.calibration_error),
            ("given the rate", one.level_error),
            ("recall@10%", one.recall_10),
            ("recall@20%", one.recall_20),
            ("error at quota", one.quota_error),
        )
        told = "  ".join(f"{word} {value:.4f}" for word, value in figures if value is not None)
        out.print(f"{test.year or 'other households'}  {name:<16}  {one.rows:,} rows  {told}", markup=False)

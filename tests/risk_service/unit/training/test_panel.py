from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from risk_service.scoring.declaration import TimeUnit
from risk_service.scoring.declaring import parse_features
from risk_service.training.cells import CellInvalid
from risk_service.training.panel import ColumnMissing, TableUnreadable, panel_of, read_table
from risk_service.training.periods import months_of
from tests.risk_service.panels import declared, features_content, frame

Q2_2016 = 2016 * 12 + 3


@pytest.mark.parametrize(
    ("values", "unit", "month", "period"),
    [
        ([8065, 8066], TimeUnit.AUTO, Q2_2016, 3),
        ([8065], TimeUnit.QUARTER, Q2_2016, 3),
        ([2016, 2017], TimeUnit.AUTO, 2016 * 12, 12),
        ([2016 * 12 + 3], TimeUnit.AUTO, Q2_2016, 1),
        ([201604, 201605], TimeUnit.AUTO, Q2_2016, 1),
        ([20160431], TimeUnit.AUTO, Q2_2016, 1),
        ([1, 2, 3], TimeUnit.AUTO, 12, 12),
        ([5], TimeUnit.QUARTER, 15, 3),
        ([2016.0], TimeUnit.AUTO, 2016 * 12, 12),
        ([date(2016, 4, 30)], TimeUnit.AUTO, Q2_2016, 1),
        (["2016-04-30"], TimeUnit.AUTO, Q2_2016, 1),
        (["2016Q2", "2016-q3"], TimeUnit.AUTO, Q2_2016, 3),
        (["2016/4"], TimeUnit.AUTO, Q2_2016, 1),
        (["2016"], TimeUnit.AUTO, 2016 * 12, 12),
    ],
)
def test_times_of_every_kind_are_months(values: list[object], unit: TimeUnit, month: int, period: int) -> None:
    months, length = months_of(pl.Series("t", values), unit)
    assert (int(months[0]), length) == (month, period)


@pytest.mark.parametrize(
    ("values", "row"), [([2016, None], 3), (["2016Q2", "soon"], 3), ([2016.5], 2), (["2016-13-01"], 2)]
)
def test_a_time_that_cannot_be_read_is_told_with_its_row(values: list[object], row: int) -> None:
    with pytest.raises(CellInvalid, match=f"'t', row {row}"):
        months_of(pl.Series("t", values), TimeUnit.AUTO)


def test_numbers_that_could_count_anything_ask_for_the_unit() -> None:
    with pytest.raises(CellInvalid, match="time_unit"):
        months_of(pl.Series("t", [1500, 1501]), TimeUnit.AUTO)


def test_booleans_words_gaps_and_infinities_are_read() -> None:
    table = frame(120).with_columns(
        pl.Series("aid", [None if row == 2 else ("yes" if row % 2 else "no") for row in range(120)]),
        pl.Series("log_income", [math.inf if row == 1 else -math.inf if row == 2 else 0.5 for row in range(120)]),
        pl.Series("earners", [" 2 ", "", *["1"] * 118]),
    )
    panel = panel_of(table, declared())
    assert panel.values[:2, 4].tolist() == [0.0, 1.0]
    assert math.isnan(panel.values[2, 4])
    assert panel.values[1, 0] == math.inf
    assert panel.infinite_cells == 2
    assert panel.values[0, 3] == 2.0
    assert math.isnan(panel.values[1, 3])


def test_words_in_order_are_numbered_and_a_word_outside_is_told_with_its_row() -> None:
    feature = {"name": "schooling", "source": "education", "levels": ["none", "primary", "secondary"]}
    changes = {"feature": [feature], "welfare": None, "support": [], "group": []}
    content = {key: value for key, value in changes.items() if value is not None}
    table = frame(3).with_columns(pl.Series("schooling", ["primary", None, "secondary"]))
    full = {**features_content(**content)}
    del full["welfare"]
    found = parse_features(full)
    assert panel_of(table, found).values[:, 0].tolist()[::2] == [1.0, 2.0]
    with pytest.raises(CellInvalid, match="'schooling', row 4"):
        panel_of(table.with_columns(pl.Series("schooling", ["none", "none", "college"])), found)


def test_a_value_known_after_its_row_is_missing() -> None:
    feature = {"name": "bill", "source": "health_insurance", "known_at": "column:bill_known"}
    table = frame(3).with_columns(
        pl.Series("bill", [1.0, 2.0, 3.0]),
        pl.Series("year", [2016, 2016, 2016]),
        pl.Series("bill_known", [2015, 2017, None]),
    )
    found = declared(
        feature=[feature, {"name": "log_income", "source": "income"}, {"name": "aid", "source": "register"}], group=[]
    )
    values = panel_of(table, found).values[:, 0]
    assert values[0] == 1.0
    assert np.isnan(values[1:]).all()


def test_a_missing_column_is_told_with_the_nearest_there_is() -> None:
    with pytest.raises(ColumnMissing, match="'children'; is it 'childrens'") as refused:
        panel_of(frame(50).rename({"children": "childrens"}), declared())
    assert refused.value.field == "children"


def test_a_cell_that_is_no_number_is_told_with_row_and_column_but_not_with_its_value() -> None:
    table = frame(5).with_columns(pl.Series("children", ["1", "2", "Mr Secret", "1", "0"]))
    with pytest.raises(CellInvalid, match="'children', row 4") as refused:
        panel_of(table, declared())
    assert "Secret" not in refused.value.message


def test_a_label_other_than_0_and_1_is_refused_and_an_empty_one_is_unknown() -> None:
    with pytest.raises(CellInvalid, match="'later_poor', row 3"):
        panel_of(frame(3).with_columns(pl.Series("later_poor", [0, 2, 1])), declared())
    panel = panel_of(
        frame(3).with_columns(pl.Series("later_poor", [0, None, 1]), pl.Series("poor", [0, 0, 0])), declared()
    )
    assert panel.labelled.tolist() == [True, False, True]


def test_scoring_asks_for_neither_label_nor_time_nor_household() -> None:
    table = frame(5).drop("later_poor", "year", "household", "poor", "town")
    assert panel_of(table, declared(), needs_label=False).rows == 5


def test_groups_of_text_are_reported_by_value() -> None:
    panel = panel_of(frame(200), declared())
    assert set(panel.reported) == {"head 65+", "town = A", "town = B", "town = C"}
    assert sum(int(panel.reported[f"town = {one}"].sum()) for one in "ABC") == 200


def test_csv_and_parquet_tell_the_same(tmp_path: Path) -> None:
    table = frame(60)
    table.write_csv(tmp_path / "t.csv")
    table.write_parquet(tmp_path / "t.parquet")
    csv, parquet = (panel_of(read_table(tmp_path / name), declared()) for name in ("t.csv", "t.parquet"))
    assert np.array_equal(csv.values, parquet.values, equal_nan=True)
    assert np.array_equal(csv.month, parquet.month)


@pytest.mark.parametrize(
    ("name", "content"), [("t.csv", b""), ("t.parquet", b"no"), ("t.xlsx", b"x"), ("none.csv", None)]
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(TableUnreadable):
        read_table(tmp_path / name)


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(TableUnreadable, match="no rows"):
        panel_of(frame(5).clear(), declared())

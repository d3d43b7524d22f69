from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from chassis.errors import Refusal
from households_service.linkage.reading import read_link_file, read_pairs


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    return path


def test_columns_and_ids_are_read_in_order(tmp_path: Path) -> None:
    path = written(tmp_path, '\ufeffid,name,town\na,吐尔干,x\nb,"Q, R",\n'.encode())
    file = read_link_file(path, id_column="id", columns=("name", "town"))
    assert file.ids.to_list() == ["a", "b"]
    assert file.columns["name"].to_list() == ["吐尔干", "Q, R"]
    assert read_link_file(path, id_column=None, columns=("name",)).ids.to_list() == ["1", "2"]


def test_gb18030_is_understood(tmp_path: Path) -> None:
    path = written(tmp_path, "name\n吐尔干\n".encode("gb18030"))
    assert read_link_file(path, id_column=None, columns=("name",)).columns["name"].to_list() == ["吐尔干"]


@pytest.mark.parametrize(
    ("content", "code", "told"),
    [
        (b"", "LINK_FILE_MALFORMED", "people.csv is empty"),
        (b"id,name\na,x\nb\n", "LINK_FILE_MALFORMED", "people.csv, row 2: 1 cells, but the header has 2"),
        (b"id,nane\na,x\n", "LINK_COLUMN_MISSING", "no column 'name'. Did you mean 'nane'"),
        (b"id,name,name\na,x,y\n", "LINK_FILE_MALFORMED", "column 'name' more than once"),
        (b"id,name\na,x\na,y\n", "LINK_ROW_ID_REPEATED", "row 2, column id: the id stands in row 1"),
        (b"id,name\n,x\n", "LINK_FILE_MALFORMED", "row 1, column id: the id is blank"),
        (b"PK\x03\x04\x00\x00", "LINK_FILE_MALFORMED", "no text"),
        (b'id,name\na,"x\n', "LINK_FILE_MALFORMED", "near line"),
    ],
)
def test_bad_files_are_refused_by_row_and_column(tmp_path: Path, content: bytes, code: str, told: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_link_file(written(tmp_path, content), id_column="id", columns=("name",))
    assert refused.value.code == code
    assert told in refused.value.message


def test_true_pairs_name_rows_of_the_files(tmp_path: Path) -> None:
    ids = pl.Series(["a", "b", "c"])
    assert read_pairs(written(tmp_path, b"left,right\na,c\nb,c\n"), ids, ids) == {(0, 2), (1, 2)}
    with pytest.raises(Refusal, match="row 1, column right"):
        read_pairs(written(tmp_path, b"left,right\na,z\n"), ids, ids)

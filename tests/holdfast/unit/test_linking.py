from __future__ import annotations

import csv
import random
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from holdfast.cli import build

RUN = CliRunner()
SCHEMA = 'id = "rec"\n[columns]\nname = "full name"\nborn = "date of birth"\ntown = "place"\n'
ROWS = [
    ("a1", "Mira Holberg", "1950-03-04", "Norhamn"),
    ("a2", "Mirra Holberg", "04.03.1950", "Norhamn"),
    ("a3", "Dorik Venmark", "1971-11-20", "Sudtorp"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with (tmp_path / "people.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("rec", "name", "born", "town"), *ROWS])
    (tmp_path / "link.toml").write_text(SCHEMA, encoding="utf-8")
    (tmp_path / "truth.csv").write_text("left,right\na1,a2\n", encoding="utf-8")
    return tmp_path


def run(folder: Path, *more: str, left: str = "people.csv") -> tuple[int, str]:
    words = [
        "link",
        str(folder / left),
        "--schema",
        str(folder / "link.toml"),
        "--out",
        str(folder / "pairs.csv"),
        *more,
    ]
    done = RUN.invoke(build("link"), words)
    return done.exit_code, done.output


def test_pairs_are_written_and_judged_against_the_truth(folder: Path) -> None:
    code, told = run(folder, "--truth", str(folder / "truth.csv"))
    assert code == 0, told
    with (folder / "pairs.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["left"], row["right"], row["decision"]) for row in rows if row["decision"] == "auto"] == [
        ("a1", "a2", "auto")
    ]
    assert "precision 1.0000, recall 1.0000, F1 1.0000" in told
    assert "Threshold" in told
    assert "WARNING" not in told
    assert "MB of memory" in told


@pytest.mark.parametrize(
    ("spoiled", "content", "told"),
    [
        ("people.csv", "rec,name,born,town\na1,x,y\n", "people.csv, row 1: 3 cells"),
        ("people.csv", "rec,nome,born,town\na1,x,y,z\n", "Did you mean 'nome'"),
        ("link.toml", '[columns]\nname = "ful name"\n', "Did you mean 'full name'"),
        ("truth.csv", "left,right\na1,zz\n", "truth.csv, row 1, column right"),
    ],
)
def test_nothing_is_written_on_failure(folder: Path, spoiled: str, content: str, told: str) -> None:
    (folder / spoiled).write_text(content, encoding="utf-8")
    (folder / "pairs.csv").write_text("as it was", encoding="utf-8")
    before = sorted(path.name for path in folder.iterdir())
    code, output = run(folder, "--truth", str(folder / "truth.csv"))
    assert code == 1
    assert told in " ".join(output.split())
    assert (folder / "pairs.csv").read_text(encoding="utf-8") == "as it was"
    assert sorted(path.name for path in folder.iterdir()) == before


def test_a_missing_file_or_folder_is_named(folder: Path) -> None:
    assert "no file nobody.csv" in run(folder, left="nobody.csv")[1]
    assert "no folder" in run(folder, "--out", str(folder / "away" / "pairs.csv"))[1]


def test_help_teaches_with_a_schema() -> None:
    told = RUN.invoke(build("link"), ["link", "--help"]).output
    assert "[columns]" in told
    assert "date of birth" in told


@pytest.mark.parametrize("name", ["people.csv", "link.toml", "truth.csv"])
def test_a_file_that_is_read_is_never_written_over(folder: Path, name: str) -> None:
    before = (folder / name).read_bytes()
    code, told = run(folder, "--truth", str(folder / "truth.csv"), "--out", str(folder / name))
    assert (code, (folder / name).read_bytes()) == (1, before)
    assert "LINK_OUTPUT_UNWRITABLE" in told


def test_the_order_in_which_dates_are_read_is_told(folder: Path) -> None:
    rows = [
        ("rec", "name", "born", "town"),
        ("a1", "Mira Holberg", "03/25/1950", "x"),
        ("a2", "Jo Dal", "03/04/1950", "y"),
    ]
    with (folder / "people.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    told = " ".join(run(folder)[1].split())
    assert "Dates in 'born' of the left file are read month first, 03/04/1950 as 4 March 1950" in told
    assert "0 dates can only be day first, 1 only month first; 1 could be read both ways" in told
    (folder / "link.toml").write_text(
        SCHEMA.replace('"date of birth"', '{ kind = "date of birth", order = "day first" }')
    )
    assert "read day first, 03/04/1950 as 3 April 1950 (as the schema says;" in " ".join(run(folder)[1].split())


def test_a_column_name_with_a_blank_is_told_to_stand_in_quotes(folder: Path) -> None:
    (folder / "link.toml").write_text('[columns]\nfull name = "full name"\n', encoding="utf-8")
    assert "stands in quotes" in " ".join(run(folder)[1].split())


def test_links_of_which_many_are_expected_to_be_wrong_are_warned_of(tmp_path: Path) -> None:
    """A first name of twenty-four and a year of eighty: of the pairs that agree in both a good part are two people."""
    chance = random.Random(3)
    names = ["Mira", "Dorik", "Selma", "Tovan", "Edda", "Runo", "Ilva", "Marten", "Sunna", "Pelle", "Astra", "Jorik"]
    names += ["Brona", "Keld", "Oliva", "Stig", "Vanja", "Torben", "Liska", "Anders", "Fenna", "Gorm", "Hedda", "Ivar"]
    people = [(chance.choice(names), str(1900 + chance.randrange(80))) for _ in range(500)]
    rows = [(str(at), *person) for at, person in enumerate([*people, *people[:250]])]
    with (tmp_path / "people.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("rec", "name", "born"), *rows])
    (tmp_path / "link.toml").write_text('id = "rec"\n[columns]\nname = "given name"\nborn = "year"\n', encoding="utf-8")
    code, told = run(tmp_path)
    assert code == 0, told
    warned = re.search(r"WARNING: about (\d+)% of these links are expected to be wrong", told)
    assert warned is not None
    assert 10 < int(warned[1]) < 90

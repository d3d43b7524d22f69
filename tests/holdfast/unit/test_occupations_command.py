from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from holdfast.occupations import app

ESCO_EN = (
    "conceptType,conceptUri,iscoGroup,preferredLabel,altLabels,code\n"
    'Occupation,http://x/a1,7212,welder,"arc welder\nwelding operator",7212.3\n'
    'Occupation,http://x/a2,8332,truck driver,"lorry driver\nheavy goods driver",8332.1\n'
    'Occupation,http://x/a3,5120,cook,"line cook\nkitchen cook",5120.1\n'
)
ESCO_DE = (
    "conceptUri,iscoGroup,preferredLabel,altLabels,code\n"
    'http://x/a1,7212,Schweißer,"Schweißer/in\nLichtbogenschweißer",7212.3\n'
    "http://x/a2,8332,Lkw-Fahrer,Kraftfahrer,8332.1\n"
    "http://x/a3,5120,Koch,Küchenkoch,5120.1\n"
)
ONET = "O*NET-SOC Code,Title,Description\n51-4121.00,Welders,Join metal.\n53-3032.00,Truck Drivers,Drive trucks.\n"
ALTERNATES = (
    "O*NET-SOC Code\tAlternate Title\tShort Title\tSource(s)\n"
    "51-4121.00\tArc Welder\tn/a\t08\n53-3032.00\tLorry Operator\tn/a\t08\n"
)


def run(folder: Path, **files: str | list[str]) -> tuple[int, str]:
    """Each file's text under the option that it is given to; a text that names no file is the option's value."""
    arguments: list[str] = []
    for option, texts in files.items():
        for number, text in enumerate([texts] if isinstance(texts, str) else texts):
            flag = f"--{option.replace('_', '-')}"
            name = folder / f"{option}{number}{'_de' if text == ESCO_DE else '_en' if text == ESCO_EN else ''}.csv"
            if option.endswith("column"):
                arguments += [flag, text]
                continue
            name.write_text(text, encoding="utf-8-sig")
            arguments += [flag, str(name)]
    ended = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["evaluate", *arguments])
    return ended.exit_code, ended.output


def test_esco_files_a_language_each_code_titles_of_any_language(tmp_path: Path) -> None:
    titles = "title;code;language\nWelders;7212.3;en\nKraftfahrer (m/w/d);8332.1;de\nkitchen cook;5120.1;en\n"
    code, told = run(tmp_path, labels=[ESCO_EN, ESCO_DE], titles=titles)

    assert code == 0
    assert "3 codes, 0 confirmed titles; 3 titles asked." in told
    assert re.search(r"all +│ 3 +│ 1.000 │ 1.000", told)
    assert re.search(r"en +│ 2 +│ 1.000 │ 1.000", told)
    assert re.search(r"de +│ 1 +│ 1.000 │ 1.000", told)
    assert re.search(r"│ 5 +│ 3 +│ 1.000 │ 1.000", told)
    assert "titles a CPU second" in told


def test_of_several_columns_of_codes_those_that_agree_are_taken(tmp_path: Path) -> None:
    for asked in ("7212", "7212.0", "C7212", "http://data/isco/C7212"):
        code, told = run(tmp_path, labels=ESCO_EN, titles=f"Job Title\tISCO08\nwelding operators\t{asked}\n")
        assert code == 0
        assert re.search(r"all +│ 1 +│ 1.000", told)
        assert "does not list" not in told
    code, told = run(tmp_path, labels=ESCO_EN, titles="title,uri\nwelding operators,http://x/a1\n")
    assert code == 0
    assert "does not list" not in told


def test_onet_takes_its_other_titles_from_a_second_file(tmp_path: Path) -> None:
    code, told = run(
        tmp_path, labels=[ONET, ALTERNATES], titles="job_name,soc\nlorry operators,53-3032\narc welder,51-4121.00\n"
    )

    assert code == 0
    assert re.search(r"all +│ 2 +│ 1.000", told)


def test_confirmed_titles_are_known(tmp_path: Path) -> None:
    files = {"labels": ONET, "titles": "title,code\nkebab master,53-3032.00\n"}
    code, told = run(tmp_path, confirmed="title,code\nKebab master,53-3032.00\n", **files)

    assert code == 0
    assert "1 confirmed titles" in told
    assert re.search(r"all +│ 1 +│ 1.000", told)


def test_other_columns_are_named_by_option(tmp_path: Path) -> None:
    labels, titles = "Kennung,Benennung\n1,Koch\n2,Fahrer\n", "Wortlaut,Ziffer,Sprache\nKöche,1,de\n"
    columns = {
        "label_code_column": "Kennung",
        "label_column": "Benennung",
        "code_column": "Ziffer",
        "title_column": "Wortlaut",
        "language_column": "Sprache",
    }
    code, told = run(tmp_path, labels=labels, titles=titles, **columns)
    wrong, refusal = run(tmp_path, labels=labels, titles=titles, **columns | {"code_column": "Zahl"})

    assert code == 0
    assert re.search(r"de +│ 1 +│ 1.000", told)
    assert wrong == 1
    assert "titles: there is no column 'Zahl'; its columns are Wortlaut, Ziffer, Sprache" in refusal


def test_columns_that_nobody_names_so_are_found_by_what_stands_in_them(tmp_path: Path) -> None:
    labels = "职业编码\t职业名称\t级\n01.10\t厨师\t1\n01.20\t司机\t1\n02.30\t电焊工\t2\n"
    code, told = run(
        tmp_path, labels=labels, titles="编号;岗位;Codex\n1;货车司机;01.20\n2;电焊工;02.30\n3;厨师;99\n4;厨师;\n"
    )
    lost, why = run(tmp_path, labels="Kennung,Benennung\n1,Koch\n", titles="Wortlaut,Ziffer\nKoch,7\n")

    assert code == 0
    assert "3 codes, 0 confirmed titles; 3 titles asked, 1 of them of a code" in told
    assert re.search(r"all +│ 3 +│ 0.667", told)
    assert lost == 1
    assert "columns `code` and `label` are needed; its columns are Kennung, Benennung" in why


@pytest.mark.parametrize(
    ("labels", "titles"),
    [
        ("NOC 2021 code,Class title\n00010,Legislators\n72300,Plumbers\n", "Job title;NOC\nlegislator;10\n"),
        ("2512,software developer\n8332,truck driver\n", "trucks driver,8332\n"),
        ("code,label,language\n12 34,cook,English\n12 35,Koch,German\n", "title,code,language\ncook,12 34,english\n"),
        ("code,label,alternatives\n1,,cook|chef\n2,,\n3,driver\n", "title,code\nchef,1\n,2\nx\n"),
    ],
)
def test_codes_and_rows_are_understood_as_others_write_them(tmp_path: Path, labels: str, titles: str) -> None:
    code, told = run(tmp_path, labels=labels, titles=titles)

    assert code == 0
    assert re.search(r"all +│ 1 +│ 1.000", told)


def test_parquet_with_lists_and_spreadsheet_text_are_read_as_csv_is(tmp_path: Path) -> None:
    table = {"code": ["1", "2"], "label": ["cook", "driver"], "alternatives": [["chef", "line cook"], ["trucker"]]}
    pl.DataFrame(table).write_parquet(tmp_path / "labels.parquet")
    (tmp_path / "titles.txt").write_bytes("Job Title\tCode\ntrucker\t2\nchef\t1\nchef\t1\n".encode("utf-16"))
    ended = CliRunner(env={"COLUMNS": "200"}).invoke(
        app, ["evaluate", "--labels", str(tmp_path / "labels.parquet"), "--titles", str(tmp_path / "titles.txt")]
    )
    (tmp_path / "labels.parquet").write_bytes(b"PAR1 and nothing of it")
    broken = CliRunner(env={"COLUMNS": "400"}).invoke(
        app, ["evaluate", "--labels", str(tmp_path / "labels.parquet"), "--titles", str(tmp_path / "titles.txt")]
    )

    assert ended.exit_code == 0
    assert re.search(r"all +│ 3 +│ 1.000", ended.output)
    assert broken.exit_code == 1
    assert "is no Parquet file of plain columns" in broken.output


@pytest.mark.parametrize(
    ("labels", "titles", "why"),
    [
        ("code,label\n1,a\n?!,b\n", "title,code\na,1\n", "labels: row 3, column code: no usable code"),
        ("code,label,lang\n1,a,en\n2,b,9\n", "title,code\na,1\n", "row 3, column lang: a language is a tag"),
        ("code,label\n1,a\n", "title,code\na,\n", "no row has both a title and a code"),
        ("code,label\n1,a\n", "title,code\na,77\n", "none of its codes stands in the labels"),
        ("", "title,code\na,77\n", "there is nothing in it"),
    ],
)
def test_what_cannot_be_used_is_told_by_row_and_column(tmp_path: Path, labels: str, titles: str, why: str) -> None:
    code, told = run(tmp_path, labels=labels, titles=titles)

    assert code == 1
    assert why in told

from __future__ import annotations

from collections import Counter

import pytest

from employment_service.occupations.crosswalk import Way, crossings
from employment_service.occupations.domain import ClassificationUnreadable, OccupationNotFound, path_of
from employment_service.occupations.reading import TitlesUnreadable, as_rows, classification_of, titles_of
from employment_service.occupations.sources import csco, isco


def test_isco_has_all_its_groups_with_english_and_chinese_labels() -> None:
    known = isco()

    assert Counter(len(each.code) for each in known.occupations) == {1: 10, 2: 43, 3: 130, 4: 436}
    assert all(each.labels["en"] and each.labels["zh"] for each in known.occupations)
    assert len(known.units) == 436
    assert known.parent("8332") == "833"
    assert known.parent("0110") == "011"
    assert known.children(None) == list("0123456789")


def test_no_title_of_isco_stands_for_two_unit_groups() -> None:
    units = set(isco().units)
    titles = Counter(title for each in isco().occupations if each.code in units for title in each.titles())

    assert [title for title, count in titles.items() if count > 1] == []


def test_csco_is_read_without_its_package_and_crosses_to_isco() -> None:
    known, crossed = csco(), crossings()

    assert known.parent("4-03-02-05") == "4-03-02-00"
    assert known.get("4-03-02-05").label(["zh"]) == "餐厅服务员"
    assert (crossed["4-03-02-05"].isco, crossed["4-03-02-05"].way) == ("5131", Way.EXACT)
    assert (crossed["6-29-01-00"].isco, crossed["6-29-01-00"].way) == ("711", Way.BY_GROUP)
    assert crossed["8-00-00-00"].way is Way.NONE
    assert {each.isco for each in crossed.values()} - {None} <= set(isco().by_code)


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("2512", ("2", "25", "251", "2512")),
        ("2512.3", ("2", "25", "251", "2512", "3")),
        ("4-03-02-05", ("4", "03", "02", "05")),
        ("1-02-00-00", ("1", "02")),
    ],
)
def test_a_code_says_its_groups(code: str, path: tuple[str, ...]) -> None:
    assert path_of(code) == path


def test_files_of_others_are_read_by_their_own_headers() -> None:
    esco = 'conceptType,conceptUri,iscoGroup,preferredLabel,altLabels\nO,http://x/1,7212,welder,"arc welder\nwelding operator"\n'
    onet = "O*NET-SOC Code\tAlternate Title\tShort Title\tSource(s)\n51-4041.00\tCNC Machinist\tn/a\t08\n"

    read = classification_of(esco, name="ESCO")
    titles = titles_of(onet)

    assert read.get("7212").titles() == ["welder", "arc welder", "welding operator"]
    assert [(each.title, each.code) for each in titles] == [("CNC Machinist", "51-4041.00")]


def test_a_classification_written_is_the_one_read() -> None:
    rows = list(as_rows(isco()))
    lines = ["code\tlanguage\tlabel\talternatives"]
    lines += ["\t".join(row[name] for name in ("code", "language", "label", "alternatives")) for row in rows]

    assert classification_of("\n".join(lines), name="ISCO-08") == isco()


def test_what_cannot_be_read_is_named() -> None:
    with pytest.raises(ClassificationUnreadable, match="columns `code` and `label`"):
        classification_of("a,b\n1,2\n", name="x")
    with pytest.raises(ClassificationUnreadable, match="row 3"):
        classification_of("code,label\n1,a\n?!,b\n", name="x")
    with pytest.raises(TitlesUnreadable, match="no row"):
        titles_of("title,code\n,\n")
    with pytest.raises(OccupationNotFound):
        isco().get("9999")

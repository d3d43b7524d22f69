from __future__ import annotations

import pytest

from benchmarks.bars import Bars


def test_a_line_is_made_of_words_without_blanks(capsys: pytest.CaptureFixture[str]) -> None:
    bars = Bars()
    bars.at_least("febrl3, pair F1", 0.99961, 0.9995, peers={"Splink": 0.9998, "recordlinkage": 0.9983}, note="2 s")
    bars.at_most("10,000 x 1,000,000, memory", 361, 500, digits=0, unit="MB")
    assert capsys.readouterr().out.splitlines() == [
        "BAR febrl3-pair-F1 ours=0.9996 peer=Splink:0.9998,recordlinkage:0.9983 bar=>=0.9995 holds (2 s)",
        "BAR 10-000-x-1-000-000-memory ours=361MB peer=- bar=<=500MB holds",
    ]


def test_a_figure_that_only_looks_like_its_bar_when_rounded_is_short(capsys: pytest.CaptureFixture[str]) -> None:
    bars = Bars()
    bars.at_most("answer, p50", 10.04, 10, digits=1, unit="ms")
    assert capsys.readouterr().out == "BAR answer-p50 ours=10.0ms peer=- bar=<=10.0ms short\n"
    assert bars.short == ["answer-p50"]


def test_behind_the_best_of_the_peers_is_short() -> None:
    bars = Bars()
    bars.ahead("pair F1", 0.95, {"one": 0.90, "other": 0.96})
    bars.ahead("as good", 0.96, {"one": 0.90, "other": 0.96})
    assert bars.short == ["pair-F1"]


def test_a_peer_without_a_figure_is_none_we_are_ahead_of(capsys: pytest.CaptureFixture[str]) -> None:
    bars = Bars()
    bars.ahead("pair F1", 0.95, {"one": 0.90, "other": float("nan")}, note="other ended by -24")
    assert capsys.readouterr().out == (
        "BAR pair-F1 ours=0.9500 peer=one:0.9000,other:nan bar=>=nan short (other ended by -24)\n"
    )


@pytest.mark.parametrize(("ours", "code"), [(1.0, 0), (0.0, 1)])
def test_the_program_ends_with_one_when_a_bar_is_short(ours: float, code: int) -> None:
    bars = Bars()
    bars.at_least("share", ours, 0.5)
    with pytest.raises(SystemExit) as ended:
        bars.finish()
    assert ended.value.code == code


def test_a_figure_that_is_not_a_number_is_short() -> None:
    bars = Bars()
    bars.at_least("nothing measured", float("nan"), 0.0)
    bars.at_most("nothing measured either", float("nan"), 1.0)
    assert len(bars.short) == 2

"""What set-up compiles ahead is all that a run, a file and an event need."""

from __future__ import annotations

from pathlib import Path

from numba.core.event import Event, Listener, install_listener
from typer import Typer
from typer.testing import CliRunner

from employment_service.matching.compiling import compile_matching
from employment_service.occupations.coding.coder import TitleCoder
from employment_service.occupations.compiling import compile_titles
from employment_service.occupations.domain import Effort
from employment_service.occupations.sources import isco
from holdfast import matching

WORKERS = "worker,lat,lon,age,wage_floor,max_km,care\nW1,37.0,101.0,30,2000,25,yes\nW2,37.1,101.0,45,1000,40,no\n"
VACANCIES = "vacancy,lat,lon,wage,places\nV1,37.02,101.0,3200,1\nV2,37.05,101.0,2600,2\n"
EDGES = "worker,vacancy,score\nW1,V1,820\nW1,V2,640\nW2,V1,300\n"
CAPACITIES = "vacancy,capacity\nV1,1\nV2,3\n"


class Compiled(Listener):
    def __init__(self) -> None:
        self.loops: list[str] = []

    def on_start(self, event: Event) -> None:
        self.loops.append(event.data["dispatcher"].py_func.__name__)

    def on_end(self, event: Event) -> None:
        pass


def test_nothing_is_compiled_once_set_up_is_done(tmp_path: Path) -> None:
    root = Typer()
    matching.register(root)
    root.callback()(lambda: None)
    compile_matching()
    compile_titles()
    for name, words in (("w", WORKERS), ("v", VACANCIES), ("e", EDGES), ("c", CAPACITIES)):
        (tmp_path / name).with_suffix(".csv").write_text(words, encoding="utf-8")

    heard = Compiled()
    with install_listener("numba:compile", heard):
        for given in (("--workers", "w", "--vacancies", "v", "--audit"), ("--edges", "e", "--capacities", "c")):
            arguments = [str(tmp_path / f"{each}.csv") if len(each) == 1 else each for each in given]
            told = CliRunner().invoke(root, ["match", *arguments, "--out", str(tmp_path / "plan.csv")])
            assert told.exit_code == 0, told.output
        list(TitleCoder(isco(), effort=Effort(most_linear=500)).answers(["lorry driver"]))

    assert heard.loops == []

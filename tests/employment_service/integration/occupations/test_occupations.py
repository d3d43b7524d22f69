"""Titles to codes through the graph: suggested to everybody, confirmed by staff, known at once and after a restart."""

from __future__ import annotations

import asyncio
from pathlib import Path

from typer.testing import CliRunner

from employment_service.occupations import service
from employment_service.occupations.desk import TitleDesk
from employment_service.occupations.sources import isco
from holdfast.occupations import app
from tests.employment_service.factories import VILLAGE, worker
from tests.employment_service.town import EMPLOYER, MONITOR, STAFF, STRANGE_STAFF, SUPERVISOR, Town, as_worker

SUGGEST = """
query($title: String!, $first: Int! = 5) {
  suggestOccupation(title: $title, first: $first) {
    abstained suggestions { probability occupation { code label level } }
  }
}
"""
SUGGEST_IN = """
query($title: String!) {
  suggestOccupation(title: $title, classification: "Trades") { suggestions { occupation { code label } } }
}
"""
CONFIRM = """
mutation($input: ConfirmOccupationInput!) {
  result: confirmOccupation(input: $input) {
    ... on ConfirmedOccupation { title isNew occupation { code label } }
    ... on Refused { code field }
  }
}
"""
TREE = "query($under: String) { occupations(under: $under) { code label level parent { code } children { code } } }"


async def codes(town: Town, title: str) -> list[str]:
    told = await town.ask(EMPLOYER, SUGGEST, {"title": title})
    return [each["occupation"]["code"] for each in told["suggestOccupation"]["suggestions"]]


async def test_a_posted_title_gets_five_codes_with_falling_probabilities(town: Town) -> None:
    told = await town.ask(as_worker(), SUGGEST, {"title": "急招【餐厅服务员】包吃住4000-6000元/月"}, locale="zh-CN")
    found = told["suggestOccupation"]

    chances = [each["probability"] for each in found["suggestions"]]
    assert found["suggestions"][0]["occupation"] == {"code": "5131", "label": "餐厅服务员", "level": 4}
    assert len(chances) == 5
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) <= 1.0 + 1e-9
    assert found["abstained"] is False


async def test_words_without_meaning_are_abstained_from(town: Town) -> None:
    told = await town.ask(as_worker(), SUGGEST, {"title": "qqqq xxyyzz"})

    assert told["suggestOccupation"]["abstained"] is True


async def test_what_staff_confirm_is_known_at_once_and_after_a_restart(town: Town) -> None:
    await town.add_areas()
    before = await codes(town, "pamir yurt keeper")

    given = {"area": VILLAGE, "title": "Pamir yurt keeper", "code": "1411"}
    first = await town.mutate(STAFF, CONFIRM, given)
    again = await town.mutate(STAFF, CONFIRM, given)
    known = await codes(town, "URGENT: Pamir yurt keeper (m/f), 4000/month")
    town.titles = TitleDesk(most_exemplars=600)
    restarted = await codes(town, "pamir yurt keeper")

    assert before[:1] != ["1411"]
    assert first == {
        "title": "Pamir yurt keeper",
        "isNew": True,
        "occupation": {"code": "1411", "label": "Hotel managers"},
    }
    assert again["isNew"] is False
    assert known[0] == restarted[0] == "1411"
    assert await town.count("confirmed_titles") == 1


async def test_another_code_takes_the_place_of_the_first(town: Town) -> None:
    await town.add_areas()
    await town.mutate(STAFF, CONFIRM, {"area": VILLAGE, "title": "yurt keeper", "code": "1411"})
    changed = await town.mutate(STAFF, CONFIRM, {"area": VILLAGE, "title": "YURT KEEPER!", "code": "5152"})

    assert changed["isNew"] is True
    assert await town.count("confirmed_titles", "code = '5152'") == 1
    assert await town.count("confirmed_titles") == 1


async def test_only_staff_of_the_area_confirm(town: Town) -> None:
    await town.add_areas()
    given = {"area": VILLAGE, "title": "yurt keeper", "code": "1411"}
    for actor in (as_worker(), EMPLOYER, MONITOR, SUPERVISOR, STRANGE_STAFF):
        assert (await town.mutate(actor, CONFIRM, given))["code"] == "FORBIDDEN"

    assert await town.count("confirmed_titles") == 0


async def test_what_is_no_code_and_no_title_is_refused_by_field(town: Town) -> None:
    await town.add_areas()
    strange = await town.mutate(STAFF, CONFIRM, {"area": VILLAGE, "title": "cook", "code": "9999"})
    empty = await town.mutate(STAFF, CONFIRM, {"area": VILLAGE, "title": " - ", "code": "5120"})
    _, errors = await town.answer(STAFF, SUGGEST, {"title": "!!"})
    _, many = await town.answer(STAFF, SUGGEST, {"title": "cook", "first": 6})

    assert strange == {"code": "OCCUPATION_NOT_FOUND", "field": "code"}
    assert empty == {"code": "TITLE_UNUSABLE", "field": "title"}
    assert errors == ["TITLE_UNUSABLE"]
    assert many == ["INVALID_INPUT"]
    assert await town.count("confirmed_titles") == 0


async def test_the_tree_is_told_in_the_readers_language(town: Town) -> None:
    top = (await town.ask(SUPERVISOR, TREE, {"under": None}, locale="zh-CN"))["occupations"]
    drivers = (await town.ask(SUPERVISOR, TREE, {"under": "833"}))["occupations"]

    assert [each["code"] for each in top] == list("0123456789")
    assert top[9]["label"] == "简单劳动职业"
    assert [(each["code"], each["label"], each["level"], each["parent"]) for each in drivers] == [
        ("8331", "Bus and tram drivers", 4, {"code": "833"}),
        ("8332", "Heavy truck and lorry drivers", 4, {"code": "833"}),
    ]


async def test_care_and_farm_work_count_as_a_workers_experience(town: Town) -> None:
    await town.ready()
    given = {
        "expectedVersion": 1,
        "experience": [
            {"title": "照顾老人", "kind": "CARE", "occupation": "5322", "years": 6},
            {"title": "种棉花", "kind": "FARM"},
        ],
    }
    document = """
    mutation($input: UpdateProfileInput!) { result: updateProfile(input: $input) {
      ... on Worker { experience { title kind years occupation { code label } } } ... on Refused { code field } } }
    """
    told = await town.mutate(as_worker(), document, given)
    wrong = await town.mutate(
        as_worker(), document, {"expectedVersion": 2, "experience": [{"title": "x", "occupation": "0000"}]}
    )
    stranger = await town.mutate(as_worker(2), document, given)

    assert told["experience"] == [
        {
            "title": "照顾老人",
            "kind": "CARE",
            "years": 6.0,
            "occupation": {"code": "5322", "label": "Home-based personal care workers"},
        },
        {"title": "种棉花", "kind": "FARM", "years": None, "occupation": None},
    ]
    assert wrong == {"code": "OCCUPATION_NOT_FOUND", "field": "code"}
    assert stranger["code"] == "WORKER_NOT_FOUND"
    async with town.begin(as_worker()) as uow:
        kept = await uow.workers.of_subject("worker-1")
    assert kept is not None
    assert [each.title for each in kept.experience] == ["照顾老人", "种棉花"]
    assert worker().experience == ()


async def test_whoever_gives_up_waiting_leaves_the_index_to_the_next(town: Town) -> None:
    desk = TitleDesk(most_exemplars=300)
    known = isco()
    impatient = asyncio.create_task(desk.answer(known, ["cook"], [], first=1))
    await asyncio.sleep(0)
    impatient.cancel()
    answers = await desk.answer(known, ["truck driver"], [], first=1)

    assert impatient.cancelled()
    assert desk.stands_for("ISCO-08", None)
    assert answers[0].suggestions[0].code == "8332"


async def test_the_index_is_built_after_the_start_unless_the_service_ends(town: Town) -> None:
    stopped, going = asyncio.Event(), asyncio.Event()
    stopped.set()
    left = TitleDesk(most_exemplars=300)
    await service.warm(town.begin, left, stopped)
    await service.warm(town.begin, town.titles, going, after=0)

    assert not left.stands_for("ISCO-08", None)
    assert town.titles.stands_for("ISCO-08", None)


async def test_a_classification_is_imported_and_answers_under_its_name(
    town: Town, tmp_path: Path, employment_database_url: str
) -> None:
    file = tmp_path / "trades_en.csv"
    environment = {"HOLDFAST_DATABASE_URL": employment_database_url}

    def bring_in(text: str) -> str:
        file.write_text(text, encoding="utf-8")
        ended = CliRunner().invoke(app, ["import", str(file), "--name", "Trades"], env=environment)
        assert ended.exit_code == 0, ended.output
        return ended.output

    told = await asyncio.to_thread(bring_in, "code,label,alternatives\n01.1,yurt keeper,yak herder\n01.2,cook,\n")
    first = (await town.ask(EMPLOYER, SUGGEST_IN, {"title": "yak herders"}))["suggestOccupation"]["suggestions"][0]
    await asyncio.to_thread(bring_in, "code,label,alternatives\n07,yak herder,\n08,cook,\n")
    second = (await town.ask(EMPLOYER, SUGGEST_IN, {"title": "yak herders"}))["suggestOccupation"]["suggestions"][0]

    assert "Trades: 2 codes imported, 2 of them without any below." in told
    assert first["occupation"] == {"code": "01.1", "label": "yurt keeper"}
    assert second["occupation"] == {"code": "07", "label": "yak herder"}
    assert await town.count("imported_classifications") == 1

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from holdfast.up.addresses import Addresses, PortTaken, anywhere, choose


def _all_but(*taken: int) -> Callable[[int], bool]:
    return lambda port: port not in taken


def test_a_first_start_gets_the_usual_addresses_without_a_word() -> None:
    choice = choose(remembered=None, gateway_port=None, is_free=_all_but(), any_free=lambda: 1)
    assert choice.addresses == Addresses()
    assert choice.notes == ()
    assert choice.addresses.by_name() == {
        "gateway": 8400,
        "gateway_metrics": 8401,
        "households": 8410,
        "households_grpc": 8411,
        "employment": 8420,
        "employment_grpc": 8421,
        "risk": 8430,
        "risk_grpc": 8431,
        "postgres": 8440,
        "nats": 8450,
    }


def test_a_second_copy_moves_to_the_next_hundred_as_a_whole_and_says_so() -> None:
    choice = choose(remembered=None, gateway_port=None, is_free=_all_but(8440), any_free=lambda: 1)
    assert (choice.addresses.gateway, choice.addresses.postgres) == (8500, 8540)
    assert len(choice.notes) == 1
    assert "used by other programs" in choice.notes[0]


def test_remembered_addresses_are_kept_while_they_are_free() -> None:
    remembered = Addresses(gateway=9999, postgres=7000)
    choice = choose(remembered=remembered, gateway_port=None, is_free=_all_but(8400), any_free=lambda: 1)
    assert choice.addresses == remembered
    assert choice.notes == ()


def test_the_others_follow_a_gateway_port_that_was_asked_for() -> None:
    for remembered in (None, Addresses()):
        choice = choose(remembered=remembered, gateway_port=9400, is_free=_all_but(8400), any_free=lambda: 1)
        assert choice.addresses.by_name() == {
            "gateway": 9400,
            "gateway_metrics": 9401,
            "households": 9410,
            "households_grpc": 9411,
            "employment": 9420,
            "employment_grpc": 9421,
            "risk": 9430,
            "risk_grpc": 9431,
            "postgres": 9440,
            "nats": 9450,
        }
        assert choice.notes == ()


def test_a_gateway_that_is_asked_for_where_it_is_keeps_its_neighbours() -> None:
    remembered = Addresses(gateway=9400, postgres=7000)
    choice = choose(remembered=remembered, gateway_port=9400, is_free=_all_but(), any_free=lambda: 1)
    assert choice.addresses == remembered
    assert choice.notes == ()


def test_where_a_port_behind_the_gateways_is_taken_the_others_move_and_that_is_said() -> None:
    choice = choose(remembered=None, gateway_port=9400, is_free=_all_but(9410), any_free=lambda: 1)
    assert choice.addresses == Addresses(gateway=9400)
    (note,) = choice.notes
    assert note.endswith("postgres, nats moved.")


@pytest.mark.parametrize("port", [8401, 8410, 8450, 65_535])
def test_no_two_parts_are_ever_given_one_port(port: int) -> None:
    choice = choose(remembered=None, gateway_port=port, is_free=_all_but(port + 40), any_free=lambda: 1)
    assert choice.addresses.gateway == port
    assert len(set(choice.addresses.by_name().values())) == 10


def test_a_gateway_port_that_was_asked_for_and_is_taken_is_refused() -> None:
    with pytest.raises(PortTaken, match="9400") as caught:
        choose(remembered=None, gateway_port=9400, is_free=_all_but(9400), any_free=lambda: 1)
    assert caught.value.code == "PORT_TAKEN"


def test_where_every_hundred_is_taken_any_free_ports_do() -> None:
    free = count(20_001)
    choice = choose(remembered=None, gateway_port=9400, is_free=lambda port: port == 9400, any_free=lambda: next(free))
    assert choice.addresses.gateway == 9400
    assert sorted(choice.addresses.by_name().values()) == [9400, *range(20_002, 20_011)]


def test_addresses_beside_others_are_all_different_even_if_a_port_is_offered_twice() -> None:
    offered = iter([1, 1, 2, 3, 2, 4, 5, 6, 7, 8, 9, 10])
    assert sorted(anywhere(lambda: next(offered)).by_name().values()) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]


def test_addresses_are_read_back_as_they_were_saved(tmp_path: Path) -> None:
    file = tmp_path / "addresses.json"
    Addresses(gateway=9001).save(file)
    assert Addresses.load(file) == Addresses(gateway=9001)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"gateway": 1}', '{"gateway": "x"}'])
def test_an_unreadable_memory_of_addresses_counts_as_none(tmp_path: Path, content: str) -> None:
    file = tmp_path / "addresses.json"
    file.write_text(content)
    assert Addresses.load(file) is None
    assert Addresses.load(tmp_path / "missing") is None

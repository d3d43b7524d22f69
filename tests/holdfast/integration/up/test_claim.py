"""Ports held for systems that have not begun to listen."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier

import pytest

from chassis.embedded.ports import free_port
from holdfast.up.addresses import Addresses, PortTaken, anywhere
from holdfast.up.claim import Claim


def ports(claim: Claim) -> set[int]:
    return set(claim.addresses.by_name().values())


@contextmanager
def claimed(data: Path, *, gateway_port: int | None = None, beside_others: bool = False) -> Iterator[Claim]:
    claim = Claim.take(data, gateway_port=gateway_port, beside_others=beside_others)
    try:
        yield claim
    finally:
        claim.release()


@contextmanager
def listening(port: int) -> Iterator[None]:
    with socket.create_server(("127.0.0.1", port)):
        yield


def remember(data: Path) -> Addresses:
    (data / "run").mkdir()
    addresses = anywhere(free_port)
    addresses.save(data / "run" / "addresses.json")
    return addresses


def test_systems_that_start_at_the_same_moment_share_no_port(tmp_path: Path) -> None:
    together = Barrier(6)

    def take(number: int) -> Claim:
        together.wait()
        return Claim.take(tmp_path / str(number), gateway_port=None, beside_others=number == 5)

    with ThreadPoolExecutor(6) as pool:
        claims = list(pool.map(take, range(6)))
    try:
        assert [len(ports(claim)) for claim in claims] == [10] * 6
        assert len(set().union(*(ports(claim) for claim in claims))) == 60
    finally:
        for claim in claims:
            claim.release()


def test_what_a_system_gave_back_is_there_for_the_next_one(tmp_path: Path) -> None:
    remembered = remember(tmp_path)
    with claimed(tmp_path) as first:
        assert first.addresses == remembered
        with claimed(tmp_path) as second:
            assert not ports(first) & ports(second)
            assert len(second.notes) == 1
    with claimed(tmp_path) as third:
        assert third.addresses == remembered


def test_a_gateway_port_that_another_system_is_about_to_use_is_refused(tmp_path: Path) -> None:
    with claimed(tmp_path, beside_others=True) as first:
        wanted = first.addresses.gateway
        with pytest.raises(PortTaken, match=str(wanted)), claimed(tmp_path, gateway_port=wanted):
            pass
    with claimed(tmp_path, gateway_port=wanted) as second:
        assert second.addresses.gateway == wanted


@pytest.mark.parametrize("beside_others", [False, True])
def test_a_port_that_is_lost_to_another_program_moves_the_system(tmp_path: Path, beside_others: bool) -> None:
    remember(tmp_path)
    with claimed(tmp_path, beside_others=beside_others) as claim:
        before = claim.addresses
        assert not claim.move()
        assert claim.addresses == before
        with listening(before.postgres):
            assert claim.move()
            assert before.postgres not in ports(claim)
        with listening(claim.addresses.nats):
            assert claim.move()


def test_a_gateway_port_that_was_asked_for_and_is_lost_is_said(tmp_path: Path) -> None:
    with claimed(tmp_path, gateway_port=free_port()) as claim:
        wanted = claim.addresses.gateway
        with listening(wanted), pytest.raises(PortTaken, match=str(wanted)):
            claim.move()

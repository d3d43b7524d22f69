from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.embedded.binaries import copy_binaries, installed_binaries


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="holdfast-binaries-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


def test_the_installed_programs_run_and_are_of_the_versions_that_are_pinned() -> None:
    binaries = installed_binaries()
    said = [
        subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout.strip()
        for program in (binaries.postgres, binaries.initdb, binaries.nats_server)
    ]
    assert said == ["postgres (PostgreSQL) 18.6", "initdb (PostgreSQL) 18.6", "nats-server: v2.15.1"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become someone else")
def test_a_copy_can_be_executed_by_an_account_that_is_neither_owner_nor_in_the_group(folder: Path) -> None:
    previous = os.umask(0o077)
    try:
        copied = copy_binaries(folder)
    finally:
        os.umask(previous)
    for program in (copied.postgres, copied.initdb, copied.nats_server):
        finished = subprocess.run(
            [program, "--version"], check=True, capture_output=True, user=65534, group=65534, extra_groups=[], cwd="/"
        )
        assert finished.returncode == 0


def test_a_copy_is_made_once_and_an_interrupted_one_is_not_taken_for_it(folder: Path) -> None:
    left_behind = folder / f"left.partial-{os.getpid()}"
    left_behind.mkdir()
    first = copy_binaries(folder)
    stamp = first.postgres.stat().st_ctime_ns
    assert copy_binaries(folder) == first
    assert first.postgres.stat().st_ctime_ns == stamp
    assert first.postgres.is_relative_to(folder)

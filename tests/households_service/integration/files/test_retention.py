"""Uploaded files go after ninety days, and what no row speaks of goes too."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from chassis.clock import FixedClock
from chassis.identity import SYSTEM_ACTOR
from chassis.ids import new_id
from households_service.files.domain import FileNotStored, FilePurpose
from households_service.files.service import keep_upload, sweep_files
from households_service.files.store import FileDamaged, FileStore
from tests.households_service.county import County
from tests.households_service.factories import COUNTY


@pytest.fixture
def store(county: County, tmp_path: Path) -> FileStore:
    return FileStore(folder=tmp_path / "files", vault=county.vault)


async def test_a_file_is_kept_for_ninety_days_and_no_longer(county: County, store: FileStore) -> None:
    async with county.begin() as uow:
        kept = await keep_upload(
            uow,
            store,
            purpose=FilePurpose.REGISTRY_IMPORT,
            file_name="a.csv",
            content=b"a,b\n1,2\n",
            area_path=COUNTY,
        )
    start = county.clock.at
    try:
        county.clock.at = start + timedelta(days=90)
        async with county.begin() as uow:
            await sweep_files(uow, store)
        assert list(store.ids()) == [kept.id]
        county.clock.at = start + timedelta(days=90, seconds=1)
        async with county.begin() as uow:
            await sweep_files(uow, store)
        assert list(store.ids()) == []
        async with county.begin() as uow:
            with pytest.raises(FileNotStored):
                await uow.files.get(kept.id)
    finally:
        county.clock.at = start


async def test_a_file_of_a_broken_off_upload_is_swept_after_a_day(county: County, store: FileStore) -> None:
    orphan = new_id()
    store.put(orphan, b"left behind")
    at = orphan.int >> 80
    clock = FixedClock(county.clock.at.fromtimestamp(at / 1000, tz=county.clock.at.tzinfo))
    moved = County(county.database, clock=clock, vault=county.vault, rules=county.rules)
    async with moved.begin(SYSTEM_ACTOR) as uow:
        await sweep_files(uow, store)
    assert list(store.ids()) == [orphan]
    clock.advance(timedelta(days=1, seconds=1))
    async with moved.begin(SYSTEM_ACTOR) as uow:
        await sweep_files(uow, store)
    assert list(store.ids()) == []


def test_a_file_changed_on_disk_does_not_open(county: County, store: FileStore) -> None:
    file_id = new_id()
    content = bytes(range(256)) * 30_000
    store.put(file_id, content)
    with pytest.raises(FileDamaged):
        store.get(file_id, "0" * 64)

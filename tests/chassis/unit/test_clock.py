from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from chassis.clock import OffsetClock, WallClock, civil_date, end_of_day

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_the_civil_date_is_the_day_where_people_live() -> None:
    assert civil_date(datetime(2020, 9, 17, 16, 0, tzinfo=UTC), SHANGHAI) == date(2020, 9, 18)
    assert civil_date(datetime(2020, 9, 17, 15, 59, 59, tzinfo=UTC), SHANGHAI) == date(2020, 9, 17)


def test_a_day_ends_when_it_is_midnight_there() -> None:
    assert end_of_day(date(2020, 9, 23), SHANGHAI) == datetime(2020, 9, 23, 16, 0, tzinfo=UTC)


def test_all_readers_of_one_file_move_together(tmp_path: Path) -> None:
    mover, reader = OffsetClock(tmp_path / "run" / "offset"), OffsetClock(tmp_path / "run" / "offset")
    assert reader.offset() == timedelta(0)

    mover.set_offset(timedelta(hours=-72))
    assert reader.offset() == timedelta(hours=-72)
    mover.set_offset(timedelta(days=-2000, seconds=0.5))

    assert reader.offset() == timedelta(days=-2000, seconds=0.5)
    assert timedelta(days=1999, hours=23) < WallClock().now() - reader.now() < timedelta(days=2001)

from __future__ import annotations

import os
from pathlib import Path

import pytest

from chassis.embedded import EngineFailed
from chassis.embedded.engines import closed_part, make_data_folder


def test_the_data_folder_of_an_ordinary_user_is_closed_and_roots_may_be_passed_through(tmp_path: Path) -> None:
    data = make_data_folder(tmp_path / "a" / "data")
    assert data.stat().st_mode & 0o777 == (0o711 if os.geteuid() == 0 else 0o700)
    assert make_data_folder(data) == data
    assert closed_part(data) is None


def test_a_data_folder_that_cannot_be_made_is_refused_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineFailed, match=r"cannot be made: .* Set HOLDFAST_DATA"):
        make_data_folder(tmp_path / "file" / "data")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_part_of_ones_own_that_is_closed_is_named_with_the_way_to_open_it(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir(mode=0o000)
    with pytest.raises(EngineFailed, match=r"secrets is yours, but closed to you\. Open it: chmod -R u\+rwX"):
        make_data_folder(tmp_path)

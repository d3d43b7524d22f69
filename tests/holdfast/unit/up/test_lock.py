from __future__ import annotations

import os
from pathlib import Path

import pytest

from holdfast.up.lock import AlreadyRunning, Lock, holder


def test_a_second_supervisor_on_the_same_folder_is_refused_and_told_who_runs(tmp_path: Path) -> None:
    lock = Lock.take(tmp_path)
    with pytest.raises(AlreadyRunning, match=f"process {os.getpid()}"):
        Lock.take(tmp_path)
    assert holder(tmp_path) == os.getpid()
    lock.release()
    lock.release()
    assert holder(tmp_path) is None
    Lock.take(tmp_path).release()


def test_a_folder_that_never_ran_has_no_holder(tmp_path: Path) -> None:
    assert holder(tmp_path) is None
    assert list(tmp_path.iterdir()) == []

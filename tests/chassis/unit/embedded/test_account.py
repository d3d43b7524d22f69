from __future__ import annotations

from pathlib import Path

import pytest

from chassis.embedded.account import Account, Manner, make_folder

_DROPPED = Account(manner=Manner.DROPPED, uid=65534, gid=65534)
_NAMESPACE = Account(manner=Manner.NAMESPACE, uid=65534, gid=65534)
_DIRECT = Account(manner=Manner.DIRECT, uid=1000, gid=1000)


def test_root_gives_up_every_group_with_its_rights() -> None:
    assert _DROPPED.child_options() == {"user": 65534, "group": 65534, "extra_groups": []}
    assert _DROPPED.command("postgres", "-D", Path("/d")) == ["postgres", "-D", "/d"]


def test_an_ordinary_user_starts_the_program_as_it_is() -> None:
    assert _DIRECT.child_options() == {}
    assert _DIRECT.command("postgres") == ["postgres"]


def test_in_a_namespace_the_program_runs_behind_unshare() -> None:
    assert _NAMESPACE.child_options() == {}
    assert _NAMESPACE.command("postgres") == [
        "unshare", "--user", "--map-user=65534", "--map-group=65534", "--", "postgres",
    ]  # fmt: skip


@pytest.mark.parametrize("mode", [0o700, 0o711])
def test_a_folder_gets_its_mode_whatever_the_umask_and_keeps_it_afterwards(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "outer" / "inner"
    make_folder(folder, mode=mode)
    assert folder.stat().st_mode & 0o777 == mode
    make_folder(folder, mode=0o755)
    assert folder.stat().st_mode & 0o777 == mode

"""As whom the engines run.

PostgreSQL refuses to run as root. An ordinary user runs it directly. Root gives its rights up in the child
process (to `nobody`, or to whoever owns the cluster already); where that account cannot reach the data
folder, because a parent folder is closed to all but root, the engine runs in a user namespace instead, in
which root's own files belong to an ordinary user. No account is created and no parent folder is opened.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TypedDict

from chassis.embedded.binaries import Binaries, copy_binaries, installed_binaries
from chassis.embedded.failures import EngineFailed


class Manner(Enum):
    DIRECT = "direct"
    DROPPED = "dropped"
    NAMESPACE = "namespace"


class ChildOptions(TypedDict, total=False):
    """Keyword arguments of `subprocess.Popen` that give root's rights up between fork and exec."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    manner: Manner
    uid: int
    gid: int

    def command(self, *argv: str | Path) -> list[str]:
        plain = [str(word) for word in argv]
        if self.manner is not Manner.NAMESPACE:
            return plain
        return ["unshare", "--user", f"--map-user={self.uid}", f"--map-group={self.gid}", "--", *plain]

    def child_options(self) -> ChildOptions:
        if self.manner is not Manner.DROPPED:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, folder: Path) -> None:
        """Make the account owner of everything below `folder`: the manner may have changed since."""
        if self.manner is Manner.DIRECT:
            return
        uid, gid = (self.uid, self.gid) if self.manner is Manner.DROPPED else (os.geteuid(), os.getegid())
        if folder.stat().st_uid == uid:
            return
        for place, folders, files in os.walk(folder):
            for name in (*folders, *files):
                os.chown(Path(place, name), uid, gid, follow_symlinks=False)
        # The folder itself last: an interrupted change of owner is noticed and repeated.
        os.chown(folder, uid, gid)

    def own_file(self, file: Path) -> None:
        if self.manner is Manner.DROPPED:
            os.chown(file, self.uid, self.gid)


def make_folder(folder: Path, *, mode: int) -> None:
    """Make a folder of ours with exactly this mode, whatever the umask; one that is there keeps its own."""
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(mode)


def settle_account(data: Path, *, cluster: Path, may_copy: bool = True) -> tuple[Account, Binaries]:
    """Choose the first manner that really works here, by trying it, and the programs it can execute.

    With `may_copy=False` nothing is written: where the programs would have to be copied for the account,
    they are named where they lie now. Raises EngineFailed with a remedy when no manner works.
    """
    binaries = installed_binaries()
    if os.geteuid() != 0:
        return _ordinary_account(binaries), binaries
    owner = _unprivileged(cluster)
    dropped = Account(manner=Manner.DROPPED, uid=owner.pw_uid, gid=owner.pw_gid)
    if _reaches(dropped, data):
        if _executes(dropped, binaries):
            return dropped, binaries
        if not may_copy:
            return dropped, binaries
        copied = copy_binaries(data / "engines")
        if _executes(dropped, copied):
            return dropped, copied
    namespace = Account(manner=Manner.NAMESPACE, uid=_nobody().pw_uid, gid=_nobody().pw_gid)
    if _executes(namespace, binaries):
        return namespace, binaries
    raise EngineFailed(
        f"The account {owner.pw_name} cannot enter the data folder {data}, and user namespaces are not allowed.",
        remedy="Set HOLDFAST_DATA to a folder whose parents everyone may enter, such as /var/lib/holdfast, "
        "or run as an ordinary user.",
    )


def _ordinary_account(binaries: Binaries) -> Account:
    direct = Account(manner=Manner.DIRECT, uid=os.geteuid(), gid=os.getegid())
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        # initdb looks its caller up by name. Inside a namespace an account without a name can be one with.
        named = Account(manner=Manner.NAMESPACE, uid=_nobody().pw_uid, gid=_nobody().pw_gid)
        if _executes(named, binaries):
            return named
        raise EngineFailed(
            f"The user id {os.geteuid()} has no name on this machine, and PostgreSQL needs one.",
            remedy="Run as a user that is listed in /etc/passwd, or allow user namespaces.",
        ) from None
    if not _executes(direct, binaries):
        raise EngineFailed(
            f"The program {binaries.postgres} cannot be executed.",
            remedy="Put the project on a file system without the `noexec` option.",
        )
    return direct


def _unprivileged(cluster: Path) -> pwd.struct_passwd:
    """Whoever owns the cluster already, when that is not root; else `nobody`."""
    if cluster.exists() and cluster.stat().st_uid != 0:
        try:
            return pwd.getpwuid(cluster.stat().st_uid)
        except KeyError:
            pass
    return _nobody()


def _nobody() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        ordinary = [entry for entry in pwd.getpwall() if entry.pw_uid > 0]
        if not ordinary:
            raise EngineFailed(
                "This machine knows no account beside root.", remedy="Run as an ordinary user."
            ) from None
        return max(ordinary, key=lambda entry: entry.pw_uid)


def _reaches(account: Account, data: Path) -> bool:
    return _succeeds(account, "test", "-x", data)


def _executes(account: Account, binaries: Binaries) -> bool:
    if account.manner is Manner.NAMESPACE and shutil.which("unshare") is None:
        return False
    return _succeeds(account, binaries.postgres, "--version") and _succeeds(account, binaries.nats_server, "--version")


def _succeeds(account: Account, *argv: str | Path) -> bool:
    try:
        finished = subprocess.run(
            account.command(*argv),
            check=False,
            capture_output=True,
            timeout=20,
            cwd="/",
            **account.child_options(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return finished.returncode == 0

"""Every service imports alone: with what its lock file installs, the chassis and the contracts, and no other."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from holdfast.settings import ROOT

_PROCESSES = ("gateway", "households", "employment", "risk")
_IMPORT_ALL = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
names = [module.name for module in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
for name in names:
    if not name.endswith("__main__") and ".migrations." not in name:
        importlib.import_module(name)
print(len(names))
"""


def _locked(process: str) -> dict[str, str]:
    """Name and version of what the lock installs on this machine."""
    lines = (ROOT / "requirements" / f"{process}.txt").read_text().splitlines()
    pinned = {}
    for line in lines:
        match = re.match(r"([A-Za-z0-9_.-]+)==([^ ;\\]+)(?: ; (.*?))?(?: \\)?$", line)
        if match and not _for_other_machines(match.group(3)):
            pinned[match.group(1)] = match.group(2)
    return pinned


def _for_other_machines(marker: str | None) -> bool:
    from packaging.markers import Marker

    return marker is not None and not Marker(marker).evaluate()


_SHARED = {name for name, owners in metadata.packages_distributions().items() if len(set(owners)) > 1}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sites")


@pytest.mark.parametrize("process", _PROCESSES)
def test_a_process_imports_with_its_own_install_set(process: str, site: Path) -> None:
    package = process if process == "gateway" else f"{process}_service"
    environment = site / process
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    for name, version in _locked(process).items():
        _install_from_here(name, version, packages)
    app = environment / "app"
    for folder in ("chassis", package):
        shutil.copytree(ROOT / folder, app / folder)
    shutil.copytree(ROOT / "proto" / "contracts", app / "proto" / "contracts")
    finished = subprocess.run(
        [environment / "bin" / "python", "-c", _IMPORT_ALL, package],
        check=False, capture_output=True, text=True, cwd=app,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{app}:{app / 'proto'}"},
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    assert int(finished.stdout) > 5


def _install_from_here(name: str, version: str, packages: Path) -> None:
    """Link the files of an installed distribution: the same files the lock would install, without a network."""
    distribution = metadata.distribution(name)
    assert distribution.version == version, f"{name}: the lock says {version}, .venv has {distribution.version}"
    for file in distribution.files or []:
        # A folder that no other distribution shares is linked as a whole.
        shared = file.parts[0] in _SHARED
        target = packages / (file if shared else file.parts[0])
        source = Path(str(file.locate())) if shared else Path(str(distribution.locate_file(file.parts[0])))
        if file.parts[0] == ".." or not source.exists() or target.is_symlink():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(source)

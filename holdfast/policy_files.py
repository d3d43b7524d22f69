"""Policy packs as files of whoever calls."""

from __future__ import annotations

from pathlib import Path

from chassis.errors import NotFound
from risk_service.policy.domain import PolicyPack
from risk_service.policy.reading import read_pack
from risk_service.policy.section import PolicyPackMalformed


class PolicyFileMissing(NotFound):
    code = "POLICY_FILE_MISSING"


def read_policy_file(file: Path) -> tuple[str, PolicyPack]:
    """Its text and what it says. Raises PolicyFileMissing or PolicyPackMalformed."""
    try:
        source = file.read_text(encoding="utf-8")
    except (FileNotFoundError, IsADirectoryError):
        raise PolicyFileMissing(f"There is no file {file.name}.") from None
    except UnicodeDecodeError:
        raise PolicyPackMalformed(f"{file.name} is not UTF-8.") from None
    return source, read_pack(source)

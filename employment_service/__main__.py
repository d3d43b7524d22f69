from __future__ import annotations

from chassis.service import run
from employment_service.main import PROGRAM

run(PROGRAM)

from __future__ import annotations

from chassis.service import run
from households_service.main import PROGRAM

run(PROGRAM)

from __future__ import annotations

from chassis.starting import run
from households_service.main import PROGRAM

run(PROGRAM)

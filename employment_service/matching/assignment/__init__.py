"""Who goes where, when places are few: exact, with prices that prove it.

A pure engine: arrays in and out. `assign` is its face; loading it loads the compiled loops, so jobs and commands
import it and a starting service does not.
"""

from __future__ import annotations

from employment_service.matching.assignment.domain import Assignment, Edges
from employment_service.matching.assignment.engine import assign, compile_loops

__all__ = ["Assignment", "Edges", "assign", "compile_loops"]

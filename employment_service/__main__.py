from __future__ import annotations

import sys

from chassis.starting import run
from employment_service.main import PROGRAM

if __name__ == "__main__":
    if sys.argv[1:2] == ["rebuild"]:
        from employment_service.copies.command import rebuild_copies

        rebuild_copies(sys.argv[2:])
    elif sys.argv[1:] == ["compile"]:
        from employment_service.matching.compiling import compile_matching
        from employment_service.occupations.compiling import compile_titles

        compile_matching()
        compile_titles()
    else:
        run(PROGRAM)

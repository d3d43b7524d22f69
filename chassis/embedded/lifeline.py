"""A word to the kernel that a process shall not outlive the one that started it, however that ends."""

from __future__ import annotations

import shutil
import signal


def ending_with_parent(number: signal.Signals) -> list[str]:
    """Words before a command: the kernel sends it the signal when its parent is gone, even by kill -9.

    Empty where the machine has no `setpriv` (util-linux). What is left behind then is found and ended by
    the next start. The command keeps its process number.
    """
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", number.name.removeprefix("SIG"), "--"] if setpriv else []

"""Files with personal data on their way: readable by the account that runs the program, and by nobody else."""

from __future__ import annotations

import os


def for_owner_alone(path: str, flags: int) -> int:
    """The `opener` of `open`: a new file gets the mode 0600, whatever the umask of the process is."""
    return os.open(path, flags, 0o600)

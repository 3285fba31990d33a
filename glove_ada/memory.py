"""How much memory a stage took."""

from __future__ import annotations

import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


def reset_peak() -> None:
    """Start measuring anew, where the system can (Linux)."""
    try:
        _CLEAR.write_text("5")
    except OSError:
        pass  # then the peak is that of the whole process so far


def peak_bytes() -> int | None:
    """Return the process's largest resident size since the last reset, in bytes.

    None where the system does not tell (Windows).
    """
    try:
        for line in _STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024

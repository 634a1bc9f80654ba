"""What the operating system knows of a process, and the surroundings a process is started in."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
_TICKS = os.sysconf("SC_CLK_TCK")


class Places(NamedTuple):
    """CPUs: one for the program that is measured, one for the server and the reader."""

    program: int | None
    others: int | None


def places() -> Places:
    """Two CPUs of ours, or nothing where there are none to choose from."""
    cpus = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return Places(cpus[0], cpus[1]) if len(cpus) > 1 else Places(None, None)


def on_cpu(cpu: int | None, *, first: bool = False) -> Callable[[], None]:
    """What a process does to move to that CPU; `first` puts it before all ordinary processes.

    The latter needs root, and keeps out of the figures what else a shared machine has to do.
    """

    def move() -> None:
        if cpu is not None:
            os.sched_setaffinity(0, {cpu})
        if first:
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))

    return move


def environment(home: Path) -> dict[str, str]:
    """A terminal's environment with nothing of the developer's: an empty home, no keys."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "PYTHONPATH": str(ROOT),
    }


def cpu_seconds(pid: int) -> float | None:
    """User and system time of all threads so far; None when the process has gone."""
    with suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_text()
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS
    return None


def busy_seconds(cpu: int | None) -> float:
    """Seconds that a CPU, or all of them together, has worked or was kept from working so far."""
    name = "cpu" if cpu is None else f"cpu{cpu}"
    for line in Path("/proc/stat").read_text().splitlines():
        if line.startswith(name + " "):
            user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, line.split()[1:9])
            return (user + nice + system + irq + softirq + steal) / _TICKS
    return 0.0


class Memory(NamedTuple):
    """Memory of a process in bytes, now and at its peak."""

    now: int
    peak: int


def memory(pid: int) -> Memory | None:
    """What the process has of memory; None when it has gone."""
    with suppress(OSError, KeyError):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        fields = dict(line.split(":", 1) for line in lines if line.startswith("Vm"))
        now, peak = (int(fields[name].split()[0]) << 10 for name in ("VmRSS", "VmHWM"))
        return Memory(now, peak)
    return None

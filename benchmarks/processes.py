"""What the server's processes use: processor time and memory, read from the kernel (Linux)."""

import os
from pathlib import Path

TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def _members(group: int) -> list[list[str]]:
    """Return the /proc/<pid>/stat fields (from the state on) of each process of a group."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[2]) == group:
            found.append(fields)
    return found


def cpu_seconds(group: int) -> float:
    """Return the processor time used so far by all processes of a group, in user and kernel mode."""
    return sum(int(fields[11]) + int(fields[12]) for fields in _members(group)) * TICK_SECONDS


def largest_memory_bytes(group: int) -> int:
    """Return the resident memory of the largest process of a group: the worker that serves."""
    return max(int(fields[21]) for fields in _members(group)) * PAGE_BYTES


def private_bytes(process_id: int) -> int:
    """Return what a process holds alone, not shared with those it was forked with: what one more takes of the machine."""
    told = Path(f"/proc/{process_id}/smaps_rollup").read_text(encoding="ascii")
    return sum(int(line.split()[1]) * 1024 for line in told.splitlines() if line.startswith("Private_"))


def children(process_id: int) -> list[int]:
    """Return the processes that one started, those that they started excluded."""
    listed = Path(f"/proc/{process_id}/task/{process_id}/children").read_text(encoding="ascii")
    return [int(each) for each in listed.split()]

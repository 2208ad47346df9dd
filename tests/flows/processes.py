"""Which processes another one has started, by `ps`."""

from __future__ import annotations

import subprocess


def _all() -> list[tuple[int, int, str, str]]:
    """Return number, parent, state and command of every process."""
    ps = ["ps", "-e", "-o", "pid=,ppid=,stat=,args="]
    lines = subprocess.run(ps, capture_output=True, text=True, check=True).stdout.splitlines()
    fields = [line.split(None, 3) for line in lines]
    return [(int(f[0]), int(f[1]), f[2], f[3] if len(f) > 3 else "") for f in fields]


def descendants(ancestor: int, command: str) -> list[int]:
    """Return the processes below one whose command holds some words, guards left out."""
    found, family = [], {ancestor}
    processes = _all()
    while new := {pid for pid, parent, _s, _c in processes if parent in family} - family:
        family |= new
    for pid, _parent, _state, args in processes:
        if pid in family and pid != ancestor and command in args and "flows.guard" not in args:
            found.append(pid)
    return found


def children(parent: int) -> list[int]:
    """Return the processes that one has started itself."""
    return [pid for pid, by, _state, _args in _all() if by == parent]


def is_alive(number: int) -> bool:
    """Tell whether a process runs; one that has ended but was not waited for does not."""
    return any(pid == number and not state.startswith("Z") for pid, _p, state, _a in _all())

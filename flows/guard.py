"""Runs a command that must not outlive its starter, however that ends: `python -m flows.guard`.

The starter holds the other end of our standard input. When it goes, even by SIGKILL, the
system closes that end, and the command is stopped.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_STOPPING_SECONDS: Final = 30.0


def start_guarded(
    command: Sequence[str], environment: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    """Start a command under guard, its output appended to a file."""
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - Our own interpreter; the command is ours too.
            [sys.executable, "-m", "flows.guard", *command],
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def stop_guarded(process: subprocess.Popen[bytes]) -> None:
    """Let go of a guarded command and wait until all of it has ended."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(_STOPPING_SECONDS + 5)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def main(command: Sequence[str]) -> int:
    """Run a command until it ends or our standard input does; return its exit code."""
    # A terminal's Ctrl+C is for the starter to answer; SIGTERM is passed on.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as child:  # noqa: S603 - As above.
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        threading.Thread(target=_watch, args=(child,), daemon=True).start()
        return child.wait()


def _watch(child: subprocess.Popen[bytes]) -> None:
    # Not through sys.stdin, whose lock a thread must not hold when the interpreter ends.
    while os.read(0, 1):
        continue
    child.terminate()
    try:
        child.wait(_STOPPING_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(os.getpgid(0), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Runs server, UI and schedules until told to stop: `python -m flows.up CONFIG VAR`."""

from __future__ import annotations

import fcntl
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flows.guard import start_guarded, stop_guarded
from flows.server import PrefectServer, free_port
from lsplan_workflow import bootstrap
from lsplan_workflow.clock import SystemClock
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.terminal.exit_codes import DONE
from lsplan_workflow.terminal.failures import explain
from lsplan_workflow.terminal.language import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LOOK_SECONDS: Final = 1.0
_STARTING_SECONDS: Final = 120.0
_LONGEST_PAUSE: Final = 60.0


def tell(vi: str, en: str) -> None:
    """Print a sentence in the language of the command line, at once."""
    print(say(vi, en), flush=True)  # noqa: T201 - A command.


@dataclass
class Child:
    """A process that is started again whenever it dies, after a pause that grows."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    _pause: float = field(default=0.0, repr=False)

    def look_after(self) -> bool:
        """Start the process if it does not run and its pause is over; tell if it started."""
        if self.process is not None and self.process.poll() is None:
            return False
        if self.process is not None:
            self.process = None
            self.deaths += 1
            self._pause = min(2.0 ** min(self.deaths, 6), _LONGEST_PAUSE)
            tell(f"{self.name} đã dừng; khởi động lại.", f"{self.name} died; starting it again.")
        if self._pause > 0:
            self._pause -= _LOOK_SECONDS
            return False
        self.process = self.start()
        return True

    def stop(self) -> None:
        """Stop the process and all it started."""
        if self.process is None or self.process.poll() is not None:
            return
        stop_guarded(self.process)


def supervise(place: bootstrap.Place, *, port: int | None = None) -> None:
    """Keep a server and the served flows running until SIGTERM or SIGINT.

    Raise RequestError if somebody does so already in this place.
    """
    folder = place.var.resolve() / "prefect"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone(folder), _told_to_stop() as stop:
        server = PrefectServer(folder, port or free_port())
        # Only who runs alone may say where the server is.
        server.write_profile()
        children = _children(place, server)
        try:
            _run(server, children, stop)
        finally:
            for child in reversed(children):
                child.stop()
            tell("Đã dừng.", "Stopped.")


def _children(place: bootstrap.Place, server: PrefectServer) -> list[Child]:
    """Return the server and the served flows, neither of them started."""
    environment = server.environment() | {
        "LSPLAN_CONFIG": str(place.config.resolve()),
        "LSPLAN_VAR": str(place.var.resolve()),
    }

    def serve() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "flows.serve"]
        return start_guarded(command, environment, server.folder / "flows.log")

    return [Child("Prefect", server.start), Child("Flows", serve)]


def _run(server: PrefectServer, children: list[Child], stop: threading.Event) -> None:
    prefect, flows = children
    announced = False
    while not stop.is_set():
        if prefect.look_after():
            _await_health(server, prefect, stop)
        if not stop.is_set() and server.is_healthy():
            flows.look_after()
            if not announced:
                _announce(server)
                announced = True
        stop.wait(_LOOK_SECONDS)


def _await_health(server: PrefectServer, prefect: Child, stop: threading.Event) -> None:
    tell("Đang khởi động máy chủ Prefect…", "Starting the Prefect server…")
    waited = 0.0
    while waited < _STARTING_SECONDS and not stop.is_set() and not server.is_healthy():
        if prefect.process is not None and prefect.process.poll() is not None:
            return
        stop.wait(_LOOK_SECONDS)
        waited += _LOOK_SECONDS
    if waited >= _STARTING_SECONDS:
        log = server.folder / "server.log"
        tell(f"Máy chủ Prefect chưa trả lời; xem {log}.", f"Prefect does not answer; see {log}.")


def _announce(server: PrefectServer) -> None:
    tell(
        f"Giao diện: {server.ui_url} – tên và mật khẩu trong {server.password_file}\n"
        f"Lệnh prefect: PREFECT_HOME={server.folder} prefect …\n"
        "Lịch đang chạy; nhấn Ctrl+C để dừng.",
        f"UI: {server.ui_url} – name and password in {server.password_file}\n"
        f"The prefect command: PREFECT_HOME={server.folder} prefect …\n"
        "The schedules are running; press Ctrl+C to stop.",
    )


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which the system frees however the process ends."""
    with (folder / "up.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RequestError(
                Text(
                    f"`lsplan up` đang chạy sẵn với dữ liệu trong {folder.parent}.",
                    f"`lsplan up` is running already on {folder.parent}.",
                )
            ) from None
        yield


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """Give an event that SIGTERM and SIGINT set."""
    stop = threading.Event()
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, lambda *_: stop.set()) for number in numbers]
    try:
        yield stop
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def prepare(place: bootstrap.Place) -> None:
    """Set up an installation where there is none; raise RequestError on a faulty folder."""
    bootstrap.check(place.config)
    if not bootstrap.is_initialised(place):
        bootstrap.initialise(place, rehearsal=False, actor="up")
        tell(f"Đã khởi tạo trong {place.var}.", f"Set up in {place.var}.")
    with bootstrap.opened(place, actor="up") as workplace:
        workplace.channels.check()
        if not isinstance(workplace.clock, SystemClock):
            raise RequestError(
                Text(
                    f"{place.var} là dữ liệu diễn tập, đồng hồ đứng yên; hãy chọn --var khác.",
                    f"{place.var} is a rehearsal, whose clock stands still; choose another --var.",
                )
            )


def main() -> int:
    """Run `lsplan up`; return the exit code."""
    place = bootstrap.Place(Path(sys.argv[1]), Path(sys.argv[2]))
    try:
        prepare(place)
        supervise(place)
    except Exception as error:  # noqa: BLE001 - People get a sentence, never a traceback.
        return explain(error, place.var)
    return DONE


if __name__ == "__main__":
    sys.exit(main())

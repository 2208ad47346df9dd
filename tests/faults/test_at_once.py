"""Several processes at once: every notice leaves once, and no lock reaches anybody."""

from __future__ import annotations

import shutil
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.faults.databases import ON_BOTH_IN_THE_LONG_FORM
from tests.faults.deliveries import log_is_sound, unsent
from tests.faults.province import OPENING

if TYPE_CHECKING:
    from tests.faults.processes import Installation
    from tests.faults.sink import Sink


def run_at_once(installation: Installation, sink: Sink, *, passes: int, notices: int) -> None:
    """Start passes at one moment; all end well, and among them everything left once."""
    before = len(sink.taken)
    workers = [installation.lsplan("tick", name=f"pass-{n}") for n in range(passes)]
    codes = [worker.wait() for worker in workers]
    assert codes == [0] * passes, [worker.said for worker in workers]
    taken = Counter(mail.recipients for mail in sink.taken[before:])
    assert set(taken.values()) == {1}
    assert len(taken) == notices
    sent, waiting = unsent(installation)
    assert (len(sent), waiting) == (notices, set())
    assert log_is_sound(installation)


def again_and_again(installed, sink, *, bureaus: int, times: int) -> None:
    server, url = sink
    for number in range(times):
        installation = installed(bureaus, smtp_url=url, name=f"installation-{number}")
        run_at_once(installation, server, passes=2, notices=bureaus)
        shutil.rmtree(installation.folder)


@ON_BOTH_IN_THE_LONG_FORM
def test_two_passes_at_once_send_everything_once(installed, sink):
    again_and_again(installed, sink, bureaus=20, times=1)


@pytest.mark.long
def test_two_passes_at_once_fifty_times(installed, sink, record_property):
    again_and_again(installed, sink, bureaus=60, times=50)
    record_property("figures", "50 times two passes at once, 60 notices each, each taken once")


def test_four_passes_at_once_send_everything_once(installed, sink):
    server, url = sink
    run_at_once(installed(60, smtp_url=url), server, passes=4, notices=60)


@pytest.mark.long
def test_four_passes_at_once_send_2000_notices_once(installed, sink, record_property):
    server, url = sink
    installation = installed(2000, smtp_url=url)
    installation.done("status", at=OPENING)
    run_at_once(installation, server, passes=4, notices=2000)
    record_property("figures", "4 passes at once, 2000 notices, each taken once")

"""`kill -9` at moments drawn by a seed while notices leave: none is lost, none sent twice.

A second copy is allowed of a mail alone that the server had taken and that was not recorded
yet: of that mail there is one, under the same Message-ID.
"""

from __future__ import annotations

import signal
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from threading import Timer
from typing import TYPE_CHECKING

import pytest

from tests.faults.deliveries import unsent, working_instants

if TYPE_CHECKING:
    from tests.faults.processes import Installation, Worker
    from tests.faults.sink import Sink

MOMENTS = ("named", "handed", "taken", "said")
_LATEST = 0.05


@dataclass
class Killings:
    """What was done to one delivery: how often it was killed, and what was under way then."""

    kills: int = 0
    under_way: list[str] = field(default_factory=list)


class Killer:
    """Ends a worker at a moment of a mail, or a little after it."""

    def __init__(self, worker: Worker, *, mails: int, moment: str, later: float) -> None:
        self._worker, self._mails, self._moment, self._later = worker, mails, moment, later
        self._timer: Timer | None = None

    def __call__(self, moment: str) -> None:
        if self._timer is not None or moment != self._moment:
            return
        self._mails -= 1
        if self._mails >= 0:
            return
        self._timer = Timer(self._later, self._worker.kill)
        if self._later:
            self._timer.start()
        else:
            self._worker.kill()


def deliver_under_kills(
    installation: Installation, sink: Sink, *, notices: int, kills: int, seed: int
) -> Killings:
    """Deliver, killed so often, then once to the end; after each kill look what was under way."""
    drawn, done, instants = Random(seed), Killings(), working_instants()
    while done.kills < kills:
        before = len(sink.taken)
        share = (notices - before) // (kills - done.kills + 1)
        worker = installation.lsplan("tick", at=next(instants), name="life")
        sink.watching = Killer(
            worker,
            mails=drawn.randint(0, max(share, 0)),
            moment=drawn.choice(MOMENTS),
            later=drawn.choice((0.0, drawn.uniform(0, _LATEST))),
        )
        code = worker.wait()
        sink.wait_until_nobody_is_there()
        assert code in {0, -signal.SIGKILL}, worker.said
        # Whoever was done before a late kill came was not killed.
        done.kills += code != 0
        sent, waiting = unsent(installation)
        assert len(waiting) + len(sent) in {0, notices}
        done.under_way += sorted({m.message_id for m in sink.taken[before:]} - sent)
        sink.watching = lambda _moment: None
        if sent and not waiting:
            break
    installation.done("tick", at=next(instants))
    return done


def assert_none_lost_and_none_doubled(
    installation: Installation, sink: Sink, done: Killings, notices: int
) -> None:
    sent, waiting = unsent(installation)
    assert waiting == set()
    copies = Counter(mail.message_id for mail in sink.taken)
    assert set(copies) == sent
    assert len({mail.recipients for mail in sink.taken}) == len(copies) == notices
    assert copies - Counter(sent) == Counter(done.under_way)
    installation.done("audit", "verify")


def test_a_delivery_that_is_killed_again_and_again_loses_and_doubles_nothing(installed, sink):
    server, url = sink
    installation = installed(40, smtp_url=url)
    done = deliver_under_kills(installation, server, notices=40, kills=6, seed=268)
    assert done.kills >= 4
    assert_none_lost_and_none_doubled(installation, server, done, 40)


@pytest.mark.long
@pytest.mark.parametrize("database_of", ["sqlite"], indirect=True)
def test_2000_notices_on_sqlite_outlive_200_kills(installed, sink, record_property):
    long_form(installed, sink, record_property, kills=200)


@pytest.mark.long
@pytest.mark.parametrize("database_of", ["postgres"], indirect=True)
def test_2000_notices_on_postgres_outlive_50_kills(installed, sink, record_property):
    long_form(installed, sink, record_property, kills=50)


def long_form(installed, sink, record_property, *, kills):
    server, url = sink
    installation = installed(2000, smtp_url=url)
    done = deliver_under_kills(installation, server, notices=2000, kills=kills, seed=268)
    assert done.kills == kills
    assert_none_lost_and_none_doubled(installation, server, done, 2000)
    record_property(
        "figures",
        f"2000 notices, {done.kills} kills, {len(done.under_way)} second copies, 0 lost",
    )

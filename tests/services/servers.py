"""Ways out for an office's mails: a real SMTP server, and one that is watched or cut short."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

from tests.notify.server import Script, smtp_server


@contextmanager
def served(office, **answers):
    """Let the office send by a real server on loopback; yield its script and the server."""
    script = Script(**answers)
    with smtp_server(script) as server:
        office.over(f"mailto://127.0.0.1:{server.port}")
        yield script, server


def recipients(script):
    """Return the envelope's recipients of each mail that the server took."""
    return [envelope[0] for envelope in script.envelopes]


def contents(script):
    """Return each mail that the server took."""
    return [message_from_bytes(envelope[1], policy=default) for envelope in script.envelopes]


class Killed(Exception):  # noqa: N818 - What happens to the process, not an error of ours.
    """The process ended here."""


class _WatchedBatch:
    def __init__(self, batch, before, after):
        self._batch, self._before, self._after = batch, before, after

    def send(self, mail):
        self._before(mail)
        outcomes = self._batch.send(mail)
        self._after(mail)
        return outcomes


class WatchedChannels:
    """The office's own channels; something happens just before and after each mail."""

    def __init__(self, channels, before, after):
        self._channels, self._before, self._after = channels, before, after

    @contextmanager
    def batch(self):
        with self._channels.batch() as batch:
            yield _WatchedBatch(batch, self._before, self._after)


def _nothing(mail):
    pass


@contextmanager
def watched(office, *, before=_nothing, after=_nothing):
    """Let something happen around each mail that the office sends."""
    place = office.workplace
    watching = WatchedChannels(place.channels, before, after)
    office.workplace = replace(place, channels=watching)
    try:
        yield
    finally:
        office.workplace = replace(office.workplace, channels=place.channels)


def killed(mail):
    """End the process."""
    raise Killed

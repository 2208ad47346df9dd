"""Two passes at once: nothing is sent twice, and both end well."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

from lsplan_workflow.services.reporting_pass import run_pass
from tests.domain.province import local
from tests.services.office import hasty_database

OPENING = local(2025, 9, 3, 7, 30)


def at_once(office, instant, *, shared):
    """Run two passes at the same moment, over one connection pool or over one each."""
    office.at(instant)
    barrier = Barrier(2)
    own = [office.workplace.database]
    url = office.workplace.database.engine.url
    own.append(own[0] if shared else hasty_database(str(url)))
    places = [replace(office.workplace, database=database) for database in own]

    def run(place):
        barrier.wait()
        return run_pass(place)

    try:
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(run, places))
    finally:
        own[1].dispose()


def assert_once(office, results, *, planned):
    assert sum(result.opened for result in results) == 1
    assert sum(result.planned for result in results) == planned
    assert sum(result.sent for result in results) == planned
    assert {row.status for row in office.notices().values()} == {"sent"}
    mails = Counter((m["Message-ID"], m["To"]) for m in office.mails())
    assert set(mails.values()) == {1}
    assert len(mails) == planned


def test_two_threads_of_one_process_send_every_notice_once(real):
    assert_once(real, at_once(real, OPENING, shared=True), planned=85)


def test_two_processes_send_every_notice_once(real):
    assert_once(real, at_once(real, OPENING, shared=False), planned=85)


def test_at_the_end_of_grace_one_report_is_written(opened):
    results = at_once(opened, local(2025, 10, 31, 17), shared=False)
    assert sum(result.consolidated for result in results) == 1
    assert [row.number for row in opened.reports()] == [1]

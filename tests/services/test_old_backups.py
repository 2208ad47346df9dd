"""Backups of earlier revisions come back as they were and are brought forward."""

from __future__ import annotations

import json

import pytest

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.store import audit
from lsplan_workflow.store.migrations import revisions
from tests.services.keeping import BUSY_UNTIL, restated, rewritten, rows_of, without_last_event
from tests.services.office import DAY, KEY

# What each revision added: columns of tables that there were, and tables.
ADDED = {
    "0002": {
        "cycle": ("announced_due_at", "ladder"),
        "obligation": ("revise_by_at", "chased_since", "ladder"),
        "submission": ("recorded_at", "reason"),
        "notice": ("due_on",),
    },
    "0003": {
        "notice": ("obstacle",),
        "obstacle": (),
        "obstacle_step": (),
        "obstacle_document": (),
    },
    "0004": {"notice": ("cause", "channel", "way"), "delivery": ("cause",), "suspect": ()},
    "0005": {"review": ("revise_by_at",)},
    "0006": {"review": ("authority",)},
    "0007": {"obligation": ("granted_at",)},
}


_CHANGED = {table for found in ADDED.values() for table, columns in found.items() if columns}


def rows_in(members, table):
    return [json.loads(line) for line in members[f"tables/{table}.jsonl"].splitlines()]


def put(members, table, rows):
    lines = (
        json.dumps(dict(sorted(r.items())), ensure_ascii=False, separators=(",", ":")) for r in rows
    )
    members[f"tables/{table}.jsonl"] = "".join(f"{line}\n" for line in lines).encode()


def taken_back(members, revision):
    """Take away what a revision and those after it added, as a product of before wrote it."""
    manifest = json.loads(members["manifest.json"])
    for table, columns in ADDED[revision].items():
        if not columns:
            del members[f"tables/{table}.jsonl"], manifest["tables"][table]
            continue
        rows = rows_in(members, table)
        put(members, table, [{k: v for k, v in r.items() if k not in columns} for r in rows])
    if revision == "0003":
        forget_files_of_obstacles(members)
    if revision == "0002":
        write_as_the_first_version(members)
    before = revisions()[revisions().index(revision) - 1]
    members["manifest.json"] = json.dumps(manifest | {"revision": before}).encode()


def forget_files_of_obstacles(members):
    used = {row["sha256"] for row in rows_in(members, "document")}
    used |= {
        row[c] for row in rows_in(members, "consolidation") for c in ("docx_sha256", "xlsx_sha256")
    }
    index = [
        line for line in members["files.jsonl"].splitlines() if json.loads(line)["sha256"] in used
    ]
    members["files.jsonl"] = b"".join(line + b"\n" for line in index)
    for name in [n for n in members if n.startswith("files/") and n[6:] not in used]:
        del members[name]


def write_as_the_first_version(members):
    """It counted the obligations in each cycle's row, and called digests escalations."""
    put(members, "cycle", [row | {"expected_originally": 5} for row in rows_in(members, "cycle")])
    notices = rows_in(members, "notice")
    digests = [row for row in notices if row["kind"] == "digest"]
    assert digests
    for row in digests:
        row["kind"] = "escalation"
    put(members, "notice", notices)


def as_of(revision):
    def change(members):
        for later in reversed(revisions()[revisions().index(revision) + 1 :]):
            taken_back(members, later)
        return restated(members)

    return change


def test_this_test_knows_what_every_revision_added():
    assert list(ADDED) == revisions()[1:]


@pytest.mark.parametrize("revision", revisions())
def test_a_backup_of_an_earlier_revision_is_restored_and_brought_forward(
    busy, saved, target, revision
):
    restored = target.restore(rewritten(saved, as_of(revision)))
    assert restored.manifest.revision == revision
    before = without_last_event(rows_of(busy.workplace.database))
    after = without_last_event(rows_of(target.database))
    lost = {table for r, tables in ADDED.items() if r > revision for table in tables}
    assert {n: rows for n, rows in after.items() if n not in lost} == {
        n: rows for n, rows in before.items() if n not in lost
    }
    for table in lost & _CHANGED:
        assert len(after[table]) == len(before[table])
    with target.database.reading() as session:
        assert audit.verify(session, KEY) is None
    kinds = {row.kind for row in target.office(busy).notices().values()}
    assert "digest" in kinds


def test_the_product_works_on_from_a_backup_of_the_first_revision(busy, saved, target):
    sent = {row.message_id for row in busy.notices(status="sent").values()}
    target.restore(rewritten(saved, as_of("0001")))
    office = target.office(busy)
    office.run(BUSY_UNTIL + DAY)
    office.submit(BUSY_UNTIL + 2 * DAY, "SCT")
    again = {mail["Message-ID"] for mail in office.mails()}
    assert again
    assert again.isdisjoint(sent)


def test_rows_of_another_revision_than_stated_are_refused(saved, target):
    def change(members):
        as_of("0002")(members)
        held = json.loads(members["manifest.json"])
        return restated(
            members | {"manifest.json": json.dumps(held | {"revision": "0001"}).encode()}
        )

    with pytest.raises(RequestError, match="cannot be used"):
        target.restore(rewritten(saved, change))
    assert target.is_untouched()

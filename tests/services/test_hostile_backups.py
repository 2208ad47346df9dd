"""Archives that somebody made up, cut short or damaged: each is refused and nothing is left."""

from __future__ import annotations

import json
import stat
import zipfile
from hashlib import sha256

import pytest

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.store import archive
from lsplan_workflow.store.manifest import is_plain_path
from tests.services.keeping import files_of, restated, rewritten


def refused(target, file, said="cannot be used"):
    before = files_of(target.folder)
    with pytest.raises(RequestError, match=said) as caught:
        target.restore(file)
    assert target.is_untouched() or files_of(target.folder) == before
    assert caught.value.text.vi
    return str(caught.value)


def manifest_with(**stated):
    def change(members):
        held = json.loads(members["manifest.json"]) | stated
        return members | {"manifest.json": json.dumps(held).encode()}

    return change


def configuration_of(name, content=b"x"):
    """Add a file of the configuration under any name, with all hashes right."""

    def change(members):
        held = json.loads(members["manifest.json"])
        held["configuration"][name] = {
            "size": len(content),
            "sha256": sha256(content).hexdigest(),
        }
        return members | {
            "manifest.json": json.dumps(held).encode(),
            f"configuration/{name}": content,
        }

    return change


@pytest.mark.parametrize(
    "name",
    [
        *("/etc/cron.d/x", "../x", "a/../../x", "..", ".", "", "a//b", "./a", "a/", ".hidden"),
        *("a/.b", "a\\b", "a\nb", "//x", "C:\\x", "a\x1bb"),
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(saved, target, name):
    assert not is_plain_path(name)
    refused(target, rewritten(saved, configuration_of(name)))


def test_a_path_into_a_folder_is_restored_there(saved, target):
    target.restore(rewritten(saved, configuration_of("documents/2025/mẫu 1.docx")))
    assert (target.folder / "config" / "documents" / "2025" / "mẫu 1.docx").read_bytes() == b"x"


def test_a_file_that_is_also_a_folder_is_refused(saved, target):
    file = rewritten(saved, configuration_of("program.toml/x"))
    refused(target, file)


def without(name):
    return lambda members: {n: c for n, c in members.items() if not n.startswith(name)}


@pytest.mark.parametrize(
    "name",
    ["tables/notice.jsonl", "files/", "files.jsonl", "configuration/program.toml", "manifest.json"],
)
def test_a_member_that_is_missing_is_named(saved, target, name):
    assert name in refused(target, rewritten(saved, without(name)))


@pytest.mark.parametrize(
    "name", ["unknown.txt", "tables/more.jsonl", "files/" + "0" * 64, "configuration/x", "/etc/x"]
)
def test_a_member_that_no_manifest_names_is_refused(saved, target, name):
    file = rewritten(saved, lambda members: members | {name: b"x"})
    assert name in refused(target, file, "no backup has")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused(saved, target):
    with zipfile.ZipFile(saved, "a") as opened:
        opened.writestr("configuration/program.toml", b"another")
    refused(target, saved, "same name")


@pytest.mark.parametrize(
    "kind", [stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK]
)
def test_what_is_no_plain_file_is_refused(saved, target, kind):
    member = zipfile.ZipInfo("configuration/link")
    member.external_attr = (kind | 0o777) << 16
    with zipfile.ZipFile(saved, "a") as opened:
        opened.writestr(member, b"/etc/passwd")
    refused(target, saved, "configuration/link")


def test_a_folder_as_a_member_is_refused(saved, target):
    refused(target, rewritten(saved, lambda members: members | {"files/ab/": b""}), "files/ab/")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_way_of_packing_that_no_backup_uses_is_refused(saved, target, method):
    with zipfile.ZipFile(saved, "a") as opened:
        opened.writestr("files/x", b"x", method)
    refused(target, saved, "files/x")


def changed(name):
    def change(members):
        (full,) = [n for n in sorted(members) if n.startswith(name)][:1]
        return members | {full: members[full][:-2] + b"?\n"}

    return change


def cut(name):
    def change(members):
        (full,) = [n for n in sorted(members) if n.startswith(name)][:1]
        return members | {full: members[full][:-1]}

    return change


def lengthened(name):
    def change(members):
        (full,) = [n for n in sorted(members) if n.startswith(name)][:1]
        return members | {full: members[full] + b"\0" * 10_000_000}

    return change


@pytest.mark.parametrize("damage", [changed, cut, lengthened])
@pytest.mark.parametrize("name", ["tables/", "files/", "files.jsonl", "configuration/"])
def test_a_member_that_is_not_as_stated_is_refused(saved, target, damage, name):
    refused(target, rewritten(saved, damage(name)))


def test_of_a_bomb_no_more_is_unpacked_than_the_manifest_states(saved):
    def inflate(members):
        (name,) = [n for n in sorted(members) if n.startswith("files/")][:1]
        return members | {name: members[name] + b"\0" * 50_000_000}

    with archive.opened(rewritten(saved, inflate)) as opened:
        digest = next(iter(opened.files))
        taken = bytearray()
        with opened.file(digest) as stream, pytest.raises(RequestError):
            take_all(stream, taken)
    assert len(taken) <= opened.files[digest]


def take_all(stream, taken):
    while block := stream.read(4096):
        taken += block


def test_a_bomb_whose_manifest_tells_the_truth_needs_room_on_the_disk(saved, target):
    digest = sha256(b"bomb").hexdigest()

    def inflate(members):
        line = json.dumps({"size": 10**18, "sha256": digest}).encode() + b"\n"
        lines = sorted([*members["files.jsonl"].splitlines(keepends=True), line], key=digest_in)
        more = {"files.jsonl": b"".join(lines), f"files/{digest}": b"bomb"}
        return restated(members | more)

    refused(target, rewritten(saved, inflate), "too full")


def digest_in(line):
    return json.loads(line)["sha256"]


def test_a_manifest_that_is_a_bomb_is_not_read(saved, target):
    file = rewritten(saved, lambda members: members | {"manifest.json": b" " * 20_000_000})
    refused(target, file, r"manifest\.json")


def test_an_archive_that_is_cut_off_anywhere_is_refused(saved, target):
    whole = saved.read_bytes()
    for share in (0, 1, 10, 50, 90, 99):
        saved.write_bytes(whole[: len(whole) * share // 100])
        refused(target, saved)
    saved.write_bytes(whole[:-1])
    refused(target, saved)


def test_an_archive_whose_end_says_that_members_begin_before_it_is_refused(saved):
    whole = bytearray(saved.read_bytes())
    # Where the list of members begins (APPNOTE 4.3.16), said to be further on than it is.
    at = whole.rindex(b"PK\x05\x06") + 16
    offset = int.from_bytes(whole[at : at + 4], "little")
    whole[at : at + 4] = (offset + len(whole)).to_bytes(4, "little")
    saved.write_bytes(whole)
    with pytest.raises(RequestError, match="missing, cut short"), archive.opened(saved):
        pass


def test_wherever_a_byte_is_changed_it_is_found_or_changes_nothing_that_is_held(saved, tmp_path):
    """Some bytes of a zip archive say nothing of its content: attributes, times of day."""
    whole = bytearray(saved.read_bytes())
    with archive.opened(saved) as opened:
        manifest = opened.manifest
    found, places = 0, range(0, len(whole), len(whole) // 31)
    for place in places:
        damaged = whole.copy()
        damaged[place] ^= 0xFF
        (tmp_path / "damaged.zip").write_bytes(damaged)
        found += is_found_out(tmp_path / "damaged.zip", manifest)
    assert found > len(places) // 2


def is_found_out(file, manifest):
    try:
        with archive.opened(file) as opened:
            opened.verify()
            # All that it holds was compared with hashes that are those of before.
            assert opened.manifest == manifest
    except RequestError:
        return True
    return False


@pytest.mark.parametrize("content", [b"", b"x", b"PK\x05\x06" + b"\0" * 18, b"\x1f\x8b\x08"])
def test_what_is_no_backup_is_refused(tmp_path, target, content):
    file = tmp_path / "b.zip"
    file.write_bytes(content)
    refused(target, file)


def test_a_file_that_is_not_there_or_a_folder_cannot_be_read(tmp_path, target):
    refused(target, tmp_path / "none.zip", "cannot be read")
    refused(target, tmp_path, "cannot be read")


def test_a_later_format_is_refused_with_what_to_do(saved, target):
    file = rewritten(saved, manifest_with(format=2, more="x"))
    refused(target, file, "format 2 of a later version")


def test_a_later_revision_of_the_database_is_refused_with_what_to_do(saved, target):
    file = rewritten(saved, manifest_with(revision="0999", version="9.9"))
    assert "9.9, database 0999" in refused(target, file, "upgrade the product first")


def test_a_revision_that_never_was_is_refused(saved, target):
    refused(target, rewritten(saved, manifest_with(revision="0000")), "its revision is unknown")


@pytest.mark.parametrize(
    "stated",
    [
        {"format": 0},
        {"format": "1"},
        {"revision": "head"},
        {"revision": "../x"},
        {"tables": {"../x": {}}},
        {"tables": []},
        {"files": {"lines": -1, "size": 0, "sha256": "0" * 64}},
        {"made_at": "2025-09-10T09:00:00"},
        {"lost": ["../x"]},
        {"log": {}},
        {"more": 1},
    ],
    ids=str,
)
def test_a_manifest_that_is_wrong_is_refused(saved, target, stated):
    refused(target, rewritten(saved, manifest_with(**stated)))


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"a": 1'])
def test_a_manifest_that_is_no_object_is_refused(saved, target, content):
    file = rewritten(saved, lambda members: members | {"manifest.json": content})
    refused(target, file, r"manifest\.json")


def row(table, **differing):
    """Change the first row of a table, every hash being right."""

    def change(members):
        name = f"tables/{table}.jsonl"
        first, *others = members[name].splitlines(keepends=True)
        held = json.loads(first) | differing
        line = json.dumps(held, ensure_ascii=False, separators=(",", ":"))
        line = line.encode(errors="backslashreplace") + b"\n"
        return restated(members | {name: b"".join([line, *others])})

    return change


@pytest.mark.parametrize(
    ("table", "differing"),
    [
        ("notice", {"attempts": "1"}),
        ("notice", {"attempts": 10**30}),
        ("notice", {"attempts": True}),
        ("notice", {"send_at": "2025-09-10T09:00:00"}),
        ("notice", {"send_at": 5}),
        ("notice", {"due_on": "soon"}),
        ("notice", {"status": None}),
        ("notice", {"key": 7}),
        ("notice", {"more": 7}),
        ("obligation", {"original": 1}),
        ("obligation", {"cycle": "none-2025"}),
        ("obligation", {"covers": float("nan")}),
        ("installation", {"rehearsal": "yes"}),
        ("document", {"sha256": "0" * 64}),
        ("review", {"reason": "\ud800"}),
    ],
    ids=str,
)
def test_a_row_that_the_table_cannot_hold_is_refused(saved, target, table, differing):
    refused(target, rewritten(saved, row(table, **differing)))


def lines_of(table, content):
    return lambda members: restated(members | {f"tables/{table}.jsonl": content})


@pytest.mark.parametrize(
    "content",
    [b"[]\n", b"1\n", b"\n", b"{}\n", b"{", b"[" * 10_000 + b"\n", b"\xff\n", b"9" * 5_000 + b"\n"],
    ids=lambda content: content[:4],
)
def test_a_line_that_is_no_row_is_refused(saved, target, content):
    refused(target, rewritten(saved, lines_of("review", content)))


def test_a_row_that_does_not_come_back_as_it_was_written_is_refused(saved, target):
    """Here two spellings of one row; as well a database that kept less than it was given."""

    def change(members):
        lines = members["tables/review.jsonl"].replace(b'"decided_by":', b'"decided_by": ')
        return restated(members | {"tables/review.jsonl": lines})

    refused(target, rewritten(saved, change), "line 1 of the table review does not come back")


def test_tables_that_the_revision_does_not_have_are_refused(saved, target):
    def change(members):
        held = json.loads(members["manifest.json"])
        held["tables"]["more"] = {"size": 0, "sha256": sha256(b"").hexdigest(), "lines": 0}
        more = {"manifest.json": json.dumps(held).encode(), "tables/more.jsonl": b""}
        return members | more

    refused(target, rewritten(saved, change), "lacks tables")


def test_an_event_that_was_changed_is_found_by_the_chain(saved, target):
    refused(target, rewritten(saved, row("audit_event", actor="nobody")), "from event 1 on")


def test_another_head_than_the_manifest_states_is_refused(saved, target):
    def change(members):
        held = json.loads(members["manifest.json"])
        return restated(members, log=held["log"] | {"events": 5})

    refused(target, rewritten(saved, change), "another head")


def test_an_archive_of_nothing_is_no_installation(saved, target):
    def change(members):
        emptied = {name: b"" for name in members if name.startswith("tables/")}
        emptied["files.jsonl"] = b""
        kept = {n: c for n, c in members.items() if not n.startswith("files/")}
        log = {"events": 0, "head": "0" * 64, "broken_at": None}
        return restated(kept | emptied, log=log)

    refused(target, rewritten(saved, change), "no installation")


def test_one_file_twice_in_the_index_is_refused(saved, target):
    def change(members):
        first = members["files.jsonl"].splitlines(keepends=True)[0]
        return restated(members | {"files.jsonl": first + members["files.jsonl"]})

    refused(target, rewritten(saved, change), r"files\.jsonl")


def test_an_index_that_is_wrong_is_refused(saved, target):
    def change(members):
        return restated(members | {"files.jsonl": b'{"sha256": "../../x", "size": 1}\n'})

    refused(target, rewritten(saved, change), r"files\.jsonl")


def test_a_stored_file_that_no_row_speaks_of_is_refused(saved, target):
    digest = sha256(b"more").hexdigest()

    def change(members):
        lines = members["files.jsonl"].splitlines(keepends=True)
        lines.append(archive.index_line(digest, 4))
        index = b"".join(sorted(lines, key=digest_in))
        return restated(members | {"files.jsonl": index, f"files/{digest}": b"more"})

    refused(target, rewritten(saved, change), "not those of its rows")


def test_an_archive_that_is_encrypted_is_refused(saved, target):
    data = bytearray(saved.read_bytes())
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 8] |= 1
    saved.write_bytes(data)
    refused(target, saved, "no backup has")


def test_rows_that_were_changed_and_hashed_anew_do_not_fit_the_seal(saved, target):
    def pending(members):
        lines = members["tables/notice.jsonl"].replace(b'"status":"sent"', b'"status":"pending"')
        return restated(members | {"tables/notice.jsonl": lines})

    refused(target, rewritten(saved, pending, key=None), "The seal of the backup does not fit")
    refused(target, rewritten(saved, pending, key=b"another key"), "LSPLAN_AUDIT_KEY")

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from io import BytesIO
from threading import Barrier

import pytest

from lsplan_workflow.domain.errors import WorkError
from lsplan_workflow.store.files import FileStore

CONTENT = "Báo cáo".encode()
DIGEST = sha256(CONTENT).hexdigest()
LARGE = b"0123456789abcdef" * 200_000
LONG = 20


class Broken(BytesIO):
    """An upload that breaks off after its first block."""

    def read(self, size=-1):
        if self.tell():
            raise ConnectionResetError("the client has gone")
        return super().read(size)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "files"


@pytest.fixture
def files(folder):
    return FileStore(folder)


def kept(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_content_is_kept_under_its_own_hash(files, folder):
    assert files.put(CONTENT) == DIGEST
    assert files.get(DIGEST) == CONTENT
    assert files.path(DIGEST) == folder / DIGEST[:2] / DIGEST
    assert kept(folder) == [f"{DIGEST[:2]}/{DIGEST}"]


@pytest.mark.parametrize("content", [b"", CONTENT, LARGE], ids=["empty", "small", "large"])
def test_a_stream_is_kept_as_its_bytes_are(files, content):
    digest = files.put(BytesIO(content))
    assert digest == sha256(content).hexdigest() == files.put(content)
    assert files.get(digest) == content
    assert files.verify(digest)


def test_keeping_a_content_again_changes_nothing(files, folder):
    files.put(CONTENT)
    assert files.put(CONTENT) == DIGEST
    assert kept(folder) == [f"{DIGEST[:2]}/{DIGEST}"]
    assert files.get(DIGEST) == CONTENT


def test_an_upload_that_breaks_off_leaves_nothing_behind(files, folder):
    files.put(CONTENT)
    with pytest.raises(ConnectionResetError):
        files.put(Broken(LARGE))
    assert kept(folder) == [f"{DIGEST[:2]}/{DIGEST}"]


def test_a_file_that_cannot_get_its_name_leaves_nothing_behind(files, folder):
    folder.mkdir()
    (folder / DIGEST[:2]).write_text("a file where the folder should be")
    with pytest.raises(FileExistsError):
        files.put(CONTENT)
    assert kept(folder) == [DIGEST[:2]]


def test_a_file_has_its_name_only_when_it_is_complete(files, folder):
    """Whoever looks in the middle of an upload finds no file yet."""
    seen = []

    class Looking(BytesIO):
        def read(self, size=-1):
            seen.append(files.verify(sha256(LARGE).hexdigest()))
            return super().read(size)

    files.put(Looking(LARGE))
    assert len(seen) > 2
    assert not any(seen)


def test_the_same_content_kept_by_many_at_once_is_there_once(files, folder):
    together = Barrier(8)

    def put(_number):
        together.wait(LONG)
        return files.put(LARGE)

    with ThreadPoolExecutor(8) as threads:
        (digest,) = set(threads.map(put, range(8)))
    assert files.get(digest) == LARGE
    assert kept(folder) == [f"{digest[:2]}/{digest}"]


@pytest.mark.parametrize("changed", [b"", CONTENT + b" ", b"another"])
def test_a_file_that_was_changed_is_found(files, changed):
    files.put(CONTENT)
    files.path(DIGEST).write_bytes(changed)
    assert not files.verify(DIGEST)
    with pytest.raises(WorkError, match="was changed") as caught:
        files.get(DIGEST)
    assert DIGEST in caught.value.text.vi


def test_keeping_a_content_again_mends_its_changed_file(files):
    files.put(CONTENT)
    files.path(DIGEST).write_bytes(b"another")
    files.put(CONTENT)
    assert files.verify(DIGEST)


def test_a_file_that_is_not_there_is_no_other(files):
    assert not files.verify(DIGEST)
    with pytest.raises(WorkError, match="is not there") as caught:
        files.get(DIGEST)
    assert DIGEST in caught.value.text.vi


@pytest.mark.parametrize(
    "digest",
    [
        "",
        "../../etc/passwd",
        "/etc/passwd",
        DIGEST[:-1],
        f"{DIGEST}0",
        DIGEST.upper(),
        f"{DIGEST}\n",
    ],
)
@pytest.mark.parametrize("use", ["get", "verify", "path"])
def test_what_is_no_hash_is_refused(files, use, digest):
    with pytest.raises(ValueError, match=r"is no SHA-256"):
        getattr(files, use)(digest)


def test_only_the_owner_may_read_a_file(files):
    files.put(CONTENT)
    assert files.path(DIGEST).stat().st_mode & 0o777 == 0o600

"""A report's file is hidden until it is shown, and whole from the first moment on."""

from hashlib import sha256

import pytest

from lsplan_workflow.store import shelf
from lsplan_workflow.store.shelf import laid_in, lay

CONTENT = "Báo cáo".encode()


@pytest.fixture
def place(tmp_path):
    return tmp_path / "reports" / "annual-2025" / "Báo cáo lần 1.docx"


def there(place):
    return [path.name for path in place.parent.iterdir()]


def test_what_is_laid_is_hidden_until_it_is_shown(place):
    laid = lay(place, CONTENT)
    (name,) = there(place)
    assert name.startswith(".")
    assert not name.endswith(".docx")
    laid.show()
    assert there(place) == [place.name]
    assert place.read_bytes() == CONTENT


def test_what_lies_hidden_is_found_with_its_cycle_and_hash(place):
    lay(place, CONTENT)
    (laid,) = laid_in(place.parents[1])
    assert (laid.place, laid.cycle) == (place, "annual-2025")
    assert laid.sha256 == sha256(CONTENT).hexdigest()


def test_what_is_shown_and_what_others_put_there_is_not_found(place):
    lay(place, CONTENT).show()
    (place.parent / ".DS_Store").write_text("x")
    (place.parent / "~$new.docx").write_text("x")
    assert laid_in(place.parents[1]) == []
    assert laid_in(place) == []


def test_two_may_show_the_same_or_take_it_away(place):
    one, other = lay(place, CONTENT), lay(place, CONTENT)
    one.show()
    other.show()
    other.remove()
    assert other.sha256 is None
    assert there(place) == [place.name]


def test_laid_anew_it_replaces_what_was_left_hidden(place):
    lay(place, b"of a process that was killed")
    lay(place, CONTENT).show()
    assert place.read_bytes() == CONTENT


def test_nothing_is_left_of_what_could_not_be_written(place, monkeypatch):
    def fill(file, content):
        file.write_bytes(content[:1])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shelf, "_write", fill)
    with pytest.raises(OSError, match="No space"):
        lay(place, CONTENT)
    assert there(place) == []

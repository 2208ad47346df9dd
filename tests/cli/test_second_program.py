"""Commands tell of all programs of an installation, and name what is wrong in each file."""

import shutil

import pytest

from tests.cli.command import WRONG, Place
from tests.scenarios.test_second_program import SECOND


@pytest.fixture
def two(folder, tmp_path):
    """A folder with two programs, and no data yet."""
    config = tmp_path / "two"
    shutil.copytree(folder, config)
    (config / "programs").mkdir()
    (config / "programs" / "cchc.toml").write_text(SECOND, encoding="utf-8")
    return Place(config, tmp_path / "var")


def test_status_and_preview_list_the_cycles_of_both_programs(two, english):
    two.done("init", "--rehearsal")
    two.done("tick", at="2025-09-03T08:00")
    assert {"annual-2025", "cchc-nam-2025"} <= {x["cycle"] for x in two.json("status")}
    coming = two.json("preview", "--until", "2025-10-31")
    assert {x["cycle"] for x in coming} == {"annual-2025", "cchc-nam-2025"}
    shown = two.done("status").out
    assert "annual-2025" in shown
    assert "cchc-nam-2025" in shown
    assert "Annual report on administrative reform 2025" in two.done("status", "cchc-nam-2025").out


def test_check_names_the_faults_of_a_further_program_with_file_and_line(two, english):
    file = two.config / "programs" / "cchc.toml"
    file.write_text(SECOND.replace('split = "lead"', 'split = "half"'), encoding="utf-8")
    answer = two("check")
    assert answer.code == WRONG
    line = SECOND[: SECOND.index('split = "lead"')].count("\n") + 1
    assert f"programs/cchc.toml:{line}" in answer.err
    assert "program.split" in answer.err


def test_check_demands_the_whole_of_a_language_of_which_there_are_letters(two, english):
    (two.config / "messages" / "digest.en.html.j2").unlink()
    answer = two("check")
    assert answer.code == WRONG
    assert "messages/digest.en.html.j2" in answer.err


def test_check_says_that_a_language_is_missing_to_which_a_contact_is_used(two, english):
    for file in (two.config / "messages").glob("*.en.*"):
        file.unlink()
    contacts = two.config / "contacts.csv"
    text = contacts.read_text(encoding="utf-8")
    contacts.write_text(text.replace("dau-moi@syt.example,vi", "dau-moi@syt.example,en"), "utf-8")
    said = " ".join(two.done("check").err.split())
    assert "some contacts ask for «en», but messages/ lacks" in said
    assert "digest.en.html.j2" in said


def test_check_demands_the_letters_in_the_language_of_the_installation(two, english):
    program = two.config / "program.toml"
    text = program.read_text(encoding="utf-8")
    program.write_text(text.replace('split = "all"', 'split = "all"\nlanguage = "en"', 1), "utf-8")
    (two.config / "messages" / "opening.en.txt.j2").unlink()
    answer = two("check")
    assert answer.code == WRONG
    assert "messages/opening.en.txt.j2" in answer.err

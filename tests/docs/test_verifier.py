"""The stand-alone verifier of docs/audit.md, run as it stands there."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.cli.command import lsplan
from tests.docs.pages import ROOT, blocks

(VERIFIER,) = [b.text for b in blocks(ROOT / "docs" / "audit.md") if b.language == "python"]


@pytest.fixture
def exported(office):
    """The folder of an office, with its log exported and the verifier saved beside it."""
    folder = office("standing")
    assert lsplan("audit", "export", "log.jsonl").code == 0
    (folder / "verify.py").write_text(VERIFIER, encoding="utf-8")
    return folder


def run(folder, *words, **environment):
    command = [sys.executable, "-I", "verify.py", "log.jsonl", *words]
    done = subprocess.run(
        command,
        check=False,
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def edit(folder, change):
    file = folder / "log.jsonl"
    file.write_text("".join(change(file.read_text("utf-8").splitlines(True))), encoding="utf-8")


def _changed(lines):
    event = json.loads(lines[4])
    return [*lines[:4], json.dumps(event | {"payload": "{}"}) + "\n", *lines[5:]]


TAMPERED = {
    "a changed payload": _changed,
    "a removed event": lambda lines: lines[:4] + lines[5:],
    "swapped events": lambda lines: [*lines[:4], lines[5], lines[4], *lines[6:]],
    "a tail cut off with the head": lambda lines: lines[:-2],
    "a tail cut off before the head": lambda lines: [*lines[:-3], lines[-1]],
    "no log at all": lambda lines: ["[]\n"],
}


def test_the_verifier_has_fewer_than_sixty_lines():
    assert len(VERIFIER.splitlines()) < 60


def test_an_intact_log_verifies_with_the_key_of_file_or_environment(exported):
    key = (exported / "var" / "audit.key").read_text().strip()
    code, out = run(exported, "var/audit.key")
    assert (code, out.split(":")[0]) == (0, "OK")
    assert run(exported, LSPLAN_AUDIT_KEY=key) == (code, out)


@pytest.mark.parametrize("change", TAMPERED.values(), ids=TAMPERED)
def test_a_log_that_was_tampered_with_does_not_verify(exported, change):
    edit(exported, change)
    assert run(exported, "var/audit.key")[0] == 1


def test_another_key_verifies_nothing(exported):
    code, out = run(exported, LSPLAN_AUDIT_KEY="another")
    assert (code, out[:19]) == (1, "event 1 was changed")


def test_what_cannot_be_read_is_said_in_one_line(exported):
    code, out = run(exported, "var/nowhere.key")
    assert (code, out) == (2, "var/nowhere.key cannot be read: No such file or directory\n")
    (exported / "log.jsonl").unlink()
    code, out = run(exported, "var/audit.key")
    assert (code, out) == (2, "log.jsonl cannot be read: No such file or directory\n")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: [*lines[:4], "so what\n", *lines[5:]], "line 5 is no JSON"),
        (lambda _: [], "line 1 is no JSON"),
        (lambda lines: ["{}\n", *lines[1:]], "KeyError: 'number'"),
    ],
)
def test_what_is_no_log_is_said_in_one_line(exported, change, said):
    edit(exported, change)
    assert run(exported, "var/audit.key") == (1, f"this is no exported log: {said}\n")


def test_a_file_of_other_bytes_is_no_log(exported):
    (exported / "log.jsonl").write_bytes(b"\xff\xfe\x00")
    code, out = run(exported, "var/audit.key")
    assert (code, out.count("\n")) == (1, 1)


def test_a_command_that_names_no_log_is_told_how_it_is_used(exported):
    assert run(exported, "var/audit.key", "more") == (2, "usage: verify.py LOG [KEYFILE]\n")


def test_letters_that_some_take_for_the_end_of_a_line_break_no_log(exported):
    said = ("obstacle", "add", "SYT", "--content", "một\u2028hai\x85ba")
    assert lsplan(*said).code == 0
    assert lsplan("audit", "export", "again.jsonl").code == 0
    (exported / "log.jsonl").write_text(lsplan("audit", "export", "-").out, encoding="utf-8")
    assert (exported / "again.jsonl").read_text("utf-8").count("\n") > 4
    assert (exported / "log.jsonl").read_bytes() == (exported / "again.jsonl").read_bytes()
    assert run(exported, "var/audit.key")[0] == 0


def test_without_a_key_only_the_links_are_verified(exported):
    assert run(exported)[0] == 2
    edit(exported, _changed)
    assert run(exported)[0] == 2
    edit(exported, TAMPERED["swapped events"])
    assert run(exported)[0] == 1

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


def test_without_a_key_only_the_links_are_verified(exported):
    assert run(exported)[0] == 2
    edit(exported, _changed)
    assert run(exported)[0] == 2
    edit(exported, TAMPERED["swapped events"])
    assert run(exported)[0] == 1

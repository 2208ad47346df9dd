"""What the documents tell people to type works as it stands there."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import typer

from lsplan_workflow.cli.main import app, command_of
from tests.cli.command import DONE, lsplan
from tests.docs.conftest import OLD_ADDRESS, REFUSED
from tests.docs.pages import GUIDE, Block, blocks, lsplan_commands, pages, statements
from tests.notify.server import Script, smtp_server

BASH = shutil.which("bash") or "/bin/bash"
SHELL = [block for page in pages() for block in blocks(page) if block.language == "sh"]
TESTED = [block for block in SHELL if block.state is not None]


def _typed(block: Block) -> None:
    """Type a block: our own commands in this process, everything else in a shell."""
    for statement in statements(block.text):
        if statement.startswith("lsplan "):
            answer = lsplan(*shlex.split(statement)[1:])
            assert answer.code == DONE, f"{statement}\n{answer.err}"
        else:
            _in_a_shell(statement)


def _in_a_shell(statement: str) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [BASH, "-euo", "pipefail", "-c", statement],
        check=False,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{statement}\n{done.stderr}"


def _containing(words: str) -> Block:
    return next(block for block in TESTED if words in block.text)


def _of_state(state: str) -> Block:
    (block,) = (block for block in TESTED if block.state == state)
    return block


@pytest.mark.parametrize("block", [b for b in TESTED if b.state in {"empty", "standing"}], ids=str)
def test_a_block_works_as_it_stands_there(block, office):
    office(block.state)

    _typed(block)


def test_a_backup_is_restored_as_it_was(office):
    folder = office("standing")
    before = lsplan("log", "--json").json
    _typed(_containing("mkdir -p -m 700 backup"))
    lsplan("--at", "2025-01-15T08:00", "tick")
    (folder / "config" / "program.toml").write_text("# edited", encoding="utf-8")

    restore, trial = (block for block in TESTED if block.state == "backup")
    _typed(restore)

    *events, last = lsplan("log", "--json").json
    assert (events, last["event"]) == (before, "restored")
    assert lsplan("config", "diff", "--json").json["files"] == []
    kept = [path for path in (folder / "backup").rglob("*") if path.is_file()]
    assert all(path.stat().st_mode & 0o077 == 0 for path in kept)
    _typed(trial)
    assert not (folder / "trial").exists()


def test_an_erased_address_is_in_no_file_of_the_database(office):
    folder = office("erase")
    assert OLD_ADDRESS.encode() in (folder / "var" / "lsplan.db").read_bytes()

    _typed(_of_state("erase"))

    for file in (folder / "var").glob("lsplan.db*"):
        assert OLD_ADDRESS.encode() not in file.read_bytes()
    assert lsplan("--at", "2024-12-31T08:00", "tick", "--json").json["sent"] > 0


def test_a_test_message_reaches_the_server(office, monkeypatch):
    office("standing")
    script = Script()

    with smtp_server(script) as server:
        monkeypatch.setenv("LSPLAN_SMTP_URL", f"mailto://127.0.0.1:{server.port}")
        _typed(_of_state("served"))

    assert [recipients for recipients, _mail in script.envelopes] == [["quan-tri@stc25.example"]]


def test_what_was_refused_leaves_after_all_or_is_given_up(office):
    office("refused")
    keys = [f"annual-2025/{agency}/before-14d/focal" for agency in REFUSED]
    assert _statuses(keys) == ["failed", "failed"]

    _typed(_of_state("refused"))

    assert _statuses(keys) == ["sent", "given_up"]


def _statuses(keys: list[str]) -> list[str]:
    found = {row["key"]: row["status"] for row in lsplan("outbox", "--json").json}
    return [found[key] for key in keys]


def test_every_block_that_is_said_to_be_tested_is():
    """What begins with `lsplan up` runs until it is stopped: tests/flows/test_up.py types it."""
    states = {block.state for block in TESTED}

    here = {"empty", "standing", "backup", "erase", "served", "refused"}
    assert states == here | {"up", "prefect", "pass", "pool"}


@pytest.mark.parametrize("block", SHELL, ids=str)
def test_a_block_is_valid_shell(block):
    done = subprocess.run(
        [BASH, "-n"], check=False, input=block.text, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_command_that_is_named_exists_with_its_options(page):
    for words in lsplan_commands(page):
        _parsed(words)


# To make the parser of all commands takes 30 ms.
_whole = cache(lambda: typer.main.get_command(app))
_command = cache(command_of)


def _parsed(words: list[str]) -> list[str]:
    """Follow the words through the command line; return the commands they name."""
    command, path = _whole(), []
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        if word.startswith("-"):
            options = {opt: param for param in command.params for opt in param.opts} | {
                "--help": None
            }
            assert word in options, f"lsplan {' '.join(words)}: no option {word}"
            takes = options[word] is not None and not options[word].is_flag
            waiting = waiting[1:] if takes else waiting
        elif hasattr(command, "commands"):
            if not word.isalpha():
                break
            assert word in command.commands, f"lsplan {' '.join(words)}: no command {word}"
            command = command.commands[word] if path else _command(word)
            path.append(word)
    return path


def test_the_guide_names_every_command():
    named = {path[0] for path in map(_parsed, lsplan_commands(GUIDE)) if path}

    assert named >= set(_whole().commands)

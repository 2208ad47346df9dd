"""What only a process of its own shows: pipes, start-up, character sets, two at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import DONE, WRONG

LSPLAN = str(Path(sys.executable).with_name("lsplan"))
HEAVY = ("prefect", "apprise", "docx", "xlsxwriter", "aiosmtpd")


def environment(**extra):
    inherited = {n: v for n, v in os.environ.items() if not n.startswith(("LSPLAN_", "PYTHON"))}
    return inherited | {"PYTHONWARNINGS": "error"} | extra


def command(place, *arguments):
    return [LSPLAN, "--config", str(place.config), "--var", str(place.var), *arguments]


def process(*arguments, **extra):
    return subprocess.run(
        arguments, capture_output=True, env=environment(**extra), timeout=60, check=False
    )


@pytest.mark.parametrize("arguments", [["outbox"], ["log", "--json"], ["--help"]], ids=str)
def test_a_reader_that_goes_away_is_no_error(chased, arguments):
    shell = 'set -o pipefail; "$@" | head -n 1'
    done = process("bash", "-c", shell, "bash", *command(chased, *arguments))
    assert done.returncode == DONE
    assert done.stderr == b""
    assert done.stdout.count(b"\n") == 1


def test_a_standard_output_that_is_closed_is_no_error(opened):
    done = process("bash", "-c", '"$@" >&-', "bash", *command(opened, "status"))
    assert (done.returncode, done.stderr) == (DONE, b"")


@pytest.mark.parametrize("locale", ["C", "en_US.ISO-8859-1"])
def test_vietnamese_comes_out_whatever_the_locale_is(opened, locale):
    arguments = command(opened, "agencies", "--json")
    done = process(*arguments, LC_ALL=locale, PYTHONIOENCODING="ascii")
    assert done.returncode == DONE
    assert "Sở Y tế" in done.stdout.decode("utf-8")


def test_help_and_errors_are_english_if_the_environment_says_so(opened):
    done = process(LSPLAN, "--help", LSPLAN_LANG="en")
    assert done.stdout.decode().startswith("Usage: lsplan [OPTIONS] COMMAND [ARGS]...")
    assert "Show how a cycle stands" in done.stdout.decode()
    done = process(LSPLAN, "submit", LSPLAN_LANG="en")
    assert done.returncode == WRONG
    assert done.stderr.decode().startswith("Missing argument 'CYCLE'.")


@pytest.mark.parametrize("arguments", [["status", "plan-2025"], ["agencies"], ["outbox"]], ids=str)
def test_asking_never_loads_what_only_sending_and_writing_need(opened, arguments):
    looking = (
        "import sys; from lsplan_workflow.cli.main import run\n"
        "try: run(sys.argv[1:])\n"
        "finally: print(*sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = process(sys.executable, "-c", looking, *command(opened, *arguments)[1:])
    assert done.returncode == DONE
    loaded = set(done.stderr.decode().split())
    assert "lsplan_workflow" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_two_passes_beside_each_other_both_succeed_and_send_everything_once(fresh):
    fresh.done("status", at="2024-12-20T08:00")
    arguments = command(fresh, "tick", "--json")
    both = [
        subprocess.Popen(arguments, env=environment(), stdout=subprocess.DEVNULL) for _ in range(2)
    ]
    assert [one.wait(timeout=60) for one in both] == [DONE, DONE]
    assert {n["status"] for n in fresh.json("outbox")} == {"sent"}
    assert len(list((fresh.var / "mail" / "new").iterdir())) == 37


def test_the_command_is_a_module_too(opened):
    done = process(sys.executable, "-m", "lsplan_workflow.cli", *command(opened, "outbox")[1:])
    assert done.returncode == DONE
    assert done.stdout.decode().startswith("37 thông báo\n")


def test_faults_reach_the_shell_as_exit_code_2(opened, own_folder):
    (own_folder / "program.toml").unlink()
    done = process(*command(type(opened)(own_folder, opened.var), "check"))
    assert done.returncode == WRONG
    assert done.stderr.decode().startswith("program.toml:1: file: -: ")

"""Setting up once, and taking a configuration into effect."""

from dataclasses import replace

import pytest

from lsplan_workflow.configuration.folder import parse
from lsplan_workflow.domain.agencies import Directory
from lsplan_workflow.domain.errors import ConfigurationError, RequestError
from lsplan_workflow.services import installation
from lsplan_workflow.services.applying import Outcome
from lsplan_workflow.store import cycles, obligations
from lsplan_workflow.store import installation as store
from lsplan_workflow.store.database import Database
from lsplan_workflow.store.migrations import migrate
from tests.domain.province import local
from tests.services.office import KEY
from tests.services.reconfiguring import applied

OPENING = local(2025, 9, 3, 7, 30)
LATER = local(2025, 9, 10, 9)


@pytest.fixture
def empty(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'lsplan.db'}", audit_key=KEY)
    yield database
    database.dispose()


def initialise(database, configuration, *, now=OPENING, rehearsal=False):
    installation.initialise(database, configuration, rehearsal=rehearsal, now=now, actor="cli")


def installed(database):
    with database.reading() as session:
        return store.installation(session)


def apply(office, configuration, now=LATER):
    return applied(office, configuration, now).outcome is Outcome.APPLIED


def edited(configuration, **files):
    return replace(configuration, files={**configuration.files, **files})


def test_an_installation_records_when_the_product_first_ran(empty, small_configuration):
    initialise(empty, small_configuration)
    row = installed(empty)
    assert (row.rehearsal, row.first_ran_at) == (False, OPENING)


def test_a_rehearsal_stamps_nothing_of_its_own_time(small):
    row = installed(small.workplace.database)
    assert (row.rehearsal, row.first_ran_at, row.clock_at) == (True, None, None)
    assert small.events() == []


def test_there_is_one_installation_only(empty, small_configuration):
    initialise(empty, small_configuration)
    with pytest.raises(RequestError, match="initialised already"):
        initialise(empty, small_configuration)


def test_the_configuration_in_force_can_be_put_together_again(empty, real_configuration):
    initialise(empty, real_configuration)
    with empty.reading() as session:
        found = installation.configuration_in_force(session)
        assert found == real_configuration
        assert installation.configuration_in_force(session) is found


def test_before_init_there_is_no_configuration_in_force(empty):
    migrate(empty.engine)
    with empty.reading() as session, pytest.raises(RequestError, match="lsplan init"):
        installation.configuration_in_force(session)


def test_a_first_run_of_what_has_no_configuration_writes_no_event(empty):
    migrate(empty.engine)
    with empty.writing() as session:
        store.install(session, rehearsal=True)
        installation.record_first_run(session, OPENING, actor="cli")
    assert installed(empty).first_ran_at == OPENING


def test_applying_what_is_in_force_changes_nothing(opened, small_configuration):
    count = len(opened.events())
    assert not apply(opened, small_configuration)
    assert len(opened.events()) == count


def test_whether_a_folder_is_in_force_is_told_by_its_files(small, small_configuration):
    changed = edited(small_configuration, **{"program.toml": "other"})
    with small.workplace.database.reading() as session:
        assert installation.is_in_force(session, small_configuration.files)
        assert not installation.is_in_force(session, changed.files)


def test_applying_makes_the_next_pass_look_at_everything_that_is_open_again(
    small, small_configuration
):
    small.run(OPENING)
    small.submit(OPENING, "SYT")
    assert apply(small, edited(small_configuration, **{"program.toml": "other"}))
    with small.workplace.database.reading() as session:
        due = obligations.due_for_action(session, "annual-2025", LATER)
        assert {o.agency for o in due} == {"NEW", "SCT", "X1", "X2"}
        assert cycles.cycle_of(session, "annual-2025").next_action_at == LATER


def test_what_is_closed_or_untracked_is_not_looked_at_again(opened, small_configuration):
    opened.run(OPENING)  # plan-2025 had closed before.
    apply(opened, edited(small_configuration, **{"program.toml": "x"}), now=local(2025, 12, 19))
    with opened.workplace.database.reading() as session:
        assert cycles.cycle_of(session, "plan-2025").next_action_at is None
        assert obligations.next_action_at(session) == local(2025, 9, 19, 7, 30)


def test_the_audit_event_does_not_depend_on_contacts_because_they_can_be_erased(
    small, small_configuration
):
    small.run(OPENING)
    apply(small, edited(small_configuration, **{"contacts.csv": "a@x.example"}))
    apply(small, edited(small_configuration, **{"contacts.csv": ""}), now=LATER)
    first, second = (e for e in small.events() if e.event == "configuration_applied")
    assert first.payload.split('"sha256"')[1] == second.payload.split('"sha256"')[1]


def test_a_configuration_that_leaves_out_an_agency_that_owed_is_refused(
    opened, small_configuration
):
    """Else digests, status and reports could no longer name it."""
    present = small_configuration.directory
    kept = tuple(a for a in present.agencies if a.code not in {"SYT", "X1", "D1"})
    changed = edited(small_configuration, **{"agencies.csv": "shorter"})
    changed = replace(changed, directory=Directory(kept, present.contacts))
    with pytest.raises(ConfigurationError) as error:
        apply(opened, changed)
    assert [fault.value for fault in error.value.faults] == ["SYT", "X1"]
    with opened.workplace.database.reading() as session:
        assert installation.is_in_force(session, small_configuration.files)


def test_a_folder_with_faults_is_refused_with_all_of_them(real_configuration):
    files = {name: text.encode() for name, text in real_configuration.files.items()}
    files["agencies.csv"] += files["agencies.csv"].splitlines()[-1] + b"\n"
    del files["messages/opening.vi.txt.j2"]
    with pytest.raises(ConfigurationError, match="2 faults") as error:
        installation.check_configuration(files)
    assert {f.file for f in error.value.faults} == {"agencies.csv", "messages/opening.vi.txt.j2"}


def test_templates_are_checked_even_if_the_rest_is_in_order(real_configuration):
    files = {name: text.encode() for name, text in real_configuration.files.items()}
    assert installation.check_configuration(files) == parse(files)
    files["messages/opening.vi.txt.j2"] = b"{{ item.nothing_of_the_kind }}\n\nx"
    with pytest.raises(ConfigurationError, match="has 1 fault;"):
        installation.check_configuration(files)


@pytest.mark.parametrize("address", ["tgram://x", "slack://x", "discord://a"])
def test_a_url_that_its_service_would_refuse_is_a_fault_shown_without_its_tokens(
    real_configuration, address
):
    line = f"SYT,focal,Nhóm,{address},vi"
    contacts = real_configuration.files["contacts.csv"].rstrip() + f"\n{line}\n"
    files = {**real_configuration.files, "contacts.csv": contacts}
    with pytest.raises(ConfigurationError) as caught:
        installation.check_configuration({name: text.encode() for name, text in files.items()})
    (fault,) = caught.value.faults
    scheme = address.partition("://")[0]
    assert (fault.file, fault.field, fault.value) == ("contacts.csv", "address", f"{scheme}://…")
    assert fault.line == contacts.count("\n")


@pytest.mark.parametrize(
    "address",
    [
        "tgram://123456789:abcdefg_hijklmnop/12315544",
        "httpsms://a-key-of-ours@15551233456/15551231234",
        "ntfy://tk_abcdefg@chat.example/room",
    ],
)
def test_a_key_that_is_spelt_out_in_a_url_is_a_fault_and_is_not_shown(real_configuration, address):
    contacts = f"{real_configuration.files['contacts.csv'].rstrip()}\nSYT,focal,Nhóm,{address},vi\n"
    files = {**real_configuration.files, "contacts.csv": contacts}
    with pytest.raises(ConfigurationError) as caught:
        installation.check_configuration({name: text.encode() for name, text in files.items()})
    (fault,) = caught.value.faults
    assert fault.value == f"{address.partition('://')[0]}://…"
    assert "environment variables" in fault.expected.en


@pytest.mark.parametrize("address", ["json://127.0.0.1/x", "tgram://${BOT_TOKEN}/1"])
def test_a_url_that_is_complete_or_gets_its_token_from_the_environment_is_none(
    real_configuration, address
):
    line = f"SYT,focal,Nhóm,{address},vi"
    contacts = real_configuration.files["contacts.csv"].rstrip() + f"\n{line}\n"
    files = {**real_configuration.files, "contacts.csv": contacts}
    assert installation.check_configuration({n: text.encode() for n, text in files.items()})

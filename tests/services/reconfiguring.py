"""An office whose configuration is edited and applied while it works."""

import pytest

from lsplan_workflow.configuration.folder import parse
from lsplan_workflow.services.applying import Terms, apply_configuration
from lsplan_workflow.services.installation import remembered
from tests.services.office import office_of, template_of


def edited(configuration, *changes, name="program.toml"):
    """Return a configuration with texts of one file replaced, from the last one on."""
    text = configuration.files[name]
    for old, new in changes:
        before, found, after = text.rpartition(old)
        assert found, old
        text = before + new + after
    files = {**configuration.files, name: text}
    return parse({name: content.encode() for name, content in files.items()})


def with_day_off(configuration, day):
    """Return a configuration with one more day off, as the office learns of it."""
    text = configuration.files["calendar.csv"].rstrip("\n")
    line = f"\n{day},off,Nghỉ đột xuất,announced,công điện\n"
    files = {**configuration.files, "calendar.csv": text + line}
    return parse({name: content.encode() for name, content in files.items()})


def applied(office, configuration, now, **terms):
    """Apply a configuration, confirmed unless said otherwise; return what it brings about."""
    found = apply_configuration(
        office.workplace.database,
        configuration,
        now=now,
        actor="cli",
        terms=Terms(**{"confirmed": True, **terms}),
    )
    if found.outcome.value == "applied":
        with office.workplace.database.reading() as session:
            known = remembered(session, configuration)
        office.reconfigure(lambda _present: known)
    return found


@pytest.fixture(scope="session")
def editable_configuration(real_configuration):
    """The real province with the departments' reports of two years only: quick to foresee."""
    return edited(
        real_configuration,
        ('years = "2025-2030"', 'years = "2025-2026"'),
        ('"department", "agency", "district", "commune"', '"department", "agency"'),
    )


@pytest.fixture(scope="session")
def editable_template(editable_configuration, tmp_path_factory):
    return template_of(tmp_path_factory.mktemp("editable"), editable_configuration)


@pytest.fixture
def editable(tmp_path, editable_template, editable_configuration):
    """That province before its first pass."""
    with office_of(tmp_path / "editable", editable_template, editable_configuration) as office:
        yield office

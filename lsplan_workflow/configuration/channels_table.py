"""The [channels.…] tables of program.toml: what holds for one way of sending alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lsplan_workflow.configuration.tables import one_of
from lsplan_workflow.domain.channels import CHANNELS, EMAIL, USUAL_PATIENCE, Channel, Quiet
from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from lsplan_workflow.configuration.toml_table import Table
    from lsplan_workflow.domain.program import Rate


_PATIENCE: Final = "fall_back_after_hours"
_HOURS: Final = Text(
    'khoảng giờ như "19:00-07:00", đầu và cuối khác nhau',
    'hours as "19:00-07:00", whose ends differ',
)


def read_channels(root: Table, usual: Rate) -> tuple[Channel, ...]:
    """Return the channels that have a table; what is left out there is as usual.

    The rate of e-mail stands in [rate].
    """
    if not root.has("channels"):
        return ()
    tables = root.table("channels")
    known = [code for code in CHANNELS if tables.has(code)]
    for code in tables.values:
        if code not in CHANNELS:
            tables.fault(code, code, one_of(CHANNELS))
    return tuple(_read_channel(tables.table(code), code, usual) for code in known)


def _read_channel(table: Table, code: str, usual: Rate) -> Channel:
    rate = usual if code == EMAIL else _read_rate(table, usual)
    quiet = table.parsed("quiet", Quiet.parse, _HOURS) if table.has("quiet") else None
    patience = _read_patience(table)
    table.finish()
    return Channel(code, rate, quiet, patience)


def _read_patience(table: Table) -> timedelta:
    hours = table.count(_PATIENCE) if table.has(_PATIENCE) else None
    return USUAL_PATIENCE if hours is None else timedelta(hours=hours)


def _read_rate(table: Table, usual: Rate) -> Rate:
    given = {
        name: table.count(name) for name in ("max_per_minute", "max_per_day") if table.has(name)
    }
    return replace(usual, **given)

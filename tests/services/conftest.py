"""The offices in which the services are tested."""

from tests.services.keeping import busy, busy_template, saved, target
from tests.services.office import (
    opened,
    opened_template,
    real,
    real_configuration,
    real_template,
    small,
    small_configuration,
    small_template,
)
from tests.services.reconfiguring import editable, editable_configuration, editable_template

__all__ = [
    "busy",
    "busy_template",
    "editable",
    "editable_configuration",
    "editable_template",
    "opened",
    "opened_template",
    "real",
    "real_configuration",
    "real_template",
    "saved",
    "small",
    "small_configuration",
    "small_template",
    "target",
]

"""The offices whose future is rehearsed."""

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
    "editable",
    "editable_configuration",
    "editable_template",
    "opened",
    "opened_template",
    "real",
    "real_configuration",
    "real_template",
    "small",
    "small_configuration",
    "small_template",
]

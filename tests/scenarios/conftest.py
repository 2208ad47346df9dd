"""The offices in which the stories play."""

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

__all__ = [
    "opened",
    "opened_template",
    "real",
    "real_configuration",
    "real_template",
    "small",
    "small_configuration",
    "small_template",
]

"""The offices in which the services are tested."""

from tests.services.office import (
    real,
    real_configuration,
    real_template,
    small,
    small_configuration,
    small_template,
)

__all__ = [
    "real",
    "real_configuration",
    "real_template",
    "small",
    "small_configuration",
    "small_template",
]

"""On which databases a fault is tried, where it is not on both each time."""

import pytest

ON_SQLITE = pytest.mark.parametrize("database_of", ["sqlite"], indirect=True)
"""For what is about files, or what PostgreSQL has no part in."""
ON_BOTH_IN_THE_LONG_FORM = pytest.mark.parametrize(
    "database_of",
    ["sqlite", pytest.param("postgres", marks=[pytest.mark.system, pytest.mark.long])],
    indirect=True,
)

"""What the environment says: secrets and the addresses of the parts we talk to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

from pydantic import BaseModel, SecretStr


class Settings(BaseModel):
    """What `LSPLAN_*` sets; the defaults need nothing beforehand.

    `database_url` is empty for the embedded SQLite file. `smtp_url` is an Apprise
    `mailto://` or `mailtos://` URL without recipients; without it mail is filed in a
    Maildir. `audit_key` replaces the key file made at `init`. `config` and `var` are the
    folders that flows use, which nobody can give on a command line. `heartbeat_url` is called
    by the doctor when all is well; `time_source` is a web address whose clock is trusted.
    """

    database_url: SecretStr = SecretStr("")
    smtp_url: SecretStr = SecretStr("")
    audit_key: SecretStr = SecretStr("")
    heartbeat_url: SecretStr = SecretStr("")
    time_source: str = ""
    config: Path = Path("config")
    var: Path = Path("var")

    @classmethod
    def from_environment(cls) -> Self:
        """Return the settings of this process; names count in capitals alone."""
        given = {name: os.environ.get(_variable(name)) for name in cls.model_fields}
        return cls.model_validate({n: value for n, value in given.items() if value is not None})

    def secret_variables(self) -> list[str]:
        """Return the names of the variables that hold a secret, in the order of the alphabet."""
        secret = (name for name, value in self if isinstance(value, SecretStr) and value)
        return sorted(_variable(name) for name in secret)


def _variable(name: str) -> str:
    return f"LSPLAN_{name.upper()}"

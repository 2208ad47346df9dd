"""What the environment says: secrets and the addresses of the parts we talk to."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from `LSPLAN_*`; the defaults need nothing beforehand.

    `database_url` is empty for the embedded SQLite file. `smtp_url` is an Apprise
    `mailto://` or `mailtos://` URL without recipients; without it mail is filed in a
    Maildir. `audit_key` replaces the key file made at `init`. `config` and `var` are the
    folders that flows use, which nobody can give on a command line. `heartbeat_url` is called
    by the doctor when all is well; `time_source` is a web address whose clock is trusted.
    """

    model_config = SettingsConfigDict(env_prefix="LSPLAN_")

    lang: str = "vi"
    database_url: SecretStr = SecretStr("")
    smtp_url: SecretStr = SecretStr("")
    audit_key: SecretStr = SecretStr("")
    heartbeat_url: SecretStr = SecretStr("")
    time_source: str = ""
    config: Path = Path("config")
    var: Path = Path("var")

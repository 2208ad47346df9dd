"""The SMTP server that mail is handed to: how to reach it, and who we are to it."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from enum import StrEnum


class Security(StrEnum):
    """How the connection is protected; the words are Apprise's `?mode=`."""

    INSECURE = "insecure"
    SSL = "ssl"
    STARTTLS = "starttls"


@dataclass(frozen=True, slots=True)
class Server:
    """The SMTP server and how to log in; without password and token nobody logs in.

    `token` is an OAuth 2.0 access token, which takes the place of a password (XOAUTH2).
    """

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)
    verify: bool = True
    token: str = field(default="", repr=False)

    def bearer(self, challenge: bytes | None = None) -> str:
        """Return what XOAUTH2 says first; after a challenge, which is a refusal, nothing."""
        if challenge is not None:
            return ""
        return f"user={self.user}\1auth=Bearer {self.token}\1\1"

    def redact(self, words: str) -> str:
        """Return the words without password and token, plain or as SMTP encodes them."""
        plain = f"\0{self.user}\0{self.password}"
        said = ((self.password, plain), (self.token, self.bearer()))
        for secret, form in (pair for pair in said if pair[0]):
            for text in (secret, _encoded(secret), _encoded(form)):
                words = words.replace(text, "****")
        return words


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()

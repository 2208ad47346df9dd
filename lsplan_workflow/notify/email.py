"""Our Apprise e-mail plugin: its URL, but our own messages over one held connection."""

from __future__ import annotations

import logging
import warnings
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final, Self

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.notify.apprise_answers import Told
from lsplan_workflow.notify.mime import build
from lsplan_workflow.notify.server import Security, Server
from lsplan_workflow.notify.smtp import Session
from lsplan_workflow.notify.tokens import with_token

with warnings.catch_warnings():
    # Apprise imports `imghdr` for a library that we do not use; Python warns of its removal.
    warnings.simplefilter("ignore", DeprecationWarning)
    from apprise import Apprise, AppriseAsset, NotifyFormat
    from apprise.plugins.email import NotifyEmail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from lsplan_workflow.notify.greeting import Greeting
    from lsplan_workflow.notify.mail import Mail
    from lsplan_workflow.notify.outcome import Outcome

_SCHEMES: Final = ("mailto://", "mailtos://")
_IMPLICIT_TLS_PORT: Final = 465
"""Submissions over implicit TLS (RFC 8314, section 3.3)."""
_LARGEST_PORT: Final = 65535
# Apprise insists on an address of its own; the envelope's sender is each mail's.
_UNUSED_SENDER: Final = "unused@example.org"


class HeldEmail(NotifyEmail):  # type: ignore[misc, no-untyped-call, unused-ignore]
    """Apprise's e-mail service with the connection held and the server's answers kept."""

    request_rate_per_sec = 0
    token_name = ""
    """The environment variable that `?token=` names, empty where a password is used."""

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Return the service of a `mailto://` or `mailtos://` URL.

        Raise RequestError, which never repeats the URL, if it names no usable server.
        """
        if not url.startswith(_SCHEMES):
            raise _unusable("mailto://… / mailtos://…")
        if url.partition("://")[2].partition("/")[0].partition("?")[0].count("@") > 1:
            # Apprise would take the half of such a password for the name of the server.
            raise _unusable("user%40host:p%40ssword@host")
        with _captured_log():
            service = cls._parsed(url)
        if not service.smtp_host or (service.port or 0) > _LARGEST_PORT:
            raise _unusable("mailtos://user:password@host:587")
        if not f"{service.user or ''}{service.password or ''}".isascii():
            raise _unusable("mailtos://user:password@host:587 (ASCII)")
        return service

    @classmethod
    def _parsed(cls, url: str) -> Self:
        try:
            parse: Callable[[str], dict[str, Any] | None] = cls.parse_url
            parts = parse(url) or {}
            parts["from_addr"] = _UNUSED_SENDER
            service = cls(**parts, asset=_asset())
            service.token_name = parts["qsd"].get("token", "")
        except (TypeError, ValueError):
            # An improperly configured service is a TypeError to Apprise. The cause is left
            # out because it may hold the password.
            raise _unusable("mailtos://user:password@host:587") from None
        return service

    @property
    def server(self) -> Server:
        """The server that the URL names, with the defaults of well-known providers."""
        return Server(
            host=self.smtp_host,
            port=self.port or 0,
            security=self._security(),
            user=self.user or "",
            password=self.password or "",
            verify=bool(self.verify_certificate),
        )

    def _security(self) -> Security:
        """Return how the connection is protected; port 465 speaks TLS from its first byte."""
        named = Security(self.secure_mode or Security.INSECURE)
        implicit = named is Security.STARTTLS and self.port == _IMPLICIT_TLS_PORT
        return Security.SSL if implicit else named


def notify_url(url: str, *, title: str, body: str) -> Told:
    """Send a text to one Apprise URL; return its answer and what it logged."""
    with _captured_log(logging.DEBUG) as lines:
        answer, service = None, Apprise(asset=_asset())
        if service.add(url):
            _be_patient(service, url)
            answer = service.notify(title=title, body=body, body_format=NotifyFormat.TEXT)
    taken = None if answer is None else bool(answer)
    return Told(taken, " ".join(lines.warnings), " ".join(lines.breaks))


def _be_patient(services: Apprise, url: str) -> None:
    """Wait for an answer as long as for a mail server's, where the URL says nothing else.

    What was taken and answered too late is told again: chat knows no second copy by its number.
    """
    for service in services:
        if "rto=" not in url:
            service.socket_read_timeout = _READ_SECONDS
        if "cto=" not in url:
            service.socket_connect_timeout = _CONNECT_SECONDS


_READ_SECONDS: Final = 20.0
_CONNECT_SECONDS: Final = 10.0


def is_usable(url: str) -> bool:
    """Tell whether Apprise knows a service by this URL and takes the URL for complete."""
    with _captured_log():
        return bool(Apprise(asset=_asset()).add(url))


def has_secret(url: str) -> bool:
    """Tell whether a URL of a service holds what Apprise would not show, as a key or password."""
    service = Apprise(asset=_asset())
    with _captured_log():
        if not service.add(url):
            return False
    shown: Callable[..., str] = service[0].url
    return shown(privacy=True) != shown(privacy=False)


class _Lines(logging.Handler):
    """Keeps the warnings that are logged, and why connections broke, which is for debugging."""

    def __init__(self) -> None:
        super().__init__()
        self.warnings: list[str] = []
        self.breaks: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        words = record.getMessage()
        if record.levelno >= logging.WARNING:
            self.warnings.append(words)
        elif words.startswith("Socket Exception"):
            self.breaks.append(words)


@contextmanager
def _captured_log(level: int = logging.WARNING) -> Iterator[_Lines]:
    """Yield what Apprise logs from a level on, and keep it from every other log.

    Apprise quotes what it dislikes, which may be a part of a password, and its HTTP
    library logs addresses that hold a token.
    """
    handler = _Lines()
    with ExitStack() as stack:
        apprise = logging.getLogger("apprise")
        stack.callback(apprise.setLevel, apprise.level)
        apprise.setLevel(level)
        for logger in (logging.getLogger("apprise"), logging.getLogger("urllib3")):
            stack.callback(setattr, logger, "propagate", logger.propagate)
            stack.callback(logger.removeHandler, handler)
            logger.propagate = False
            logger.addHandler(handler)
        yield handler


def _asset() -> AppriseAsset:
    """Return settings that write no file, start no thread and make no keys."""
    return AppriseAsset(storage_mode="memory", async_mode=False, pgp_autogen=False)


class SmtpCarrier:
    """Carries the mails of one batch over SMTP."""

    def __init__(self, url: str, environ: Mapping[str, str]) -> None:
        service = HeldEmail.from_url(url)
        server = with_token(service.server, service.token_name, environ)
        if server.user and not (server.password or server.token):
            raise RequestError(_NO_PASSWORD)
        self.host = server.host
        self._session = Session(server)

    def deliver(self, mail: Mail, recipients: Sequence[str]) -> dict[str, Outcome]:
        """Send one mail to the recipients and return the server's answer for each."""
        return self._session.deliver(mail.sender.address, recipients, build(mail).as_bytes())

    def greet(self, sender: str) -> Greeting:
        """Connect, log in and name the sender, if any; return what the server said."""
        return self._session.greet(sender)

    def close(self) -> None:
        """Close the connection."""
        self._session.close()


_NO_PASSWORD: Final = Text(
    "Địa chỉ máy chủ thư (LSPLAN_SMTP_URL) có tên người dùng mà không có mật khẩu; cần dạng "
    "mailtos://người-dùng:mật-khẩu@máy-chủ:587, hoặc bỏ tên nếu máy chủ không cần đăng nhập.",
    "The mail server's URL (LSPLAN_SMTP_URL) names a user and no password; expected "
    "mailtos://user:password@host:587, or no user where the server wants no login.",
)


def _unusable(expected: str) -> RequestError:
    return RequestError(
        Text(
            f"Địa chỉ máy chủ thư (LSPLAN_SMTP_URL) không dùng được; cần dạng {expected}, "
            "ký tự đặc biệt viết dưới dạng %xx",
            f"The mail server's URL (LSPLAN_SMTP_URL) cannot be used; expected {expected}, "
            "with special characters written as %xx",
        )
    )

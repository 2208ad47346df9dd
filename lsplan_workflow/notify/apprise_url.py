"""Recipients whose address is an Apprise URL: expanded, checked, notified one by one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from lsplan_workflow.domain.agencies import CONTACT_SCHEMES, SMS_SCHEMES
from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.notify.apprise_answers import Told, meaning_of, reason_shown
from lsplan_workflow.notify.mime import single_line
from lsplan_workflow.notify.outcome import Outcome, Result
from lsplan_workflow.notify.sms import Limits, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lsplan_workflow.notify.mail import Mail

# Their host and path tell where a message goes; those of the others are tokens.
_SCHEMES_WITH_A_HOST: Final = frozenset(["mailto", "mailtos", "json", "jsons", "ntfy", "ntfys"])
_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_DIACRITICS: Final = "lsplan-diacritics"
_SEGMENTS: Final = "lsplan-segments"
_OURS: Final = re.compile(rf"(?<=[?&])(?:{_DIACRITICS}|{_SEGMENTS})=[^&]*&?")
_USUAL_SEGMENTS: Final = 2
_POSSIBLE_SEGMENTS: Final = range(1, 11)
_SHORTEST_SECRET: Final = 4
_LONGEST_REPLY: Final = 500


class MissingVariable(LookupError):  # noqa: N818 - Named for what is missing.
    """A URL names an environment variable that is not set."""


def is_allowed_url(address: str) -> bool:
    """Tell whether an address is a URL of a service that contacts may name."""
    scheme, separator, _ = address.partition("://")
    return bool(separator) and scheme.lower() in CONTACT_SCHEMES


def variables_of(address: str) -> list[str]:
    """Return the environment variables that an address names."""
    return _VARIABLE.findall(address)


def is_complete_url(address: str) -> bool:
    """Tell whether Apprise takes a URL, whatever its `${NAME}` may stand for."""
    from lsplan_workflow.notify.email import is_usable  # noqa: PLC0415 - As in _sent.

    try:
        limits_of(address)
    except ValueError:
        return False
    # Tokens have forms of their own, which only the service of that scheme knows.
    return bool(_VARIABLE.search(address)) or is_usable(address)


def has_plain_secret(address: str) -> bool:
    """Tell whether a URL spells out a key or password instead of a `${NAME}`."""
    from lsplan_workflow.notify.email import has_secret  # noqa: PLC0415 - As in _sent.

    return not _VARIABLE.search(address) and has_secret(address)


def limits_of(address: str) -> Limits:
    """Return how an SMS to an address is written: as its query says, else as is usual.

    Raise ValueError for a query that says neither yes nor no, or no number from 1 to 10.
    """
    said = dict(parse_qsl(urlsplit(address).query))
    diacritics, most = said.get(_DIACRITICS, "no"), int(said.get(_SEGMENTS, _USUAL_SEGMENTS))
    if diacritics not in {"yes", "no"} or most not in _POSSIBLE_SEGMENTS:
        raise ValueError("diacritics or segments")
    return Limits(diacritics == "yes", most)


def notify(address: str, mail: Mail, environ: Mapping[str, str]) -> Outcome:
    """Send what a mail says in short to one Apprise URL; whatever goes wrong is an outcome."""
    if not is_allowed_url(address):
        return Outcome(
            Result.PERMANENT, "this kind of address is not among those allowed", Cause.LOCAL
        )
    try:
        url = _expanded(address, environ)
    except MissingVariable as missing:
        return Outcome(
            Result.PERMANENT, f"the environment variable {missing} is not set", Cause.LOCAL
        )
    told = _sent(url, mail)
    words = _masked(single_line(told.words), _secrets(address, url, environ))[:_LONGEST_REPLY]
    if told.answer is None:
        return Outcome(Result.PERMANENT, words or "nothing matched", Cause.LOCAL)
    if told.answer:
        return Outcome(Result.SENT, words or "accepted by the service")
    result, cause = meaning_of(url.partition("://")[0].lower(), told)
    reason = reason_shown(told)
    words = f"{words} ({reason})" if reason else words
    return Outcome(result, words or "the service did not accept the message", cause)


def _expanded(address: str, environ: Mapping[str, str]) -> str:
    """Return the URL with each `${NAME}` replaced by its value, quoted as a part of a URL."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name not in environ:
            raise MissingVariable(name)
        return quote(environ[name], safe="")

    return _VARIABLE.sub(value, address)


def _sent(url: str, mail: Mail) -> Told:
    """Return what came of handing a message to Apprise."""
    # Apprise costs a second to load, and most installations send e-mail only.
    from lsplan_workflow.notify.email import notify_url  # noqa: PLC0415

    try:
        title, body = _said(url, mail)
        return notify_url(_without_limits(url), title=title, body=body)
    except Exception as error:  # noqa: BLE001 - One service's fault must not stop a batch.
        return Told(answer=False, words=f"{type(error).__name__}: {error}")


def _said(url: str, mail: Mail) -> tuple[str, str]:
    """Return what a service is given: title and short text, of which an SMS has the text only."""
    subject = single_line(mail.subject)
    if url.partition("://")[0].lower() in SMS_SCHEMES:
        return "", shortened(mail.short or subject, limits_of(url))
    return subject, mail.short or mail.text


def _without_limits(url: str) -> str:
    """Return a URL without the part of its query that is ours."""
    return _OURS.sub("", url).rstrip("?&")


def _secrets(address: str, url: str, environ: Mapping[str, str]) -> Iterator[str]:
    """Yield what must not be shown: expanded values, the user's part, tokens, the query."""
    yield from (environ[name] for name in _VARIABLE.findall(address))
    scheme, _, rest = url.partition("://")
    parts = urlsplit(f"//{rest}")
    user_part, _, host_part = parts.netloc.rpartition("@")
    yield from user_part.split(":", 1)
    yield from (pair.partition("=")[2] for pair in parts.query.split("&"))
    if scheme.lower() not in _SCHEMES_WITH_A_HOST:
        yield host_part
        yield from parts.path.split("/")


def _masked(words: str, secrets: Iterator[str]) -> str:
    """Return the words with every secret replaced, quoted or not, the longest first."""
    forms = {form for secret in secrets for form in (secret, unquote(secret), quote(secret, ""))}
    for form in sorted(forms, key=len, reverse=True):
        if len(form) >= _SHORTEST_SECRET:
            words = words.replace(form, "****")
    return words

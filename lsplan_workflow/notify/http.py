"""Asking a web address for one answer, within seconds; whatever goes wrong is an OSError."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

if TYPE_CHECKING:
    from collections.abc import Mapping
    from urllib.request import OpenerDirector

_PATIENCE_SECONDS: Final = 5.0
_LONGEST_ANSWER: Final = 10_000_000
_SCHEMES: Final = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; `date` is its Date header (RFC 9110, 6.6.1), empty if none."""

    date: str
    body: bytes


class Unanswered(OSError):  # noqa: N818 - Named for what happened.
    """There was no answer, or it was no success; the words hold no part of the address."""


def get(url: str) -> Answer:
    """Return the answer to a GET, by the proxy of the environment if it names one."""
    return _asked(url, build_opener(), Request)


def post(url: str, body: Mapping[str, Any], *, credentials: str) -> Any:  # noqa: ANN401 - JSON.
    """Return the JSON that a POST of JSON is answered with, past any proxy.

    `credentials` are `user:password`, or empty.
    """

    def request(address: str) -> Request:
        headers = {"Content-Type": "application/json"}
        if credentials:
            headers["Authorization"] = f"Basic {b64encode(credentials.encode()).decode()}"
        return Request(address, json.dumps(body).encode(), headers)  # noqa: S310 - The scheme was looked at.

    answer = _asked(url, build_opener(ProxyHandler({})), request)
    try:
        return json.loads(answer.body)
    except ValueError:
        raise Unanswered("the answer is no JSON") from None


def host_of(url: str) -> str:
    """Return the host that an address names: the rest of it may be a secret."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _asked(url: str, opener: OpenerDirector, request: Any) -> Answer:  # noqa: ANN401
    if url.partition(":")[0].lower() not in _SCHEMES or not host_of(url):
        raise Unanswered("the address must begin with http:// or https://")
    try:
        with opener.open(request(url), timeout=_PATIENCE_SECONDS) as answer:
            return Answer(answer.headers.get("Date") or "", answer.read(_LONGEST_ANSWER))
    except HTTPError as error:
        error.close()
        raise Unanswered(f"HTTP {error.code}") from None
    except URLError as error:
        raise Unanswered(_words(error.reason)) from None
    except (OSError, HTTPException, ValueError) as error:
        raise Unanswered(_words(error)) from None


def _words(error: object) -> str:
    """Return why, without anything that might quote the address."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__

"""What is wrong with an address: e-mail, or Apprise URL of an allowed scheme."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl

from lsplan_workflow.domain.agencies import CONTACT_SCHEMES
from lsplan_workflow.domain.text import Text

_LOCAL: Final = r"[A-Za-z0-9_%+'-]+(?:\.[A-Za-z0-9_%+'-]+)*"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL: Final = re.compile(rf"(?P<local>{_LOCAL})@(?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]")
_LONGEST_EMAIL: Final = 254
_LONGEST_LOCAL: Final = 64
_URL: Final = re.compile(r"(?P<scheme>[a-z][a-z0-9+-]*)://(?P<rest>[!-~]+)")
_PLACEHOLDER: Final = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")
_SECRETS: Final = frozenset({"pass", "password", "pwd"})

AN_EMAIL: Final = Text(
    "một địa chỉ thư điện tử như ten@coquan.example, chỉ gồm chữ không dấu",
    "one e-mail address such as name@agency.example, in plain letters",
)
_AN_ADDRESS: Final = Text(
    f"{AN_EMAIL.vi}, hoặc địa chỉ Apprise như tgram://…",
    f"{AN_EMAIL.en}, or an Apprise URL such as tgram://…",
)
_A_URL: Final = Text(
    "địa chỉ dạng giao-thức://…, giao thức viết thường, không có dấu cách hay chữ có dấu",
    "a URL of the form scheme://…, the scheme in lower case, without spaces or accents",
)
_A_SCHEME: Final = Text(
    f"giao thức thuộc danh sách cho phép: {', '.join(CONTACT_SCHEMES)}",
    f"an allowed scheme: {', '.join(CONTACT_SCHEMES)}",
)
_A_NAME_IN_BRACES: Final = Text(
    "tên biến môi trường dạng ${TEN_BIEN}",
    "the name of an environment variable as ${ENV_NAME}",
)
_NO_PASSWORD: Final = Text(
    "mật khẩu thay bằng biến môi trường, dạng người-dùng:${TEN_BIEN}@máy-chủ",
    "the password replaced by an environment variable, as user:${ENV_NAME}@host",
)


def is_email(address: str) -> bool:
    """Tell whether an address can stand in a header: plain, one, and of a real domain."""
    match = _EMAIL.fullmatch(address)
    return (
        match is not None
        and len(address) <= _LONGEST_EMAIL
        and len(match["local"]) <= _LONGEST_LOCAL
    )


def fault_of_address(address: str) -> Text | None:
    """Return what was expected instead of an address, or None if it is in order."""
    if "://" not in address:
        return None if is_email(address) else _AN_ADDRESS
    match = _URL.fullmatch(address)
    if match is None:
        return _A_URL
    if match["scheme"] not in CONTACT_SCHEMES:
        return _A_SCHEME
    return _fault_of_rest(match["rest"])


def _fault_of_rest(rest: str) -> Text | None:
    """Return what was expected behind the scheme of a URL, or None if it is in order."""
    if "${" in _PLACEHOLDER.sub("", rest):
        return _A_NAME_IN_BRACES
    place, _, query = rest.partition("?")
    # A password may hold a slash by mistake, but what follows a question mark is the query.
    user, at, _ = place.partition("/")[0].rpartition("@")
    _, colon, password = user.partition(":")
    secrets = [value for key, value in parse_qsl(query) if key.lower() in _SECRETS]
    if at and colon:
        secrets.append(password)
    hidden = all(_PLACEHOLDER.fullmatch(secret) for secret in secrets)
    return None if hidden else _NO_PASSWORD


def shown_address(address: str) -> str:
    """Return an address as a fault may print it: a URL holds keys, so only its scheme."""
    scheme, separator, _ = address.partition("://")
    return f"{scheme}://…" if separator else address

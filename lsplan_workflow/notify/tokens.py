"""OAuth 2.0 access tokens for the mail server: where they are found, never what they are."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text
from lsplan_workflow.notify.server import Security, Server

if TYPE_CHECKING:
    from collections.abc import Mapping

_IN_A_FILE: Final = "_FILE"


def with_token(server: Server, name: str, environ: Mapping[str, str]) -> Server:
    """Return the server with the token of an environment variable, unchanged without a name.

    The value of a variable whose name ends in `_FILE` is the path of a file with the token,
    which another program may renew meanwhile. Raise RequestError where there is no token, where it
    would travel in clear text, or for what is no name; that is not repeated, it may be the token.
    """
    if not name:
        return server
    if server.security is Security.INSECURE or not server.user:
        raise RequestError(_NOT_PROTECTED)
    if not _VARIABLE.fullmatch(name):
        raise RequestError(_NO_VARIABLE)
    token = _token(name, environ)
    if not token or not token.isascii():
        raise RequestError(
            Text(
                f"Địa chỉ máy chủ thư (LSPLAN_SMTP_URL) lấy mã truy cập từ {name}, nhưng ở đó "
                "không có; hãy đặt biến này (hoặc tệp mà nó chỉ đến).",
                f"The mail server's URL (LSPLAN_SMTP_URL) takes its token from {name}, where "
                "there is none; set it (or the file that it names).",
            )
        )
    return replace(server, token=token)


def _token(name: str, environ: Mapping[str, str]) -> str:
    value = environ.get(name, "").strip()
    if not value or not name.endswith(_IN_A_FILE):
        return value
    try:
        return Path(value).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


_VARIABLE: Final = re.compile(r"[A-Z_][A-Z0-9_]{0,63}")
"""What may be repeated: nobody could tell a token from a name in small letters."""
_NO_VARIABLE: Final = Text(
    "token=… trong địa chỉ máy chủ thư (LSPLAN_SMTP_URL) phải là tên một biến môi trường viết hoa "
    "như MAIL_TOKEN; mã truy cập đặt trong biến đó, không viết vào địa chỉ.",
    "token=… in the mail server's URL (LSPLAN_SMTP_URL) has to name an environment variable in "
    "capitals, as MAIL_TOKEN; the token stands in that variable, and never in the URL.",
)
_NOT_PROTECTED: Final = Text(
    "Mã truy cập (token=…) của máy chủ thư chỉ được gửi qua kết nối mã hóa, kèm tên người dùng: "
    "mailtos://người-dùng@máy-chủ:587?token=TÊN_BIẾN",
    "A mail server's token (token=…) travels over an encrypted connection only, with a user's "
    "name: mailtos://user@host:587?token=VARIABLE",
)

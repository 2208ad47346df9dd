"""The manifest of a backup: what it was made from, and what every part of it must be."""

from __future__ import annotations

import hmac
import json
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.text import Text

FORMAT: Final = 1
"""The only format there is so far; a reader refuses a later one."""

MANIFEST: Final = "manifest.json"
INDEX: Final = "files.jsonl"
TABLES: Final = "tables/"
FILES: Final = "files/"
CONFIGURATION: Final = "configuration/"

_Count = Annotated[int, Field(ge=0, lt=2**63)]
_Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_TableName = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,62}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Content(_Strict):
    """What a member holds: its size in bytes, and its hash."""

    size: _Count
    sha256: _Hash


class Lines(Content):
    """What a member of lines holds."""

    lines: _Count


class LogState(_Strict):
    """The audit log: how many events, the last one's hash, and its first break, if any."""

    events: _Count
    head: _Hash
    broken_at: int | None


class Manifest(_Strict):
    """Everything about a backup.

    `made_at` is in the installation's own zone; `lost` are files that rows speak of and that
    were missing or changed already when the backup was made. The `seal` is an HMAC of all
    else under the key of the audit log: rows are hashed, but anybody can hash.
    """

    format: Literal[1]
    version: Annotated[str, Field(max_length=64)]
    revision: Annotated[str, Field(pattern=r"^[0-9]{4}$")]
    made_at: AwareDatetime
    tables: dict[_TableName, Lines]
    files: Lines
    lost: tuple[_Hash, ...]
    configuration: dict[str, Content]
    log: LogState
    seal: _Hash = "0" * 64

    def sealed(self, key: bytes) -> Manifest:
        """Return the manifest with its seal under a key."""
        return self.model_copy(update={"seal": self._seal(key)})

    def is_sealed(self, key: bytes) -> bool:
        """Tell whether the seal is that of a key, and nothing was changed since."""
        return hmac.compare_digest(self.seal, self._seal(key))

    def _seal(self, key: bytes) -> str:
        stated = self.model_dump_json(exclude={"seal"})
        return hmac.new(key, stated.encode(), sha256).hexdigest()

    @property
    def rows(self) -> int:
        """How many rows all tables have together."""
        return sum(table.lines for table in self.tables.values())


def damaged(text: Text) -> RequestError:
    """Return the error for an archive that is not, or no more, what a backup wrote."""
    return RequestError(
        Text(
            f"Tệp sao lưu không dùng được: {text.vi}. Chưa có gì được phục hồi; hãy dùng bản khác.",
            f"The backup cannot be used: {text.en}. Nothing was restored; use another one.",
        )
    )


def read_manifest(data: bytes) -> Manifest:
    """Return the manifest; raise RequestError for one that is wrong or of a later format."""
    _refuse_later_format(data)
    try:
        found = Manifest.model_validate_json(data)
    except ValidationError as error:
        raise damaged(_WRONG) from error
    folders = {str(f) for name in found.configuration for f in PurePosixPath(name).parents}
    for name in found.configuration:
        if name in folders or not is_plain_path(name):
            raise damaged(
                Text(f"tên tệp cấu hình không hợp lệ: {name}", f"no name of a file: {name}")
            )
    return found


_WRONG: Final = Text(f"{MANIFEST} không đúng", f"{MANIFEST} is wrong")


def _refuse_later_format(data: bytes) -> None:
    try:
        stated = json.loads(data).get("format")
    except (ValueError, AttributeError, RecursionError) as error:
        raise damaged(_WRONG) from error
    if isinstance(stated, int) and stated > FORMAT:
        raise RequestError(
            Text(
                f"Tệp sao lưu có dạng số {stated}, do phiên bản mới hơn tạo ra; hãy cài phiên bản "
                "đó rồi phục hồi.",
                f"The backup has the format {stated} of a later version of the product; install "
                "that version to restore it.",
            )
        )


def is_plain_path(name: str) -> bool:
    """Tell whether a name leads to a file below a folder, and nowhere else, hidden or not."""
    parts = PurePosixPath(name).parts
    if "/".join(parts) != name or not parts or not name.isprintable() or "\\" in name:
        return False
    return not any(part.startswith((".", "/")) for part in parts)

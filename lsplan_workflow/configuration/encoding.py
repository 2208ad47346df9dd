"""Bytes of a file decoded to text; whatever is not clean UTF-8 is a fault."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from lsplan_workflow.configuration.findings import Findings

_UTF_16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# NUL and its like come from damaged files; tabs and line ends are the only ones that are meant.
_UNWANTED: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_LINE_END_BYTES: Final = re.compile(rb"\r\n|\r|\n")
_SAVE_AS_UTF_8: Final = Text(
    "tệp mã hóa UTF-8; trong Excel chọn «Save As» → «CSV UTF-8 (Comma delimited)»",
    "a file encoded as UTF-8; in Excel choose «Save As» → «CSV UTF-8 (Comma delimited)»",
)
_A_TEXT_FILE: Final = Text(
    "tệp văn bản thuần mã hóa UTF-8, không phải tệp Word, Excel hay PDF; trong Notepad chọn "
    "«Save As» → Encoding «UTF-8»",
    "a plain text file encoded as UTF-8, no document of Word, Excel or PDF; in Notepad choose "
    "«Save As» → Encoding «UTF-8»",
)
_NO_CONTROL_CHARACTERS: Final = Text(
    "văn bản không có byte NUL hay ký tự điều khiển; hãy xóa ký tự này",
    "text without NUL bytes or control characters; delete this one",
)


def decode(data: bytes, findings: Findings) -> str | None:
    """Return the text of a file in NFC, without a byte order mark; None if it has none.

    Vietnamese typed on different machines reaches us composed or decomposed; comparing
    names needs one form.
    """
    if data.startswith(_UTF_16_MARKS):
        findings.note(1, "encoding", "UTF-16", _expected(findings.file))
        return None
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = len(_LINE_END_BYTES.findall(data, 0, error.start)) + 1
        findings.note(line, "encoding", f"0x{data[error.start]:02X}", _expected(findings.file))
        return None
    if _has_unwanted(text, findings):
        return None
    return unicodedata.normalize("NFC", text)


def _expected(file: str) -> Text:
    """Return what a file should have been: tables come from Excel, all else from an editor."""
    return _SAVE_AS_UTF_8 if file.lower().endswith(".csv") else _A_TEXT_FILE


def _has_unwanted(text: str, findings: Findings) -> bool:
    """Note each line that has control characters, once; tell whether there was any."""
    found = {_line_at(text, m.start()): m[0] for m in _UNWANTED.finditer(text)}
    for line, character in found.items():
        findings.note(line, "encoding", f"0x{ord(character):02X}", _NO_CONTROL_CHARACTERS)
    return bool(found)


def _line_at(text: str, position: int) -> int:
    """Return the number of the line on which a position of the text lies."""
    return len(_LINE_END.findall(text, 0, position)) + 1

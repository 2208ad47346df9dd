"""Office files as archives that are the same bytes for the same contents."""

from __future__ import annotations

from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

# The oldest instant that the format can hold says plainly that it is no date.
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3


def without_dates(archive: bytes) -> bytes:
    """Return a zip archive with the same members and no trace of when it was written."""
    target = BytesIO()
    with ZipFile(BytesIO(archive)) as source, ZipFile(target, "w", ZIP_DEFLATED) as output:
        for name in source.namelist():
            member = ZipInfo(name, _NO_DATE)
            member.compress_type = ZIP_DEFLATED
            member.create_system = _UNIX
            output.writestr(member, source.read(name))
    return target.getvalue()

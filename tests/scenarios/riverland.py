"""An invented province in a folder of its own: what it configures, and an office for it."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lsplan_workflow.configuration.folder import read_files
from lsplan_workflow.services.installation import check_configuration
from tests.services.office import Office, office_of, template_of

if TYPE_CHECKING:
    from collections.abc import Iterator

CAIRO = ZoneInfo("Africa/Cairo")
VIETNAMESE = re.compile(r"[àáãâèéêìíòóõôùúýăđĩũơưÀÁÃÂÈÉÊÌÍÒÓÕÔÙÚÝĂĐĨŨƠƯ\u0300-\u036f\u1ea0-\u1ef9]")
_FOLDER = Path(__file__).parent / "other_province"
_MESSAGES = Path(__file__).parents[2] / "config" / "messages"


def there(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return an instant of 2026 on that province's wall clock."""
    return datetime(2026, month, day, hour, minute, tzinfo=CAIRO)


def files() -> dict[str, bytes]:
    """Return the folder's files, with the English templates as they are shipped."""
    english = {f"messages/{path.name}": path.read_bytes() for path in _MESSAGES.glob("*.en.*")}
    return read_files(_FOLDER) | english


@contextmanager
def riverland_in(folder: Path) -> Iterator[Office]:
    """Open the office of that province in an empty folder, before its first pass."""
    configuration, template = check_configuration(files()), folder / "template"
    template.mkdir()
    template_of(template, configuration)
    with office_of(folder / "riverland", template, configuration) as office:
        yield office

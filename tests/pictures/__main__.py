"""Draws every kind of letter and writes docs/messages.md: `python -m tests.pictures`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lsplan_workflow import bootstrap
from lsplan_workflow.domain.text import ENGLISH, VIETNAMESE
from lsplan_workflow.notify.picture import draw
from lsplan_workflow.services.specimens import specimen
from tests.pictures.page import PICTURES, WIDTHS, Shown, page, picture_name
from tests.pictures.png import smaller
from tests.pictures.story import scenes

if TYPE_CHECKING:
    from lsplan_workflow.notify.messages import Rendered
    from tests.cli.command import Place
    from tests.pictures.story import Scene

"""The consolidated report as an official document (DOCX)."""

from __future__ import annotations

from datetime import UTC
from io import BytesIO
from typing import TYPE_CHECKING

import docx
from docx.opc.constants import RELATIONSHIP_TYPE

from lsplan_workflow.reports.appendices import add_appendices
from lsplan_workflow.reports.archive import without_dates
from lsplan_workflow.reports.letterhead import add_head, add_signature, add_title
from lsplan_workflow.reports.sections import add_sections
from lsplan_workflow.reports.typography import rename_styles, set_up
from lsplan_workflow.reports.wording import clean, document_name, subject, words_of

if TYPE_CHECKING:
    from docx.document import Document

    from lsplan_workflow.reports.model import Report


def write_document(report: Report) -> bytes:
    """Return the report as a DOCX file, the same bytes for the same report."""
    document, words = docx.Document(), words_of(report)
    set_up(document, words.formats)
    _set_properties(document, report)
    _drop_thumbnail(document)
    add_head(document, report)
    add_title(document, report)
    add_sections(document, report)
    add_signature(document, report)
    add_appendices(document, report)
    rename_styles(document, words.head.styles)
    output = BytesIO()
    document.save(output)
    return without_dates(output.getvalue())


def _set_properties(document: Document, report: Report) -> None:
    made_at = report.made_at.astimezone(UTC).replace(tzinfo=None)
    properties = document.core_properties
    properties.title, properties.subject = document_name(report), subject(report)
    properties.author = properties.last_modified_by = clean(report.issuing_agency)
    properties.created = properties.modified = made_at
    properties.language = words_of(report).formats.locale
    properties.revision = report.number
    properties.comments = properties.keywords = properties.category = ""


def _drop_thumbnail(document: Document) -> None:
    # The library's template brings a picture of an empty page along.
    relations = document.part.package.rels
    for key in [
        key for key, one in relations.items() if one.reltype == RELATIONSHIP_TYPE.THUMBNAIL
    ]:
        relations.pop(key)

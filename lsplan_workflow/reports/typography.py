"""The page and the styles of an official document (Decree 30/2020/NĐ-CP, annex I)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.section import Section
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph

    from lsplan_workflow.reports.words import Formats

FONT: Final = "Times New Roman"
MONOSPACE: Final = "Courier New"

# A4 less the margins of 30 mm at the left and 15 mm at the right.
TEXT_WIDTH_MM: Final = 165

BODY: Final = "Nội dung"
CENTRED: Final = "Giữa dòng"
CELL: Final = "Ô bảng"
CELL_CENTRED: Final = "Ô bảng giữa"
RECIPIENTS: Final = "Nơi nhận"
SMALL_PRINT: Final = "Chữ nhỏ"
RULE: Final = "Đường kẻ"
BREAK: Final = "Ngắt trang"
SECTION: Final = "Heading 1"
SUBSECTION: Final = "Heading 2"

_FIRST_LINE: Final = Mm(12.7)
_BODY_SIZE: Final = Pt(14)
_BLACK: Final = RGBColor(0, 0, 0)


def set_up(document: Document, formats: Formats) -> None:
    """Give a new document its page, its styles and its language."""
    _set_language(document, formats)
    _set_styles(document)
    section = document.sections[0]
    set_page(section)
    number_pages(section)


def set_page(section: Section) -> None:
    """Make a section A4 upright with the margins of an official document."""
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = section.footer_distance = Mm(10)


def number_pages(section: Section) -> None:
    """Put page numbers in the middle of the top margin, all but the first."""
    section.different_first_page_header_footer = True
    section.first_page_header.is_linked_to_previous = False
    line = section.header.paragraphs[0]
    line.style = CENTRED
    for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("end", "")):
        line.add_run()._r.append(_field_part(kind, text))  # noqa: SLF001 (no public way)


def restart_numbering(section: Section) -> None:
    """Begin a section with page 1, as the decree wants for each appendix."""
    numbering = OxmlElement("w:pgNumType")
    numbering.set(qn("w:start"), "1")
    # The schema puts it behind the margins, and Word refuses another order.
    section._sectPr.find(qn("w:pgMar")).addnext(numbering)  # noqa: SLF001


def set_rule(line: Paragraph, width_mm: float, available_mm: float) -> None:
    """Turn a paragraph into a centred rule of a given width."""
    line.style = RULE
    indent = Mm(max(0.0, (available_mm - width_mm) / 2))
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = indent


def _field_part(kind: str, text: str) -> BaseOxmlElement:
    if text:
        instruction = OxmlElement("w:instrText")
        instruction.text = text
        return instruction
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    return mark


def rename_styles(document: Document, names: Mapping[str, str]) -> None:
    """Give styles the names under which people find them in another language."""
    for old, new in names.items():
        document.styles[old].name = new


def _set_language(document: Document, formats: Formats) -> None:
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), formats.locale)
        language.set(qn("w:eastAsia"), formats.locale)
    settings = document.settings.element
    settings.find(qn("w:themeFontLang")).set(qn("w:val"), formats.locale)
    settings.find(qn("w:decimalSymbol")).set(qn("w:val"), formats.decimal)
    settings.find(qn("w:listSeparator")).set(qn("w:val"), formats.list_separator)
    for setting in settings.iter(qn("w:compatSetting")):
        # Anything below 15 opens in Word's «compatibility mode».
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")


def _set_styles(document: Document) -> None:
    normal = document.styles["Normal"]
    _set_font(normal, _BODY_SIZE)
    _set_spacing(normal, after=0)
    body = _new_style(document, BODY, _BODY_SIZE, after=6)
    body.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    body.paragraph_format.first_line_indent = _FIRST_LINE
    for name, points in ((CELL, 11), (RECIPIENTS, 11), (SMALL_PRINT, 10)):
        _new_style(document, name, Pt(points))
    for name, size in ((CENTRED, Pt(14)), (CELL_CENTRED, Pt(11))):
        centred = _new_style(document, name, size)
        centred.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _new_style(document, BREAK, Pt(1))
    _set_rule_style(_new_style(document, RULE, Pt(2), after=6))
    for name in (SECTION, SUBSECTION):
        _set_heading(document.styles[name])


def _new_style(document: Document, name: str, size: Pt, *, after: int = 0) -> ParagraphStyle:
    style: ParagraphStyle = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    _set_font(style, size)
    _set_spacing(style, after=after)
    return style


def _set_heading(style: ParagraphStyle) -> None:
    _set_font(style, _BODY_SIZE)
    style.font.bold = True
    # Tables have no space below them, so that headings bring their own.
    _set_spacing(style, before=8, after=6)
    style.paragraph_format.first_line_indent = _FIRST_LINE
    style.paragraph_format.keep_with_next = True


def _set_font(style: ParagraphStyle, size: Pt) -> None:
    style.font.size, style.font.color.rgb = size, _BLACK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    # Theme fonts win over named ones, so that they have to go.
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)


def _set_spacing(style: ParagraphStyle, *, before: int = 0, after: int) -> None:
    spacing = style.paragraph_format
    spacing.space_before, spacing.space_after = Pt(before), Pt(after)
    spacing.line_spacing = 1.0


def _set_rule_style(style: ParagraphStyle) -> None:
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    style.element.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc"
    )

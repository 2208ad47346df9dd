"""What is wrong with the templates of a configuration, found before anything is sent."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError, nodes
from jinja2.meta import find_undeclared_variables

from lsplan_workflow.domain.errors import Fault
from lsplan_workflow.domain.text import LANGUAGES, Text
from lsplan_workflow.notify.fields import UnknownField, unknown_fields
from lsplan_workflow.notify.messages import (
    FOLDER,
    NAMES,
    SUBJECT,
    Messages,
    short_name,
    template_name,
)
from lsplan_workflow.notify.remote import Fetched, fetched
from lsplan_workflow.notify.samples import sample_letters
from lsplan_workflow.notify.sandbox import environment, is_partial

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from lsplan_workflow.notify.letter import Letter

_FORMS: Final = ("txt", "html")
_FILE_NAME: Final = re.compile(rf"({'|'.join(NAMES)})\.[a-z]{{2}}\.(txt|html)\.j2")
_PARTIAL_NAME: Final = re.compile(r"_[a-z_]+(\.[a-z]{2})?\.(txt|html)\.j2")
_SUBJECT_LINE: Final = 1
_VARIABLES: Final = frozenset({"letter", "items", "item"})


def template_faults(templates: Mapping[str, str], language: str) -> list[Fault]:
    """Return every fault of the templates, by file and line; an empty list if they are fine.

    There has to be one for every letter in the `language` of the installation, and in every
    other of which there is any letter.
    """
    return list(_known_faults(tuple(templates.items()), language))


@lru_cache(maxsize=8)
def _known_faults(files: tuple[tuple[str, str], ...], language: str) -> tuple[Fault, ...]:
    """Return the faults of templates; a process that reads the same ones again knows them."""
    templates = dict(files)
    faults = [*_missing(templates, language)]
    for file in files:
        faults.extend(_faults_alone(*file))
    if not faults:
        faults.extend(_render_faults(templates))
    distinct = dict.fromkeys(faults)
    return tuple(sorted(distinct, key=lambda fault: (fault.file, fault.line, fault.value)))


@lru_cache(maxsize=512)
def _faults_alone(name: str, text: str) -> tuple[Fault, ...]:
    """Return what is wrong with a file, whatever others there are."""
    own = _unknown_name(name) or _compile_faults(name, text)
    return (*own, *_remote_faults(name, text))


def _fault(name: str, line: int, field: str, value: str, expected: Text) -> Fault:
    return Fault(f"{FOLDER}/{name}", line, field, value, expected)


def _missing(templates: Mapping[str, str], usual: str) -> Iterator[Fault]:
    """Yield the templates that a language lacks: the usual one, or another that is begun.

    Whoever wants a language of which one letter is missing would get none in it.
    """
    for language in (usual, *_begun(templates, usual)):
        named = "của cài đặt" if language == usual else "đã có trong thư mục"
        whose = "of the installation" if language == usual else "of which the folder has letters"
        expected = Text(
            f"một tệp mẫu thư bằng ngôn ngữ {named} ({language})",
            f"a template in the language {whose} ({language})",
        )
        letters = (f"{name}.{language}.{form}.j2" for name in NAMES for form in _FORMS)
        for name in (*letters, short_name(language)):
            if name not in templates:
                yield _fault(name, 1, "file", "-", expected)


def _begun(templates: Mapping[str, str], usual: str) -> list[str]:
    """Return the other languages that contacts may ask for and that some letter speaks."""
    spoken = {name.split(".")[1] for name in templates if _FILE_NAME.fullmatch(name)}
    return [language for language in LANGUAGES if language in spoken - {usual}]


def _unknown_name(name: str) -> list[Fault]:
    if (_PARTIAL_NAME if is_partial(name) else _FILE_NAME).fullmatch(name):
        return []
    names = ", ".join(NAMES)
    expected = Text(
        f"<tên>.<ngôn ngữ>.txt.j2 hoặc .html.j2 với tên là {names}, hoặc tệp dùng chung _….j2",
        f"<name>.<language>.txt.j2 or .html.j2, the name being {names}, or a shared file _….j2",
    )
    return [_fault(name, 1, "file", name, expected)]


def _compile_faults(name: str, text: str) -> Iterator[Fault]:
    """Yield the faults that show without any letter, in branches no sample takes too."""
    sandbox = environment({name: text})
    for part in _parts(name):
        source = _source(sandbox, part)
        try:
            tree = sandbox.parse(source, name=name)
            sandbox.get_template(part)
        except TemplateSyntaxError as error:
            expected = Text(
                f"cú pháp Jinja đúng ({error.message})", f"correct Jinja ({error.message})"
            )
            yield _fault(name, error.lineno, "syntax", _line_of(text, error), expected)
        else:
            yield from _undeclared(name, tree)
            yield from (_unknown_field(name, found) for found in unknown_fields(tree))


def _remote_faults(name: str, text: str) -> Iterator[Fault]:
    """Yield what the HTML of a template would have its reader's program fetch."""
    if name.endswith(".html.j2"):
        yield from (_fetching(name, found) for found in fetched(text))


def _fetching(name: str, found: Fetched) -> Fault:
    expected = Text(
        "thư không tự tải gì khi được mở: chỉ hình nhúng (data:…) và liên kết <a href>",
        "a letter that fetches nothing when opened: only pictures within it (data:…) and links "
        "(<a href>)",
    )
    return _fault(name, found.line, "remote", found.value, expected)


def _parts(name: str) -> tuple[str, ...]:
    is_letter_text = name.endswith(".txt.j2") and not is_partial(name)
    return (name + SUBJECT, name) if is_letter_text else (name,)


def _source(sandbox: ImmutableSandboxedEnvironment, part: str) -> str:
    if sandbox.loader is None:
        raise TemplateNotFound(part)
    return sandbox.loader.get_source(sandbox, part)[0]


def _line_of(source: str, error: TemplateSyntaxError) -> str:
    lines = source.splitlines()
    return lines[error.lineno - 1].strip() if 0 < error.lineno <= len(lines) else "-"


def _undeclared(name: str, tree: nodes.Template) -> Iterator[Fault]:
    unknown = find_undeclared_variables(tree) - _VARIABLES - _imported(tree)
    for node in tree.find_all(nodes.Name):
        if node.name in unknown:
            yield _unknown_variable(name, node.lineno, node.name)


def _imported(tree: nodes.Template) -> set[str]:
    """Return what a template imports: blocks see it too, which Jinja's own search overlooks."""
    names = {node.target for node in tree.find_all(nodes.Import)}
    for node in tree.find_all(nodes.FromImport):
        names.update(name if isinstance(name, str) else name[1] for name in node.names)
    return names


def _unknown_variable(name: str, line: int, variable: str) -> Fault:
    expected = Text(
        "một biến mà thư có (letter, items, item và các trường của chúng)",
        "a variable that letters have (letter, items, item and their fields)",
    )
    return _fault(name, line, "variable", variable, expected)


def _unknown_field(name: str, found: UnknownField) -> Fault:
    expected = Text(
        f"một trường mà thư có (gần nhất: {found.nearest})",
        f"a field that letters have (the nearest: {found.nearest})",
    )
    return _fault(name, found.line, "variable", found.name, expected)


def _render_faults(templates: Mapping[str, str]) -> Iterator[Fault]:
    messages = Messages(templates)
    languages = {name.split(".")[1] for name in templates if not is_partial(name)}
    for language in sorted(languages):
        for letter in sample_letters(language):
            base = f"{template_name(letter)}.{language}"
            if all(f"{base}.{form}.j2" in templates for form in _FORMS):
                yield from _faults_of(messages, base, letter)
            yield from _short_faults(messages, letter)


_SOME_TEXT: Final = Text("một lá thư có nội dung", "a letter that says something")


def letter_faults(messages: Messages, letter: Letter) -> list[Fault]:
    """Return what is wrong with the templates by which a letter is rendered."""
    base = f"{template_name(letter)}.{letter.language}"
    return [*_faults_of(messages, base, letter), *_short_faults(messages, letter)]


def _faults_of(messages: Messages, base: str, letter: Letter) -> Iterator[Fault]:
    try:
        rendered = messages.render_as(base, letter)
    except Exception as error:  # noqa: BLE001 - A template can raise whatever its filters do.
        yield _fault_of(error, f"{base}.txt.j2")
    else:
        if not rendered.subject:
            expected = Text("tiêu đề thư ở dòng đầu", "the subject on the first line")
            yield _fault(f"{base}.txt.j2", _SUBJECT_LINE, "subject", "-", expected)
        for form, body in zip(_FORMS, (rendered.text, rendered.html), strict=True):
            if not body.strip():
                yield _fault(f"{base}.{form}.j2", _SUBJECT_LINE, "text", "-", _SOME_TEXT)
        # Which line put together what is fetched only in the letter itself, nobody can say.
        for found in fetched(rendered.html):
            yield _fetching(f"{base}.html.j2", found._replace(line=1))


def _short_faults(messages: Messages, letter: Letter) -> Iterator[Fault]:
    name = short_name(letter.language)
    if not messages.has(name):
        return
    try:
        said = messages.short_as(name, letter)
    except Exception as error:  # noqa: BLE001 - As above.
        yield _fault_of(error, name)
    else:
        if not said.strip():
            yield _fault(name, 1, "text", "-", _SOME_TEXT)


def _fault_of(error: Exception, name: str) -> Fault:
    """Return what a template's error says, where it arose, else in the template of a name."""
    place = _place(error, name)
    if isinstance(error, TemplateNotFound):
        expected = Text("một tệp dùng chung có trong thư mục", "a shared file of this folder")
        return _fault(*place, "include", str(error.name), expected)
    if isinstance(error, UndefinedError):
        return _unknown_variable(*place, _variable(error))
    expected = Text("một mẫu tạo được thư", "a template that renders")
    return _fault(*place, "template", f"{error}", expected)


def _variable(error: UndefinedError) -> str:
    """Return the name that the message quotes last: `… has no attribute 'agencyy'`."""
    quoted = re.findall(r"'([^']*)'", error.message or "")
    return quoted[-1] if quoted else "-"


def _place(error: Exception, name: str) -> tuple[str, int]:
    """Return the template and line in which an error arose, from its innermost frame there."""
    place, trace = (name, 1), error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith(".j2"):
            place = (file, trace.tb_lineno)
        trace = trace.tb_next
    return place

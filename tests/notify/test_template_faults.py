import pytest

from lsplan_workflow.notify.faults import template_faults
from tests.notify.test_messages import SHIPPED


def faults_with(*, language="vi", **changes):
    """Return the faults of the shipped templates after changes; None takes a file away."""
    templates = SHIPPED | {f"{name.replace('__', '.')}.j2": text for name, text in changes.items()}
    present = {name: text for name, text in templates.items() if text is not None}
    return template_faults(present, language)


def places(faults):
    return [(fault.file, fault.line, fault.field, fault.value) for fault in faults]


def test_the_shipped_templates_have_no_fault():
    assert template_faults(SHIPPED, "vi") == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_template_that_is_missing_in_the_language_of_the_installation_is_named(language):
    faults = faults_with(language=language, **{f"digest__{language}__html": None})
    assert (f"messages/digest.{language}.html.j2", 1, "file", "-") in places(faults)
    assert faults[0].expected.en == f"a template in the language of the installation ({language})"


@pytest.mark.parametrize("form", ["opening.en.html", "opening.en.txt", "_short.en.txt"])
def test_a_template_that_is_missing_in_a_language_of_the_folder_is_a_fault(form):
    faults = faults_with(**{form.replace(".", "__"): None})
    assert places(faults) == [(f"messages/{form}.j2", 1, "file", "-")]
    assert (
        faults[0].expected.en == "a template in the language of which the folder has letters (en)"
    )


@pytest.mark.parametrize(("usual", "other"), [("vi", "en"), ("en", "vi")])
def test_a_language_that_the_folder_does_not_speak_at_all_may_be_missing(usual, other):
    kept = {name: text for name, text in SHIPPED.items() if f".{other}." not in name}
    assert template_faults(kept, usual) == []
    assert template_faults(kept, other) != []


def test_what_chat_is_told_has_to_be_there_in_the_language_of_the_installation():
    assert places(faults_with(_short__vi__txt=None)) == [
        ("messages/_short.vi.txt.j2", 1, "file", "-")
    ]


def test_a_file_name_that_no_message_uses_is_a_fault():
    faults = faults_with(remainder__vi__txt="x\n")
    assert places(faults) == [
        ("messages/remainder.vi.txt.j2", 1, "file", "remainder.vi.txt.j2"),
    ]


def test_a_syntax_error_is_named_with_its_line():
    faults = faults_with(opening__vi__txt="Tiêu đề\n\n{% if item.days %}\nxin chào\n{% endfi %}\n")
    assert [(f.file, f.line, f.field) for f in faults] == [
        ("messages/opening.vi.txt.j2", 5, "syntax")
    ]
    assert faults[0].value == "{% endfi %}"


def test_a_syntax_error_in_the_subject_stands_on_line_one():
    faults = faults_with(opening__vi__txt="Tiêu đề {{ item.year\n\nxin chào\n")
    assert [(f.line, f.field) for f in faults] == [(1, "syntax")]


@pytest.mark.parametrize(
    ("text", "line", "variable"),
    [
        ("x\n\nxin\n{{ item.agencyy }}\n", 4, "agencyy"),
        ("{{ lettter.place }}\n\nxin\n", 1, "lettter"),
        ("{{ item.yeer }}\n\nxin\n", 1, "yeer"),
        ("x\n\n{% for item in items %}\n{{ item.daze }}\n{% endfor %}\n", 4, "daze"),
        ("x\n\n{% if item.days == 77 %}\n{{ never }}\n{% endif %}\n", 4, "never"),
    ],
)
def test_an_unknown_variable_is_named_with_its_line_even_in_a_branch_not_taken(
    text, line, variable
):
    faults = faults_with(opening__vi__txt=text)
    assert places(faults) == [("messages/opening.vi.txt.j2", line, "variable", variable)]


NEVER = "{% for never in [] if item.days > 300 %}"


@pytest.mark.parametrize(
    ("written", "value", "nearest"),
    [
        ("{{ item.agencyy }}", "agencyy", "agency"),
        ("{{ letter.adressee }}", "adressee", "addressee"),
        ('{{ item["yeer"] }}', "yeer", "year"),
        ("{{ item.agencyy|upper }}", "agencyy", "agency"),
        ("{% for one in items %}{{ one.dayz }}{% endfor %}", "dayz", "days"),
        ("{% for one in letter.items %}{{ one.dayz }}{% endfor %}", "dayz", "days"),
        ("{% for a in item.missing[:3] %}{{ a.nam }}{% endfor %}", "nam", "name"),
        ("{% for a in item.missing if a.nam %}{% endfor %}", "nam", "name"),
        ("{% for a in [] %}{% else %}{{ item.dayz }}{% endfor %}", "dayz", "days"),
        ("{% for k in item.by_kind|sort %}{{ k.mising }}{% endfor %}", "mising", "missing"),
        ("{{ (item.missing|first).nam }}", "nam", "name"),
        ("{{ item.missing[0].nam }}", "nam", "name"),
        ("{{ item.year_before.yeer }}", "yeer", "year"),
        ("{% set late = item.missing %}{{ late[0].nam }}", "nam", "name"),
        ("{% set x = item.tried|selectattr('kind')|list %}{{ x[0].rol }}", "rol", "role"),
        ("{% macro m(item) %}{{ item.dayz }}{% endmacro %}", "dayz", "days"),
        ("{% block b %}{{ item.dayz }}{% endblock %}", "dayz", "days"),
        ("{{ item.missing|selectattr(item.dayz) }}", "dayz", "days"),
    ],
)
def test_a_field_that_no_letter_has_is_found_in_a_branch_that_none_takes(written, value, nearest):
    faults = faults_with(opening__vi__txt=f"x\n\n{NEVER}\n{written}\n{{% endfor %}}\n")
    assert places(faults) == [("messages/opening.vi.txt.j2", 4, "variable", value)]
    assert faults[0].expected.en == f"a field that letters have (the nearest: {nearest})"


@pytest.mark.parametrize(
    "written",
    [
        "{{ item.evolve }}{{ item.year_before.year }}{{ item.missing|length }}",
        "{% if item.agencyy is defined %}{% endif %}{{ item.agencyy|default('') }}",
        "{% for item in item.documents %}{{ item.upper() }}{% endfor %}",
        "{% for item, b in {}.items() %}{{ item.upper() }}{% endfor %}",
        "{% set item = 'x' %}{{ item.upper() }}",
        "{% macro m(agency) %}{{ agency.anything }}{% endmacro %}",
        "{% macro m(a) %}{{ caller() }}{% endmacro %}"
        "{% call(item) m(1) %}{{ item.days }}{% endcall %}",
        "{{ item.documents[0].upper() }}{{ item.before.year }}{{ (item or letter).nothing }}",
        "{{ item.missing.nothing }}{{ item.missing.nothing.more }}{{ item.missing[0]['name'] }}",
        "{{ (item.missing|map(attribute='name')|first).upper() }}",
    ],
)
def test_what_is_no_field_of_letters_for_certain_is_left_to_the_sample_letters(written):
    text = f"x\n\nxin chào\n{NEVER}\n{written}\n{{% endfor %}}\n"
    assert faults_with(opening__vi__txt=text) == []


def test_an_unknown_variable_of_a_shared_file_is_found_there():
    parts = SHIPPED["_parts.vi.txt.j2"].replace("letter.ask_name", "letter.asked_name")
    faults = faults_with(_parts__vi__txt=parts)
    assert {f.file for f in faults} == {"messages/_parts.vi.txt.j2"}
    assert {f.value for f in faults} == {"asked_name"}


def test_a_shared_file_that_does_not_exist_is_named():
    faults = faults_with(opening__vi__html='{% extends "_frame.vi.html.j2" %}')
    assert [(f.file, f.field, f.value) for f in faults] == [
        ("messages/opening.vi.html.j2", "include", "_frame.vi.html.j2")
    ]


@pytest.mark.parametrize("text", ["\n\nxin chào\n", "{{ '' }}\n\nxin chào\n"])
def test_an_empty_subject_is_a_fault(text):
    faults = faults_with(opening__vi__txt=text)
    assert places(faults) == [("messages/opening.vi.txt.j2", 1, "subject", "-")]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("opening.vi.txt", "Tiêu đề\n\n{% if item.days == 0 and item.days == 1 %}x{% endif %}\n"),
        ("opening.en.html", " \n"),
        ("_short.vi.txt", "{{ '' }}\n"),
    ],
)
def test_a_template_that_says_nothing_is_a_fault(form, text):
    faults = faults_with(**{form.replace(".", "__"): text})
    assert places(faults) == [(f"messages/{form}.j2", 1, "text", "-")]


def test_a_template_that_breaks_while_rendering_is_a_fault_with_its_line():
    faults = faults_with(opening__vi__txt="x\n\n{{ item.report|date }}\n")
    assert [(f.file, f.line, f.field) for f in faults] == [
        ("messages/opening.vi.txt.j2", 3, "template")
    ]


def test_a_template_of_another_language_is_checked_too():
    faults = faults_with(opening__en__txt="{{ item.yeer }}\n", opening__en__html="<p>x</p>")
    assert places(faults) == [("messages/opening.en.txt.j2", 1, "variable", "yeer")]

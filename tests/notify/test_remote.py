"""Nothing that a letter's HTML would fetch passes the check of the templates."""

import pytest

from lsplan_workflow.notify.remote import fetched
from tests.notify.test_messages import SHIPPED
from tests.notify.test_template_faults import faults_with, places

ADDRESS = "https://elsewhere.example/x"


@pytest.mark.parametrize(
    ("html", "value"),
    [
        (f'<img src="{ADDRESS}">', f'src="{ADDRESS}"'),
        (f"<IMG alt=it's SRC={ADDRESS} width=1>", f"SRC={ADDRESS}"),
        ('<img src="//elsewhere.example/x">', 'src="//elsewhere.example/x"'),
        ("<img/src='logo.png'>", "src='logo.png'"),
        ('<img src="{{ letter.place }}">', 'src="{{ letter.place }}"'),
        ('<img src="{% if item %}http://x{% endif %}">', 'src="{% if item %}http://x{% endif %}"'),
        (f'<img srcset="{ADDRESS} 2x">', f'srcset="{ADDRESS} 2x"'),
        (f'<td background="{ADDRESS}">', f'background="{ADDRESS}"'),
        (f'<video poster="{ADDRESS}">', f'poster="{ADDRESS}"'),
        (f'<a href="#x" ping="{ADDRESS}">', f'ping="{ADDRESS}"'),
        (f'<image xlink:href="{ADDRESS}"/>', f'xlink:href="{ADDRESS}"'),
        (f'<link rel="stylesheet" href="{ADDRESS}">', f'<link rel="stylesheet" href="{ADDRESS}">'),
        (f'<script src="{ADDRESS}"></script>', f'<script src="{ADDRESS}">'),
        ("<script>fetch(1)</script>", "<script>"),
        (f'<iframe src="{ADDRESS}"></iframe>', f'<iframe src="{ADDRESS}">'),
        (f'<object data="{ADDRESS}">', f'<object data="{ADDRESS}">'),
        (f'<base href="{ADDRESS}">', f'<base href="{ADDRESS}">'),
        (f'<meta http-equiv="refresh" content="0;url={ADDRESS}">', 'http-equiv="refresh'),
        (f'<p style="background:url({ADDRESS})">', f"url({ADDRESS})"),
        (f"<p style=\"background:url('{ADDRESS}')\">", f"url('{ADDRESS}')"),
        (f'<p style="background:image-set(&quot;{ADDRESS}&quot; 1x)">', None),
        (f'<style>@import "{ADDRESS}";</style>', "@import"),
        (f'<!--[if mso]><v:fill src="{ADDRESS}"/><![endif]-->', f'src="{ADDRESS}"'),
    ],
)
def test_whatever_is_fetched_is_found_with_its_line(html, value):
    ((line, shown),) = fetched(f"<p>\n{{# two\nlines #}}\n{html}\n</p>")
    assert line == 4
    assert value is None or shown == value


@pytest.mark.parametrize(
    "html",
    [
        f'<a href="{ADDRESS}" style="color:#1f4e79;">x</a>',
        '<a href="mailto:{{ letter.ask_address }}">x</a>',
        f'<map><area href="{ADDRESS}"></map>',
        '<img src="data:image/png;base64,iVBORw0KGgo=" alt="">',
        '<p style="background-image:url(data:image/gif;base64,R0lGOD)">',
        '<p style="fill:url(#shade)"><img src="">',
        "{# <img src='https://elsewhere.example/x'> #}",
        '{% macro box(background="#fff", src="x") %}{{ item.src }}{% endmacro %}',
        "<thead><headline>the linked source of https://elsewhere.example</headline></thead>",
        '<p data-src="x">x</p>',
    ],
)
def test_links_and_what_lies_in_the_letter_itself_are_left_alone(html):
    assert fetched(html) == []


@pytest.mark.parametrize("name", [name for name in SHIPPED if name.endswith(".html.j2")])
def test_nothing_that_is_shipped_fetches_anything(name):
    assert fetched(SHIPPED[name]) == []


def test_a_template_that_fetches_is_a_fault_with_file_line_and_value():
    shipped = SHIPPED["_layout.vi.html.j2"]
    layout = shipped.replace("</head>", f'<link href="{ADDRESS}">\n</head>')
    line = layout[: layout.index("<link")].count("\n") + 1
    faults = faults_with(_layout__vi__html=layout)
    assert places(faults) == [
        ("messages/_layout.vi.html.j2", line, "remote", f'<link href="{ADDRESS}">')
    ]
    assert "data:" in faults[0].expected.en


def test_what_is_put_together_only_while_rendering_is_found_too():
    pixel = "{{ ('<img s' ~ 'rc=\"https://elsewhere.example/x\">')|safe }}"
    text = SHIPPED["waiver.en.html.j2"].replace("{% block body %}", "{% block body %}" + pixel)
    assert places(faults_with(waiver__en__html=text)) == [
        ("messages/waiver.en.html.j2", 1, "remote", f'src="{ADDRESS}"')
    ]

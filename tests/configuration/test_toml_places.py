import tomllib

import pytest

from lsplan_workflow.configuration.toml_places import Places

TEXT = '''\
top = 1  # [not.a.table]
a.b = 2

[one]
text = """
[two]
x = 1
"""
'quo ted' = "a = [ # no comment"
list = [
    1,  # [x]
    [2, 3],

    {k = 4},
]
literal = \'\'\'
]]\'\'\'

[[ many . items ]]
x = 1
[[many.items]]
x = 2
[many.items.inner]
y = { z = 3 }
[[many.items.deep]]
z = 1
[[many.items.deep]]
z = 2
'''


def test_the_text_is_toml():
    assert tomllib.loads(TEXT)["one"]["quo ted"] == "a = [ # no comment"


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 1),
        (("top",), 1),
        (("a",), 2),
        (("a", "b"), 2),
        (("one",), 4),
        (("one", "text"), 5),
        (("one", "x"), 4),  # It stands inside the text, and is no key of the table.
        (("two",), 1),
        (("one", "quo ted"), 9),
        (("one", "list"), 10),
        (("one", "list", 0), 11),
        (("one", "list", 1), 12),
        (("one", "list", 2), 14),
        (("one", "list", 3), 10),
        (("one", "literal"), 16),
        (("many", "items", 0), 19),
        (("many", "items", 0, "x"), 20),
        (("many", "items", 1), 21),
        (("many", "items", 1, "x"), 22),
        (("many", "items", 1, "inner"), 23),
        (("many", "items", 1, "inner", "y", "z"), 24),
        (("many", "items", 1, "deep", 0, "z"), 26),
        (("many", "items", 1, "deep", 1, "z"), 28),
        (("many", "items", 1, "absent"), 21),
    ],
)
def test_a_path_lies_on_its_line_or_else_on_that_of_what_is_around_it(path, line):
    assert Places(TEXT).line(path) == line

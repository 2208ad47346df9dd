"""The walks on which a fault would show keep every rule."""

import pytest

from tests.machine.stories import STORIES


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_the_rules_hold_on_every_walk(new_world, story):
    with new_world() as world:
        story(world)

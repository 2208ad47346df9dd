"""Letters in words: rendering them, and checking the templates that render them."""

from lsplan_workflow.notify.faults import template_faults
from lsplan_workflow.notify.rendering import Messages, Rendered

__all__ = ["Messages", "Rendered", "template_faults"]

"""Which mails a reader sees as one conversation."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.notify.mail import Conversation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.program import Program
    from lsplan_workflow.store.tables import NoticeRow

_NOT_OF_A_HOST: Final = re.compile(r"[^a-z0-9]+")


def conversation_of(
    configuration: Configuration, program: Program, rows: Sequence[NoticeRow]
) -> Conversation:
    """Return the conversation of a mail, which depends on nothing but what it is about.

    One obligation is one conversation, so are one obstacle, the digests of one cycle, and
    what is told again of one failure. A mail about several of these belongs to none of them:
    naming all their roots would make one thread of them for ever. It goes with what else its
    reader gets about several matters of the same cycles.
    """
    topics = {_topic(row) for row in rows}
    topic = topics.pop() if len(topics) == 1 else _several(configuration, rows)
    domain = program.sender.rpartition("@")[2]
    label = _NOT_OF_A_HOST.sub("-", program.code.lower()).strip("-")
    language = rows[0].language
    return Conversation(
        root=f"<{sha256(f'conversation/{topic}'.encode()).hexdigest()[:40]}@{domain}>",
        list_id=f"{label}.lsplan.{domain}",
        list_name=f"{program.called(language)} {program.number}",
    )


def _topic(row: NoticeRow) -> str:
    if row.obstacle is not None:
        return f"obstacle/{row.obstacle}"
    if row.kind == NoticeKind.FAILURE:
        return f"failure/{row.rung}"
    return f"{row.cycle}/{'digest' if row.kind == NoticeKind.DIGEST else row.agency}"


def _several(configuration: Configuration, rows: Sequence[NoticeRow]) -> str:
    """Return the topic of several matters: of which cycles, and of whose agency."""
    original = next((row for row in rows if row.copy_of is None), rows[0])
    contact = configuration.directory.contact(original.contact)
    agency = original.agency if contact is None else contact.agency
    return "/".join(["several", *sorted({row.cycle for row in rows}), agency])

"""Two values of a configuration compared field by field; what is compared knows its words.

No field is named here that is not said in another way than all others: a field that is
added to a program or an agency is compared, and told of, as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Final

from lsplan_workflow.configuration.difference import Difference, Part, Topic, joined
from lsplan_workflow.configuration.facts_file import Indicator, Task
from lsplan_workflow.configuration.spoken import label, said
from lsplan_workflow.domain.agencies import Agency, Contact
from lsplan_workflow.domain.calendar import WorkingHours
from lsplan_workflow.domain.channels import Channel, Quiet
from lsplan_workflow.domain.program import Deadline, MonthDay, Program, Regime, Rung, Span
from lsplan_workflow.domain.text import Text


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of thing that has a code: its part, what it is called, and by which it goes."""

    part: Part
    noun: Text
    key: str = "code"
    is_named_alone: bool = False


_KINDS: Final[dict[type, _Kind]] = {
    Program: _Kind(Part.PROGRAM, Text("chương trình", "program")),
    Regime: _Kind(Part.REGIME, Text("chế độ", "regime")),
    Agency: _Kind(Part.AGENCIES, Text("cơ quan", "agency"), is_named_alone=True),
    Contact: _Kind(Part.CONTACTS, Text("liên hệ", "contact"), key="id"),
    Indicator: _Kind(Part.INDICATORS, Text("chỉ tiêu", "indicator")),
    Task: _Kind(Part.TASKS, Text("nhiệm vụ", "task")),
    Channel: _Kind(Part.PROGRAM, Text("kênh gửi", "channel")),
}
# These are said in a few words as a whole.
_WHOLE: Final = (Deadline, MonthDay, Quiet, Rung, Span, WorkingHours)
_OPEN_FIELDS_OF_CONTACTS: Final = frozenset({"agency", "role", "number", "language"})


def compared(
    topic: Topic, before: object, after: object, *, told: Iterable[str] = ()
) -> Iterator[Difference]:
    """Yield what differs between two values of a class, but for the fields told elsewhere."""
    told = frozenset(told)
    for name in (n for n in fields_of(before) if n not in told):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield from _field(topic, name, old, new)


def fields_of(value: Any) -> list[str]:  # noqa: ANN401 - A value of any data class.
    """Return the fields of a data class that make two of its values differ."""
    return [field.name for field in fields(value) if field.compare]


def _field(topic: Topic, name: str, old: object, new: object) -> Iterator[Difference]:
    if topic.part is Part.CONTACTS and name not in _OPEN_FIELDS_OF_CONTACTS:
        changed = label(name)
        yield topic.tell(f"{changed.vi} đổi", f"{changed.en} changed")
    elif _is_list(old) and _is_list(new):
        yield from listed(topic, name, old, new)
    elif is_dataclass(old) and type(old) is type(new) and not isinstance(old, _WHOLE):
        yield from compared(topic.within(label(name)), old, new)
    else:
        yield replaced(topic, label(name), old, new)


def _is_list(value: object) -> bool:
    return isinstance(value, tuple | list | frozenset)


def replaced(topic: Topic, name: Text, old: object, new: object) -> Difference:
    """Return the sentence for one value in another's place."""
    was, now = said(old), said(new)
    if old in (None, "", ()):
        return topic.tell(
            f"thêm {name.vi} {now.vi}, trước đây không có", f"{name.en} {now.en}, none before"
        )
    if new in (None, "", ()):
        return topic.tell(f"bỏ {name.vi} {was.vi}", f"{name.en} {was.en} left out")
    return topic.tell(
        f"{name.vi} đổi từ {was.vi} thành {now.vi}",
        f"{name.en} changed from {was.en} to {now.en}",
    )


def listed(topic: Topic, name: str, old: Any, new: Any) -> Iterator[Difference]:  # noqa: ANN401
    """Yield what differs between two lists: of things with a code, or of plain values."""
    old, new = (sorted(v, key=str) if isinstance(v, frozenset) else v for v in (old, new))
    by_key, by_new_key = _keyed(old), _keyed(new)
    if by_key is None or by_new_key is None:
        yield _members(topic, label(name), old, new)
        return
    for key in dict.fromkeys((*by_key, *by_new_key)):
        yield from _thing(topic, name, by_key.get(key), by_new_key.get(key))
    if [k for k in by_key if k in by_new_key] != [k for k in by_new_key if k in by_key]:
        yield _reordered(topic, label(name), tuple(by_new_key))


def _keyed(values: Iterable[object]) -> dict[str, object] | None:
    """Return things by their codes or rungs, or None if they have none that tells them apart."""
    found: dict[str, object] = {}
    values = list(values)
    for value in values:
        key = getattr(value, _key(value), None) if is_dataclass(value) else None
        if key is None:
            return None
        found[str(key)] = value
    return found if len(found) == len(values) else None


def _key(value: object) -> str:
    kind = _KINDS.get(type(value))
    return kind.key if kind else "rung" if hasattr(value, "rung") else "code"


def _reordered(topic: Topic, name: Text, order: tuple[object, ...]) -> Difference:
    now = said(order)
    return topic.tell(
        f"thứ tự {name.vi} đổi thành {now.vi}", f"order of {name.en} changed to {now.en}"
    )


def _members(topic: Topic, name: Text, old: Any, new: Any) -> Difference:  # noqa: ANN401
    added = [value for value in new if value not in old]
    removed = [value for value in old if value not in new]
    if not added and not removed:
        return _reordered(topic, name, tuple(new))
    vi, en = [], []
    if added:
        vi.append(f"thêm {said(added).vi}")
        en.append(f"{said(added).en} added")
    if removed:
        vi.append(f"bỏ {said(removed).vi}")
        en.append(f"{said(removed).en} removed")
    return topic.tell(f"{name.vi}: {'; '.join(vi)}", f"{name.en}: {'; '.join(en)}")


def _thing(topic: Topic, name: str, old: object, new: object) -> Iterator[Difference]:
    if old == new:
        return
    kind = _KINDS.get(type(new if old is None else old))
    if kind is None:
        yield from _nested(topic, name, old, new)
    elif old is None:
        yield from _added(kind, new)
    elif new is None:
        yield from _removed(kind, old)
    else:
        yield from _changed(kind, old, new)


def _nested(topic: Topic, name: str, old: object, new: object) -> Iterator[Difference]:
    """Yield what differs in a thing that is known by its place only, as a step of a ladder."""
    if old is None or new is None:
        gone, come = [] if old is None else [old], [] if new is None else [new]
        yield _members(topic, label(name), gone, come)
        return
    key, words = said(getattr(new, _key(new))), label(name)
    yield from compared(topic.within(joined((words, key), " ")), old, new)


def _topic(kind: _Kind, thing: object) -> Topic:
    code = str(getattr(thing, kind.key))
    vi, en = (f"{noun[0].upper()}{noun[1:]} {code}" for noun in (kind.noun.vi, kind.noun.en))
    return Topic(kind.part, code, Text(code, code) if kind.is_named_alone else Text(vi, en))


def _added(kind: _Kind, new: object) -> Iterator[Difference]:
    """Yield the sentence for a new thing with all that is set in it, and what stands below it."""
    topic = _topic(kind, new)
    vi, en = f"Thêm {kind.noun.vi} {topic.subject}", f"Added {kind.noun.en} {topic.subject}"
    values = {name: getattr(new, name) for name in fields_of(new) if name != kind.key}
    below = {name: value for name, value in values.items() if _holds_things(value)}
    plain = [(n, v) for n, v in values.items() if n not in below and v not in (None, "", ())]
    if kind.part is not Part.CONTACTS:
        about = joined(joined((label(name), said(value)), " ") for name, value in plain)
        vi, en = f"{vi}: {about.vi}", f"{en}: {about.en}"
    yield topic.state(vi, en)
    for name, value in below.items():
        yield from listed(topic, name, (), value)


def _removed(kind: _Kind, old: object) -> Iterator[Difference]:
    topic = _topic(kind, old)
    names = (getattr(old, name, None) for name in ("name_vi", "title_vi", "name"))
    # The name of a contact is a person's, and may have to be forgotten.
    is_open = kind.part is not Part.CONTACTS
    name = next((said(found) for found in names if found and is_open), None)
    about = f": {name.vi}" if name else ""
    yield topic.state(
        f"Bỏ {kind.noun.vi} {topic.subject}{about}",
        f"Removed {kind.noun.en} {topic.subject}{about}",
    )
    for field in (f for f in fields_of(old) if _holds_things(getattr(old, f))):
        yield from listed(topic, field, getattr(old, field), ())


def _holds_things(value: object) -> bool:
    return isinstance(value, tuple) and any(type(item) in _KINDS for item in value)


def _changed(kind: _Kind, old: object, new: object) -> Iterator[Difference]:
    topic = _topic(kind, new)
    if isinstance(old, Agency) and isinstance(new, Agency) and not old.valid_to and new.valid_to:
        yield _ended(topic, new)
        yield from compared(topic, old, new, told={"valid_to", "successors"})
    else:
        yield from compared(topic, old, new)


def _ended(topic: Topic, agency: Agency) -> Difference:
    """Return the sentence for an agency that comes to an end, with who stands in for it."""
    last, heirs = said(agency.valid_to), said(agency.successors)
    if not agency.successors:
        return topic.state(
            f"{agency.code} kết thúc ngày {last.vi}, không có cơ quan kế thừa",
            f"{agency.code} ends on {last.en} without a successor",
        )
    return topic.state(
        f"{agency.code} kết thúc ngày {last.vi}, kế thừa bởi {heirs.vi}",
        f"{agency.code} ends on {last.en}, succeeded by {heirs.en}",
    )

"""`contact list`, `contact trust` and `contact forget`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lsplan_workflow import bootstrap
from lsplan_workflow.cli import shapes
from lsplan_workflow.cli.delivery_words import suspected
from lsplan_workflow.cli.index import summary
from lsplan_workflow.cli.main import ABOUT_AGENCY, AGENCY, AsJson, ContactId, actor, app, opened
from lsplan_workflow.cli.usage import Application, Group
from lsplan_workflow.terminal.language import counted, say
from lsplan_workflow.terminal.output import complain, print_json, print_line, print_table

if TYPE_CHECKING:
    from lsplan_workflow.services.forgetting import Forgotten

contacts = Application(cls=Group, help=summary("contact"))
app.add_typer(contacts, name="contact")

_SHOWN = 10


@contacts.command(name="list", help=say("Liệt kê các liên hệ.", "List the contacts."))
def list_contacts(
    context: typer.Context,
    agency: Annotated[
        str | None, typer.Argument(metavar=AGENCY, show_default=False, help=ABOUT_AGENCY)
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print the contacts of the configuration in force, of one agency or of all."""
    from lsplan_workflow.services.submissions import require_agency
    from lsplan_workflow.services.suspicion import suspicions

    with opened(context) as workplace:
        configuration, local = workplace.configuration, workplace.configuration.calendar.local
        if agency is not None:
            require_agency(configuration, agency)
        with workplace.database.reading() as session:
            held = suspicions(session, configuration)
    found = [c for c in configuration.directory.contacts if agency in {None, c.agency}]
    if as_json:
        print_json([shapes.contact(c, held.get(c.id), local) for c in found])
        return
    print_table(
        say(f"{len(found)} liên hệ", counted(len(found), "contact")),
        [
            say("Mã", "Id"),
            say("Tên", "Name"),
            say("Địa chỉ", "Address"),
            say("Không đến được từ", "Not reached since"),
        ],
        [(c.id, c.name, " ".join(c.addresses), suspected(held.get(c.id), local)) for c in found],
    )


@contacts.command(
    help=say("Tin lại một địa chỉ từng bị từ chối.", "Trust an address again that was refused.")
)
def trust(
    context: typer.Context,
    contact: ContactId,
) -> None:
    """Forget what is held against a contact; what failed leaves by `outbox resend`."""
    from lsplan_workflow.services.suspicion import trust_contact

    with opened(context, writes=True) as workplace:
        trust_contact(workplace, contact, actor=actor())
    print_line(
        say(f"{contact}: địa chỉ được tin lại.", f"{contact}: the address is trusted again.")
    )


@contacts.command(
    help=say("Xóa tên và địa chỉ của người cũ.", "Erase a former person's name and address.")
)
def forget(
    context: typer.Context,
    contact: ContactId,
) -> None:
    """Erase what is kept of everybody who held the contact before; say what is left."""
    from lsplan_workflow.services.forgetting import forget_contact

    with opened(context, writes=True) as workplace:
        logs = bootstrap.logs(context.obj)
        found = forget_contact(workplace, contact, actor=actor(), logs=logs)
    if found.found_nothing:
        print_line(
            say(
                f"{contact}: đã xóa từ trước; không còn tên hay địa chỉ cũ nào để xóa.",
                f"{contact}: erased before; no former name or address is left to erase.",
            )
        )
    else:
        _say(found)


def _say(found: Forgotten) -> None:
    print_line(
        say(
            f"{found.contact}: đã xóa tên và địa chỉ cũ trong {found.configurations} bản cấu "
            f"hình và {found.notices} thông báo; hủy {found.cancelled} thông báo đang chờ; xóa "
            f"{found.mails} thư trong var/mail.",
            f"{found.contact}: former names and addresses were erased from "
            f"{counted(found.configurations, 'configuration')} and "
            f"{counted(found.notices, 'notice')}; {counted(found.cancelled, 'waiting notice')} "
            f"cancelled, {counted(found.mails, 'filed mail')} deleted.",
        )
    )
    if found.held_by:
        complain(
            say(
                "Người đang giữ liên hệ này trong cấu hình có hiệu lực được giữ nguyên.",
                "Whoever holds this contact in the configuration in force stays.",
            )
        )
    if found.also:
        listed = ", ".join(found.also)
        complain(
            say(
                f"Địa chỉ này còn ở liên hệ khác, không bị xóa ở đó: {listed}.",
                f"The address also belongs to other contacts, where it stays: {listed}.",
            )
        )
    for path in found.left[:_SHOWN]:
        complain(say(f"Còn nhắc đến địa chỉ: {path}", f"Still quotes it: {path}"))
    if len(found.left) > _SHOWN:
        more = len(found.left) - _SHOWN
        complain(say(f"… và {more} tệp nữa.", f"… and {more} more files."))
    complain(
        say(
            "Thư đã gửi qua máy chủ không thu hồi được; các bản sao lưu vẫn còn địa chỉ.",
            "Mail that left by a server cannot be recalled; backups still hold the address.",
        )
    )

"""`lsplan messages preview`, and what `lsplan check` finds by writing every letter."""

from contextlib import redirect_stdout
from io import BytesIO, TextIOWrapper

import pytest

from lsplan_workflow.cli.main import run
from lsplan_workflow.notify import picture
from tests.cli.command import DONE, FAILED, WRONG, Place

ASKED = ("messages", "preview", "opening", "--cycle", "plan-2025", "--agency", "SYT")


def test_a_letter_is_shown_as_text_with_its_subject(opened):
    shown = opened.done(*ASKED).out
    assert shown.startswith("V/v gửi")
    assert "Kính gửi: Sở Y tế" in shown
    assert "To: Department of Health" in opened.done(*ASKED, "--language", "en").out


def test_a_letter_is_written_to_a_file(opened, tmp_path):
    for form, start in (("text", "V/v gửi"), ("html", "<!DOCTYPE html>"), ("short", "Đề nghị gửi")):
        file = tmp_path / f"letter.{form}"
        answer = opened.done(*ASKED, "--to", form, file)
        assert answer.out == f"Đã ghi {file}.\n"
        assert file.read_text(encoding="utf-8").startswith(start)


def test_a_mail_about_several_matters_is_shown_in_every_form(opened, tmp_path):
    asked = ("messages", "preview", "several", *ASKED[3:])
    assert opened.done(*asked).out.startswith("[VÍ DỤ] Thông báo 3 nội dung")
    assert "[EXAMPLE] 3 matters" in opened.done(*asked, "--language", "en").out
    for form in ("text", "html", "short"):
        file = tmp_path / form
        opened.done(*asked, "--to", form, file)
        assert "2025-003" in file.read_text(encoding="utf-8")


def test_a_letter_is_printed_where_the_file_is_a_dash(opened, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for form, start in (("text", "V/v gửi"), ("html", "<!DOCTYPE html>"), ("short", "Đề nghị gửi")):
        out = opened.done(*ASKED, "--to", form, "-").out
        assert out.startswith(start)
        assert "Đã ghi" not in out
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == []


def test_a_picture_is_printed_as_it_is(opened, monkeypatch):
    monkeypatch.setattr(picture, "draw", lambda _html, *, width: b"\x89PNG\r\n\xff%d" % width)
    printed = TextIOWrapper(BytesIO(), encoding="utf-8")
    folders = ("--config", str(opened.config), "--var", str(opened.var))
    with redirect_stdout(printed), pytest.raises(SystemExit) as stopped:
        run([*folders, *ASKED, "--to", "png", "-", "--width", "360"])
    assert stopped.value.code == DONE
    assert printed.buffer.getvalue() == b"\x89PNG\r\n\xff360"


def test_where_no_file_can_be_written_is_said_and_nothing_is_done(opened, tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for place, said in (
        (tmp_path / "nowhere" / "x", "không có thư mục"),
        (tmp_path / "file" / "x", "không có thư mục"),
        (tmp_path, "đây là thư mục"),
    ):
        answer = opened(*ASKED, "--to", "html", place)
        assert answer.code == WRONG
        assert f"{place}: {said}" in answer.err
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []


def test_what_nobody_has_recorded_is_called_an_example_in_every_form(opened, tmp_path):
    for kind in ("obstacle", "obstacle_answer", "returned"):
        asked = ("messages", "preview", kind, *ASKED[3:])
        shown = opened.done(*asked).out
        assert shown.startswith("[VÍ DỤ] ")
        assert "\n\nVÍ DỤ: chưa có việc nào như thế được ghi nhận" in shown
        assert "EXAMPLE: nothing of the kind" in opened.done(*asked, "--language", "en").out
    for form in ("text", "html", "short"):
        file = tmp_path / form
        opened.done(*asked, "--to", form, file)
        assert "VÍ DỤ" in file.read_text(encoding="utf-8")
    page = (tmp_path / "html").read_text(encoding="utf-8")
    assert page.index("<body") < page.index("VÍ DỤ: chưa") < page.index("<table")


def test_what_is_no_longer_so_is_called_outdated_in_every_form(opened, tmp_path):
    opened.done("tick", at="2024-12-20T08:00")
    opened.done("waive", "plan-2025", "SYT", "--reason", "a", "--authority", "b")
    shown = opened.done(*ASKED).out
    assert shown.startswith("[KHÔNG CÒN ĐÚNG] ")
    assert "\n\nKHÔNG CÒN ĐÚNG: thư dưới đây viết theo thời điểm gửi" in shown
    assert "OUTDATED: this is the letter as of" in opened.done(*ASKED, "--language", "en").out
    for form in ("text", "html", "short"):
        opened.done(*ASKED, "--to", form, tmp_path / form)
        assert "KHÔNG CÒN ĐÚNG" in (tmp_path / form).read_text(encoding="utf-8")


def test_what_is_real_is_not_called_an_example(opened):
    assert "VÍ DỤ" not in opened.done(*ASKED).out
    overdue = ("messages", "preview", "overdue", *ASKED[3:])
    assert "VÍ DỤ" not in opened.done(*overdue).out


def test_without_a_browser_there_is_no_picture_and_exit_code_1(opened, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = opened(*ASKED, "--to", "png", tmp_path / "letter.png")
    assert answer.code == FAILED
    assert "apt-get install chromium" in answer.err
    assert not (tmp_path / "letter.png").exists()


def test_what_is_unknown_is_refused_with_what_there_is(opened, tmp_path):
    for arguments, said in (
        (("messages", "preview", "hello", *ASKED[3:]), "obstacle_answer, several"),
        ((*ASKED, "--language", "fr"), "vi, en"),
        ((*ASKED, "--to", "pdf", tmp_path / "x"), "text, html, png, short"),
    ):
        answer = opened(*arguments)
        assert answer.code == WRONG
        assert said in answer.err


def test_check_writes_every_letter_to_everybody(own_folder, tmp_path):
    template = own_folder / "messages" / "waiver.vi.txt.j2"
    broken = '{% if item.agency_code == "X05983" %}{{ item.nobody }}{% endif %}\n'
    template.write_text(template.read_text(encoding="utf-8") + broken, encoding="utf-8")
    answer = Place(own_folder, tmp_path / "var")("check")
    assert answer.code == WRONG
    assert "messages/waiver.vi.txt.j2:" in answer.err
    assert "variable: nobody" in answer.err

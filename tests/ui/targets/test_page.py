from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from tests.ui.dragging import drop, files
from tests.ui.targets.conftest import Desk, Do
from tests.ui.targets.fakes import ACCOUNT, CLOUDFLARE
from workbench.domain.secret import Secret
from workbench.domain.targets import Reach, SecretKind, TargetKind, TargetStatus
from workbench.ui.support.theme import Theme
from workbench.ui.targets.page import TargetsPage


@pytest.fixture
def page(desk: Desk, theme: Theme) -> Iterator[TargetsPage]:
    page = TargetsPage(theme, desk.model, desk.notifier)
    page.resize(1000, 700)
    yield page
    page.close()
    page.deleteLater()


def rows(page: TargetsPage) -> list[str]:
    model = page.list.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def spoken(page: TargetsPage, row: int) -> str:
    return str(page.list.model().index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole))


def test_the_list_tells_name_kind_use_and_status(desk: Desk, page: TargetsPage, after: Do) -> None:
    desk.backend.statuses["local"] = TargetStatus(Reach.READY, 4.2, sandbox=True)
    desk.backend.statuses["cf"] = TargetStatus(Reach.UNREACHABLE)
    after(lambda: desk.model.open("local"), lambda: desk.model.open("cf"))
    assert rows(page) == ["Local gateway", CLOUDFLARE.name]
    assert spoken(page, 0) == "Local gateway, Runs on this machine · in use, Ready, sandbox · 4 ms"
    assert spoken(page, 1) == f"{CLOUDFLARE.name}, Cloudflare · default, Not reachable"


def test_choosing_in_the_list_shows_the_form(desk: Desk, page: TargetsPage, after: Do) -> None:
    after(lambda: desk.model.open("local"), lambda: page.list.setCurrentIndex(page.list.model().index(1, 0)))
    assert page.form.fields["account"].line.text() == ACCOUNT
    assert page.form.fields["account"].isVisibleTo(page)
    assert not page.form.fields["base_url"].isVisibleTo(page)


def test_typing_reaches_the_model_and_a_problem_stands_below_the_field(
    desk: Desk, page: TargetsPage, after: Do
) -> None:
    after(lambda: desk.model.open("cf"))
    account = page.form.fields["account"]
    account.line.clear()
    QTest.keyClicks(account.line, "nonsense")
    assert desk.model.draft is not None
    assert desk.model.draft.target.account == "nonsense"
    assert "32 characters" in account.message.text
    assert account.line.property("invalid")
    assert account.line.accessibleDescription() == account.message.text


def test_typing_in_the_middle_of_a_field_leaves_the_cursor_there(
    desk: Desk, page: TargetsPage, after: Do
) -> None:
    after(lambda: desk.model.open("cf"))
    line = page.form.fields["name"].line
    line.setCursorPosition(2)
    QTest.keyClicks(line, "xy")
    assert line.cursorPosition() == 4


def test_save_is_offered_only_when_there_is_something_to_save(
    desk: Desk, page: TargetsPage, after: Do
) -> None:
    after(lambda: desk.model.open("cf"))
    assert not page.save.isEnabled()
    assert page.save.toolTip()
    QTest.keyClicks(page.form.fields["name"].line, "!")
    assert page.save.isEnabled()
    assert page.status.test.text() == "Save and test"
    after(page.save.click)
    assert desk.backend.targets[1].name == f"{CLOUDFLARE.name}!"
    assert not page.save.isEnabled()


def test_a_stored_secret_is_said_to_be_stored_and_never_shown(
    desk: Desk, page: TargetsPage, after: Do
) -> None:
    after(lambda: desk.model.open("cf"))
    field = page.form.secrets[SecretKind.API_TOKEN]
    assert field.line.text() == ""
    assert "Stored in the keychain" in field.line.placeholderText()
    texts = [line.text() + line.placeholderText() for line in page.findChildren(QLineEdit)]
    assert not any("canary" in text for text in texts)


def test_a_typed_secret_is_hidden_saved_and_cleared(desk: Desk, page: TargetsPage, after: Do) -> None:
    after(lambda: desk.model.open("cf"))
    field = page.form.secrets[SecretKind.API_TOKEN]
    QTest.keyClicks(field.line, "new-token")
    assert field.line.echoMode() is QLineEdit.EchoMode.Password
    after(page.save.click)
    assert desk.backend.secrets["cf"]["api-token"] == Secret("new-token")
    assert field.line.text() == ""


def test_a_secret_kept_in_memory_only_is_said_to_be(desk: Desk, page: TargetsPage, after: Do) -> None:
    desk.backend.secrets_note = "Secrets are kept in memory only."
    after(lambda: desk.model.open("cf"))
    assert "memory" in page.form.secrets[SecretKind.API_TOKEN].line.placeholderText()
    assert page.form.note.text == "Secrets are kept in memory only."
    assert page.form.note.isVisibleTo(page)
    after(lambda: desk.model.open("local"))
    assert not page.form.note.isVisibleTo(page)


def test_removing_a_secret_can_be_taken_back(desk: Desk, page: TargetsPage, after: Do) -> None:
    after(lambda: desk.model.open("cf"))
    field = page.form.secrets[SecretKind.API_TOKEN]
    field._remove.click()
    assert "Will be removed" in field.line.placeholderText()
    assert page.save.isEnabled()
    field._remove.click()
    assert "Stored" in field.line.placeholderText()


def test_a_failed_test_says_what_why_and_what_to_do(desk: Desk, page: TargetsPage, after: Do) -> None:
    desk.backend.statuses["cf"] = TargetStatus(
        Reach.UNAUTHORISED, what="Refused.", why="Old token.", fix="Enter a new one."
    )
    after(lambda: desk.model.open("cf"), page.status.test.click)
    assert page.status.state.text() == "Not authorised"
    assert page.status._what.text() == "Refused."
    assert page.status._why.text() == "Old token. Enter a new one."
    wanted: list[str] = []
    desk.model.doctor_wanted.connect(wanted.append)
    page.status.doctor.click()
    assert wanted == ["cf"]


def test_the_local_connection_shows_its_addresses_and_cannot_be_edited(
    desk: Desk, page: TargetsPage, after: Do
) -> None:
    after(lambda: desk.model.open("local"))
    assert page.form._openai_address.line.text() == "http://127.0.0.1:8787/client/v4/accounts/local/ai/v1"
    assert not page.delete.isVisibleTo(page)
    assert not page.save.isVisibleTo(page)
    page.form._openai_address._copy.click()
    assert QGuiApplication.clipboard().text() == page.form._openai_address.line.text()


def test_the_source_of_local_answers_can_be_chosen(desk: Desk, page: TargetsPage, after: Do) -> None:
    after(lambda: desk.model.open("local"))
    box = page.form.upstream
    assert [box.itemText(row) for row in range(box.count())] == ["The sandbox", CLOUDFLARE.name]
    after(lambda: box.activated.emit(1))
    assert desk.backend.upstream_id == "cf"
    assert box.currentData() == "cf"


def test_a_new_connection_says_what_each_kind_is(desk: Desk, page: TargetsPage, after: Do) -> None:
    after(lambda: desk.model.open("local"), page._add)
    assert page.form.kind_choice.isVisibleTo(page)
    assert rows(page)[-1] == "New connection"
    after(lambda: desk.model.set_kind(TargetKind.OPENAI))
    assert page.form.fields["base_url"].isVisibleTo(page)
    assert not page.form.fields["account"].isVisibleTo(page)
    assert "Ollama" in page.form.kind_choice._words.text


def test_a_dropped_file_is_reviewed_before_it_is_saved(
    desk: Desk, page: TargetsPage, after: Do, tmp_path: Path
) -> None:
    path = tmp_path / ".dev.vars"
    path.write_text(
        f"GATEWAY_URL=https://gateway.ai.cloudflare.com/v1/{ACCOUNT}/g\nGATEWAY_TOKEN=canary\nhm\n"
    )
    after(lambda: desk.model.open("local"), lambda: drop(page, files(path)))
    assert page.review.isVisibleTo(page)
    assert page.review.problems.isVisibleTo(page)
    assert len(desk.backend.targets) == 2
    after(page.review.accept.click)
    assert desk.backend.targets[-1].gateway == "g"
    assert not page.review.isVisibleTo(page)


def test_dropped_text_without_a_connection_says_so_and_offers_only_to_close(
    desk: Desk, page: TargetsPage, after: Do
) -> None:
    data = QMimeData()
    data.setText("FOO=bar")
    after(lambda: desk.model.open("local"), lambda: drop(page, data))
    assert page.review.problems.isVisibleTo(page)
    assert not page.review.accept.isVisibleTo(page)
    assert page.review.discard.text() == "Close"
    page.review.discard.click()
    assert desk.model.review is None


def test_everything_that_takes_focus_has_a_name(desk: Desk, page: TargetsPage, after: Do) -> None:
    after(lambda: desk.model.open("cf"))
    for widget in page.findChildren(QLineEdit):
        assert widget.accessibleName(), widget
    QApplication.processEvents()


def test_the_palette_finds_connections_by_name(desk: Desk, page: TargetsPage, after: Do) -> None:
    (found,) = page.page().find("ACME")
    after(found.open)
    assert desk.model.draft is not None
    assert desk.model.draft.target.id == "cf"


def test_the_tab_key_goes_as_the_eye_does(desk: Desk, page: TargetsPage, after: Do) -> None:
    after(lambda: desk.model.open("cf"))
    after(lambda: desk.model.set_text("name", "x"))
    line, order = page.form.fields, list[object]()
    step: QWidget | None = page.list
    while step is not None and step not in order:
        order.append(step)
        step = step.nextInFocusChain()
    wanted = [page.list, page.new, page.use, page.status.test, line["name"].line, line["account"].line]
    wanted += [page.form.secrets[SecretKind.API_TOKEN].line, page.save]
    assert sorted(wanted, key=order.index) == wanted

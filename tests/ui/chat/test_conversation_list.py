"""The list at the left."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.conftest import Run
from tests.ui.chat.fakes import Desk, answer, conversation
from tests.waiting import until
from workbench.domain.conversations import SearchHit
from workbench.ui.chat.conversation_delegate import RowState
from workbench.ui.chat.conversation_list import ConversationList
from workbench.ui.chat.conversation_rows import focused, marked
from workbench.ui.support.theme import Theme

NOW = time.time()


def shown(panel: ConversationList) -> list[str]:
    rows = panel.view.rows
    return [str(rows.index(row).data()) for row in range(rows.rowCount())]


def test_headings_stand_over_conversations_and_the_open_one_is_marked(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        old = conversation("old", NOW - 40 * 86400)
        new, kept = conversation("new", NOW), conversation("kept", NOW - 90 * 86400, pinned=True)
        async with Desk(old, new, kept) as desk:
            panel = ConversationList(desk.model, theme)
            assert shown(panel) == ["Pinned", "kept", "Today", "new", "Older", "old"]
            assert panel.view.currentIndex().data() == "new"
            panel.deleteLater()

    run_qt(story())


def test_arrows_open_conversations_and_skip_headings(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        new, old = conversation("new", NOW), conversation("old", NOW - 40 * 86400)
        async with Desk(new, old) as desk:
            panel = ConversationList(desk.model, theme)
            panel.resize(240, 400)
            QTest.keyClick(panel.view, Qt.Key.Key_Down)
            assert desk.model.current_id == old.id
            await until(lambda: desk.model.loaded)
            QTest.keyClick(panel.view, Qt.Key.Key_Up)
            assert desk.model.current_id == new.id
            await until(lambda: desk.model.loaded)
            panel.deleteLater()

    run_qt(story())


def test_delete_takes_the_conversation_off_and_undo_brings_it_back(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        new, old = conversation("new", NOW), conversation("old", NOW - 40 * 86400)
        async with Desk(new, old) as desk:
            panel = ConversationList(desk.model, theme)
            QTest.keyClick(panel.view, Qt.Key.Key_Delete)
            assert shown(panel) == ["Older", "old"]
            await until(lambda: desk.notices)
            undo = desk.notices[-1].action
            assert undo is not None
            undo()
            await until(lambda: desk.model.current_id == new.id and desk.model.loaded)
            assert "new" in shown(panel)
            panel.deleteLater()

    run_qt(story())


def test_an_edited_title_is_kept(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        talk = conversation("talk", NOW)
        async with Desk(talk) as desk:
            panel = ConversationList(desk.model, theme)
            rows = panel.view.rows
            assert rows.setData(rows.index_of(talk.id), "chat")
            assert not rows.setData(rows.index_of(talk.id), "  ")
            await until(lambda: desk.store.kept[talk.id].title == "chat")
            assert shown(panel) == ["Today", "chat"]
            panel.deleteLater()

    run_qt(story())


def test_the_menu_asks_for_a_file_to_save_to(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        talk = conversation("talk")
        async with Desk(talk) as desk:
            panel = ConversationList(desk.model, theme)
            wanted: list[str] = []
            panel.export_wanted.connect(wanted.append)
            menu = panel.menu(talk)
            next(each for each in menu.actions() if each.text() == "Save to a file…").trigger()
            assert wanted == [talk.id]
            panel.close()
            panel.deleteLater()

    run_qt(story())


def test_the_menu_pins(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        talk = conversation("talk", NOW)
        async with Desk(talk) as desk:
            panel = ConversationList(desk.model, theme)
            menu = panel.menu(talk)
            next(each for each in menu.actions() if each.text() == "Pin to the top").trigger()
            assert shown(panel) == ["Pinned", "talk"]
            await until(lambda: desk.store.kept[talk.id].pinned)
            panel.deleteLater()

    run_qt(story())


def test_a_screen_reader_hears_what_the_eye_sees(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        talk = conversation("talk", NOW, pinned=True)
        async with Desk(talk) as desk:
            panel = ConversationList(desk.model, theme)
            desk.chat.hold = True
            desk.model.send("Hi")
            rows = panel.view.rows
            spoken = rows.index_of(talk.id).data(Qt.ItemDataRole.AccessibleTextRole)
            assert spoken == "talk, pinned, answering"
            desk.model.stop()
            await until(lambda: not desk.model.busy)
            panel.deleteLater()

    run_qt(story())


def test_enter_in_the_search_jumps_to_the_message(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        first, second = conversation("first", NOW), conversation("second", NOW - 10)
        async with Desk(first, second) as desk:
            found = answer(second.id, "a needle")
            desk.store.put(found)
            desk.store.hits = (SearchHit(second.id, "second", found.id, "a \ue000needle\ue001"),)
            opened: list[tuple[str, str]] = []
            desk.model.hit_opened.connect(lambda *hit: opened.append(hit))
            panel = ConversationList(desk.model, theme)
            QTest.keyClicks(panel.field, "need")
            await until(lambda: desk.model.finder.hits)
            QTest.keyClick(panel.field, Qt.Key.Key_Return)
            await until(lambda: opened)
            assert opened == [(found.id, "needle")]
            QTest.keyClick(panel.field, Qt.Key.Key_Escape)
            assert panel.field.text() == ""
            panel.deleteLater()

    run_qt(story())


def test_marks_in_an_excerpt_become_ranges() -> None:
    assert marked("a \ue000b c\ue001\n d \ue000e\ue001") == ("a b c d e", [(2, 3), (8, 1)])


def test_an_unclosed_mark_does_no_harm() -> None:
    assert marked("a \ue000b") == ("a b", [])


def test_a_late_match_is_brought_to_the_front() -> None:
    text, ranges = focused("one two three four five six seven eight \ue000needle\ue001 more")
    assert text.startswith("…")
    assert len(ranges) == 1
    start, length = ranges[0]
    assert text[start : start + length] == "needle"
    assert start <= 26


def test_an_early_match_stays_where_it_is() -> None:
    assert focused("a \ue000needle\ue001") == ("a needle", [(2, 6)])


def test_a_row_is_selected_focused_or_neither(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        first, second = conversation("first", NOW), conversation("second", NOW - 10)
        async with Desk(first, second) as desk:
            panel = ConversationList(desk.model, theme)
            panel.show()
            panel.activateWindow()
            await until(panel.isActiveWindow)
            here = panel.view.rows.index_of(desk.model.current_id)
            other = panel.view.rows.index_of(({first.id, second.id} - {desk.model.current_id}).pop())
            panel.field.setFocus()
            assert RowState.of(panel.view, here)[:2] == (True, False)
            panel.view.setFocus()
            assert RowState.of(panel.view, here)[:2] == (True, True)
            assert RowState.of(panel.view, other)[:2] == (False, False)
            panel.close()
            panel.deleteLater()

    run_qt(story())


def test_hits_are_drawn_with_their_excerpt(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        talk = conversation("talk", NOW)
        async with Desk(talk) as desk:
            desk.store.hits = (SearchHit(talk.id, "talk", "m", "a \ue000needle\ue001"),)
            panel = ConversationList(desk.model, theme)
            panel.resize(260, 300)
            panel.show()
            QTest.keyClicks(panel.field, "need")
            await until(lambda: desk.model.finder.hits)
            row = panel.hits.visualRect(panel.hits.model().index(0, 0))
            one_line = panel.view.visualRect(panel.view.rows.index_of(talk.id)).height()
            assert row.height() > one_line
            drawn = panel.hits.viewport().grab(row).toImage()
            assert len({drawn.pixel(x, y) for x in range(drawn.width()) for y in range(drawn.height())}) > 2
            panel.close()
            panel.deleteLater()

    run_qt(story())


def test_the_search_field_grows_with_the_text(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with Desk(conversation("new", NOW)) as desk:
            theme.set_scale(1.5)
            panel = ConversationList(desk.model, theme)
            panel.resize(300, 600)
            panel.show()
            try:
                await until(panel.isVisible)
                QApplication.processEvents()
                assert panel.field.height() >= panel.field.sizeHint().height()
            finally:
                panel.deleteLater()
                theme.set_scale(1.0)

    run_qt(story())

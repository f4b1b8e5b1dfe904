"""The way an answer took through a route: looked up when somebody wants to see it, and shown."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from tests.conftest import Run
from tests.ui.chat.fakes import FACTS, Desk, answer, conversation
from tests.ui.chat.test_tab import Room, room
from tests.ui.support.test_exchange_text import SENT
from tests.waiting import until
from workbench.domain.conversations import StoredMessage
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.routes.trace import Trace, Visit
from workbench.domain.settings import Settings
from workbench.domain.trouble import Trouble
from workbench.ui.chat.answer_details import AnswerDetails
from workbench.ui.chat.commands import ChatCommands
from workbench.ui.chat.records import NoWays, WayPhase, WayTaken
from workbench.ui.support.theme import Theme
from workbench.ui.support.way import Way

VISITS = (
    Visit("start", "start", "next", ""),
    Visit("plan", "conditional", "true", "metadata.plan is free", {"metadata.plan": "free"}),
    Visit("small", "model", "success", "llama-4 answered 200"),
)
TRACE = Trace("t1", "support", "v1", 1.0, VISITS, "small", True, "workers-ai", "llama-4")
ROUTED = replace(SENT, id="x", response_headers=(("x-workbench-trace-id", "t1"),))
ROUTED_FACTS = replace(FACTS, asked="dynamic/support", model="llama-4", trace_id="t1")
DEAD = RequestFailed(
    "The local gateway is not running.",
    why="It ended.",
    fix="Restart it.",
    failure=Failure.CONNECT,
    maker=Maker.GATEWAY,
)


def routed(here: Desk, conversation_id: str) -> StoredMessage:
    """An answer that came through a route, with its record and its way."""
    found = answer(conversation_id, "A", facts=ROUTED_FACTS, exchange_id="x")
    here.store.put(found)
    here.chat.exchanges["x"] = ROUTED
    here.ways.kept["x"] = TRACE
    return found


async def opened(here: Desk, message: StoredMessage) -> None:
    here.model.show_details(message.id)
    await until(lambda: here.model.records.exchange is not None)


def test_a_way_is_asked_for_only_when_it_is_wanted_and_only_once(run_qt: Run) -> None:
    async def story() -> None:
        talk = conversation("Talk")
        here = Desk(talk)
        message = routed(here, talk.id)
        async with here:
            records, known = here.model.records, list[str]()
            records.way_known.connect(known.append)
            await opened(here, message)
            assert (records.way.phase, here.ways.asked) == (WayPhase.UNASKED, [])
            records.look_up_way()
            assert records.way == WayTaken(WayPhase.READING)
            await until(lambda: records.way.phase is WayPhase.KNOWN)
            assert records.way.trace is records.way_of(message.id) is TRACE
            assert known == [message.id]
            records.close()
            assert records.way == WayTaken()
            await opened(here, message)
            assert records.way.phase is WayPhase.KNOWN
            assert here.ways.asked == ["x"]

    run_qt(story())


def test_what_came_through_no_route_has_no_way(run_qt: Run) -> None:
    async def story() -> None:
        talk = conversation("Talk")
        here = Desk(talk)
        message = routed(here, talk.id)
        here.chat.exchanges["x"] = SENT
        async with here:
            await opened(here, message)
            here.model.records.look_up_way()
            assert (here.model.records.way.phase, here.ways.asked) == (WayPhase.NONE, [])

    run_qt(story())


def test_the_way_of_an_answer_that_is_still_coming_is_not_asked_for(run_qt: Run) -> None:
    async def story() -> None:
        talk = conversation("Talk")
        here = Desk(talk)
        message = routed(here, talk.id)
        here.chat.exchanges["x"] = replace(ROUTED, ended_ms=None)
        async with here:
            await opened(here, message)
            here.model.records.look_up_way()
            assert (here.model.records.way.phase, here.ways.asked) == (WayPhase.EARLY, [])

    run_qt(story())


def test_a_way_that_could_not_be_asked_for_can_be_asked_for_again(run_qt: Run) -> None:
    async def story() -> None:
        talk = conversation("Talk")
        here = Desk(talk)
        message = routed(here, talk.id)
        here.ways.trouble = DEAD
        async with here:
            records = here.model.records
            await opened(here, message)
            records.look_up_way()
            await until(lambda: records.way.phase is WayPhase.FAILED)
            assert records.way.trouble == Trouble.of(DEAD)
            assert here.notices == []
            here.ways.trouble = None
            records.look_up_way()
            await until(lambda: records.way.phase is WayPhase.KNOWN)

    run_qt(story())


def test_a_way_that_is_not_kept_is_said_to_be_gone(run_qt: Run) -> None:
    async def story() -> None:
        talk = conversation("Talk")
        here = Desk(talk)
        message = routed(here, talk.id)
        here.ways.kept.clear()
        async with here:
            records = here.model.records
            await opened(here, message)
            records.look_up_way()
            await until(lambda: records.way.phase is WayPhase.GONE)
            assert records.way_of(message.id) is None

    run_qt(story())


def test_where_nobody_keeps_ways_none_is_known(run_async: Run) -> None:
    assert run_async(NoWays().of(ROUTED)) is None


def test_the_panel_offers_the_way_only_where_there_is_one(theme: Theme) -> None:
    panel = AnswerDetails(theme)
    panel.show_answer(ROUTED, WayTaken(WayPhase.KNOWN, TRACE))
    assert not panel.views["way"].isHidden()
    panel.views["way"].click()
    assert panel.text.isHidden()
    assert not panel.way.isHidden()
    panel.show_answer(SENT)
    assert panel.views["way"].isHidden()
    assert panel.way.isHidden()
    assert panel.text.toPlainText().startswith("POST http")
    panel.deleteLater()


def test_the_panel_asks_for_the_way_when_it_is_looked_at(theme: Theme) -> None:
    panel = AnswerDetails(theme)
    asked: list[bool] = []
    panel.way.asked.connect(lambda: asked.append(True))
    panel.show_answer(ROUTED, WayTaken(WayPhase.UNASKED))
    assert asked == []
    panel.views["way"].click()
    assert asked
    panel.show_way(WayTaken(WayPhase.READING))
    assert "Asking" in panel.way.why.text()
    panel.deleteLater()


def test_every_step_of_the_way_is_shown_and_leads_to_the_route(theme: Theme) -> None:
    panel = AnswerDetails(theme)
    wanted: list[tuple[str, str]] = []
    panel.way.route_wanted.connect(lambda name, trace_id: wanted.append((name, trace_id)))
    panel.show_answer(ROUTED, WayTaken(WayPhase.KNOWN, TRACE))
    panel.views["way"].click()
    (way,) = panel.findChildren(Way)
    names = [step.accessibleName() for step in way.findChildren(QWidget)]
    assert "plan, conditional, true: metadata.plan is free" in names
    assert panel.way.route.text() == "dynamic/support, version v1"
    panel.way.in_routes.click()
    assert wanted == [("support", "t1")]
    panel.deleteLater()


def test_a_failure_is_told_in_place_with_a_way_to_try_again(theme: Theme) -> None:
    panel = AnswerDetails(theme)
    panel.show_answer(ROUTED, WayTaken(WayPhase.FAILED, trouble=Trouble.of(DEAD)))
    panel.views["way"].click()
    asked: list[bool] = []
    panel.way.asked.connect(lambda: asked.append(True))
    assert panel.way.what.text() == DEAD.what
    assert panel.way.in_routes.isHidden()
    panel.way.again.click()
    assert asked == [True]
    panel.deleteLater()


def test_from_the_foot_of_an_answer_to_its_route(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        talk = conversation("Talk")
        here = Room(theme, Settings(), talk)
        message = routed(here, talk.id)
        wanted: list[tuple[str, str]] = []
        here.tab.route_wanted.connect(lambda name, trace_id: wanted.append((name, trace_id)))
        async with here:
            tab = here.tab

            def tip() -> str:
                entry = tab.transcript.column.entry(message.id)
                assert entry is not None
                return entry.message.metrics[0].tooltip

            assert "in the details" in tip()
            tab.transcript.details_requested.emit(message.id)
            await until(lambda: tab.details.isVisible())
            tab.details.views["way"].click()
            await until(lambda: tab.details.way.in_routes.isVisible())
            assert "start → plan → small" in tip()
            tab.details.way.in_routes.click()
            assert wanted == [("support", "t1")]
        await left(here)

    run_qt(story())


def test_what_was_sent_is_handed_on_to_be_tried_on_a_route(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        talk = conversation("Talk")
        async with room(theme, talk) as here:
            wanted: list[object] = []
            here.tab.try_wanted.connect(wanted.append)
            await here.ask("What is a token?")
            last = here.model.last_answer()
            assert last is not None
            here.model.try_on_route(last.id)  # nothing was recorded of it
            command = next(one for one in ChatCommands(here.tab).all() if one.id == "chat.try")
            assert not command.enabled()
            here.chat.exchanges["y"] = ROUTED
            sent = {
                "headers": {"authorization": "Bearer ••••"},
                "metadata": {},
                "body": {"model": "m", "text": "да"},
            }
            here.chat.exchange_id = "y"
            await here.ask("And now?")
            now = here.model.last_answer()
            assert now is not None
            here.tab.transcript.try_requested.emit(now.id)
            await until(lambda: wanted)
            here.model.show_details(now.id)
            await until(lambda: here.tab.details.isVisible())
            here.tab.details.try_it.click()
            await until(lambda: len(wanted) == 2)
            assert command.enabled()
            command.run()
            await until(lambda: len(wanted) == 3)
            assert wanted == [sent] * 3
            here.chat.exchanges.clear()
            command.run()
            await until(lambda: here.notices)
            assert "not kept any more" in here.notices[0].text
            assert len(wanted) == 3

    run_qt(story())


async def left(here: Room) -> None:
    await here.tab.aclose()
    await here.settings.aclose()
    here.frames.stop()
    here.tab.close()
    here.tab.deleteLater()

"""A full disk, a locked database, two windows, a crash: nothing that was stored is lost, and the answer is on screen."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.bad_days.desk import CANARY, Desk, assert_told, ended, open_desk, read
from tests.bad_days.loopback import WELL, Answer, Loopback, chunk, loopback, words
from tests.conftest import Run
from workbench.domain.chat import Role
from workbench.domain.conversations import MessageState
from workbench.services.chat import ChatEvent, MessageAdded, MessageChanged, ReplyExtended

LONG = Answer(pieces=(*words(*(f"word{number} " * 400 for number in range(20))), chunk("", "stop")))


@asynccontextmanager
async def at_work(folder: Path, busy_ms: int = 5000) -> AsyncIterator[tuple[Loopback, Desk, str]]:
    async with loopback() as server, open_desk(folder, busy_ms=busy_ms) as desk:
        await desk.use_server(f"{server.address}/v1")
        yield server, desk, await desk.conversation()


async def fill_disk(desk: Desk, full: bool = True) -> None:
    """No page more for the database, which is what a full disk is to it."""

    def work(connection: sqlite3.Connection) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages if full else 1_000_000}")

    await desk.database.read(work)


def folder_database(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(folder / "data" / "workbench.db", isolation_level=None)


def test_a_disk_that_fills_in_mid_answer(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with at_work(tmp_path) as (server, desk, conversation):
            await desk.ask(conversation, "Before")
            server.answer = LONG
            events: list[ChatEvent] = []
            async for event in desk.chat.ask(conversation, "Now"):
                events.append(event)
                if isinstance(event, ReplyExtended) and len(events) == 3:
                    await fill_disk(desk)
            answer = ended(events)
            shown = "".join(event.text for event in events if isinstance(event, ReplyExtended))
            assert answer.text == shown
            assert "word19" in shown
            assert_told(answer, MessageState.DONE)  # it is whole, but only on the screen
            assert [one.text for one in await desk.stored(conversation)][:3] == [
                "Before",
                "All is well.",
                "Now",
            ]

            await fill_disk(desk, full=False)
            server.answer = WELL
            events = await read(desk.chat.ask(conversation, "After"))
            saved = events[0]
            assert isinstance(saved, MessageChanged)
            assert (saved.message.id, saved.message.trouble) == (answer.id, None)
            assert ended(events).state is MessageState.DONE
            kept = {one.id: one for one in await desk.stored(conversation)}
            assert kept[answer.id].text == shown

    run_async(scenario())


def test_a_disk_that_is_full_before_the_question(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with at_work(tmp_path) as (server, desk, conversation):
            await fill_disk(desk)
            question = "A question " * 2000
            events = await read(desk.chat.ask(conversation, question))
            failed = ended(events)
            assert isinstance(events[0], MessageAdded)
            assert_told(failed)
            assert (failed.role, failed.text) == (Role.USER, question)
            assert server.requests == []
            await fill_disk(desk, full=False)
            assert (await desk.retry(failed)).text == "All is well."
            assert [one.role for one in await desk.stored(conversation)] == [Role.USER, Role.ASSISTANT]

    run_async(scenario())


def test_a_database_that_is_locked_in_mid_answer(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with at_work(tmp_path, busy_ms=50) as (server, desk, conversation):
            server.answer = LONG
            other = folder_database(tmp_path)
            events: list[ChatEvent] = []
            async for event in desk.chat.ask(conversation, "Now"):
                events.append(event)
                if isinstance(event, ReplyExtended) and not other.in_transaction:
                    other.execute("BEGIN IMMEDIATE")
            answer = ended(events)
            assert "word19" in answer.text
            assert_told(answer, MessageState.DONE)
            other.execute("ROLLBACK")
            other.close()
            server.answer = WELL
            await desk.ask(conversation, "After")
            kept = {one.id: one for one in await desk.stored(conversation)}
            assert kept[answer.id].text == answer.text
            assert kept[answer.id].trouble is None

    run_async(scenario())


def test_a_lock_that_passes_is_not_even_mentioned(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with at_work(tmp_path, busy_ms=50) as (server, desk, conversation):
            server.answer = LONG
            other = folder_database(tmp_path)
            async for event in desk.chat.ask(conversation, "Now"):
                if isinstance(event, ReplyExtended) and "word1 " in event.text:
                    other.execute("BEGIN IMMEDIATE")
                if isinstance(event, ReplyExtended) and "word15 " in event.text:
                    other.execute("ROLLBACK")
            other.close()
            answer = (await desk.stored(conversation))[-1]
            assert (answer.state, answer.trouble) == (MessageState.DONE, None)
            assert "word19" in answer.text

    run_async(scenario())


def test_two_windows_on_one_profile(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with at_work(tmp_path) as (server, one, conversation), open_desk(tmp_path) as two:
            server.answer = LONG
            assert two.targets.current.id == "server"  # the choice of the first window
            await two.use_server(f"{server.address}/v1")
            other = await two.conversation()
            async with asyncio.TaskGroup() as group:
                first = group.create_task(one.ask(conversation, "One"))
                second = group.create_task(two.ask(conversation, "Two"))
                third = group.create_task(two.ask(other, "Three"))
                await asyncio.sleep(0.03)
                assert (
                    await two.conversations.tidy() == 0
                )  # the other window's answer is not lost, but coming in
            for answer in (first.result(), second.result(), third.result()):
                assert (answer.state, answer.trouble) == (MessageState.DONE, None)
                assert "word19" in answer.text
            there = await one.stored(conversation)
            assert [message.text[:3] for message in there if message.role is Role.USER] == ["One", "Two"]
            assert {first.result().id, second.result().id} <= {message.id for message in there}
            assert [message.text[:5] for message in await one.stored(other)] == ["Three", "word0"]

    run_async(scenario())


WINDOW = """
import asyncio, pathlib, sys
from tests.bad_days.desk import open_desk
from workbench.services.chat import ReplyExtended

async def main(folder, address):
    async with open_desk(pathlib.Path(folder)) as desk:
        await desk.use_server(f"{address}/v1")
        conversation = await desk.conversation()
        async for event in desk.chat.ask(conversation, "Tell me"):
            if isinstance(event, ReplyExtended):
                await asyncio.sleep(0.3)
                print(conversation, flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


def test_a_window_killed_in_mid_answer_loses_only_the_last_moment(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with loopback() as server:
            server.answer = Answer(pieces=words("What ", "had ", "come "), hang=True)
            window = await asyncio.to_thread(
                subprocess.Popen,
                [sys.executable, "-c", WINDOW, str(tmp_path), server.address],
                stdout=subprocess.PIPE,
            )
            assert window.stdout is not None
            line = b""
            for _ in range(2):
                line = await asyncio.to_thread(window.stdout.readline)
            window.kill()
            await asyncio.to_thread(window.wait)
            window.stdout.close()
            async with open_desk(tmp_path) as desk:
                assert await desk.conversations.tidy() == 1
                question, answer = await desk.stored(line.decode().strip())
                assert question.text == "Tell me"
                assert_told(answer, MessageState.CUT)
                assert answer.text.startswith("What ")
                server.answer = WELL
                await desk.use_server(f"{server.address}/v1")
                assert (await desk.retry(answer)).text == "All is well."

    run_async(scenario())


def test_no_secret_is_in_any_file(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with at_work(tmp_path) as (server, desk, conversation):
            await desk.ask(conversation)
            assert server.requests[-1][1]["authorization"] == f"Bearer {CANARY.reveal()}"
            await desk.use_cloudflare(server.address)
            await desk.ask(conversation)
            undo = await desk.targets.delete("cf")
            await desk.targets.restore(undo)

    run_async(scenario())
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert b"canary" not in path.read_bytes(), path

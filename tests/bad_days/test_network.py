"""No network, no name, no certificate, silence, and streams that break."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.bad_days.desk import MODEL, Desk, assert_told, examined, open_desk
from tests.bad_days.loopback import WELL, Answer, chunk, loopback, words
from tests.conftest import Run
from workbench.client.connection import Timeouts
from workbench.domain.conversations import MessageState, StoredMessage
from workbench.domain.errors import Failure
from workbench.domain.targets import Reach
from workbench.services.chat import ReplyExtended
from workbench.services.doctor import CheckState

IMPATIENT = Timeouts(connect_s=5, first_byte_s=0.3, idle_s=0.3)


@asynccontextmanager
async def at(address: str, folder: Path, timeouts: Timeouts | None = None) -> AsyncIterator[Desk]:
    async with open_desk(folder, timeouts=timeouts) as desk:
        await desk.use_server(f"{address}/v1")
        yield desk


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class NoNames(asyncio.SelectorEventLoop):
    """A loop on a machine whose name server knows nothing."""

    async def getaddrinfo(self, host: Any, port: Any, **more: Any) -> Any:
        if str(host).endswith(".example"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return await super().getaddrinfo(host, port, **more)


def assert_named(message: StoredMessage, failure: Failure) -> None:
    assert_told(message)
    assert message.trouble is not None
    assert message.trouble.failure == failure
    assert message.trouble.maker == "network"


def test_nothing_listens(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        port = free_port()
        async with at(f"http://127.0.0.1:{port}", tmp_path) as desk:
            failed = await desk.ask(await desk.conversation())
            assert_named(failed, Failure.CONNECT)
            assert failed.trouble is not None
            assert failed.trouble.retryable
            status = await desk.targets.status()
            assert status.reach is Reach.UNREACHABLE
            assert status.what
            assert status.why
            assert status.fix
            checks = await examined(desk, model=MODEL)
            assert checks["port"].state is CheckState.FAILED
            async with loopback(port=port):
                assert (await desk.retry(failed)).text == "All is well."

    run_async(scenario())


def test_a_name_that_is_not_found(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with at("http://models.example:1234", tmp_path) as desk:
            assert_named(await desk.ask(await desk.conversation()), Failure.DNS)
            assert (await desk.targets.status()).reach is Reach.UNREACHABLE
            checks = await examined(desk, model=MODEL)
            assert checks["dns"].state is CheckState.FAILED
            assert "models.example" in checks["dns"].what
            assert checks["request"].state is CheckState.SKIPPED

    with asyncio.Runner(loop_factory=NoNames) as runner:
        runner.run(scenario())


def test_a_certificate_nobody_vouches_for(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with loopback(tls=True) as server, at(f"https://127.0.0.1:{server.port}", tmp_path) as desk:
            assert_named(await desk.ask(await desk.conversation()), Failure.TLS)
            assert server.requests == []  # the key did not leave
            checks = await examined(desk, model=MODEL)
            assert checks["port"].state is CheckState.OK
            assert checks["tls"].state is CheckState.FAILED
            assert "certificate" in checks["tls"].what

    run_async(scenario())


def test_https_where_http_is_spoken(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with loopback() as server, at(f"https://127.0.0.1:{server.port}", tmp_path) as desk:
            failed = await desk.ask(await desk.conversation())
            assert_named(failed, Failure.TLS)

    run_async(scenario())


@pytest.mark.parametrize(
    "answer",
    [Answer(pieces=words("Half ", "an ans"), cut=True), Answer(pieces=words("Half ", "an ans"))],
    ids=["reset", "ends without an end"],
)
def test_a_stream_that_is_cut_keeps_what_came(tmp_path: Path, run_async: Run, answer: Answer) -> None:
    async def scenario() -> None:
        async with loopback() as server, at(server.address, tmp_path) as desk:
            conversation = await desk.conversation()
            server.answer = answer
            cut = await desk.ask(conversation)
            assert_told(cut, MessageState.CUT)
            assert cut.text == "Half an ans"
            assert (await desk.stored(conversation))[-1] == cut
            server.answer = WELL
            retried = await desk.retry(cut)
            assert (retried.text, retried.state) == ("All is well.", MessageState.DONE)
            assert server.sent_messages == [("user", "Hello?")]

    run_async(scenario())


def test_a_cut_answer_counts_in_the_next_question(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with loopback() as server, at(server.address, tmp_path) as desk:
            conversation = await desk.conversation()
            server.answer = Answer(pieces=words("Half"), cut=True)
            await desk.ask(conversation, "One?")
            server.answer = WELL
            await desk.ask(conversation, "Go on.")
            assert server.sent_messages == [("user", "One?"), ("assistant", "Half"), ("user", "Go on.")]

    run_async(scenario())


def test_an_error_in_mid_stream_keeps_what_came(tmp_path: Path, run_async: Run) -> None:
    frame = b'data: {"error": {"message": "The GPU caught fire", "type": "server_error"}}\n\n'

    async def scenario() -> None:
        async with loopback() as server, at(server.address, tmp_path) as desk:
            server.answer = Answer(pieces=(*words("So far"), frame))
            cut = await desk.ask(await desk.conversation())
            assert_told(cut, MessageState.CUT)
            assert cut.text == "So far"

    run_async(scenario())


def test_a_server_that_says_nothing_is_not_waited_for_forever(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with loopback() as server, at(server.address, tmp_path, IMPATIENT) as desk:
            server.answer = Answer(hang=True)
            assert_named(await desk.ask(await desk.conversation()), Failure.TIMEOUT)

    run_async(scenario())


def test_a_server_that_falls_silent_in_mid_answer_is_cut(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with loopback() as server, at(server.address, tmp_path, IMPATIENT) as desk:
            server.answer = Answer(pieces=words("Let me think"), hang=True)
            cut = await desk.ask(await desk.conversation())
            assert_told(cut, MessageState.CUT)
            assert cut.text == "Let me think"

    run_async(scenario())


def test_stopping_closes_the_connection_and_keeps_what_came(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with loopback() as server, at(server.address, tmp_path) as desk:
            conversation = await desk.conversation()
            server.answer = Answer(pieces=words("Enough"), hang=True)
            async for event in desk.chat.ask(conversation, "Go"):
                if isinstance(event, ReplyExtended):
                    desk.chat.stop(event.message_id)
            stopped = (await desk.stored(conversation))[-1]
            assert (stopped.text, stopped.state, stopped.trouble) == ("Enough", MessageState.STOPPED, None)

    run_async(scenario())


def test_something_that_is_no_model_server_is_told(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with loopback() as server, at(server.address, tmp_path) as desk:
            server.answer = Answer(pieces=(b"<html>It works!</html>",), headers={"content-type": "text/html"})
            failed = await desk.ask(await desk.conversation())
            assert_told(failed)

    run_async(scenario())


def test_many_small_pieces_of_a_character_arrive_whole(tmp_path: Path, run_async: Run) -> None:
    whole = chunk("سلام, мир — 🌍", "stop")

    async def scenario() -> None:
        async with loopback() as server, at(server.address, tmp_path) as desk:
            server.answer = Answer(pieces=tuple(bytes([byte]) for byte in whole))
            assert (await desk.ask(await desk.conversation())).text == "سلام, мир — 🌍"

    run_async(scenario())

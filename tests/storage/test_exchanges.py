from __future__ import annotations

from pathlib import Path

import pytest

from tests.storage.conftest import Loop
from tests.storage.test_conversations import message
from workbench.domain.conversations import Conversation
from workbench.domain.exchange import Chunk, Exchange, FailedAttempt, masked_headers, masked_url
from workbench.storage.conversations import ConversationStore
from workbench.storage.database import Database
from workbench.storage.exchanges import ExchangeStore

CANARY = "canary-1f6c0e5d4b3a"


@pytest.fixture
def store(database: Database) -> ExchangeStore:
    return ExchangeStore(database)


def exchange() -> Exchange:
    return Exchange(
        "e1",
        1.5,
        "POST",
        masked_url(f"https://example.test/v1?api_key={CANARY}&x=1"),
        masked_headers((("Authorization", f"Bearer {CANARY}"), ("Accept", "text/event-stream"))),
        b'{"model":"m"}',
        200,
        (("content-type", "text/event-stream"),),
        12.5,
        [Chunk(20.0, b"data: {\xff"), Chunk(21.5, b"}\n\n")],
        [FailedAttempt(503, "busy", 3.0, 500.0)],
        "",
        30.25,
    )


def test_an_exchange_comes_back_byte_for_byte_with_its_frame_times(run: Loop, store: ExchangeStore) -> None:
    run(store.put(exchange(), "m1"))
    assert run(store.get("e1")) == exchange()
    assert run(store.get("nobody")) is None


def test_an_exchange_may_be_stored_again_while_it_grows(run: Loop, store: ExchangeStore) -> None:
    growing = exchange()
    run(store.put(growing))
    growing.chunks.append(Chunk(40.0, b"more"))
    run(store.put(growing, "m1"))
    assert run(store.get("e1")) == growing


def test_bodies_are_kept_compressed(run: Loop, store: ExchangeStore, database: Database) -> None:
    long = exchange()
    long.chunks = [Chunk(float(n), b'data: {"response":"word"}\n\n') for n in range(10_000)]
    run(store.put(long))
    size = run(database.read(lambda c: c.execute("SELECT length(packed) FROM exchanges").fetchone()[0]))
    assert size < len(long.response_body) / 4


def test_purging_a_conversation_takes_its_exchanges_along(
    run: Loop, store: ExchangeStore, database: Database
) -> None:
    talks = ConversationStore(database)
    run(talks.create(Conversation("c1", "", 1.0, 1.0)))
    run(talks.add(message("m1", exchange_id="e1")))
    run(store.put(exchange(), "m1"))
    run(talks.delete("c1"))
    run(talks.purge())
    assert run(store.get("e1")) is None


def test_a_secret_that_was_sent_is_in_no_stored_byte(run: Loop, store: ExchangeStore, tmp_path: Path) -> None:
    run(store.put(exchange()))
    assert CANARY not in repr(run(store.get("e1")))
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or CANARY.encode() not in path.read_bytes()

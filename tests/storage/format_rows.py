"""The rows of the fixtures in `formats`: made by the stores of the day a format was new, read by those of today."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Coroutine, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from tests.gateway.journal.rows import row, trace
from tests.storage.test_conversations import message
from tests.storage.test_exchanges import exchange
from tests.storage.test_gateway_cache import answer
from tests.storage.test_gateway_configuration import SETTINGS, deployed
from tests.storage.test_image_jobs import BATCH, job
from tests.storage.test_images import FULL
from tests.storage.test_recordings import SAID, TALK
from tests.storage.test_speech_batches import BATCH as SPEECH_BATCH
from tests.storage.test_takes import PARTS, TAKE, TEXT
from tests.storage.test_text_sets import RUN, TEXTS
from workbench.domain.conversations import ChatSettings, Conversation, MessageState
from workbench.domain.embeddings.judgements import Judgements, LabelledPair, Query
from workbench.domain.embeddings.own import OwnVectors
from workbench.domain.gateways import CustomProvider, DeploymentRecord, GatewaySettings, Mode, ProviderConfig
from workbench.domain.images.gallery import GalleryFilter
from workbench.domain.models import Model
from workbench.domain.routes.elements import End, Route, Start
from workbench.domain.routes.keeping import Draft
from workbench.domain.speech.takes import TakeState
from workbench.domain.targets import Target, TargetKind
from workbench.storage import journal_queries
from workbench.storage.catalogue import ModelCache
from workbench.storage.conversations import ConversationStore
from workbench.storage.data_files import CACHE, DATABASES, GATEWAY, JOURNAL, VECTORS, WORKBENCH
from workbench.storage.database import Database
from workbench.storage.exchanges import ExchangeStore
from workbench.storage.gateway_cache import GatewayCache
from workbench.storage.gateway_configuration import GatewayConfigurationStore
from workbench.storage.image_jobs import ImageJobStore
from workbench.storage.image_thumbnails import ImageThumbnails
from workbench.storage.images import ImageStore
from workbench.storage.journal import Entry, JournalFile, open_reading
from workbench.storage.own_vectors import OwnVectorStore
from workbench.storage.recordings import RecordingStore, SpokenStore
from workbench.storage.route_deployments import DeploymentRecords
from workbench.storage.route_drafts import RouteDrafts
from workbench.storage.speech_batches import SpeechBatchStore
from workbench.storage.takes import TakeStore
from workbench.storage.targets import TargetStore
from workbench.storage.text_sets import EmbeddingRunStore, TextSetStore

THUMBNAILS = "thumbnails.db"
ROUTE = Route("support", (Start(id="s", outputs={"next": "e"}), End(id="e")))
KEY = b"k" * 32
JUDGEMENTS = Judgements(
    (Query("q1", "Hi, שלום", grades=(("2", 2.0), ("1", 0.0))), Query("1", row="1")),
    (LabelledPair("1", "2", True),),
)


async def write(paths: Mapping[str, Path]) -> None:
    database = await Database.open(paths[WORKBENCH])
    for fill in (_talk, _pictures, _sound, _texts, _routes):
        await fill(database)
    await database.aclose()
    await _write_gateway(paths)
    thumbnails = ImageThumbnails(paths[THUMBNAILS])
    await thumbnails.put("a" * 64, 256, b"a thumbnail")
    await thumbnails.aclose()
    vectors = await Database.open(paths[VECTORS], migrations=DATABASES[VECTORS])
    await vectors.write(_vectors)
    await vectors.aclose()


async def _talk(database: Database) -> None:
    await TargetStore(database).save(Target("t1", "Mine", TargetKind.CLOUDFLARE, account="a" * 32))
    await ModelCache(database).save("t1", (Model("@cf/some/model", "Text Generation"),))
    store = ConversationStore(database)
    settings = ChatSettings(model="@cf/some/model", system_prompt="Be brief.")
    await store.create(
        Conversation("c1", "Tea and чай", 1.0, 2.0, pinned=True, settings=settings, draft="And")
    )
    await store.add(message("m1", "Green tea grows on hills.", exchange_id="e1"))
    await store.add(message("m2", "Half an ans", MessageState.STREAMING))
    await ExchangeStore(database).put(exchange(), "m1")


async def _pictures(database: Database) -> None:
    store = ImageStore(database)
    await store.add(FULL)
    await ImageJobStore(database).add(BATCH, [job("j1"), job("j2")])


async def _sound(database: Database) -> None:
    await RecordingStore(database).put(TALK)
    await SpokenStore(database).put(SAID)
    takes = TakeStore(database)
    await takes.add(TAKE)
    await takes.begin(TAKE.id)
    await takes.cut(TAKE.id, PARTS)
    await takes.save(TAKE.id, replace(PARTS[0], state=TakeState.DONE, transcript=TEXT))
    await SpeechBatchStore(database).put(SPEECH_BATCH)


async def _texts(database: Database) -> None:
    await TextSetStore(database).put(TEXTS)
    await EmbeddingRunStore(database).put(RUN)
    own = OwnVectorStore(database, database.path.with_name("own-vectors"))
    await own.put(OwnVectors("o1", "s1", "mine.npy", 1, 2, 8.0), _write_own)
    await TextSetStore(database).keep_judgements("s1", JUDGEMENTS)


def _write_own(file: BinaryIO) -> None:
    file.write(b"\x00\x00\x80\x3f" * 3)


async def _routes(database: Database) -> None:
    await DeploymentRecords(database).add(
        DeploymentRecord("t1", "default", "support", "v1", 7.0, "Ann", "first")
    )
    drafts = RouteDrafts(database, clock=lambda: 9.0)
    await drafts.keep(Draft("d1", ROUTE, Path("/routes/support.route.json")))
    await drafts.note_file(Path("/routes/support.route.json"))


async def _write_gateway(paths: Mapping[str, Path]) -> None:
    database = await Database.open(paths[GATEWAY], migrations=DATABASES[GATEWAY])
    store = GatewayConfigurationStore(database)
    await store.save_gateway(SETTINGS)
    await store.save_provider_configs(ProviderConfig("p1", "team", "openai", preview="…4f2a"))
    await store.save_custom_provider(CustomProvider("x1", "Desk", "desk", "http://127.0.0.1:1/v1"))
    await store.save_modes({"openai": Mode.STORED})
    await store.save_route(deployed())
    await database.aclose()
    journal = JournalFile(paths[JOURNAL], lambda gateway: GatewaySettings(gateway))
    journal.add(
        [
            Entry(
                row(id="l1", created_at=5.0, metadata={"plan": "free"}, request_body=b"{}", cost=0.5),
                trace("l1"),
            )
        ]
    )
    journal.close()
    cache = await GatewayCache.open(paths[CACHE], clock=lambda: 1000.0)
    await cache.put(answer("a", expires_at=4e9))
    await cache.keep_counted(b"counted")
    await cache.aclose()


def _vectors(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO vectors VALUES (1, x'0000803f')")
    connection.execute("INSERT INTO places VALUES (?, 1, 3.0)", (KEY,))


async def read_talk(database: Database) -> None:
    (target,) = await TargetStore(database).all()
    assert (target.name, target.account) == ("Mine", "a" * 32)
    fetched = await ModelCache(database).load("t1")
    assert fetched
    assert fetched.models[0].id == "@cf/some/model"


async def read_conversations(database: Database) -> None:
    store = ConversationStore(database)
    (talk,) = await store.list()
    assert (talk.title, talk.pinned, talk.draft) == ("Tea and чай", True, "And")
    assert talk.settings.system_prompt == "Be brief."
    whole, half = await store.messages("c1")
    assert (whole.text, half.text) == ("Green tea grows on hills.", "Half an ans")
    assert half.state is MessageState.STREAMING
    await store.recover()


async def read_search(database: Database) -> None:
    assert [hit.message_id for hit in await ConversationStore(database).search("hills")] == ["m1"]


async def read_exchanges(database: Database) -> None:
    found = await ExchangeStore(database).get("e1")
    assert found
    assert found.request_body == b'{"model":"m"}'


async def read_deployments(database: Database) -> None:
    (record,) = await DeploymentRecords(database).of("t1", "default", "support")
    assert (record.version_id, record.who, record.note) == ("v1", "Ann", "first")


async def read_drafts(database: Database) -> None:
    drafts = RouteDrafts(database)
    (draft,) = await drafts.all()
    assert draft.route.name == "support"
    assert [file.path for file in await drafts.files()] == [draft.path]


async def read_jobs(database: Database) -> None:
    store = ImageJobStore(database)
    assert [one.id for one in await store.jobs("b1")] == ["j1", "j2"]
    batch = await store.batch("b1")
    assert batch
    assert batch.title == "a fox"


async def read_gallery(database: Database) -> None:
    store = ImageStore(database)
    assert await store.ids(GalleryFilter(words="fox")) == ("i1",)
    picture = await store.get("i1")
    assert picture
    assert (picture.settings.seed, picture.tags, picture.boards) == (
        2**63 + 5,
        ("animals", "winter"),
        ("Best", "狐"),
    )
    assert await store.refers_to("5" * 64)


async def read_speech(database: Database) -> None:
    (recording,) = await RecordingStore(database).all()
    assert (recording.name, recording.path) == ("talk.mp3", "/music/talk.mp3")
    (said,) = await SpokenStore(database).all(5)
    assert said.text == "Hello."
    take = await TakeStore(database).get("t1")
    assert take
    assert take.parts[0].transcript
    assert take.parts[0].transcript.segments[0].words[0].text == "Hello,"


async def read_batches(database: Database) -> None:
    (batch,) = await SpeechBatchStore(database).all(5)
    assert batch.items[0].path == "/a.wav"


async def read_embeddings(database: Database) -> None:
    texts = await TextSetStore(database).get("s1")
    assert texts
    assert texts.rows[1].text == "שלום"
    (run,) = await EmbeddingRunStore(database).of("s1")
    assert run.models[0].choice.model == "m"


async def read_own_vectors(database: Database) -> None:
    (own,) = await OwnVectorStore(database, database.path.with_name("own-vectors")).of("s1")
    assert (own.name, own.dimensions, own.rows) == ("mine.npy", 1, 2)


async def read_judgements(database: Database) -> None:
    assert await TextSetStore(database).judgements("s1") == JUDGEMENTS


async def read_gateway(database: Database) -> None:
    stored = await GatewayConfigurationStore(database).load()
    assert [gateway.id for gateway in stored.gateways] == ["team"]
    assert stored.gateways[0].other == {"dlp": {"enabled": True}}
    assert stored.provider_configs[0].provider_slug == "openai"
    assert stored.custom_providers[0].slug == "desk"
    assert stored.routes[0].name == "support"
    assert stored.modes == {"openai": Mode.STORED}


async def read_answers(database: Database) -> None:
    cache = await GatewayCache.open(database.path, clock=lambda: 1000.0)
    try:
        found = await cache.get(answer("a").key, 1000.0)
        assert found
        assert found.body == b"{}"
    finally:
        await cache.aclose()


async def read_counted(database: Database) -> None:
    cache = await GatewayCache.open(database.path, clock=lambda: 1000.0)
    try:
        assert await cache.counted() == b"counted"
    finally:
        await cache.aclose()


async def read_vectors(database: Database) -> None:
    def work(connection: sqlite3.Connection) -> list[tuple[bytes, bytes]]:
        found = connection.execute("SELECT key, vector FROM places JOIN vectors USING (id)")
        return [(row[0], row[1]) for row in found]

    assert await database.read(work) == [(KEY, b"\x00\x00\x80\x3f")]


async def read_thumbnails(database: Database) -> None:
    thumbnails = ImageThumbnails(database.path)
    assert await thumbnails.get("a" * 64, 256) == b"a thumbnail"
    await thumbnails.aclose()


async def read_logs(database: Database) -> None:
    JournalFile(database.path, lambda gateway: GatewaySettings(gateway)).close()
    with closing(open_reading(database.path)) as connection:
        (kept,) = journal_queries.page(connection, journal_queries.Query("")).rows
    assert (kept.id, kept.metadata, kept.cost) == ("l1", {"plan": "free"}, 0.5)


READ: Mapping[str, Callable[[Database], Coroutine[Any, Any, None]]] = {
    "targets": read_talk,
    "conversations": read_conversations,
    "search": read_search,
    "exchanges": read_exchanges,
    "route_deployments": read_deployments,
    "route_drafts": read_drafts,
    "image_jobs": read_jobs,
    "gallery": read_gallery,
    "speech": read_speech,
    "speech_batches": read_batches,
    "embeddings": read_embeddings,
    "own_vectors": read_own_vectors,
    "judgements": read_judgements,
    "gateway_configuration": read_gateway,
    "answers": read_answers,
    "counted": read_counted,
    "vectors": read_vectors,
    "thumbnails": read_thumbnails,
    "logs": read_logs,
}
"""By the step that made a place for it: what must be found again. A step that only changes tables needs no entry."""

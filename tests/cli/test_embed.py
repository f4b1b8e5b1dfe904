"""`workbench embed` with real services, and models that do as they are told."""

from __future__ import annotations

import asyncio
import io
import json
from argparse import Namespace
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from arro3.io import read_parquet

from tests.conftest import Run
from tests.services.embeddings.desk import BAD, SPENT, Desk, window
from tests.services.fakes import FULL
from tests.waiting import until
from workbench.cli.arguments import TABLE_FORMS, VECTOR_FORMS, VECTOR_TYPES, parser
from workbench.cli.embed import embed
from workbench.domain.embeddings.runs import ModelChoice
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.models import TEXT_EMBEDDINGS, Model
from workbench.domain.targets import Connection
from workbench.services.embeddings.pgvector import VectorType
from workbench.services.embeddings.planning import ModelPlan, plan
from workbench.services.embeddings.tables import TableForm
from workbench.services.embeddings.vector_files import VectorForm

Prepare = Callable[[Desk], object]


class FakeSession:
    """One that embeds in a window of its own. models: itself, which knows a writer as well."""

    def __init__(self, one: Desk) -> None:
        self._one = one
        self.models = self
        self.sets = one.texts
        self.runs = one.runs

    def find(self, model_id: str) -> Model:
        return Model(model_id, "Text Generation" if model_id == "writer" else TEXT_EMBEDDINGS)

    def embedding(self, target_id: str) -> Sequence[Model]:
        return (Model("m"),)

    async def connection(self, target: str) -> Connection:
        return await self._one.connections.connection(target)

    async def plan(self, texts: Sequence[str], choice: ModelChoice, target_id: str) -> ModelPlan:
        (found,) = await plan(self._one.embedding, texts, [choice], target_id)
        return found


class Session:
    def __init__(self, desk: FakeSession) -> None:
        self._desk = desk
        self.connection = desk.connection

    @asynccontextmanager
    async def embedding(self) -> AsyncIterator[Any]:
        yield self._desk


class Command:
    def __init__(self, folder: Path, run: Run) -> None:
        self.folder = folder
        self._run = run
        self.out = io.StringIO()
        self.err = io.StringIO()
        self.code: int | None = None
        self.left: list[Any] = []

    def __call__(
        self, *arguments: str, file: str = "", given: str = "", prepare: Prepare = lambda one: None
    ) -> Command:
        if file:
            (self.folder / "texts.csv").write_text(file, encoding="utf-8")
        self.out, self.err = io.StringIO(), io.StringIO()
        self._run(self._called(self.options(*arguments), given, prepare))
        return self

    def options(self, *arguments: str) -> Namespace:
        where = () if "-" in arguments else (str(self.folder / "texts.csv"),)
        return parser().parse_args(["embed", *where, "-m", "m", *arguments])

    async def _called(self, options: Namespace, given: str, prepare: Prepare) -> None:
        async with window(self.folder, adopts=False, per_model=lambda: 1) as one:

            @asynccontextmanager
            async def session() -> AsyncIterator[Any]:
                yield Session(FakeSession(one))

            prepare(one)
            try:
                self.code = await embed(options, session, io.StringIO(given), self.out, self.err)
            finally:
                self.left = await one.texts.all()

    def output(self, name: str = "out.npy") -> str:
        return str(self.folder / name)


@pytest.fixture
def command(tmp_path: Path, run_async: Run) -> Command:
    return Command(tmp_path, run_async)


FILE = "id,text\n" + "".join(f"i{number},text {number}\n" for number in range(25))


def test_the_choices_that_can_be_typed_are_those_there_are() -> None:
    assert tuple(VectorForm) == VECTOR_FORMS
    assert tuple(TableForm) == TABLE_FORMS
    assert tuple(VectorType) == VECTOR_TYPES


def test_texts_become_vectors_in_a_file_and_nothing_else_is_left(command: Command) -> None:
    done = command("-o", command.output(), file=FILE)
    assert (done.code, done.out.getvalue()) == (0, f"{command.output()}\n")
    assert done.err.getvalue() == (
        "workbench: 25 rows with 25 different texts; 3 calls, ≈50 tokens; ≈$0.000050.\n"
    )
    assert np.load(command.output()).shape == (25, 2)
    assert done.left == []


def test_the_second_time_nothing_is_asked_for(command: Command) -> None:
    command("-o", command.output(), file=FILE)
    done = command("-o", command.output("out.jsonl"), "--json")
    assert "25 known; nothing to ask for" in done.err.getvalue()
    told = json.loads(done.out.getvalue())
    assert (told["calls"], told["known_before"], told["vectors"]) == (0, 25, 25)
    (first, *_) = map(json.loads, Path(command.output("out.jsonl")).read_text("utf-8").splitlines())
    assert (first["id"], first["text"]) == ("i0", "text 0")


def test_a_dry_run_asks_for_nothing_and_needs_no_output(command: Command) -> None:
    done = command("--dry-run", file=FILE, prepare=lambda one: setattr(one.wire, "always", BAD))
    assert done.code == 0
    assert "3 calls" in done.err.getvalue()
    assert done.out.getvalue() == ""


def test_texts_come_from_standard_input_too(command: Command) -> None:
    done = command("-", "-o", command.output("x"), "-f", "csv", given="one\ntwo\n")
    assert done.code == 0
    assert len(Path(command.output("x")).read_text("utf-8").splitlines()) == 3


def test_vectors_come_as_parquet_and_as_sql_too(command: Command) -> None:
    command("-o", command.output("o.parquet"), file=FILE)
    assert read_parquet(Path(command.output("o.parquet"))).read_all().num_rows == 25
    done = command("-o", command.output("o.sql"), "--pgvector-type", "halfvec")
    assert done.code == 0
    assert "embedding halfvec(2)" in Path(command.output("o.sql")).read_text("utf-8")


def test_bad_rows_are_tried_once_more_and_told_and_the_rest_is_written(command: Command) -> None:
    def prepare(one: Desk) -> None:
        one.wire.bad = {"text 3": BAD, "text 7": BAD}

    done = command("-o", command.output(), "--json", file=FILE, prepare=prepare)
    assert done.code == 1
    assert "2 rows had no vector; trying again." in done.err.getvalue()
    assert "2 rows without a vector (i3, i7): No." in done.err.getvalue()
    assert json.loads(done.out.getvalue())["bad_rows"] == [3, 7]
    assert np.isnan(np.load(command.output())[[3, 7]]).all()


def test_a_quota_that_is_used_up_ends_it_and_the_same_command_goes_on_later(command: Command) -> None:
    def prepare(one: Desk) -> None:
        one.wire.allowed = {"m": 2}

    done = command("-o", command.output(), "--json", file=FILE, prepare=prepare)
    assert done.code == 1
    assert "The same command goes on from there" in done.err.getvalue()
    told = json.loads(done.out.getvalue())
    assert (told["state"], told["vectors"], told["written"]) == ("failed", 20, None)
    assert told["error"]["what"] == SPENT.what
    assert not Path(command.output()).exists()
    again = command("-o", command.output())
    assert (again.code, "20 known; 1 call" in again.err.getvalue()) == (0, True)


def test_what_is_wrong_with_lines_is_told(command: Command) -> None:
    file = "id,text\n" + "x\n" * 7 + "1,a\n"
    done = command("-o", command.output(), file=file)
    assert done.err.getvalue().count("1 cell where there are 2 columns") == 5
    assert "2 more lines not as it should be" in done.err.getvalue()


def test_columns_are_chosen(command: Command) -> None:
    file = "en,de,label,text\nhello,hallo,a,x\n"
    done = command("-o", command.output("o.jsonl"), "--text", "en", "--text", "de", "--label", "", file=file)
    assert done.code == 0
    lines = list(map(json.loads, Path(command.output("o.jsonl")).read_text("utf-8").splitlines()))
    assert [(line["text"], line["language"], line["group"]) for line in lines] == [
        ("hello", "en", "1"),
        ("hallo", "de", "1"),
    ]
    assert "label" not in lines[0]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("-o", "out.xlsx"),
        ("-o", "out.csv", "--pgvector-type", "bit"),
        ("-o", "out.npy", "--text", "other"),
        ("-o", "out.npy", "--target", "t", "--form", "jsonl"),
        ("-o", "out.npy", "-m", "writer"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is_asked(
    command: Command, arguments: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidInput) as caught:
        command(*arguments, file=FILE)
    assert caught.value.fix
    assert command.left == []


def test_a_full_disk_ends_it(command: Command) -> None:
    with pytest.raises(StorageFailed, match=FULL.what):
        command("-o", command.output(), file=FILE, prepare=lambda one: setattr(one.cache, "failing", True))


def test_who_interrupts_leaves_nothing_behind_but_vectors(command: Command, run_async: Run) -> None:
    (command.folder / "texts.csv").write_text(FILE, encoding="utf-8")

    async def story() -> None:
        async with window(command.folder, adopts=False, per_model=lambda: 1) as one:

            @asynccontextmanager
            async def session() -> AsyncIterator[Any]:
                yield Session(FakeSession(one))

            one.wire.gate = asyncio.Event()
            options = command.options("-o", command.output())
            async with asyncio.TaskGroup() as tasks:
                task = tasks.create_task(embed(options, session, io.StringIO(), io.StringIO(), io.StringIO()))
                await until(lambda: one.wire.running == 1)
                task.cancel()
            assert task.cancelled()
            assert (one.wire.running, one.runs.open, await one.texts.all()) == (0, (), [])

    run_async(story())
    assert not Path(command.output()).exists()

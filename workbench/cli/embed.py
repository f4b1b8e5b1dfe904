"""`workbench embed`: texts in, vectors out."""

from __future__ import annotations

import asyncio
import json
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from workbench.cli.edge import FAILED, finish
from workbench.cli.progress import Progress
from workbench.domain.embeddings.requests import EmbeddingOptions
from workbench.domain.embeddings.runs import EmbeddingRun, ModelChoice, ModelRun, RunState
from workbench.domain.embeddings.texts import TextRow, TextSet
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.models import Model
from workbench.domain.targets import Connection
from workbench.domain.trouble import Trouble
from workbench.services.background import to_the_end
from workbench.services.embeddings.pgvector import VectorType
from workbench.services.embeddings.planning import ModelPlan
from workbench.services.embeddings.runs import RunChanged, RunsEvent, RunsHalted
from workbench.services.embeddings.tables import Table, TableForm, table_of
from workbench.services.embeddings.texts import Columns, guessed, read_table, text_set
from workbench.services.embeddings.vector_files import VectorForm, form_of, write_vectors

if TYPE_CHECKING:
    from workbench.vectors.matrix import Vectors

_MOST_TOLD = 5
"""Bad lines and rows that are told one by one."""


class Models(Protocol):
    """services.embeddings.models.EmbeddingModels."""

    def find(self, model_id: str) -> Model: ...
    def embedding(self, target_id: str) -> Sequence[Model]: ...


class Sets(Protocol):
    """storage.text_sets.TextSetStore."""

    async def put(self, texts: TextSet) -> None: ...
    async def delete(self, set_id: str) -> None: ...


class Runs(Protocol):
    """services.embeddings.runs.Runs."""

    async def begin(
        self, text_set_id: str, choices: Sequence[ModelChoice], *, target_id: str = ""
    ) -> EmbeddingRun: ...
    async def resume(self, run_id: str) -> None: ...
    async def stop(self, run_id: str) -> None: ...
    async def vectors(self, run_id: str, number: int) -> Vectors: ...
    def on_change(self, listener: Callable[[RunsEvent], object]) -> Callable[[], None]: ...


class Embedding(Protocol):
    """What embeds; closed when the command is done."""

    @property
    def models(self) -> Models: ...
    @property
    def sets(self) -> Sets: ...
    @property
    def runs(self) -> Runs: ...
    async def plan(self, texts: Sequence[str], choice: ModelChoice, target_id: str) -> ModelPlan: ...


class Session(Protocol):
    """cli.headless.Headless."""

    async def connection(self, target: str) -> Connection:
        """The target of that name or id, "" for the current one; started first where it is ours to start."""

    def embedding(self) -> AbstractAsyncContextManager[Embedding]: ...


OpenSession = Callable[[], AbstractAsyncContextManager[Session]]


def run(options: Namespace) -> int:
    from workbench.cli.headless import open_session

    return finish(embed(options, open_session, sys.stdin, sys.stdout, sys.stderr))


async def embed(
    options: Namespace, open_session: OpenSession, given: TextIO, out: TextIO, err: TextIO
) -> int:
    """Write the vectors, and name the file, or say in JSON what became of everything."""
    path, form, type = _output(options)
    table = await _table(options, given)
    texts = await asyncio.to_thread(text_set, table, _columns(options, table))
    progress = Progress(err)
    for line in _bad_lines(table):
        progress.line(line)
    choice = ModelChoice(
        options.model,
        EmbeddingOptions(options.pooling, options.dimensions, options.instruction, options.query),
    )
    async with open_session() as session, session.embedding() as desk:
        connection = await session.connection(options.target or "")
        target_id = connection.target.id
        _check_model(desk.models, options.model, target_id)
        before = await desk.plan([row.text for row in texts.rows], choice, target_id)
        progress.line(_planned(before))
        if options.dry_run:
            return 0
        await desk.sets.put(texts)
        try:
            model, vectors = await _embedded(desk, texts.id, choice, target_id, progress)
        finally:
            progress.clear()
            await to_the_end(desk.sets.delete(texts.id))
        for line in _troubles(model, texts.rows):
            progress.line(line)
        if vectors is not None and path is not None:
            await write_vectors(path, form, texts.rows, vectors, type=type)
        if options.json:
            told = _as_json(model, before, connection, path if vectors is not None else None)
            out.write(json.dumps(told, ensure_ascii=False) + "\n")
        elif vectors is not None:
            out.write(f"{path}\n")
        out.flush()
    return FAILED if vectors is None or model.bad else 0


async def _embedded(
    desk: Embedding, set_id: str, choice: ModelChoice, target_id: str, progress: Progress
) -> tuple[ModelRun, Vectors | None]:
    """Rows that turn out bad are tried once more at the end. None where the model did not come to an end of it."""
    watch = _Watch(progress)
    end = desk.runs.on_change(watch.changed)
    run: EmbeddingRun | None = None
    try:
        run = await desk.runs.begin(set_id, [choice], target_id=target_id)
        model = await watch.over(run.id)
        if model.state is RunState.DONE and model.bad:
            progress.line(f"{_count(model.bad_count, 'row')} had no vector; trying again.")
            await desk.runs.resume(run.id)
            model = await watch.over(run.id)
        return model, await desk.runs.vectors(run.id, 0) if model.state is RunState.DONE else None
    finally:
        end()
        if run is not None:
            await to_the_end(desk.runs.stop(run.id))


class _Watch:
    """Follows one run to its end, or until the disk fails."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._ended: dict[str, ModelRun] = {}
        self._trouble: Trouble | None = None
        self._told = asyncio.Event()

    def changed(self, event: RunsEvent) -> None:
        match event:
            case RunChanged(run):
                (model,) = run.models
                if run.state.over:
                    self._ended[run.id] = model
                    self._told.set()
                else:
                    self._progress.show(f"{model.done:,} of {model.rows:,} rows")
            case RunsHalted(Trouble() as trouble):
                self._trouble = trouble
                self._told.set()

    async def over(self, run_id: str) -> ModelRun:
        """Raises StorageFailed."""
        while run_id not in self._ended:
            await self._told.wait()
            self._told.clear()
            if (trouble := self._trouble) is not None:
                raise StorageFailed(trouble.what, why=trouble.why, fix=trouble.fix)
        return self._ended.pop(run_id)


def _output(options: Namespace) -> tuple[Path | None, VectorForm, VectorType]:
    type = VectorType(options.pgvector_type or VectorType.VECTOR)
    if options.output is None:
        if not options.dry_run:
            raise InvalidInput(
                "Where the vectors are to go is not said.", field="output", fix="Add -o and a file's name."
            )
        return None, VectorForm.NPY, type
    path = Path(options.output)
    form = VectorForm(options.format) if options.format else form_of(path)
    if options.pgvector_type and form is not VectorForm.SQL:
        raise InvalidInput(
            "Only SQL has a type of pgvector.",
            field="pgvector_type",
            fix="Leave --pgvector-type out, or write .sql.",
        )
    return path, form, type


async def _table(options: Namespace, given: TextIO) -> Table:
    form = TableForm(options.form) if options.form else None
    header = False if options.no_header else None
    if options.file == "-":
        return await asyncio.to_thread(lambda: table_of(given.read(), form=form, header=header))
    return await read_table(Path(options.file), form=form, header=header)


def _columns(options: Namespace, table: Table) -> Columns:
    likely = guessed(table)
    return Columns(
        tuple(options.text or likely.texts),
        likely.label if options.label is None else options.label,
        likely.id if options.id is None else options.id,
        likely.language if options.language is None else options.language,
        likely.group if options.group is None else options.group,
    )


def _check_model(models: Models, model_id: str, target_id: str) -> None:
    model = models.find(model_id)
    if model.known and not model.embeds:
        known = ", ".join(found.id for found in models.embedding(target_id))
        raise InvalidInput(
            f"“{model_id}” makes no vectors.",
            field="model",
            fix=f"Those that do: {known}." if known else "Choose another one.",
        )


def _bad_lines(table: Table) -> list[str]:
    told = [f"line {bad.line}: {bad.why}" for bad in table.bad[:_MOST_TOLD]]
    if (more := len(table.bad) - len(told)) > 0:
        told.append(f"{_count(more, 'more line')} not as it should be.")
    return told


def _planned(before: ModelPlan) -> str:
    parts = [f"{_count(before.rows, 'row')} with {_count(before.distinct, 'different text')}"]
    if before.kept:
        parts.append(f"{before.kept:,} known")
    if before.calls:
        parts.append(f"{_count(before.calls, 'call')}, ≈{before.tokens:,} tokens")
        parts.append("price unknown" if before.usd is None else f"≈${before.usd:.6f}")
    else:
        parts.append("nothing to ask for")
    if before.cut:
        parts.append(f"{_count(len(before.cut), 'row')} longer than the model reads")
    return f"{'; '.join(parts)}."


def _troubles(model: ModelRun, rows: Sequence[TextRow]) -> list[str]:
    told = []
    if model.trouble is not None:
        again = "The same command goes on from there; what came is not paid for again."
        told.append(f"{_in_words(model.trouble)} {again}")
    for bad in model.bad:
        ids = ", ".join(rows[row].id for row in bad.rows[:_MOST_TOLD])
        more = "" if len(bad.rows) <= _MOST_TOLD else " …"
        told.append(
            f"{_count(len(bad.rows), 'row')} without a vector ({ids}{more}): {_in_words(bad.trouble)}"
        )
    return told


def _in_words(trouble: Trouble) -> str:
    hint = f"Hint: {trouble.fix}" if trouble.fix else ""
    return " ".join(f"{trouble.what} {trouble.why} {hint}".split())


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _as_json(model: ModelRun, before: ModelPlan, connection: Connection, path: Path | None) -> dict[str, Any]:
    """Unknown figures are null; cost_usd is charged where told, else estimated."""
    return {
        "model": model.choice.model,
        "target": connection.target.name,
        "written": None if path is None else str(path),
        "state": str(model.state),
        "rows": model.rows,
        "vectors": model.done,
        "dimensions": model.dimensions,
        "known_before": before.kept,
        "calls": model.calls,
        "tokens": model.tokens,
        "estimated_usd": before.usd,
        "cost_usd": model.cost.usd if model.cost else None,
        "sandbox": model.sandbox,
        "bad_rows": sorted(model.bad_rows),
        "error": None
        if model.trouble is None
        else {"what": model.trouble.what, "why": model.trouble.why, "fix": model.trouble.fix},
    }

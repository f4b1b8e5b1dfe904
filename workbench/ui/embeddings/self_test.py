"""The tab proves itself: texts are embedded by two models, compared, laid out, judged and taken along, and a query finds the one that
is meant.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from workbench.domain.embeddings.runs import ModelChoice
from workbench.services.embeddings.vector_files import VectorForm
from workbench.ui.embeddings.decide.model import DecideModel, Part
from workbench.ui.embeddings.leave.taking import Subject
from workbench.ui.embeddings.map.model import MapModel
from workbench.ui.embeddings.matrix.model import MatrixModel
from workbench.ui.embeddings.model import PageId
from workbench.ui.embeddings.neighbours.model import NeighboursModel
from workbench.ui.embeddings.tab import EmbeddingsTab
from workbench.ui.support.self_test import SelfTestFailed, Until, wait_until

TEXTS = (
    "The parcel has not arrived yet.",
    "Where is my delivery?",
    "I forgot my password.",
    "How do I sign in again?",
)
_MODELS = 2


async def self_test(tab: EmbeddingsTab) -> None:
    """Through the tab's own models and widgets; raises SelfTestFailed. The set stays."""
    until = partial(wait_until, seen=partial(_seen, tab))
    shared, models = tab.model, tab.models_model
    await until("the sets are read", lambda: tab.sets_model.loaded)
    tab.take_text("\n".join(TEXTS), "Self-test")
    await until("the texts are open", lambda: shared.texts is not None and shared.texts.name == "Self-test")
    if [row.text for row in shared.rows] != list(TEXTS):
        raise SelfTestFailed("the texts are those that were given", str(shared.rows)[:200])
    tab.show_page(PageId.TEXTS)
    await until("models are offered", lambda: len(models.models.all) >= _MODELS)
    models.set_choices([ModelChoice(model.id) for model in models.models.all[:_MODELS]])
    await until("what it takes is reckoned", lambda: not models.hindrance)
    tab.embed()
    await until(
        "the texts are embedded",
        lambda: sum(column.over and column.done == len(TEXTS) for column in shared.columns) == _MODELS,
    )
    tab.show_page(PageId.SIMILARITY)
    matrix = tab.model_of(PageId.SIMILARITY)
    assert isinstance(matrix, MatrixModel)
    await until("all are compared with all", lambda: matrix.pictures)
    if len(matrix.pictures[0].rows) != len(TEXTS):
        raise SelfTestFailed("all are compared with all", str(matrix.pictures[0].rows))
    tab.show_page(PageId.NEIGHBOURS)
    near = tab.model_of(PageId.NEIGHBOURS)
    assert isinstance(near, NeighboursModel)
    near.ask(TEXTS[1])
    await until(
        "a query is answered", lambda: near.rankings and not any(one.working for one in near.rankings)
    )
    for ranking in near.rankings:
        if ranking.found is None or ranking.found.rank(1) != 1:
            raise SelfTestFailed("what was asked for is found first", _seen(tab))
    tab.show_page(PageId.MAP)
    laid = tab.model_of(PageId.MAP)
    assert isinstance(laid, MapModel)
    await until("the texts are laid out as a map", lambda: laid.shown and laid.working is None)
    if sum(laid.shown[0].made.place(row) is not None for row in range(len(TEXTS))) != len(TEXTS):
        raise SelfTestFailed("the texts are laid out as a map", _seen(tab))
    tab.show_page(PageId.DECIDE)
    decide = tab.model_of(PageId.DECIDE)
    assert isinstance(decide, DecideModel)
    decide.show_part(Part.AGREEMENT)
    await until("the models are compared", lambda: decide.agreement.result is not None)
    with TemporaryDirectory() as folder:
        await _taken_along(tab, Path(folder), until)


async def _taken_along(tab: EmbeddingsTab, folder: Path, until: Until) -> None:
    """What is written holds what was embedded."""
    tab.show_leave(Subject.VECTORS)
    taking = tab.leave_model.taking
    taking.set_form(VectorForm.JSONL)
    taking.save(str(folder))
    await until("the vectors are written", lambda: len(taking.written) == _MODELS and taking.progress is None)
    for path in taking.written:
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        if [line["text"] for line in lines] != list(TEXTS) or not all(line["embedding"] for line in lines):
            raise SelfTestFailed("the vectors are written", str(lines)[:200])


def _seen(tab: EmbeddingsTab) -> str:
    model = tab.model
    parts = [model.trouble.what if model.trouble else "", tab.models_model.hindrance]
    parts += [trouble.what] if (trouble := tab.models_model.trouble) is not None else []
    parts += [f"{column.choice.model}: {column.done}" for column in model.columns]
    return "; ".join(part for part in parts if part)[:500]

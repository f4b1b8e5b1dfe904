"""The models of a target, as many as a list needs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.models import Model
from workbench.domain.targets import Target, TargetKind
from workbench.ui.support.models.target_models import TargetModels

OLD = Model("@cf/a/old", author="a", deprecated=True, replacement="@cf/a/new")
NEW = Model("@cf/a/new", author="a")
OTHER = Model("@cf/b/other", author="b")
NO_ANSWER = RequestFailed("Nothing answers.", failure=Failure.CONNECT, maker=Maker.NETWORK)


class FakeTargets:
    def __init__(self) -> None:
        self.current = Target("t", "Desk", TargetKind.LOCAL)


class FakeKnown:
    def __init__(self) -> None:
        self.list: tuple[Model, ...] = (OLD, NEW, OTHER)
        self.trouble: RequestFailed | None = None
        self.asked: list[str] = []

    def of(self, target_id: str) -> Sequence[Model]:
        return self.list

    async def ask(self, target_id: str) -> None:
        self.asked.append(target_id)
        await asyncio.sleep(0)
        if self.trouble is not None:
            raise self.trouble

    def find(self, model_id: str) -> Model:
        return next((model for model in self.list if model.id == model_id), Model(model_id, known=False))


def listed(known: FakeKnown, targets: FakeTargets | None = None) -> TargetModels:
    return TargetModels(known.of, known.ask, known.find, targets or FakeTargets())

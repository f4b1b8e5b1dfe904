"""A gallery in memory, for the widgets that show it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

from tests.ui.pictures import picture
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.images.gallery import GalleryFilter, GalleryImage, GalleryOrder
from workbench.domain.images.recipe import Recipe
from workbench.domain.images.settings import ImageSettings
from workbench.domain.models import Cost
from workbench.services.images.export import Exported
from workbench.services.images.gallery import Added, Board, Changed, GalleryEvent, Gone

COLOURS = ("#3060c0", "#c05030", "#309060", "#a08020", "#803080")


def entry(number: int, **changes: object) -> GalleryImage:
    """A picture that a model made, with everything that can be told of it."""
    made = GalleryImage(
        f"image-{number}",
        1_700_000_000.0 + number * 3600,
        f"{number:064x}",
        "image/png",
        1024,
        768,
        size=345_678,
        model="@cf/black-forest-labs/flux-1-schnell" if number % 2 else "@cf/lykon/dreamshaper-8-lcm",
        target="Local gateway",
        settings=ImageSettings(prompt=f"a lighthouse at dusk, number {number}", steps=4, seed=1000 + number),
        cost=Cost(0.0012, charged=True),
        took_ms=1830.0,
        exchange_id=f"exchange-{number}",
        batch_id="batch",
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # fields of GalleryImage


class FakeGallery:
    """services.images.gallery.Gallery with a dict in place of a database. problem: raised by everything that reads or writes.

    recipes: what `bring` finds in a file, by its name. gate: what `ids` waits for.
    """

    def __init__(self, images: Sequence[GalleryImage] = ()) -> None:
        self.entries = {image.id: image for image in images}
        self.deleted: dict[str, GalleryImage] = {}
        self.names: dict[str, None] = {}
        self.problem: StorageFailed | None = None
        self.recipes: dict[str, Recipe] = {}
        self.gate: asyncio.Event | None = None
        self.fetched: list[int] = []
        self.exported: list[tuple[tuple[str, ...], Path]] = []
        self.saved: list[Path] = []
        self._listeners: list[Callable[[GalleryEvent], None]] = []

    def on_change(self, listener: Callable[[GalleryEvent], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, event: GalleryEvent) -> None:
        for listener in list(self._listeners):
            listener(event)

    def arrive(self, image: GalleryImage) -> None:
        self.entries[image.id] = image
        self.tell(Added(image))

    async def ids(self, wanted: GalleryFilter) -> tuple[str, ...]:
        if self.gate is not None:
            await self.gate.wait()
        self._work()
        found = [image for image in self.entries.values() if _fits(image, wanted)]
        match wanted.order:
            case GalleryOrder.NEWEST:
                found.sort(key=lambda image: -image.created_at)
            case GalleryOrder.OLDEST:
                found.sort(key=lambda image: image.created_at)
            case GalleryOrder.BEST:
                found.sort(key=lambda image: (-image.rating, -image.created_at))
            case GalleryOrder.DEAREST:
                found.sort(key=lambda image: -(image.cost.usd or 0) if image.cost else 0)
        return tuple(image.id for image in found)

    async def images(self, ids: Sequence[str]) -> list[GalleryImage]:
        self._work()
        self.fetched.append(len(ids))
        return [self.entries[id] for id in ids if id in self.entries]

    async def get(self, image_id: str) -> GalleryImage | None:
        self._work()
        return self.entries.get(image_id)

    async def find(self, digest: str) -> GalleryImage | None:
        self._work()
        return next((image for image in self.entries.values() if image.digest == digest), None)

    async def look_again(self) -> None:
        self.tell(Changed(()))

    async def data(self, digest: str) -> bytes:
        self._work()
        return picture(96, 72, COLOURS[int(digest, 16) % len(COLOURS)])

    async def thumbnail(self, digest: str, side: int = 256) -> bytes:
        return await self.data(digest)

    def path(self, digest: str, name: str = "") -> Path:
        return Path("/pictures", name or f"{digest}.png")

    async def save_as(self, digest: str, to: Path) -> None:
        self._work()
        self.saved.append(to)

    async def bring(self, source: Path | bytes, name: str = "") -> tuple[GalleryImage, Recipe | None]:
        self._work()
        name = name or (source.name if isinstance(source, Path) else "")
        if name.endswith(".bad.png"):
            raise InvalidInput("The picture is damaged.", why="It breaks off.")
        image = entry(500 + len(self.entries), name=name, model="", settings=ImageSettings(), cost=None)
        self.arrive(image)
        return image, self.recipes.get(name)

    async def rate(self, ids: Sequence[str], stars: int) -> None:
        self._change(ids, lambda image: replace(image, rating=stars))

    async def tag(self, ids: Sequence[str], add: Collection[str] = (), remove: Collection[str] = ()) -> None:
        self._change(
            ids,
            lambda image: replace(
                image,
                tags=tuple(dict.fromkeys([*(tag for tag in image.tags if tag not in remove), *add])),
            ),
        )

    async def tags(self) -> tuple[tuple[str, int], ...]:
        self._work()
        every = [tag for image in self.entries.values() for tag in image.tags]
        return tuple((tag, every.count(tag)) for tag in sorted(set(every)))

    async def models(self) -> tuple[tuple[str, int], ...]:
        self._work()
        every = [image.model for image in self.entries.values() if image.model]
        return tuple((model, every.count(model)) for model in sorted(set(every)))

    async def boards(self) -> tuple[Board, ...]:
        self._work()
        on = [board for image in self.entries.values() for board in image.boards]
        return tuple(Board(name, on.count(name)) for name in sorted({*self.names, *on}))

    async def put_on_board(self, ids: Sequence[str], board: str) -> None:
        self.names[board] = None
        self._change(ids, lambda image: replace(image, boards=tuple(dict.fromkeys([*image.boards, board]))))

    async def take_off_board(self, ids: Sequence[str], board: str) -> None:
        self._change(
            ids, lambda image: replace(image, boards=tuple(name for name in image.boards if name != board))
        )

    async def rename_board(self, name: str, new_name: str) -> None:
        if new_name in self.names:
            raise InvalidInput(f"There is a board “{new_name}” already.", field="board")
        self.names.pop(name, None)
        self.names[new_name] = None
        for image in list(self.entries.values()):
            boards = tuple(new_name if board == name else board for board in image.boards)
            self.entries[image.id] = replace(image, boards=boards)
        self.tell(Changed(()))

    async def delete_board(self, name: str) -> None:
        self.names.pop(name, None)
        for image in list(self.entries.values()):
            boards = tuple(board for board in image.boards if board != name)
            self.entries[image.id] = replace(image, boards=boards)
        self.tell(Changed(()))

    async def delete(self, ids: Sequence[str]) -> None:
        self._work()
        for id in ids:
            self.deleted[id] = self.entries.pop(id)
        self.tell(Gone(tuple(ids)))

    async def restore(self, ids: Sequence[str]) -> None:
        self._work()
        for id in ids:
            self.arrive(self.deleted.pop(id))

    async def export(self, ids: Sequence[str], path: Path, progress: Callable[[float], None]) -> Exported:
        self._work()
        progress(0.5)
        if self.gate is not None:
            await self.gate.wait()
        self.exported.append((tuple(ids), path))
        return Exported(len(ids))

    def _change(self, ids: Sequence[str], change: Callable[[GalleryImage], GalleryImage]) -> None:
        self._work()
        for id in ids:
            self.entries[id] = change(self.entries[id])
        self.tell(Changed(tuple(ids)))

    def _work(self) -> None:
        if self.problem is not None:
            raise self.problem


def _fits(image: GalleryImage, wanted: GalleryFilter) -> bool:
    text = f"{image.settings.prompt} {image.name} {' '.join(image.tags)}".casefold()
    return (
        all(word in text for word in wanted.words.casefold().split())
        and (not wanted.models or image.model in wanted.models)
        and (wanted.since is None or image.created_at >= wanted.since)
        and (wanted.until is None or image.created_at < wanted.until)
        and image.rating >= wanted.least_rating
        and set(wanted.tags) <= set(image.tags)
        and (not wanted.board or wanted.board in image.boards)
    )

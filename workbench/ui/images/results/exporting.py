"""A batch written to a file: as a labelled picture, as a web page, as a manifest."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QIODevice, QObject, QSaveFile, Signal
from PySide6.QtGui import QGuiApplication

from workbench.domain.errors import WorkbenchError
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.jobs import ImageBatch, ImageJob
from workbench.services.images import grid_export
from workbench.ui.images.results.grid_picture import SheetPainter, sheet_of
from workbench.ui.support.notify import Notifier
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import Theme
from workbench.ui.support.work import RunningWork, Work

_SIDES = (256, 512)


class PictureSource(Protocol):
    """services.images.gallery.Gallery."""

    async def images(self, ids: Sequence[str]) -> list[GalleryImage]: ...
    async def thumbnail(self, digest: str, side: int = 256) -> bytes: ...


class Exporter(QObject):
    """Shows what it does in the window's running work, where it can be stopped. Signals: written (Path)."""

    written = Signal(object)

    def __init__(
        self,
        theme: Theme,
        gallery: PictureSource,
        work: RunningWork,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._gallery = gallery
        self._work = work
        self._notifier = notifier
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)

    def export(self, kind: str, batch: ImageBatch, jobs: Sequence[ImageJob], path: Path) -> None:
        """kind: "png", "html" or "json". Several may run at once, one for each file."""
        name = f"export/{path}"
        self._tasks.start(name, self._export(name, kind, batch, tuple(jobs), path))

    async def aclose(self) -> None:
        await self._tasks.aclose()

    async def _export(
        self, name: str, kind: str, batch: ImageBatch, jobs: tuple[ImageJob, ...], path: Path
    ) -> None:
        title = self.tr("Exporting {0}").format(path.name)
        work = self._work.add(title, cancel=lambda: self._tasks.cancel(name))
        try:
            match kind:
                case "png":
                    data = await self._png(batch, jobs, work)
                case "html":
                    data = await grid_export.html(batch, jobs, self._gallery)
                case _:
                    images = await self._gallery.images([id for job in jobs for id in job.images])
                    manifest = grid_export.manifest(batch, jobs, images)
                    data = (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()
            if problem := await asyncio.to_thread(_write, path, data):
                raise WorkbenchError(
                    self.tr("{0} could not be written.").format(path.name),
                    why=problem,
                    fix=self.tr("Choose another folder, or make room on the disk."),
                )
        finally:
            work.done()
        self._notifier.info(
            self.tr("Exported to {0}").format(path.name), detail=str(path.parent), key=f"export/{path}"
        )
        self.written.emit(path)

    async def _png(self, batch: ImageBatch, jobs: tuple[ImageJob, ...], work: Work) -> bytes:
        """Painted picture by picture in a thread, so that no more than one is decoded at a time."""
        from_right = QGuiApplication.isRightToLeft()
        first = {job.id: job.images[0] for job in jobs if job.images}
        found = {image.id: image for image in await self._gallery.images(list(first.values()))}
        sheet = sheet_of(batch, jobs, found, from_right=from_right)
        painter = await asyncio.to_thread(SheetPainter, sheet, self._theme.font())
        await asyncio.to_thread(painter.begin)
        cell = painter.cell
        side = next((one for one in _SIDES if one >= max(cell.width(), cell.height())), _SIDES[-1])
        whole = max(1, len(first))
        done = 0
        for number, block in enumerate(sheet.blocks):
            for tile in block.tiles:
                image = found.get(first.get(tile.job_id, ""))
                if image is not None:
                    try:
                        data = await self._gallery.thumbnail(image.digest, side)
                    except WorkbenchError:
                        continue  # its place stays empty, as that of a picture that was deleted
                    await asyncio.to_thread(painter.put, number, tile, data)
                    done += 1
                    work.set_progress(done / whole)
        return await asyncio.to_thread(painter.finish)


def _write(path: Path, data: bytes) -> str:
    """All of it or nothing; why not, as the system says it."""
    file = QSaveFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        return file.errorString()
    if file.write(data) != len(data) or not file.commit():
        return file.errorString()
    return ""

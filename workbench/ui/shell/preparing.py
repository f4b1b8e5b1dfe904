"""What a page is made of is imported while the pointer rests on its button: half of what its first opening takes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from importlib import import_module

from PySide6.QtCore import QObject, Slot

from workbench.ui.support.tasks import TaskScope


class Preparing(QObject):
    """modules: by page, the one that imports all that the page needs. Each is imported once, in a thread."""

    def __init__(
        self,
        modules: Mapping[str, str],
        parent: QObject | None = None,
        *,
        load: Callable[[str], object] = import_module,
    ) -> None:
        super().__init__(parent)
        self._left = dict(modules)
        self._load = load
        self._tasks = TaskScope(self)

    @Slot(str)
    def prepare(self, page_id: str) -> None:
        if module := self._left.pop(page_id, ""):
            self._tasks.start(page_id, self._import(module))

    async def aclose(self) -> None:
        await self._tasks.aclose()

    async def _import(self, module: str) -> None:
        try:
            await asyncio.to_thread(self._load, module)
        except ImportError:  # the page itself will say so, where somebody sees it
            logging.getLogger(__name__).info("%s could not be imported beforehand", module, exc_info=True)

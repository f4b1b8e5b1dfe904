"""A window in which somebody edits a route without ever pausing: `python -m tests.bad_days.route_writer FOLDER`.

It opens `support.route.json` in the folder, and prints the number of each edit, which is in the route's name too.
"""

from __future__ import annotations

import asyncio
import sys
from itertools import count
from pathlib import Path

import qasync  # type: ignore[import-untyped]  # ships no types
from PySide6.QtCore import QCoreApplication

from workbench.domain.routes.edits import renamed
from workbench.services.route_files import RouteFiles
from workbench.storage import route_files
from workbench.storage.database import Database
from workbench.storage.route_drafts import RouteDrafts
from workbench.ui.routes.model import RoutesModel
from workbench.ui.routes.open_route import OpenRoute
from workbench.ui.support.notify import Notifier


async def write(folder: Path) -> None:
    database = await Database.open(folder / "workbench.db")
    files = RouteFiles(route_files, RouteDrafts(database))
    model = RoutesModel(files, lambda route: (), lambda route: route, Notifier())
    opened: asyncio.Future[OpenRoute] = asyncio.get_running_loop().create_future()
    model.opened.connect(opened.set_result)
    model.open(folder / "support.route.json")
    document = (await opened).document
    for number in count(1):
        document.edit("Rename", renamed(document.route, f"edit-{number}"))
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        await asyncio.sleep(0.01)


def main() -> None:
    qt = QCoreApplication([])
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(qt)) as runner:
        runner.run(write(Path(sys.argv[1])))


if __name__ == "__main__":
    main()

"""The real window on the profile in a folder: `python -m tests.bad_days.window_writer FOLDER edit|look`.

edit: a starter is begun and edited without ever pausing; the number of each edit is printed, and is in the route's name too.
look: what is open after the start is printed, as JSON, and the window is closed.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path

import qasync  # type: ignore[import-untyped]  # ships no types

from workbench.app import Front, application, open_workbench
from workbench.domain.routes.codec import route_document
from workbench.domain.routes.edits import renamed
from workbench.domain.routes.starters import STARTERS
from workbench.storage.paths import Paths
from workbench.ui.routes.canvas.mirror import differences
from workbench.ui.routes.tab import RoutesTab


async def use(front: Front, act: str) -> None:
    async with AsyncExitStack() as stack:
        front.window.show()
        await (await open_workbench(front, stack)).open()
        front.window.open("routes")
        page = front.window.host.current
        while page is None or not isinstance(page.widget, RoutesTab):  # noqa: ASYNC110  it sets no event
            await asyncio.sleep(0.01)
            page = front.window.host.current
        tab = page.widget
        if act == "edit":
            tab.begin(STARTERS[0])
            await edit(tab)
        while not tab.model.routes:  # noqa: ASYNC110  it sets no event
            await asyncio.sleep(0.01)
        say(looked(tab))
        front.window.close()


async def edit(tab: RoutesTab) -> None:
    assert tab.editor is not None
    document = tab.editor.route.document
    for number in count(1):
        document.edit("Rename", renamed(document.route, f"edit-{number}"))
        say(number)
        await asyncio.sleep(0.01)


def looked(tab: RoutesTab) -> dict[str, object]:
    assert tab.editor is not None
    route, scene = tab.editor.route, tab.editor.canvas.scene
    return {
        "open": len(tab.model.routes),
        "route": route_document(route.document.route),
        "unsaved": route.unsaved,
        "tab": tab.tabs.tabText(0),
        "canvas": differences(scene, route.document.route),
    }


def say(thing: object) -> None:
    sys.stdout.write(f"{json.dumps(thing)}\n")
    sys.stdout.flush()


def main() -> None:
    paths = Paths.under(Path(sys.argv[1])).make()
    settings = {"version": 1, "gateway_autostart": False, "welcome_dismissed": True}
    paths.settings_file.write_text(json.dumps(settings), encoding="utf-8")
    front = Front(application(), paths)
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(front.qt)) as runner:
        runner.run(use(front, sys.argv[2]))


if __name__ == "__main__":
    main()

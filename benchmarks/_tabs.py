"""For `startup`: the real window on a throw-away profile, each tab opened once, then the colours switched with all of them open.

Prints JSON: milliseconds of the main thread on the processor. Nothing of the user's is read; no gateway is started.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median
from typing import Any

import qasync  # type: ignore[import-untyped]  # ships no types

from workbench.app import Front, application, open_workbench
from workbench.storage.paths import Paths

SWITCHES = 5
SETTLED_S = 0.3
"""By then what was opened is laid out, painted and filled."""
QUIET = {"version": 1, "gateway_autostart": False, "welcome_dismissed": True, "theme": "light"}


async def measured(front: Front) -> dict[str, Any]:
    from PySide6.QtWidgets import QApplication, QLabel, QWidget

    from workbench.ui.tabs import TABS

    found: dict[str, Any] = {"tabs": {}}
    async with AsyncExitStack() as stack:
        front.window.show()
        await (await open_workbench(front, stack)).open()
        await asyncio.sleep(1)
        for tab in TABS:
            if tab.id in front.window.host.pages:
                continue
            began = time.thread_time()
            front.window.open(tab.id)
            await asyncio.sleep(SETTLED_S)
            found["tabs"][tab.id] = (time.thread_time() - began) * 1000
        found["widgets"] = len(QApplication.allWidgets())
        found["switch"] = await _switching(front)
        bare = QWidget()
        for number in range(found["widgets"]):
            QLabel(str(number), bare)
        bare.show()
        found["bare switch"] = await _switching(front) - found["switch"]
        bare.close()
        front.window.close()
    return found


async def _switching(front: Front) -> float:
    took: list[float] = []
    for number in range(SWITCHES):
        began = time.thread_time()
        front.theme.set_mode("light" if number % 2 else "dark")
        await asyncio.sleep(SETTLED_S)
        took.append((time.thread_time() - began) * 1000)
    front.theme.set_mode("light")
    return median(took)


def main() -> int:
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    with tempfile.TemporaryDirectory(prefix="workbench-tabs-") as folder:
        paths = Paths.under(Path(folder)).make()
        paths.settings_file.write_text(json.dumps(QUIET), encoding="utf-8")
        front = Front(application(), paths)
        with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(front.qt)) as runner:
            print(json.dumps(runner.run(measured(front))))
    return 0


if __name__ == "__main__":
    sys.exit(main())

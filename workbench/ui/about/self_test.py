"""The page's own part of the self-test: the terms of a part are found and can be read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from workbench.domain.errors import WorkbenchError
from workbench.ui.about.page import AboutPage


async def self_test(page: AboutPage) -> None:
    notices = page.notices
    await _until(lambda: notices.list.count() > 10)
    notices.search.setText("pyside")
    await _until(lambda: 0 < notices.list.count() < 10)
    page.licence.click()
    if "Apache License" not in notices.text.toPlainText():
        raise WorkbenchError("The text of the program's licence is not there.")


async def _until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110  widgets set no event
        await asyncio.sleep(0.01)

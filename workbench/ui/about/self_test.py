"""The page's own part of the self-test: the terms of a part are found and can be read."""

from __future__ import annotations

from workbench.ui.about.page import AboutPage
from workbench.ui.support.self_test import SelfTestFailed, wait_until


async def self_test(page: AboutPage) -> None:
    notices = page.notices
    await wait_until("the parts are listed", lambda: notices.list.count() > 10)
    notices.search.setText("pyside")
    await wait_until("a part is found", lambda: 0 < notices.list.count() < 10)
    page.licence.click()
    if "Apache License" not in notices.text.toPlainText():
        raise SelfTestFailed("the program's licence can be read", notices.text.toPlainText()[:200])

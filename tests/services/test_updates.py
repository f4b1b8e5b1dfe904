from __future__ import annotations

import pytest

from tests.conftest import Run
from workbench.domain.releases import Release
from workbench.services.updates import DAY_S, Updates


class FakeReleases:
    def __init__(self, version: str) -> None:
        self.release = Release(version, "https://example.org/new")
        self.asked: list[str] = []

    async def newest(self, url: str) -> Release:
        self.asked.append(url)
        return self.release


@pytest.mark.parametrize(
    ("ours", "theirs", "offered"),
    [
        ("0.1.0", "0.2.0", True),
        ("0.1.0", "0.1", False),
        ("0.10.0", "0.9.9", False),
        ("1.0", "1.1rc1", False),
        ("1.1rc1", "1.1rc2", True),
        ("1.1rc1", "1.1", True),
    ],
)
def test_a_newer_version_is_offered_and_previews_to_those_who_have_one(
    run_async: Run, ours: str, theirs: str, offered: bool
) -> None:
    releases = FakeReleases(theirs)
    found = run_async(Updates(releases, ours).look("https://example.org/v.json"))
    assert found == (releases.release if offered else None)
    assert releases.asked == ["https://example.org/v.json"]


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (0, True),
        (1_000_000, False),
        (1_000_000 - DAY_S + 1, False),
        (1_000_000 - DAY_S, True),
        (2_000_000, True),
    ],
)
def test_a_check_is_due_once_a_day(last: int, due: bool) -> None:
    updates = Updates(FakeReleases("1"), clock=lambda: 1_000_000.5)
    assert updates.is_due(last) is due
    assert updates.now() == 1_000_000

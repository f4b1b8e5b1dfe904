"""What a gateway does beside its requests."""

from __future__ import annotations

import importlib
import sys

import pytest

from tests.conftest import Run
from workbench.gateway import parts


def test_the_way_out_is_imported_once_no_request_has_come_for_a_moment(
    monkeypatch: pytest.MonkeyPatch, run_async: Run
) -> None:
    monkeypatch.setattr(parts, "IDLE_S", 0.001)
    monkeypatch.setattr(parts, "_POOL", "colorsys")
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    counts = iter([0, 1, 5, 5])

    def answered() -> int:
        assert "colorsys" not in sys.modules, "it was busy"
        return next(counts)

    run_async(parts._warmed(answered))
    assert "colorsys" in sys.modules
    assert next(counts, None) is None


def test_what_is_imported_then_is_there() -> None:
    assert importlib.import_module(parts._POOL).Pool

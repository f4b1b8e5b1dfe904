"""packaging/names.py: what the packages are called."""

from __future__ import annotations

import names
import pytest

import workbench
from workbench.app import APP_ID


def test_the_version_is_the_programs_own() -> None:
    assert names.version() == workbench.__version__


def test_the_id_is_the_programs_own() -> None:
    assert names.APP_ID == APP_ID


@pytest.mark.parametrize(
    ("machine", "ours", "debians"),
    [
        ("x86_64", "x86_64", "amd64"),
        ("AMD64", "x86_64", "amd64"),
        ("arm64", "aarch64", "arm64"),
        ("aarch64", "aarch64", "arm64"),
        ("riscv64", "riscv64", "riscv64"),
    ],
)
def test_each_machine_has_one_name_per_custom(machine: str, ours: str, debians: str) -> None:
    assert names.architecture(machine) == ours
    assert names.deb_architecture(machine) == debians


def test_file_names_carry_version_system_and_architecture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "version", lambda: "1.2.3")
    monkeypatch.setattr(names, "system", lambda: "linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    assert names.artifact("tar.xz") == "ai-workbench-1.2.3-linux-x86_64.tar.xz"
    assert names.artifact("deb") == "ai-workbench_1.2.3_amd64.deb"


def test_a_date_that_was_given_is_the_date() -> None:
    assert names.source_date({"SOURCE_DATE_EPOCH": "1700000000"}) == 1700000000

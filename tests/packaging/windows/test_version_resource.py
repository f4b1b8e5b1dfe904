"""packaging/windows/version_resource.py: what Explorer shows of the program."""

from __future__ import annotations

import names
import pytest
from windows.version_resource import numbers, version_resource


@pytest.mark.parametrize(
    ("version", "four"),
    [
        ("1", (1, 0, 0, 0)),
        ("0.1.0", (0, 1, 0, 0)),
        ("1.2.3rc4", (1, 2, 3, 0)),
        ("1.2.3.4+local", (1, 2, 3, 4)),
    ],
)
def test_windows_takes_four_numbers(version: str, four: tuple[int, ...]) -> None:
    assert numbers(version) == four


def test_a_version_without_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="no number"):
        numbers("next")


def test_it_is_what_the_freezer_reads() -> None:
    """It evaluates the text with classes of these names."""
    told: dict[str, str] = {}

    def string(name: str, value: str) -> None:
        told[name] = value

    def anything(*values: object, **named: object) -> object:
        return named.get("filevers")

    known = dict.fromkeys(
        ("StringTable", "StringFileInfo", "VarFileInfo", "VarStruct", "FixedFileInfo"), anything
    )
    resource = eval(
        version_resource("workbench.exe"),
        {**known, "StringStruct": string, "VSVersionInfo": lambda ffi, kids: ffi},
    )
    assert resource == numbers(names.version())
    assert told["ProductVersion"] == names.version()
    assert told["OriginalFilename"] == "workbench.exe"
    assert told["InternalName"] == "workbench"

"""What Explorer shows of a program under Details, in the form that PyInstaller reads it."""

from __future__ import annotations

import re

import names

_ENGLISH, _UNICODE = 0x0409, 0x04B0


def numbers(version: str) -> tuple[int, int, int, int]:
    """The four that Windows wants; what follows them (a1, rc2, +local) is left out."""
    found = re.match(r"\d+(?:\.\d+){0,3}", version)
    if not found:
        raise ValueError(f"{version} begins with no number")
    first, second, third, fourth, *_ = [*map(int, found[0].split(".")), 0, 0, 0]
    return first, second, third, fourth


def version_resource(program: str) -> str:
    """program: its file name."""
    version = names.version()
    words = {
        "CompanyName": names.PUBLISHER,
        "FileDescription": names.TITLE,
        "FileVersion": version,
        "InternalName": program.removesuffix(".exe"),
        "LegalCopyright": names.COPYRIGHT,
        "OriginalFilename": program,
        "ProductName": names.TITLE,
        "ProductVersion": version,
    }
    table = f"StringTable('{_ENGLISH:04X}{_UNICODE:04X}', [{', '.join(f'StringStruct({k!r}, {v!r})' for k, v in words.items())}])"
    return f"""\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers(version)}, prodvers={numbers(version)}, mask=0x3F, flags=0, OS=0x40004, fileType=1, subtype=0),
  kids=[
    StringFileInfo([{table}]),
    VarFileInfo([VarStruct('Translation', [{_ENGLISH}, {_UNICODE}])]),
  ],
)
"""

"""packaging/desktop/icon_files.py: the icon for Windows and for macOS, as Qt and their own rules read it."""

from __future__ import annotations

import struct

import pytest
from desktop.icon_files import ICNS_TYPES, ICO_SIZES, ICONS, icns, ico, pixels
from desktop.share import SIZES


def entries(icon: bytes) -> list[tuple[int, bytes]]:
    """Size and content of each picture of an .ico."""
    reserved, kind, count = struct.unpack("<HHH", icon[:6])
    assert (reserved, kind) == (0, 1)
    found = []
    for number in range(count):
        width, height, _, _, _, bits, length, place = struct.unpack_from("<BBBBHHII", icon, 6 + 16 * number)
        assert width == height
        assert bits == 32
        assert place + length <= len(icon)
        found.append((width or 256, icon[place : place + length]))
    return found


def test_windows_finds_every_size_and_the_largest_packed() -> None:
    found = entries(ico())
    assert [size for size, _ in found] == list(ICO_SIZES)
    assert [content.startswith(b"\x89PNG") for _, content in found] == [size == 256 for size, _ in found]
    for size, content in found[:-1]:
        assert struct.unpack_from("<Iii", content) == (40, size, 2 * size)
        assert len(content) == 40 + 4 * size * size + (size + 31) // 32 * 4 * size


@pytest.mark.parametrize("size", ICO_SIZES[:-1])
def test_what_windows_shows_is_the_drawing(size: int, qapp: object) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage

    content = dict(entries(ico()))[size]
    shown = QImage(content[40 : 40 + 4 * size * size], size, size, QImage.Format.Format_ARGB32)
    kept = QImage(str(ICONS / f"{size}.png")).convertToFormat(QImage.Format.Format_ARGB32)
    assert shown.flipped(Qt.Orientation.Vertical) == kept


@pytest.mark.parametrize("size", SIZES)
def test_pictures_are_read_as_qt_reads_them(size: int, qapp: object) -> None:
    from PySide6.QtGui import QImage

    kept = QImage(str(ICONS / f"{size}.png")).convertToFormat(QImage.Format.Format_RGBA8888)
    assert b"".join(pixels((ICONS / f"{size}.png").read_bytes())) == bytes(kept.constBits())


def test_another_kind_of_picture_is_refused() -> None:
    png = bytearray((ICONS / "16.png").read_bytes())
    png[25] = 3  # a palette
    with pytest.raises(ValueError, match="8 bits"):
        pixels(bytes(png))


def test_macos_finds_every_picture_whole() -> None:
    icon = icns()
    assert struct.unpack_from(">4sI", icon) == (b"icns", len(icon))
    at, found = 8, {}
    while at < len(icon):
        kind, length = struct.unpack_from(">4sI", icon, at)
        content = icon[at + 8 : at + length]
        assert content.startswith(b"\x89PNG")
        found[kind] = struct.unpack_from(">II", content, 16)
        at += length
    assert at == len(icon)
    assert found == {kind: (size, size) for kind, size in ICNS_TYPES.items()}

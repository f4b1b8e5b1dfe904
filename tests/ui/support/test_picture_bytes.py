"""Pictures go into bytes and come out of them, in any number of threads at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QIODevice
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

import workbench
from tests.ui.pictures import image, picture
from workbench.domain.errors import InvalidInput
from workbench.domain.images.formats import JPEG, PNG, picture_type
from workbench.ui.support.picture_bytes import encoded, reading, written

TWO_THREADS = """
import os, threading
import workbench.ui
from PySide6.QtGui import QColor, QImage
from workbench.ui.support.picture_bytes import encoded, reading

picture = QImage(16, 16, QImage.Format.Format_RGB32)
picture.fill(QColor("red"))
data = encoded(picture)
decoded = []

def decode(asks_for_the_size):
    for _ in range(20_000):
        with reading(data) as reader:
            if asks_for_the_size:
                reader.size()
            decoded.append(reader.read().size() == picture.size())

threads = [threading.Thread(target=decode, args=(asks,), daemon=True) for asks in (True, False)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(60)
print(sum(decoded), flush=True)
os._exit(0)
"""


def test_two_threads_that_decode_at_once_do_not_stop_each_other() -> None:
    command = [sys.executable, "-c", TWO_THREADS]
    done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
    assert done.stdout.strip() == "40000", done.stderr


def test_no_other_module_makes_a_device_in_memory() -> None:
    """A QBuffer of Python's stops threads that decode (see picture_bytes)."""
    modules = Path(workbench.__file__).parent.rglob("*.py")
    assert [
        str(path)
        for path in modules
        if "import QBuffer" in (text := path.read_text("utf-8")) or "QBuffer(" in text
    ] == []


def test_what_was_written_is_read_again_pixel_for_pixel() -> None:
    made = image(40, 30)
    data = encoded(made)
    assert picture_type(data) == PNG
    with reading(data) as reader:
        assert reader.size() == made.size()
        assert reader.read() == made


def test_a_reader_of_one_form_takes_no_other() -> None:
    with reading(QByteArray(picture(kind="jpeg")), b"png") as reader:
        assert reader.read().isNull()
    with reading(picture(kind="jpeg")) as reader:
        assert not reader.read().isNull()


def test_the_quality_of_a_jpeg_is_kept_to() -> None:
    noisy = QImage(64, 64, QImage.Format.Format_RGB32)
    for at in range(64 * 64):
        noisy.setPixel(at % 64, at // 64, 0xFF000000 + at * at * 977 % 0x1000000)
    fine, coarse = encoded(noisy, b"jpeg", 95), encoded(noisy, b"jpeg", 20)
    assert picture_type(fine) == picture_type(coarse) == JPEG
    assert len(coarse) < len(fine) / 2


def test_an_image_without_pixels_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        encoded(QImage())
    assert "PNG" in caught.value.what
    assert caught.value.why


def test_what_a_painter_draws_as_lines_becomes_bytes_too(qtbot: object) -> None:
    def draw(device: QIODevice) -> None:
        generator = QSvgGenerator()
        generator.setOutputDevice(device)
        painter = QPainter(generator)
        painter.drawLine(0, 0, 10, 10)
        painter.end()

    assert written(draw).rstrip().endswith(b"</svg>")

"""Pictures handed out: one zip file with the pictures under readable names and everything known of them.

`README.txt` in the file tells how it is built (ABOUT); `manifest.json` is for programs, and is documented there.
"""

from __future__ import annotations

import asyncio
import threading
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import msgspec

from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.images.formats import extension_of, picture_type
from workbench.domain.images.gallery import GalleryImage
from workbench.storage.disk import room_for, whole_file

FORMAT, VERSION = "ai-workbench-gallery", 1
ABOUT = """\
Pictures exported from AI Workbench
===================================

The pictures lie beside this file, byte for byte as they are kept. What they were made from (pictures to start from,
masks, references) lies in the folder "inputs". Everything known of each is in manifest.json:

{
  "format": "ai-workbench-gallery",
  "version": 1,                        a higher number means that old readers do not understand it any more
  "exported_at": "2026-01-31T12:00:00Z",
  "images": [
    {
      "file": "0001 a red fox, 42.png",  null where the picture's file was not there any more; "problem" says why
      "id": "…",                         the entry's own name
      "created_at": "2026-01-31T11:59:00Z",
      "digest": "…",                     SHA-256 of the file
      "media_type": "image/png", "width": 1024, "height": 1024, "size": 1234567,
      "origin": "generated",             or "imported", or "input": only given to a model
      "received": "…",                   SHA-256 of the bytes as the model sent them, before the settings were written in
      "model": "…", "target": "…",       target: the name of the connection
      "settings": {                      what the model was sent; what is not there was not sent
        "prompt": "…", "negative_prompt": "…", "width": 1024, "height": 1024, "aspect_ratio": "16:9",
        "steps": 8, "guidance": 7.5, "seed": 42, "strength": 0.6,
        "source": "…", "mask": "…", "references": ["…"]    digests, see "inputs"
      },
      "cost": {"usd": 0.002, "charged": true},   charged: told by the provider, else estimated; null where not known
      "took_ms": 2100.0, "exchange_id": "…", "batch_id": "…", "sandbox": false, "said": "…", "repeats": "…",
      "name": "…", "rating": 3, "tags": ["…"], "boards": ["…"]
    }
  ],
  "inputs": {"digest": "inputs/….png"}           null where the file was not there any more
}

PNG and JPEG files also carry their settings within: drop one on AI Workbench to have them back.
"""
_LONGEST_PROMPT = 60
_NOT_IN_NAMES = frozenset('<>:"/\\|?*')
_OVERHEAD = 4096
"""What an entry of the manifest, and a file's place in the zip, take at most, as a rule."""


class Files(Protocol):
    """storage.image_files.ImageFiles."""

    def read(self, digest: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Exported:
    """missing: of how many pictures the file was gone or damaged; the manifest says which."""

    pictures: int
    missing: int = 0


async def write_zip(
    images: Sequence[GalleryImage],
    files: Files,
    path: Path,
    progress: Callable[[float], None],
    clock: Callable[[], float] = time.time,
) -> Exported:
    """Write the file whole, over what is there, or not at all: a failure, or cancelling, leaves nothing behind.

    progress: is told from 0 to 1, in the caller's loop. Raises StorageFailed, and InvalidInput where there is no picture.
    """
    if not images:
        raise InvalidInput("There is no picture to export.", fix="Select some pictures first.")
    loop = asyncio.get_running_loop()
    stop = threading.Event()
    work = loop.run_in_executor(
        None,
        lambda: _write(
            images, files, path, lambda part: loop.call_soon_threadsafe(progress, part), stop, clock
        ),
    )
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.wait([work])  # so that the draft is gone when this is
        work.exception()
        raise


def described(image: GalleryImage) -> dict[str, Any]:
    """Everything known of a picture, as the manifest has it."""
    entry = msgspec.to_builtins(image)
    del entry["deleted_at"]
    entry["created_at"] = _time(image.created_at)
    entry["settings"] = {
        name: value for name, value in entry["settings"].items() if value not in (None, "", ())
    }
    return dict(entry)


def name_of(image: GalleryImage) -> str:
    """What a file of it can be called on any system, without number: what it shows, and its seed."""
    seed = f", {image.settings.seed}" if image.settings.seed is not None else ""
    stem = Path(image.name).stem if image.name and not image.settings.prompt else image.settings.prompt
    return f"{_safe(stem) or 'picture'}{seed}{extension_of(image.media_type)}"


class _Stopped(Exception):
    """The export was cancelled."""


def _write(
    images: Sequence[GalleryImage],
    files: Files,
    path: Path,
    progress: Callable[[float], object],
    stop: threading.Event,
    clock: Callable[[], float],
) -> Exported:
    what = f"{path.name} could not be saved."
    room_for(path.parent, sum(image.size + _OVERHEAD for image in images), what)
    inputs = list(dict.fromkeys(digest for image in images for digest in image.settings.pictures))
    steps, missing = len(images) + len(inputs), 0
    entries: list[dict[str, Any]] = []
    places: dict[str, str | None] = {}
    with whole_file(path, what) as file, ZipFile(file, "w", ZIP_STORED) as pack:

        def step(done: int) -> None:
            if stop.is_set():
                raise _Stopped
            progress(done / steps)

        for number, image in enumerate(images, 1):
            entry: dict[str, Any] = {"file": f"{number:04} {name_of(image)}"}
            try:
                _add(pack, entry["file"], files.read(image.digest), image.created_at)
            except StorageFailed as error:
                missing += 1
                entry = {"file": None, "problem": f"{error.what} {error.why}"}
            entries.append({**entry, **described(image)})
            step(number)
        for number, digest in enumerate(inputs, len(images) + 1):
            try:
                data = files.read(digest)
            except StorageFailed:
                places[digest] = None
            else:
                places[digest] = f"inputs/{digest[:16]}{extension_of(picture_type(data) or '')}"
                _add(pack, f"{places[digest]}", data, clock())
            step(number)
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "exported_at": _time(clock()),
            "images": entries,
            "inputs": places,
        }
        document = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
        _add(pack, "manifest.json", document, clock(), ZIP_DEFLATED)
        _add(pack, "README.txt", ABOUT.encode(), clock(), ZIP_DEFLATED)
    return Exported(len(images), missing)


def _add(pack: ZipFile, name: str, data: bytes, at: float, packing: int = ZIP_STORED) -> None:
    """Pictures are packed already, and packing them again takes seconds for nothing."""
    moment = time.localtime(max(at, 0))[:6]
    info = ZipInfo(name, max(moment, (1980, 1, 1, 0, 0, 0)))
    info.compress_type = packing
    info.external_attr = 0o644 << 16
    pack.writestr(info, data)


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _safe(text: str) -> str:
    """The beginning of a text without what Windows, macOS or a zip program dislikes in a name."""
    plain = unicodedata.normalize("NFC", text).encode(errors="replace").decode()
    kept = "".join(char if char.isprintable() and char not in _NOT_IN_NAMES else " " for char in plain)
    words = " ".join(kept.split())
    return (
        words
        if len(words) <= _LONGEST_PROMPT
        else words[:_LONGEST_PROMPT].rpartition(" ")[0] or words[:_LONGEST_PROMPT]
    ).strip(" .")

"""What a file of all data is made of: its manifest, and the names that may be in it."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from workbench.domain.errors import InvalidInput
from workbench.storage.data_files import DATABASES
from workbench.storage.snapshots import check_format

FORMAT, VERSION = "ai-workbench-data", 1
MANIFEST, README, SETTINGS, FAULTS = "manifest.json", "README.txt", "settings.json", "faults.json"
MOST_BYTES = 256 * 1024 * 1024
"""Of a manifest: a line of 150 bytes a file."""
NOT_IN_IT = "thumbnails.db"
"""It is made again."""
ABOUT = """\
All data of AI Workbench
========================

"Settings > Your data > Import" of the program takes this file in, and so does: workbench data import FILE
Tokens and keys are not in it: they never leave the keychain.

manifest.json    what is here: {"format": "ai-workbench-data", "version": 1, "program", "exported_at", "formats": of each
                 database, "counts", "left_out": what could not be taken along, "files": [{"name", "size", "sha256", "origin"}]}
databases/       SQLite databases: workbench.db (conversations, connections, pictures' data, recordings' texts, routes, texts),
                 gateway.db (what the local gateway was told), journal.db (what it answered), cache.db, vectors.db
images/          pictures, each named after the SHA-256 of its bytes
recordings/      what was recorded in the program; recordings in folders of your own stay there
spoken/          what models said aloud
own-vectors/     vectors that were brought along
routes/          copies of route files; "origin" in the manifest tells where each was
settings.json    the settings
faults.json      how the sandbox was told to misbehave
"""
_PLAIN = r"[^\x00-\x1f\x7f<>:\"/\\|?*.][^\x00-\x1f\x7f<>:\"/\\|?*]{0,198}"
_NAMES = re.compile(
    rf"images/(?P<two>[0-9a-f]{{2}})/(?P=two)[0-9a-f]{{62}}\.[a-z]{{1,5}}|(?:recordings|spoken|own-vectors|routes)/{_PLAIN}"
)
_DEVICE = re.compile(r"(?i)/(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")


class FileEntry(msgspec.Struct, frozen=True):
    """origin: of a route file, the path it was copied from."""

    name: str
    size: int
    sha256: str
    origin: str = ""


class Manifest(msgspec.Struct, frozen=True):
    """exported_at: ISO, UTC. formats: by the database's file. counts: see storage.snapshots.counts_of."""

    format: str
    version: int
    program: str
    exported_at: str
    formats: Mapping[str, int]
    counts: Mapping[str, int]
    files: tuple[FileEntry, ...]
    left_out: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return sum(entry.size for entry in self.files)


def may_be_in_it(name: str) -> bool:
    """Whether this is a name for a file in it: of a known place, and one that every system can write."""
    place, _, rest = name.partition("/")
    if place == "databases":
        return rest in DATABASES and rest != NOT_IN_IT
    if name in (SETTINGS, FAULTS):
        return True
    return bool(_NAMES.fullmatch(name)) and not _DEVICE.search(name) and not name.endswith((" ", "."))


def read_manifest(text: bytes) -> Manifest:
    """Raises InvalidInput where it is none, or a newer one than this version knows, or leads anywhere else."""
    try:
        head = msgspec.json.decode(text, type=_Head)
    except msgspec.MsgspecError as error:
        raise not_ours("Its manifest cannot be read.") from error
    if head.format != FORMAT:
        raise not_ours("It was made by another program.")
    if head.version > VERSION:
        raise InvalidInput(
            "The data was exported by a newer version of AI Workbench.",
            why=f"The file has version {head.version}; this program knows versions up to {VERSION}.",
            fix="Install the newer version, then import it. Nothing was changed.",
        )
    try:
        manifest = msgspec.json.decode(text, type=Manifest)
    except msgspec.MsgspecError as error:
        raise not_ours("Its manifest cannot be read.") from error
    for name, number in manifest.formats.items():
        if name not in DATABASES or number < 1:
            raise not_ours(f"It names a database {name!r} of format {number}.")
        check_format(name, number)
    names = set()
    for entry in manifest.files:
        if not may_be_in_it(entry.name) or entry.size < 0:
            raise not_ours(f"A file in it may not be called {entry.name!r}.")
        if entry.name.casefold() in names:
            raise not_ours(f"There are two files called {entry.name!r} in it.")
        names.add(entry.name.casefold())
    return manifest


def not_ours(why: str) -> InvalidInput:
    return InvalidInput(
        "This is not a file of AI Workbench's data, or it is damaged.",
        why=why,
        fix="Choose a file that “Export all data” made. Nothing was changed.",
    )


class _Head(msgspec.Struct):
    format: str = ""
    version: int = 0

"""`workbench data`: all data of the user handed out, taken in, or told of."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from workbench.cli.edge import finish
from workbench.cli.progress import Progress
from workbench.domain.errors import InvalidInput
from workbench.services.data.desk import YourData
from workbench.services.data.keys import forget_left
from workbench.services.data.manifest import Manifest
from workbench.storage.paths import Paths
from workbench.storage.secrets import SecretStore, open_secrets

WAIT_S = 2.0
"""For a window that is just closing."""


def run(options: Namespace) -> int:
    paths = Paths.of_user().make()
    secrets = open_secrets(profile=paths.profile)
    return finish(do(options, paths, secrets, sys.stdout, sys.stderr))


async def do(options: Namespace, paths: Paths, secrets: SecretStore, out: TextIO, err: TextIO) -> int:
    """secrets: the keychain, for keys that must not be used with the data that comes. Raises WorkbenchError."""
    data, progress = YourData(paths), Progress(err)
    match options.what:
        case "export":
            done = await _export(data, _target(options.file, data.file_name()), progress)
        case "import":
            done = await _import(data, _absolute(options.file), progress)
            await forget_left(paths, secrets)
        case _:
            done = await _where(data)
    out.write(json.dumps(done, ensure_ascii=False) + "\n" if options.json else in_words(done))
    out.flush()
    return 0


async def _export(data: YourData, path: Path, progress: Progress) -> dict[str, Any]:
    try:
        manifest = await data.export(path, _shown(progress, "exporting"))
    finally:
        progress.clear()
    return {"file": str(path), **_contents(manifest), "left_out": list(manifest.left_out)}


async def _import(data: YourData, path: Path, progress: Progress) -> dict[str, Any]:
    try:
        found = await data.look_at(path, _shown(progress, "checking"))
    finally:
        progress.clear()
    try:
        await data.accept(found)
        backup = await data.carry_out(WAIT_S)
    except BaseException:
        await data.drop(found)
        raise
    return {
        "file": str(path),
        **_contents(found.manifest),
        "moved_to": str(backup),
        "exported_at": found.manifest.exported_at,
    }


async def _where(data: YourData) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for place in await data.places():
        found[str(place.kind)] = {"path": str(place.path), "bytes": place.size}
    planned = data.planned
    if planned is not None:
        found["next_start"] = "reset" if planned.reset else "import"
    return found


def _absolute(file: str) -> Path:
    return Path(file).absolute()


def _target(file: str, usual: str) -> Path:
    path = _absolute(file)
    if path.is_dir():
        return path / usual
    if path.suffix.lower() != ".zip":
        raise InvalidInput(f"{path.name} does not end in .zip.", fix=f"workbench data export {file}.zip")
    return path


def _contents(manifest: Manifest) -> dict[str, Any]:
    return {"bytes": manifest.size, "counts": dict(manifest.counts)}


def in_words(done: dict[str, Any]) -> str:
    """Tab-separated lines, as the other commands print tables."""
    lines = []
    for name, value in done.items():
        match value:
            case {"path": path, "bytes": size}:
                lines.append(f"{name}\t{path}\t{size}")
            case dict():
                lines += [f"{one.replace('_', ' ')}\t{count}" for one, count in value.items()]
            case list():
                lines += [f"{name.replace('_', ' ')}\t{one}" for one in value]
            case _:
                lines.append(f"{name.replace('_', ' ')}\t{value}")
    return "\n".join([*lines, ""])


def _shown(progress: Progress, word: str) -> Callable[[float], None]:
    return lambda share: progress.show(f"{word}: {share:.0%}")

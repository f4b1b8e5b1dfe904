"""The settings file: loaded before the first paint, saved atomically, shared by several windows."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from workbench.domain.errors import StorageFailed
from workbench.domain.settings import VERSION, Settings, problem_with
from workbench.storage.locks import FileLock

_LOCK_S = 2.0


class SettingsFile:
    """problems: what `load` could not use, as sentences for the user; the rest holds all the same."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = Settings()
        self.problems: tuple[str, ...] = ()

    def load(self) -> Settings:
        """Never raises. A file that is no settings file is kept beside it as `.bad`, and the defaults hold."""
        problems: list[str] = []
        try:
            known = self._read()
        except FileNotFoundError:
            known = {}
        except OSError as error:
            problems.append(f"The settings in {self._path} cannot be read: {error.strerror or error}.")
            known = {}
        except ValueError:
            problems.append(self._kept_aside())
            known = {}
        values: dict[str, Any] = {}
        for field in fields(Settings):
            if field.name not in known:
                continue
            if problem := problem_with(field.name, known[field.name]):
                problems.append(f"{problem} The default is used.")
            else:
                value = known[field.name]
                values[field.name] = tuple(value) if isinstance(field.default, tuple) else value
        self.problems = tuple(problems)
        self._seen = Settings(**values)
        return self._seen

    def save(self, settings: Settings) -> None:
        """Write what changed since this object's last load or save onto whatever the file holds now.

        So two windows do not undo each other's changes, and keys of a newer version survive. Raises StorageFailed.
        """
        before, now = asdict(self._seen), asdict(settings)
        changed = {name: value for name, value in now.items() if value != before[name]}
        if changed or not self._is_there():
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with self._alone():
                    self._write(self._on_disk() | changed)
            except OSError as error:
                raise StorageFailed(
                    "The settings could not be saved.",
                    why=f"{self._path}: {error.strerror or error}.",
                    fix="Free some space, or make the folder writable, and change the setting again.",
                ) from error
        self._seen = settings

    def _is_there(self) -> bool:
        try:
            return self._path.exists()
        except OSError:  # in a folder of somebody else
            return False

    def _read(self) -> dict[str, Any]:
        known = json.loads(self._path.read_text(encoding="utf-8"))
        if not isinstance(known, dict):
            raise ValueError("not an object")
        return known

    def _on_disk(self) -> dict[str, Any]:
        try:
            return self._read()
        except FileNotFoundError:
            return {}
        except ValueError:
            self._kept_aside()
            return {}

    def _kept_aside(self) -> str:
        aside = self._path.with_suffix(".json.bad")
        try:
            os.replace(self._path, aside)
        except OSError as error:
            return f"The settings in {self._path} are damaged and could not be moved aside: {error.strerror}."
        return f"The settings file was damaged. It is kept as {aside}; the defaults are used."

    def _write(self, known: dict[str, Any]) -> None:
        version = known.get("version")
        known["version"] = max(VERSION, version) if isinstance(version, int) else VERSION
        draft = self._path.with_name(f"{self._path.name}.{os.getpid()}.draft")
        try:
            with draft.open("w", encoding="utf-8") as file:
                json.dump(known, file, ensure_ascii=False, indent=2)
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, self._path)
        finally:
            draft.unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other window writes meanwhile; one that holds on for long, or a disk without locks, is not waited for."""
        lock = FileLock(self._path.with_name(f".{self._path.name}.lock"))
        with suppress(OSError):
            lock.wait(_LOCK_S)
        try:
            yield
        finally:
            lock.release()

"""The user's settings as the window uses them: read at once, changed with a check, saved soon after."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.errors import WorkbenchError
from workbench.domain.settings import Settings, problem_with
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.timers import once

SAVE_AFTER_MS = 400


class SettingsSink(Protocol):
    """Where settings are kept (storage.settings.SettingsFile). save may block and raise StorageFailed."""

    def save(self, settings: Settings) -> None: ...


class SettingsModel(QObject):
    """Signals: changed (name of the setting), failed (Exception: the value holds for this run, but was not saved)."""

    changed = Signal(str)
    failed = Signal(object)

    def __init__(
        self,
        settings: Settings,
        sink: SettingsSink,
        parent: QObject | None = None,
        *,
        save_after_ms: int = SAVE_AFTER_MS,
    ) -> None:
        super().__init__(parent)
        self._value = settings
        self._saved = settings
        self._sink = sink
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._timer = once(self, save_after_ms, self._save_soon)

    @property
    def value(self) -> Settings:
        return self._value

    def set(self, name: str, value: object) -> str:
        """Change one setting. What is wrong with the value comes back as a sentence, and nothing is changed; else ""."""
        if problem := problem_with(name, value):
            return problem
        if getattr(self._value, name) != value:
            changes = {name: value}
            self._value = replace(self._value, **changes)  # type: ignore[arg-type]  # checked by problem_with
            self._timer.start()
            self.changed.emit(name)
        return ""

    def reset(self, name: str) -> None:
        """Back to the default."""
        self.set(name, default_of(name))

    def is_default(self, name: str) -> bool:
        return bool(getattr(self._value, name) == default_of(name))

    def flush(self) -> None:
        """Save now, and wait for it. A failure is emitted, not raised."""
        self._timer.stop()
        if self._saved != self._value:
            try:
                self._sink.save(self._value)
                self._saved = self._value
            except WorkbenchError as error:
                self.failed.emit(error)

    async def aclose(self) -> None:
        """Let a save under way come to its end, then save what is left."""
        await self._tasks.finish()
        self.flush()

    @Slot()
    def _save_soon(self) -> None:
        self._tasks.start("save", self._save())

    async def _save(self) -> None:
        import asyncio

        value = self._value
        if value != self._saved:
            await asyncio.to_thread(self._sink.save, value)
            self._saved = value


def default_of(name: str) -> object:
    return next(field.default for field in fields(Settings) if field.name == name)

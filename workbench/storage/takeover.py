"""All data moved aside, and other data or none put in its place: planned while the window is open, done at the next start.

Nothing is copied then and nothing is deleted: folders and files are renamed within the data folder, into `backups`. What fails
half-way is undone; what a crash or a power cut breaks off is gone on with.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from workbench.domain.errors import StorageFailed
from workbench.storage.locks import FileLock, is_alive
from workbench.storage.paths import Paths

FORGET = "keys-to-forget.json"
STAGE = ".incoming-"
WAIT_S = 4.0
"""A window that is just closing, and its gateway, are given so long."""
_PLAN, _GATEWAY_LOCK = "takeover.json", "gateway.lock"
_LOOK_S = 0.1
_README = "HOW TO GO BACK.txt"
_WAY_BACK = """\
This is all data of AI Workbench as it was before it was replaced or reset.

To go back: close all windows, move what is in {data} now to another folder (but not “backups”),
then move what is in this folder there, and settings.json to {config}
"""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """stage: the folder in the data folder with what takes the place; "" for nothing. backup: the folder in `backups`.

    forget: names of keychain entries that are to go. moving_in: the old data has been moved aside already.
    """

    stage: str
    backup: str
    forget: tuple[str, ...] = ()
    moving_in: bool = False

    @property
    def reset(self) -> bool:
        return not self.stage


@dataclass(frozen=True, slots=True)
class TakeOver:
    """What came of a plan. backup: where the old data lies. problem: why it was not done; all is as it was, and it stays planned."""

    plan: Plan
    backup: Path
    problem: StorageFailed | None = None


def planned(paths: Paths) -> Plan | None:
    """What is to be done at the next start."""
    try:
        found = json.loads(paths.takeover.read_text(encoding="utf-8"))
        plan = Plan(
            str(found["stage"]), str(found["backup"]), tuple(found["forget"]), bool(found["moving_in"])
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        _log.warning("%s cannot be read and is left alone", paths.takeover)
        return None
    return plan if _is_name(plan.backup) and (plan.reset or plan.stage.startswith(STAGE)) else None


def schedule(paths: Paths, plan: Plan) -> None:
    """Have it done at the next start, instead of what was planned before. Raises StorageFailed."""
    call_off(paths, but=plan.stage)
    _write(paths.takeover, asdict(plan))


def call_off(paths: Paths, but: str = "") -> None:
    """Nothing is done at the next start; what was to be put in place is removed. Raises StorageFailed."""
    before = planned(paths)
    if before is not None and before.moving_in:
        raise StorageFailed(
            "The data is being replaced right now.",
            fix="Close the window and start again; then it can be reset or imported anew.",
        )
    try:
        paths.takeover.unlink(missing_ok=True)
    except OSError as error:
        raise _failed("That could not be called off.", paths.takeover, error) from error
    if before is not None and before.stage and before.stage != but:
        shutil.rmtree(paths.data / before.stage, ignore_errors=True)


def backup_name(what: str, clock: Callable[[], float] = time.time) -> str:
    return f"{time.strftime('%Y-%m-%d %H.%M.%S', time.localtime(clock()))} before {what}"


def take_over(paths: Paths, wait_s: float = WAIT_S) -> TakeOver | None:
    """Do what is planned, before anything of the data is opened; None when nothing is planned. Never raises; may block."""
    plan = planned(paths)
    if plan is None:
        return None
    backup = paths.backups / plan.backup
    try:
        with _alone(paths, wait_s):
            plan = planned(paths)  # another process may have been faster
            if plan is None:
                return None
            _move(paths, plan, backup)
    except StorageFailed as error:
        return TakeOver(plan or Plan("", ""), backup, error)
    except OSError as error:
        problem = _failed("The data could not be replaced. It is as it was.", paths.data, error)
        return TakeOver(plan or Plan("", ""), backup, problem)
    return TakeOver(plan, backup)


def keys_to_forget(paths: Paths) -> tuple[str, ...]:
    """Keychain entries of data that was moved aside; `keys_forgotten` when they are gone."""
    try:
        return tuple(map(str, json.loads((paths.data / FORGET).read_text(encoding="utf-8"))))
    except (OSError, ValueError, TypeError):
        return ()


def keys_forgotten(paths: Paths) -> None:
    with suppress(OSError):
        (paths.data / FORGET).unlink(missing_ok=True)


def in_use(paths: Paths) -> str:
    """Who has the data open, as a clause; "" for nobody. The own process counts if it has."""
    from workbench.storage.data_files import DATABASES
    from workbench.storage.snapshots import let_go

    for name in DATABASES:
        path = paths.data / name
        marks = path.with_name(f"{name}-windows")
        if marks.is_dir() and any([is_alive(marks, mark.name) for mark in marks.iterdir()]):
            return "Another window or command of AI Workbench has it open"
        if path.exists() and not let_go(path):
            return f"Another program has {name} open"
    return ""


@contextmanager
def _alone(paths: Paths, wait_s: float) -> Iterator[None]:
    """Nobody has the data open, and no gateway can open it meanwhile. Raises StorageFailed."""
    locks = [FileLock(paths.data / name) for name in ("takeover.lock", _GATEWAY_LOCK)]
    end = time.monotonic() + wait_s
    try:
        for lock in locks:
            if not lock.wait(max(0.0, end - time.monotonic())):
                raise _busy("A local gateway works with it")
        while who := in_use(paths):
            if time.monotonic() > end:
                raise _busy(who)
            time.sleep(_LOOK_S)
        yield
    finally:
        for lock in locks:
            lock.release()


def _move(paths: Paths, plan: Plan, backup: Path) -> None:
    """Every step can be done again, so that a crash between two of them does no harm; a failure takes all of them back."""
    moved: list[tuple[Path, Path]] = []
    stage = paths.data / plan.stage if plan.stage else None
    try:
        if not plan.moving_in:
            backup.mkdir(parents=True, exist_ok=True, mode=0o700)
            for entry in sorted(paths.data.iterdir()):
                if not _stays(entry.name, plan):
                    _rename(entry, _free(backup / entry.name), moved)
            if paths.settings_file.exists():
                shutil.copy2(paths.settings_file, backup / paths.settings_file.name)
            (backup / _README).write_text(
                _WAY_BACK.format(data=paths.data, config=paths.config), encoding="utf-8"
            )
            _write(paths.takeover, {**asdict(plan), "moving_in": True})
        if stage is not None and stage.is_dir():
            for entry in sorted(stage.iterdir()):
                if entry.name == paths.settings_file.name:
                    continue
                place = paths.data / entry.name
                if place.exists():  # somebody began anew after a crash had broken this off
                    _rename(place, _free(backup / entry.name), moved)
                _rename(entry, place, moved)
        if plan.forget:
            _write(paths.data / FORGET, sorted({*plan.forget, *keys_to_forget(paths)}))
        _replace_settings(paths, stage)
    except BaseException:
        _back(moved)
        if not plan.moving_in:
            with suppress(StorageFailed):
                _write(paths.takeover, asdict(plan))
            with suppress(OSError):
                for name in (paths.settings_file.name, _README):
                    (backup / name).unlink(missing_ok=True)
                backup.rmdir()
        raise
    with suppress(OSError):
        paths.takeover.unlink(missing_ok=True)
    if stage is not None:
        shutil.rmtree(stage, ignore_errors=True)
    _log.warning("All data was %s; what there was is in %s", "reset" if plan.reset else "replaced", backup)


def _replace_settings(paths: Paths, stage: Path | None) -> None:
    """The last step: settings may lie on another disk, so they are copied, and the old ones are in the backup."""
    new = stage / paths.settings_file.name if stage is not None else None
    if new is not None and new.exists():
        paths.config.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = paths.settings_file.with_name(f"{paths.settings_file.name}.incoming")
        shutil.copyfile(new, draft)
        os.replace(draft, paths.settings_file)
    elif stage is None:
        paths.settings_file.unlink(missing_ok=True)


def _stays(name: str, plan: Plan) -> bool:
    """Locks and the window's address belong to processes, not to the data."""
    return (
        name in ("backups", _PLAN, FORGET, plan.stage) or name.endswith(".lock") or name.startswith("window.")
    )


def _free(place: Path) -> Path:
    """The place, or one beside it where something lies there already."""
    number, free = 2, place
    while free.exists():
        free = place.with_name(f"{place.name} ({number})")
        number += 1
    return free


def _rename(old: Path, new: Path, moved: list[tuple[Path, Path]]) -> None:
    os.replace(old, new)
    moved.append((old, new))


def _back(moved: list[tuple[Path, Path]]) -> None:
    for old, new in reversed(moved):
        try:
            os.replace(new, old)
        except OSError:
            _log.exception("%s could not be moved back to %s", new, old)


def _write(path: Path, value: object) -> None:
    draft = path.with_name(f"{path.name}.draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with draft.open("w", encoding="utf-8") as file:
            json.dump(value, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise _failed("That could not be noted down for the next start.", path, error) from error


def _is_name(text: str) -> bool:
    """Of one entry of a folder: the plan must not lead anywhere else."""
    return bool(text) and text not in (".", "..") and Path(text).name == text


def _busy(who: str) -> StorageFailed:
    return StorageFailed(
        "The data could not be replaced yet. It is as it was.",
        why=f"{who}.",
        fix="Close all windows and stop “workbench gateway”, then start again.",
    )


def _failed(what: str, path: Path, error: OSError) -> StorageFailed:
    return StorageFailed(
        what,
        why=f"{path}: {error.strerror or error}.",
        fix="Check that the folder can be written and the disk has room, then try again.",
    )

"""The journal's writing: rows are handed over in no time and stored by one thread, many at once."""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from workbench.domain.errors import StorageFailed
from workbench.domain.journal import LogRow
from workbench.domain.routes.trace import Trace
from workbench.storage.journal import Entry, JournalFile, Unstorable

log = logging.getLogger(__name__)

BATCH_ROWS = 400
BATCH_S = 0.05
"""Rows are written when there are so many, or so long after the first of them."""
MOST_ROWS = 500
"""In one transaction, when the writer has fallen behind: a busy loop leaves it few turns, so each has to count."""
RETRY_S = 0.5
SWITCH_S = 0.0002
"""How long Python lets one thread run on while others wait. With its own 5 ms the writer starves beside a busy loop: the loop
lets go for a moment at every turn, so the wait begins anew each time and never comes to its end.
"""
MAX_WAITING = 64 * 1024 * 1024
"""Bytes that may wait for a disk that is full or a file that is locked; then the oldest rows are given up."""
_ROW = 1024
"""What a row without its bodies weighs, roughly."""

Item = Entry | Future[None]


class Writer:
    """`add`, `settled` and `close` belong to one thread, the loop's; the rest happens in the writer's own.

    open_file: called there, and again after every failure. said: called there when `warning` has changed.
    """

    def __init__(self, open_file: Callable[[], JournalFile], said: Callable[[str], None]) -> None:
        self.warning = ""
        self._open_file = open_file
        self._said = said
        self._file: JournalFile | None = None
        self._waiting: deque[Item] = deque()
        self._added = 0  # bytes; written here by the loop's thread alone, _taken by the writer's alone
        self._taken = 0
        self._given_up = 0
        self._unfit = 0
        self._limited: set[str] = set()
        self._doubtful = 0  # items at the front of which one cannot be stored: they are taken one at a time
        self._some = threading.Event()
        self._full = threading.Event()
        self._closing = threading.Event()
        self._switch_s = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_S)
        self._thread = threading.Thread(target=self._work, name="journal", daemon=True)
        self._thread.start()

    @property
    def lost(self) -> int:
        """Rows that were given up, because they waited for too long or were not fit to be stored."""
        return self._given_up + self._unfit

    def add(self, row: LogRow, trace: Trace | None = None) -> None:
        """Takes a few microseconds, whatever the disk does. Never raises."""
        try:
            entry = Entry(row, trace)
        except Unstorable as error:
            self._given_up += 1
            log.error("A row could not be stored: %s", error)
            return
        self._waiting.append(entry)
        self._added += _ROW + entry.weight
        if self._added - self._taken > MAX_WAITING:
            self._give_up_oldest()
        if len(self._waiting) >= BATCH_ROWS:
            self._full.set()
        if not self._some.is_set():
            self._some.set()

    def settled(self) -> Future[None]:
        """Done when everything added before has been stored, or has failed to be."""
        mark: Future[None] = Future()
        self._waiting.append(mark)
        self._wake()
        return mark

    def close(self) -> None:
        """Store what waits, if that can be done, and end; blocks until then."""
        self._closing.set()
        self._wake()
        self._thread.join()
        sys.setswitchinterval(self._switch_s)

    def _wake(self) -> None:
        self._full.set()
        self._some.set()

    def _give_up_oldest(self) -> None:
        while self._added - self._taken > MAX_WAITING and self._waiting:
            oldest = self._waiting.popleft()
            if isinstance(oldest, Future):
                _tell(oldest)
            else:
                self._added -= _weight(oldest)
                self._given_up += 1

    def _work(self) -> None:
        while True:
            self._some.wait()
            self._full.wait(BATCH_S)
            self._some.clear()
            self._full.clear()
            stored = self._store_all()
            if self._closing.is_set():
                break
            if not stored:
                self._closing.wait(RETRY_S)
                self._wake()
        self._let_go()
        if self._waiting:
            log.warning("%d rows could not be stored: %s", len(self._waiting), self.warning)

    def _store_all(self) -> bool:
        """Everything that waits, a batch at a time; False where it could not be stored and waits on."""
        stored = True
        while stored and (batch := self._take()):
            entries = [item for item in batch if isinstance(item, Entry)]
            try:
                self._store(entries)
            except Unstorable as error:
                if len(entries) > 1:
                    self._put_back(batch)
                    self._doubtful = len(batch)
                    continue
                self._unfit += 1
                log.error("A row could not be stored: %s", error)
            except StorageFailed as error:
                stored = False
                self._put_back(entries)
                self._let_go()
                self._say(_not_recorded(error, self.lost))
            except Exception:  # the thread's edge: a bug costs a batch, not the journal
                self._unfit += len(entries)
                log.exception("%d rows could not be stored", len(entries))
            for mark in batch:
                if isinstance(mark, Future):
                    _tell(mark)
        return stored

    def _take(self) -> list[Item]:
        batch: list[Item] = []
        try:
            while len(batch) < (1 if self._doubtful else MOST_ROWS):
                batch.append(self._waiting.popleft())
                self._doubtful = max(0, self._doubtful - 1)
        except IndexError:
            pass
        self._taken += sum(map(_weight, batch))
        return batch

    def _put_back(self, items: Sequence[Item]) -> None:
        self._taken -= sum(map(_weight, items))
        self._waiting.extendleft(reversed(items))

    def _store(self, entries: list[Entry]) -> None:
        """Raises StorageFailed, and Unstorable where the rows are to blame."""
        if not entries:
            return
        if self._file is None:
            self._file = self._open_file()
        full = self._file.add(entries)
        self._limited = self._limited.difference(entry.gateway for entry in entries).union(full)
        self._say(_limits_reached(self._limited))
        with contextlib.suppress(StorageFailed):  # the rows are stored; the next batch tries again
            while not self._waiting and self._file.evict():
                pass

    def _let_go(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _say(self, warning: str) -> None:
        if warning != self.warning:
            self.warning = warning
            self._said(warning)


def _tell(mark: Future[None]) -> None:
    if mark.set_running_or_notify_cancel():  # False: nobody waits any more
        mark.set_result(None)


def _weight(item: Item) -> int:
    return _ROW + item.weight if isinstance(item, Entry) else 0


def _not_recorded(error: StorageFailed, lost: int) -> str:
    gone = f" {lost} rows were lost." if lost else ""
    return f"Requests are answered but not recorded. {error.why}{gone} {error.fix}"


def _limits_reached(gateways: set[str]) -> str:
    if not gateways:
        return ""
    names = ", ".join(f"“{name}”" for name in sorted(gateways))
    return f"Gateway {names} has as many log rows as it may keep and takes no new ones. Raise its limit, or delete rows."

"""A file or a pasted table that is looked at before it becomes a set: how it is read, and which column is what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.embeddings.texts import TextSet
from workbench.domain.errors import WorkbenchError
from workbench.domain.trouble import Trouble
from workbench.services.embeddings.reckoning import reckoned
from workbench.services.embeddings.row_facts import RowFacts, row_facts
from workbench.services.embeddings.tables import Table, TableForm, table_of
from workbench.services.embeddings.texts import Columns, guessed, read_table, text_set
from workbench.ui.support.tasks import TaskScope

PARTS = ("label", "id", "language", "group")
"""What a column can be besides the text: fields of Columns."""


class ImportModel(QObject):
    """active: there is something to look at, or it is being read. table: None until it is read. found: the set as it would be now,
    with facts about its rows; both None while they are worked out.

    Signals: changed, accepted (TextSet, that is kept nowhere yet), failed (Exception).
    """

    changed = Signal()
    accepted = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._path: Path | None = None
        self._pasted = ""
        self._accepting = False
        self.active = False
        self.name = ""
        self.form: TableForm | None = None
        """As which it is to be read; None for what it looks like."""
        self.header: bool | None = None
        self.table: Table | None = None
        self.columns = Columns(())
        self.found: TextSet | None = None
        self.facts: RowFacts | None = None
        self.trouble: Trouble | None = None

    async def aclose(self) -> None:
        await self._tasks.aclose()

    @property
    def reading(self) -> bool:
        return self._tasks.running("read")

    @property
    def accepting(self) -> bool:
        """It is on its way to become a set."""
        return self._accepting

    @property
    def named(self) -> bool:
        """The columns have names of their own."""
        columns = self.table.columns if self.table is not None else ()
        return self.header if self.header is not None else bool(columns) and columns[0] != "column 1"

    # bringing in

    def read(self, path: Path) -> None:
        self._clear()
        self._path, self._pasted, self.name = path, "", path.name
        self.active = True
        self._read_again()

    async def take(self, text: str) -> bool:
        """Look at it if it is a table; False for plain text. Raises InvalidInput where there is nothing in it."""
        from asyncio import to_thread

        table = await to_thread(table_of, text)
        if table.form is TableForm.LINES:
            return False
        self._clear()
        self._path, self._pasted = None, text
        self.name = self.tr("Pasted table")
        self.active = True
        self._show(table)
        return True

    @Slot()
    def retry(self) -> None:
        """Read the file again."""
        self._read_again()

    @Slot()
    def forget(self) -> None:
        """All of it; nothing becomes a set."""
        if self.active:
            self._tasks.cancel("read")
            self._tasks.cancel("facts")
            self._clear()
            self.changed.emit()

    # choosing

    def set_name(self, name: str) -> None:
        self.name = name

    def read_as(self, form: TableForm | None) -> None:
        """None for what it looks like."""
        if form is not self.form:
            self.form, self.header = form, None
            self._read_again()

    def set_header(self, header: bool) -> None:
        """Whether the first row names the columns."""
        self.header = header
        self._read_again()

    def set_texts(self, names: Iterable[str]) -> None:
        """One column, or several that say the same in several languages; in the order of the file."""
        wanted = set(names)
        texts = tuple(name for name in (self.table.columns if self.table else ()) if name in wanted)
        self._choose(replace(self.columns, texts=texts))

    def set_part(self, part: str, name: str) -> None:
        """part: one of PARTS. name: "" for no column."""
        self._choose(with_part(self.columns, part, name))

    @Slot()
    def accept(self) -> None:
        if self.table is not None and self.columns.texts and not self._accepting:
            self._accepting = True
            self._tasks.start("accept", self._accept())
            self.changed.emit()

    def fail(self, trouble: Trouble) -> None:
        """It could not be kept; it is here still."""
        self._accepting = False
        self.trouble = trouble
        self.changed.emit()

    # work

    def _clear(self) -> None:
        self.active, self._accepting, self.name = False, False, ""
        self.form, self.header, self.table = None, None, None
        self.columns, self.found, self.facts, self.trouble = Columns(()), None, None, None

    def _read_again(self) -> None:
        self.trouble = None
        self._tasks.start("read", self._read())
        self.changed.emit()

    async def _read(self) -> None:
        from asyncio import to_thread

        try:
            if self._path is not None:
                table = await read_table(self._path, form=self.form, header=self.header)
            else:
                table = await to_thread(table_of, self._pasted, form=self.form, header=self.header)
        except WorkbenchError as error:
            self.table, self.found, self.facts = None, None, None
            self.trouble = Trouble.of(error)
            self.changed.emit()
        else:
            self._show(table)

    def _show(self, table: Table) -> None:
        self.table = table
        self._choose(guessed(table))

    def _choose(self, columns: Columns) -> None:
        self.columns, self.found, self.facts, self.trouble = columns, None, None, None
        self._tasks.start("facts", self._work_out())
        self.changed.emit()

    async def _work_out(self) -> None:
        table, columns = self.table, self.columns
        if table is None or not columns.texts:
            return
        found = await reckoned(lambda watch: text_set(table, columns))
        facts = await reckoned(lambda watch: row_facts(found.rows, watch))
        self.found, self.facts = found, facts
        self.changed.emit()

    async def _accept(self) -> None:
        table, columns = self.table, self.columns
        found = self.found
        if found is None and table is not None:
            found = await reckoned(lambda watch: text_set(table, columns))
        if found is not None:
            name = " ".join(self.name.split())
            self.accepted.emit(replace(found, name=name) if name else found)


def with_part(columns: Columns, part: str, name: str) -> Columns:
    match part:
        case "label":
            return replace(columns, label=name)
        case "id":
            return replace(columns, id=name)
        case "language":
            return replace(columns, language=name)
    return replace(columns, group=name)

"""The text beside the canvas: what it says, what is wrong with it, and how it follows the document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.routes.codec import api_elements
from workbench.domain.routes.errors import pointer
from workbench.domain.routes.findings import Severity
from workbench.domain.routes.text import written
from workbench.ui.routes.document import Edited, RouteDocument
from workbench.ui.routes.source.places import Places
from workbench.ui.routes.source.reading import Documents, Problem, Read, like, read
from workbench.ui.routes.source.writing import applied, changes
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.timers import once

TYPED_MS = 150
FOLLOW_MS = 20
AT_ONCE = 40_000
"""So many characters are read within a frame; longer texts are read on a thread."""
MOST_MARKS = 2_000


@dataclass(frozen=True, slots=True)
class Marked:
    """A finding at its place in the text."""

    start: int
    end: int
    severity: Severity
    sentence: str


class SourceModel(QObject):
    """Text, document and what joins them. It follows the document only while it is `shown`.

    Signals: text_wanted (call `take` with what is in the editor); rewritten (list of Change: the text is to follow the
    document); problem_changed; marks_changed; draft_changed; selected (start, end of what is selected on the canvas);
    busy_changed (a long text is being read).
    """

    text_wanted = Signal()
    rewritten = Signal(object)
    problem_changed = Signal()
    marks_changed = Signal()
    draft_changed = Signal()
    selected = Signal(int, int)
    busy_changed = Signal(bool)

    def __init__(self, document: RouteDocument, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.text = ""
        self.problem: Problem | None = None
        self.marks: tuple[Marked, ...] = ()
        self.draft = ""
        """What was typed, could not be read, and gave way to the canvas."""
        self._value: Any = None
        self._documents = Documents()
        self._places: Places | None = None
        self._shown = False
        self._own = False
        self._leading = False
        self._reading = False
        self._dropping = False
        self._stale = True
        self._session = 0
        self._tasks = TaskScope(self)
        self._tasks.busy_changed.connect(self.busy_changed)
        self._typed = once(self, TYPED_MS, self.text_wanted.emit)
        self._follow_later = once(self, FOLLOW_MS, self.follow)
        document.edited.connect(self._edited)
        document.findings_changed.connect(self._find_later)
        document.selection_changed.connect(self._lead)
        self._find = once(self, 2 * TYPED_MS, self._mark)

    @property
    def typing(self) -> bool:
        """Something was typed that has not been read yet."""
        return self._typed.isActive() or self._reading

    def set_shown(self, shown: bool) -> None:
        """The editor came into view, or left it."""
        self._shown = shown
        if shown and self._stale:
            self.follow()
        elif not shown:
            self._find.stop()

    @Slot()
    def touch(self) -> None:
        """The user changed the text; it is read when they pause."""
        self._stop_reading()
        self._typed.start()

    @Slot()
    def flush(self) -> None:
        """Read now what was typed, if it was not."""
        if self._typed.isActive():
            self._typed.stop()
            self.text_wanted.emit()

    def take(self, text: str) -> None:
        """Make the document say what the text says, if it can be read; else say why not."""
        self._typed.stop()
        if text == self.text:
            return
        self.text, self._places = text, None
        if self._dropping:
            return
        if len(text) <= AT_ONCE:
            self._became(read(text, self.document.route))
        else:
            self._reading = True
            self._tasks.start("read", self._read(text))

    @Slot()
    def leave(self) -> None:
        """The keyboard went elsewhere: the next typing is another step, and the text says all that the document does."""
        self.flush()
        self._session += 1
        if self.problem is None and not self.typing:
            self.follow()

    @Slot()
    def undo(self) -> None:
        """Take back what was typed and cannot be read; else the document's last step."""
        self.flush()
        if self.problem is not None or self._reading:
            self._give_way()
        else:
            self.document.history.undo()

    @Slot()
    def redo(self) -> None:
        self.flush()
        if self.problem is None and not self._reading:
            self.document.history.redo()

    @Slot()
    def bring_back(self) -> None:
        """Put the text that gave way into the editor again."""
        draft, self.draft = self.draft, ""
        self.draft_changed.emit()
        if draft:
            self.rewritten.emit(draft)
            self.take(draft)

    @Slot()
    def forget_draft(self) -> None:
        if self.draft:
            self.draft = ""
            self.draft_changed.emit()

    @Slot()
    def format(self) -> None:
        """Lay the text out as the editor does; nothing happens to a text that cannot be read."""
        self.flush()
        if self.problem is None and not self.typing:
            self._write(written(self._documents.of(self.document.route)))

    def api_text(self) -> str:
        """The elements as the API takes them. Raises RouteError rather than lose an unknown key."""
        return written({"elements": api_elements(self.document.route)})

    @Slot()
    def follow(self) -> None:
        """Make the text say what the document does, changing as little of it as can be."""
        self._follow_later.stop()
        if not self._shown:
            self._stale = True
            return
        self._stale = False
        if self.problem is not None or self.typing:
            self._give_way()
            return
        document = self._documents.of(self.document.route)
        if self._value is None:
            self._write(written(document), document)
            return
        wanted = like(self._value, document)
        made = changes(self.text, self._value, wanted, self.places)
        self._value = wanted
        if made:
            self.text, self._places = applied(self.text, made), None
            self.rewritten.emit(made)
            self._find_later()
        self._lead()

    @property
    def places(self) -> Places | None:
        """Of the text as it is; None while it is no JSON."""
        if self._places is None and self._value is not None and not self.typing:
            self._places = Places(self.text)
        return self._places

    def element_at(self, offset: int) -> str:
        """Id of what is written there: an element, or its place, note or frame in the sidecar; "" for none."""
        places = self.places
        if self.problem is not None or places is None:
            return ""
        match places.at(offset, 3):
            case ("elements", int(index), *_) if index < len(self.document.route.elements):
                return self.document.route.elements[index].id
            case ("workbench", "positions" | "notes" | "frames" | "sticky" | "technique", str(id)):
                return id
        return ""

    def lead_from(self, offset: int) -> None:
        """The user put the cursor there: what is written there is selected on the canvas."""
        id = self.element_at(offset)
        if id and self.document.selected != {id}:
            self._leading = True
            self.document.select([id])
            self._leading = False

    async def aclose(self) -> None:
        for timer in (self._typed, self._follow_later, self._find):
            timer.stop()
        await self._tasks.aclose()

    async def _read(self, text: str) -> None:
        import asyncio

        found = await asyncio.to_thread(read, text, self.document.route)
        self._reading = False
        self._became(found)

    def _became(self, found: Read) -> None:
        self._value = found.value
        self._set_problem(found.problem)
        if found.route is None:
            self._set_marks(())
            return
        self.forget_draft()
        self._own = True
        self.document.edit(self.tr("Edit JSON"), found.route, merge=f"source/{self._session}")
        self._own = False
        self._find_later()

    def _write(self, text: str, value: Any = None) -> None:
        """The whole text anew."""
        self.text, self._places = text, None
        self._value = self._documents.of(self.document.route) if value is None else value
        self._set_problem(None)
        self.rewritten.emit(text)
        self._find_later()

    def _give_way(self) -> None:
        """The document's text in place of one that was not read, which is kept for who wants it back."""
        if self._typed.isActive():
            self._dropping = True
            self.text_wanted.emit()
            self._dropping = False
        self._stop_reading()
        draft = self.text
        self._write(written(self._documents.of(self.document.route)))
        self.draft = draft
        self.draft_changed.emit()

    @Slot(object)
    def _edited(self, step: Edited) -> None:
        if self._own:
            return
        if not self._shown:
            self._stale = True
        elif self.problem is not None or self.typing:
            self._give_way()
        else:
            self._follow_later.start()

    def _stop_reading(self) -> None:
        self._reading = False
        self._tasks.cancel("read")

    @Slot()
    def _find_later(self) -> None:
        if self._shown:
            self._find.start()

    @Slot()
    def _mark(self) -> None:
        places = self.places
        if self.problem is not None or places is None:
            return
        marks = []
        for finding in self.document.findings[:MOST_MARKS]:
            if finding.pointer and places.has(finding.pointer.rpartition("/")[0]):
                place = places.of(finding.pointer)
                sentence = f"{finding.what}\n{finding.why}".strip()
                marks.append(Marked(place.begin, place.end, finding.severity, sentence))
        self._set_marks(tuple(marks))

    @Slot()
    def _lead(self) -> None:
        """Show where what is selected on the canvas is written."""
        if self._leading or self._own or not self._shown or self.problem is not None:
            return
        if self._follow_later.isActive() or (places := self.places) is None:
            return
        where = self._selected_pointer()
        if where and places.has(where):
            place = places.of(where)
            self.selected.emit(place.begin, place.end)

    def _selected_pointer(self) -> str:
        document = self.document
        wire = document.selected_wire
        wanted = wire[0] if wire is not None else next(iter(document.selected), "")
        if not wanted or len(document.selected) > 1:
            return ""
        for index, element in enumerate(document.route.elements):
            if element.id == wanted:
                steps = ("elements", index) if wire is None else ("elements", index, "outputs", wire[1])
                return pointer(*steps)
        part = "frames" if wanted in document.route.sidecar.get("frames", {}) else "notes"
        return pointer("workbench", part, wanted)

    def _set_problem(self, problem: Problem | None) -> None:
        if problem != self.problem:
            self.problem = problem
            self.problem_changed.emit()

    def _set_marks(self, marks: tuple[Marked, ...]) -> None:
        if marks != self.marks:
            self.marks = marks
            self.marks_changed.emit()

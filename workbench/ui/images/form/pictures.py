"""The pictures the form holds: what is known of each, and how others come in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from workbench.domain.errors import WorkbenchError
from workbench.domain.images.gallery import GalleryImage
from workbench.services.images.incoming import LargerThanTaken
from workbench.ui.images.form.intake import LARGE_SIDE, REFERENCE, USUAL_SIDE, Incoming, LargePicture
from workbench.ui.images.form.outlook import Size
from workbench.ui.images.form.ports import FormDesk
from workbench.ui.support.sentences import in_words
from workbench.ui.support.tasks import TaskScope


class FormPictures(QObject):
    """input_side: the longest side the chosen models take, asked when it is needed."""

    changed = Signal()
    """More is known of some, or one is on its way in, or was refused."""
    question_changed = Signal()
    taken = Signal(str, str)
    """Digest of a picture that is stored now, and its role."""
    failed = Signal(object)
    """Exception: a bug."""

    def __init__(
        self, desk: FormDesk, input_side: Callable[[], int | None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._input_side = input_side
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._known: dict[str, GalleryImage] = {}
        self._gone: set[str] = set()
        self._refused: dict[str, str] = {}
        self._large: list[LargePicture] = []
        self._coming = 0
        self._number = 0

    @property
    def coming(self) -> bool:
        """One is being read."""
        return self._coming > 0

    @property
    def question(self) -> LargePicture | None:
        return self._large[0] if self._large else None

    @property
    def sizes(self) -> Mapping[str, Size]:
        """Of all that are known, by digest."""
        return {digest: (image.width, image.height) for digest, image in self._known.items()}

    def find(self, digest: str) -> GalleryImage | None:
        return self._known.get(digest)

    def gone(self, digest: str) -> bool:
        """It was looked for and is not stored any more."""
        return digest in self._gone

    def refused(self, field: str) -> str:
        """Why the last picture was not taken into this field."""
        return self._refused.get(field, "")

    def forgive(self) -> None:
        """What was refused is not spoken of any more."""
        self._refused.clear()

    def look_up(self, digests: Iterable[str]) -> None:
        """Learn what is not known of these yet; `changed` follows."""
        unknown = tuple(
            digest for digest in digests if digest not in self._known and digest not in self._gone
        )
        if unknown:
            self._tasks.start("look-up", self._look_up(unknown))

    def bring(self, incoming: Sequence[Incoming]) -> None:
        """Store these, one after the other; `taken` follows for each."""
        self._refused.clear()
        if incoming:
            self._start(incoming, LARGE_SIDE, agreed=False)

    def answer(self, agreed: bool) -> None:
        """To `question`."""
        picture = self._large.pop(0)
        self.question_changed.emit()
        if agreed:
            self._start((picture.incoming,), picture.side, agreed=True)

    async def finish(self) -> None:
        await self._tasks.finish()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    def _start(self, incoming: Sequence[Incoming], side: int, *, agreed: bool) -> None:
        self._number += 1
        self._tasks.start(f"bring-{self._number}", self._bring(incoming, side, agreed=agreed))
        self._coming += 1
        self.changed.emit()

    async def _bring(self, incoming: Sequence[Incoming], side: int, *, agreed: bool) -> None:
        try:
            for one in incoming:
                await self._keep(one, side, agreed=agreed)
        finally:
            self._coming -= 1
            self.changed.emit()

    async def _keep(self, one: Incoming, side: int, *, agreed: bool) -> None:
        wanted = self._input_side()
        least = side if agreed else max(side, wanted or 0)
        try:
            image = await self._desk.incoming.keep(one.source, one.name, side=least, agreed=agreed)
        except LargerThanTaken as large:
            size = (large.width, large.height)
            self._large.append(LargePicture(one, size, large.size, wanted or USUAL_SIDE))
            self.question_changed.emit()
        except WorkbenchError as error:
            sentence = in_words(error)
            self._refused["references" if one.role == REFERENCE else one.role] = sentence
            self.changed.emit()
        else:
            self._known[image.digest] = image
            self._gone.discard(image.digest)
            self.taken.emit(image.digest, one.role)

    async def _look_up(self, digests: Sequence[str]) -> None:
        for digest in digests:
            image = await self._desk.gallery.find(digest)
            if image is None:
                self._gone.add(digest)
            else:
                self._known[digest] = image
        self.changed.emit()

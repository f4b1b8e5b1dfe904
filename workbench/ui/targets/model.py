"""Connections: which there are, the one being edited, and the file being imported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.envfile import MAX_LENGTH, ImportedTarget
from workbench.domain.errors import InvalidInput
from workbench.domain.ids import new_id
from workbench.domain.targets import Reach, SecretKind, Target, TargetKind, TargetStatus
from workbench.domain.urls import read_url
from workbench.services.credentials import KEEP
from workbench.ui.support.notify import Notifier
from workbench.ui.support.targets import TargetsModel
from workbench.ui.support.tasks import TaskScope
from workbench.ui.targets.draft import Draft, kinds_in, provider_keys
from workbench.ui.targets.ports import ConnectionsBackend


@dataclass(frozen=True, slots=True)
class Review:
    """An imported file, waiting for the user's word. origin: the file's name."""

    origin: str
    found: ImportedTarget


class ConnectionsModel(QObject):
    """Nothing is stored before `save` or `accept_review`; edits of each connection wait until then, also unseen.

    Signals: changed (the list), opened (another connection is shown), edited (the shown one), busy_changed,
    status_changed (target id), review_changed, doctor_wanted (target id).
    """

    changed = Signal()
    opened = Signal()
    edited = Signal()
    busy_changed = Signal(bool)
    status_changed = Signal(str)
    review_changed = Signal()
    doctor_wanted = Signal(str)

    def __init__(
        self,
        backend: ConnectionsBackend,
        targets: TargetsModel,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._backend = backend
        self._targets = targets
        self._notifier = notifier
        self._drafts: dict[str, Draft] = {}
        self._open_id = ""
        self._refused: dict[str, str] = {}  # problems only the service saw, by field
        self._review: Review | None = None
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self._notifier.error)
        self._tasks.busy_changed.connect(self.busy_changed)
        targets.changed.connect(self._list_changed)
        targets.current_changed.connect(self._current_changed)
        targets.status_changed.connect(self._status_changed)

    @property
    def connections(self) -> tuple[Target, ...]:
        """The stored ones in their order, then new ones that are not stored yet, each as it is edited."""
        stored = [
            self._drafts[one.id].target if one.id in self._drafts else one for one in self._backend.targets
        ]
        return (*stored, *(draft.target for draft in self._drafts.values() if draft.new))

    @property
    def stored(self) -> tuple[Target, ...]:
        """As they are stored, without anybody's edits."""
        return tuple(self._backend.targets)

    @property
    def current_id(self) -> str:
        return self._backend.current.id

    @property
    def note(self) -> str:
        """A sentence when secrets are kept in memory only."""
        return self._backend.secrets_note

    @property
    def draft(self) -> Draft | None:
        """The connection that is shown; None when there is none."""
        return self._drafts.get(self._open_id)

    @property
    def review(self) -> Review | None:
        return self._review

    @property
    def problems(self) -> dict[str, str]:
        """What to say beside each field of the shown connection, by field or SecretKind; only where the user has been."""
        if self.draft is None:
            return {}
        all_of_them = self.draft.problems(self._other_names()) | self._refused
        return {name: words for name, words in all_of_them.items() if name in self.draft.touched}

    def is_dirty(self, target_id: str) -> bool:
        draft = self._drafts.get(target_id)
        return draft is not None and draft.dirty

    def status(self, target_id: str) -> TargetStatus:
        return self._targets.status(target_id) if target_id in self._stored_ids() else TargetStatus()

    def open(self, target_id: str) -> None:
        """Show a connection; edits of the one shown before are kept."""
        if target_id not in self._drafts:
            saved = next((one for one in self._backend.targets if one.id == target_id), None)
            if saved is None:
                return
            self._drafts[target_id] = Draft(saved, saved)
        self._forget_unchanged(but=target_id)
        self._open_id = target_id
        self._refused = {}
        self._set_review(None)
        self.opened.emit()
        if target_id in self._stored_ids():
            self._tasks.start(f"look/{target_id}", self._look_up(target_id))
            if self.status(target_id).reach is Reach.UNKNOWN:
                self._targets.refresh(target_id)

    def open_first(self) -> None:
        """Show the current connection, unless one is shown already."""
        if self.draft is None:
            self.open(self.current_id)

    def open_new(self, kind: TargetKind = TargetKind.CLOUDFLARE, target: Target | None = None) -> None:
        """Start a new connection; target: what is known of it already."""
        target = target or Target(new_id(), "", kind)
        self._drafts[target.id] = Draft(target)
        self.open(target.id)
        self.changed.emit()

    def set_kind(self, kind: TargetKind) -> None:
        """Only of one that is not stored yet."""
        if self.draft is not None and self.draft.new and kind is not self.draft.target.kind:
            self._edit(self.draft.with_kind(kind))
            self.opened.emit()

    def set_text(self, name: str, text: str) -> None:
        if self.draft is not None and getattr(self.draft.target, name) != text:
            self._refused.pop(name, None)
            self._edit(self.draft.with_text(name, text))

    def set_secret(self, kind: str, text: str) -> None:
        if self.draft is not None:
            self._edit(self.draft.with_secret(kind, text))

    def remove_secret(self, kind: str, removed: bool = True) -> None:
        """The stored secret goes when the connection is saved; removed=False takes that back."""
        if self.draft is not None:
            self._edit(self.draft.with_removal(kind, removed))

    def fill_from(self, address: str) -> str:
        """Fill the form from a pasted address of any family; what could not be read, as a sentence."""
        if self.draft is None or not address.strip():
            return ""
        found = read_url(address)
        read = found.target(self.draft.target.id, self.draft.target.name)
        if read is None or (read.kind is not self.draft.target.kind and not self.draft.new):
            return " ".join(found.problems) or self.tr("This is the address of another kind of connection.")
        if not read.name:
            read = replace(read, name=self._free_name(self._suggested_name(read)))
        self._edit(replace(self.draft, target=replace(read, position=self.draft.target.position)))
        self.opened.emit()
        return " ".join(found.problems)

    def save(self, *, then_test: bool = False) -> None:
        """Store the shown connection, or show what keeps it from being stored."""
        if self.draft is None:
            return
        self._edit(self.draft.all_touched())
        if not self.problems:
            self._tasks.start("save", self._save(self._open_id, then_test))

    def revert(self) -> None:
        """Back to what is stored; a new connection goes away."""
        draft = self._drafts.pop(self._open_id, None)
        self._open_id = ""
        if draft is not None:
            self.open(draft.target.id if not draft.new else self.current_id)
            self.changed.emit()

    def test(self) -> None:
        """Look how the shown connection is doing; what was edited is saved first."""
        if self.draft is None:
            return
        if self.draft.dirty:
            self.save(then_test=True)
        else:
            self._targets.refresh(self._open_id)

    @Slot()
    def examine(self) -> None:
        """Ask the window for the doctor, about the shown connection."""
        if self._open_id in self._stored_ids():
            self.doctor_wanted.emit(self._open_id)

    def use(self) -> None:
        """Send requests to the shown connection from now on."""
        if self._open_id in self._stored_ids():
            self._targets.select(self._open_id)

    def duplicate(self) -> None:
        if self._open_id in self._stored_ids():
            self._tasks.start("duplicate", self._duplicate(self._open_id))

    def delete(self) -> None:
        """Delete the shown connection; the notice offers to undo it."""
        if self.draft is None:
            return
        if self.draft.new:
            self.revert()
        elif self.draft.target.can.editable:
            self._tasks.start("delete", self._delete(self._open_id))

    @property
    def upstream_id(self) -> str:
        """The connection the local gateway passes requests on to; "" when its sandbox answers."""
        return self._backend.upstream_id

    def set_upstream(self, target_id: str) -> None:
        """Have the local gateway pass requests on to this connection; "" lets its sandbox answer."""
        self._tasks.start("upstream", self._set_upstream(target_id))

    def import_file(self, path: str) -> None:
        """Read an environment file and show what it says."""
        self._tasks.start("import", self._import(Path(path)))

    def import_text(self, text: str, origin: str) -> None:
        """Show what an environment file says. Nothing is stored yet."""
        self._set_review(Review(origin, self._backend.import_env(text)))

    def discard_review(self) -> None:
        self._set_review(None)

    def accept_review(self, *, edit_first: bool = False) -> None:
        """Store the imported connection; edit_first: open it in the form instead."""
        if self._review is None or self._review.found.draft is None:
            return
        found = self._review.found
        assert found.draft is not None
        target = replace(found.draft, name=self._free_name(found.draft.name))
        self._drafts[target.id] = Draft(target, typed=dict(found.secrets))
        self.open(target.id)
        self.changed.emit()
        if not edit_first:
            self.save(then_test=True)

    async def aclose(self) -> None:
        await self._tasks.aclose()

    async def _save(self, target_id: str, then_test: bool) -> None:
        draft = self._drafts[target_id]
        target, secrets = draft.to_save()
        try:
            saved = await self._backend.save(
                target,
                api_token=secrets.get(SecretKind.API_TOKEN, KEEP),
                gateway_token=secrets.get(SecretKind.GATEWAY_TOKEN, KEEP),
                provider_keys=provider_keys(secrets),
            )
        except InvalidInput as error:
            if not error.field:
                raise
            self._refused[error.field] = error.what
            self._edit(replace(draft, touched=draft.touched | {error.field}))
            return
        kept = {kind for kind, secret in secrets.items() if secret is not None}
        self._drafts[target_id] = Draft(saved, saved, stored=(draft.stored - draft.removed) | kept)
        self._targets.reload()
        self.changed.emit()
        self.opened.emit()
        if then_test:
            self._targets.refresh(target_id)

    async def _look_up(self, target_id: str) -> None:
        """What only the service knows of a connection: which secrets there are, where the local gateway listens."""
        connection = await self._backend.draft_connection(target_id)
        if (draft := self._drafts.get(target_id)) is not None:
            if connection.target.can.editable:
                self._drafts[target_id] = replace(draft, stored=kinds_in(connection.credentials))
            else:
                self._drafts[target_id] = Draft(connection.target, connection.target)
            self.edited.emit()

    async def _set_upstream(self, target_id: str) -> None:
        try:
            await self._backend.set_upstream(target_id)
        finally:
            self.edited.emit()  # also after a refusal: the choice goes back to what holds
        self._targets.reload()

    async def _duplicate(self, target_id: str) -> None:
        copy = await self._backend.duplicate(target_id)
        self._targets.reload()
        self.open(copy.id)

    async def _delete(self, target_id: str) -> None:
        name = self._drafts[target_id].target.name
        deleted = await self._backend.delete(target_id)
        self._drafts.pop(target_id, None)
        self._open_id = ""
        self._targets.reload()
        self.open(self.current_id)
        self._notifier.undo(
            self.tr("Deleted “{0}”.").format(name), self._undo(deleted, target_id), key=f"deleted/{target_id}"
        )

    def _undo(self, deleted: str, target_id: str) -> Callable[[], None]:
        return lambda: self._tasks.start("restore", self._restore(deleted, target_id))

    async def _restore(self, deleted: str, target_id: str) -> None:
        await self._backend.restore(deleted)
        self._targets.reload()
        self.open(target_id)

    async def _import(self, path: Path) -> None:
        import asyncio

        try:
            raw = await asyncio.to_thread(_start_of, path)
            self.import_text(raw.decode("utf-8-sig"), path.name)
        except OSError as error:
            raise InvalidInput(
                self.tr("{0} cannot be read.").format(path.name), why=error.strerror or str(error)
            ) from error
        except UnicodeDecodeError as error:
            raise InvalidInput(
                self.tr("{0} is not a text file.").format(path.name),
                fix=self.tr("Choose a .env or .dev.vars file."),
            ) from error

    @Slot(object)
    def _current_changed(self, target: Target) -> None:
        self.changed.emit()

    @Slot(str, object)
    def _status_changed(self, target_id: str, status: TargetStatus) -> None:
        self.status_changed.emit(target_id)

    def _edit(self, draft: Draft) -> None:
        before = self.draft
        self._drafts[draft.target.id] = draft
        self.edited.emit()
        if before is not None and (before.dirty, before.target) != (draft.dirty, draft.target):
            self.changed.emit()

    def _list_changed(self) -> None:
        """Another window or a service changed the list: what is not being edited follows."""
        stored = {one.id: one for one in self._backend.targets}
        for target_id, draft in list(self._drafts.items()):
            if draft.saved is None or not draft.target.can.editable or draft.saved == stored.get(target_id):
                continue
            if target_id in stored and not draft.dirty:
                self._drafts[target_id] = replace(draft, target=stored[target_id], saved=stored[target_id])
            elif target_id not in stored and not draft.dirty:
                del self._drafts[target_id]
        self.changed.emit()

    def _forget_unchanged(self, *, but: str) -> None:
        self._drafts = {
            target_id: draft for target_id, draft in self._drafts.items() if draft.dirty or target_id == but
        }

    def _stored_ids(self) -> set[str]:
        return {one.id for one in self._backend.targets}

    def _other_names(self) -> frozenset[str]:
        return frozenset(one.name for one in self._backend.targets if one.id != self._open_id)

    def _free_name(self, name: str) -> str:
        taken = {one.name.casefold() for one in self._backend.targets}
        free, number = name, 2
        while free.casefold() in taken:
            free, number = f"{name} {number}", number + 1
        return free

    def _suggested_name(self, target: Target) -> str:
        if target.kind is TargetKind.OPENAI:
            return target.base_url.split("://", 1)[-1].split("/", 1)[0]
        return self.tr("Cloudflare, {0}").format(target.gateway) if target.gateway else self.tr("Cloudflare")

    def _set_review(self, review: Review | None) -> None:
        if review != self._review:
            self._review = review
            self.review_changed.emit()


def _start_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_LENGTH + 1)

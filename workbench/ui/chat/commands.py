"""What the chat tab offers to the palette and to shortcuts."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from workbench.ui.chat.tab import ChatTab
from workbench.ui.support.commands import Command


class ChatCommands(QObject):
    """The commands of one tab; they work while it is shown. Lives as long as the tab."""

    def __init__(self, tab: ChatTab) -> None:
        super().__init__(tab)
        self._tab = tab

    def all(self) -> tuple[Command, ...]:
        return tuple(replace(command, place="chat") for command in self._commands())

    def _commands(self) -> tuple[Command, ...]:
        tab, model = self._tab, self._tab.model
        group, here, open_ = self.tr("Chat"), self._shown, self._answered
        return (
            Command(
                "chat.new", self.tr("New chat"), tab.new_chat, "Ctrl+N", "square-pen", group, enabled=here
            ),
            Command(
                "chat.send",
                self.tr("Send the question"),
                tab.composer.submit,
                "Ctrl+Return; Ctrl+Enter",
                "arrow-up",
                group,
                enabled=here,
            ),
            Command(
                "chat.stop",
                self.tr("Stop the answer"),
                model.stop,
                "Ctrl+.",
                "square",
                group,
                enabled=lambda: here() and model.busy,
            ),
            Command(
                "chat.retry",
                self.tr("Ask again"),
                model.retry,
                "Ctrl+Shift+R",
                "refresh-cw",
                group,
                self.tr("retry regenerate"),
                enabled=lambda: open_() and not model.busy,
            ),
            Command(
                "chat.model",
                self.tr("Choose a model"),
                tab.choose_model,
                "Ctrl+M",
                "box",
                group,
                enabled=here,
            ),
            Command(
                "chat.list",
                self.tr("Show or hide the conversations"),
                tab.toggle_list,
                "Ctrl+B",
                "panel-left",
                group,
                enabled=here,
            ),
            Command(
                "chat.inspector",
                self.tr("Show or hide the inspector"),
                tab.toggle_inspector,
                "Ctrl+I",
                "panel-right",
                group,
                self.tr("system prompt parameters temperature gateway options"),
                enabled=here,
            ),
            Command(
                "chat.search",
                self.tr("Search all messages"),
                tab.search,
                "Ctrl+Shift+F",
                "search",
                group,
                enabled=here,
            ),
            Command(
                "chat.copy",
                self.tr("Copy the last answer"),
                self.copy_last_answer,
                "Ctrl+Shift+C",
                "copy",
                group,
                enabled=open_,
            ),
            Command(
                "chat.details",
                self.tr("Details of the last answer"),
                self.show_last_details,
                "Ctrl+Shift+E",
                "braces",
                group,
                self.tr("request headers wire exchange"),
                enabled=open_,
            ),
            Command(
                "chat.try",
                self.tr("Try the last question on a route"),
                self.try_last_on_route,
                icon="flask-conical",
                group=group,
                keywords=self.tr("dry run routes"),
                enabled=lambda: open_() and self._recorded(),
            ),
            Command(
                "chat.rename",
                self.tr("Rename the conversation"),
                tab.rename,
                icon="pencil",
                group=group,
                enabled=here,
            ),
            Command(
                "chat.pin",
                self.tr("Pin or unpin the conversation"),
                self.toggle_pin,
                icon="pin",
                group=group,
                enabled=here,
            ),
            Command(
                "chat.export",
                self.tr("Save the conversation to a file…"),
                tab.export,
                icon="file-down",
                group=group,
                keywords=self.tr("export json"),
                enabled=lambda: here() and bool(model.messages),
            ),
            Command(
                "chat.import",
                self.tr("Open a conversation from a file…"),
                tab.open_files,
                icon="file-up",
                group=group,
                keywords=self.tr("import json"),
                enabled=here,
            ),
            Command(
                "chat.delete",
                self.tr("Delete the conversation"),
                self.delete,
                icon="trash-2",
                group=group,
                enabled=here,
            ),
            Command(
                "chat.write",
                self.tr("Go to the question"),
                tab.composer.focus,
                "Ctrl+L",
                "",
                group,
                enabled=here,
            ),
        )

    def copy_last_answer(self) -> None:
        answer = self._tab.model.last_answer()
        if answer is not None:
            QGuiApplication.clipboard().setText(answer.text)
            self._tab.details.copied.emit(self.tr("the last answer"))

    def show_last_details(self) -> None:
        answer = self._tab.model.last_answer()
        if answer is not None:
            self._tab.model.show_details(answer.id)

    def try_last_on_route(self) -> None:
        answer = self._tab.model.last_answer()
        if answer is not None:
            self._tab.model.try_on_route(answer.id)

    def toggle_pin(self) -> None:
        conversation = self._tab.model.current
        if conversation is not None:
            self._tab.model.library.pin(conversation.id, not conversation.pinned)

    def delete(self) -> None:
        self._tab.model.library.delete(self._tab.model.current_id)

    def _shown(self) -> bool:
        return self._tab.isVisible()

    def _recorded(self) -> bool:
        answer = self._tab.model.last_answer()
        return answer is not None and bool(answer.exchange_id)

    def _answered(self) -> bool:
        return self._tab.isVisible() and self._tab.model.last_answer() is not None

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication

from workbench.ui.shell.own_files import OwnFiles
from workbench.ui.support.commands import CommandRegistry
from workbench.ui.support.file_opener import FileOpener
from workbench.ui.support.notify import Notice, Notifier


def test_the_data_folder_and_the_log_are_opened_and_named_where_nothing_opens_them(
    qapp: QApplication, tmp_path: Path
) -> None:
    opened, said, notifier = list[Path](), list[Notice](), Notifier()
    notifier.posted.connect(said.append)

    def open_path(path: Path) -> bool:
        opened.append(path)
        return path.name == "data"

    data, log = tmp_path / "data", tmp_path / "workbench.log"
    registry = CommandRegistry()
    registry.add(*OwnFiles(FileOpener(notifier, open_path=open_path), data, log).commands())
    registry.run("folder.data")
    assert (opened, said) == ([data], [])
    registry.run("log.file")
    assert opened == [data, log]
    assert str(log) in said[-1].text

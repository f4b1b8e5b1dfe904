"""packaging/macos/build.py: which tools are run, in which order, and what is skipped without secrets. A Mac alone can run them."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import names
import pytest
from macos.build import ATTEMPTS, NOT_NOTARISED, NOT_SIGNED, build_dmg, sign_app
from macos.properties import APP, ENTITLEMENTS

IDENTITY = "Developer ID Application: Nobody (0000000000)"
SECRETS = {
    "MACOS_SIGNING_IDENTITY": IDENTITY,
    "MACOS_NOTARY_KEY": "/keys/key.p8",
    "MACOS_NOTARY_KEY_ID": "AB12",
    "MACOS_NOTARY_ISSUER": "an-issuer",
}


@pytest.fixture
def app(tmp_path: Path) -> Path:
    app = tmp_path / APP
    for name in (
        f"MacOS/{names.NAME}",
        f"MacOS/{names.COMMAND}",
        "Frameworks/libpython3.12.dylib",
        "Frameworks/PySide6/Qt/lib/QtCore.framework/Versions/A/QtCore",
    ):
        path = app / "Contents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\xcf\xfa\xed\xfe and so on")
    notices = app / "Contents/Resources/resources/notices.json"
    notices.parent.mkdir(parents=True)
    notices.write_text("[]", encoding="utf-8")
    (app / "Contents/Resources/libpython3.12.dylib").symlink_to("../Frameworks/libpython3.12.dylib")
    return app


class Tools:
    """Remembers what it was told to run."""

    def __init__(self, busy: int = 0) -> None:
        self.commands: list[list[str]] = []
        self._busy = busy
        """How often hdiutil fails before it does not."""

    def __call__(self, command: Sequence[str]) -> None:
        self.commands.append(list(command))
        if command[0] == "hdiutil" and self._busy:
            self._busy -= 1
            raise subprocess.CalledProcessError(1, command)

    def words(self) -> list[str]:
        return [" ".join(command) for command in self.commands]


def test_it_is_signed_from_the_inside_out(app: Path) -> None:
    tools, lines = Tools(), list[str]()
    sign_app(app, lines.append, SECRETS, tools)
    signed = [Path(command[-1]) for command in tools.commands if "--sign" in command]
    assert [path.name for path in signed] == [
        "QtCore",
        "libpython3.12.dylib",
        "ai-workbench",
        "workbench",
        APP,
    ]
    for command in tools.commands[:-1]:
        assert command[command.index("--sign") + 1] == IDENTITY
        assert "--timestamp" in command
        assert command[command.index("--options") + 1] == "runtime"
    assert [str(ENTITLEMENTS) in command for command in tools.commands] == [
        False,
        False,
        True,
        True,
        True,
        False,
    ]
    assert tools.commands[-1][:2] == ["codesign", "--verify"]
    assert lines == []


def test_without_an_identity_it_is_sealed_and_that_is_told(app: Path) -> None:
    """Notices are written into it after it was frozen: the seal of the freezer no longer fits."""
    tools, lines = Tools(), list[str]()
    sign_app(app, lines.append, {}, tools)
    assert lines == [NOT_SIGNED]
    assert all(command[command.index("--sign") + 1] == "-" for command in tools.commands[:-1])
    assert not any("--timestamp" in command for command in tools.commands)


def test_the_image_is_signed_seen_by_apple_and_keeps_its_word(app: Path, tmp_path: Path) -> None:
    tools, lines = Tools(), list[str]()
    image = build_dmg(app, tmp_path, lines.append, SECRETS, tools)
    assert image.name == f"ai-workbench-{names.version()}-macos-{names.architecture()}.dmg"
    assert [command[:2] for command in tools.commands] == [
        ["ditto", str(app)],
        ["hdiutil", "create"],
        ["codesign", "--force"],
        ["xcrun", "notarytool"],
        ["xcrun", "stapler"],
        ["spctl", "--assess"],
    ]
    assert f"submit {image} --key /keys/key.p8 --key-id AB12 --issuer an-issuer --wait" in tools.words()[3]
    assert lines == []
    assert sorted(path.name for path in tmp_path.iterdir()) == [APP]


def test_an_image_that_is_busy_is_tried_again_and_not_for_ever(
    app: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("macos.build.BETWEEN_S", 0)
    tools, lines = Tools(busy=ATTEMPTS - 1), list[str]()
    build_dmg(app, tmp_path, lines.append, SECRETS, tools)
    assert [command[0] for command in tools.commands].count("hdiutil") == ATTEMPTS
    assert lines == ["hdiutil failed; once more in 0 s"] * (ATTEMPTS - 1)
    with pytest.raises(subprocess.CalledProcessError):
        build_dmg(app, tmp_path, lines.append, SECRETS, Tools(busy=ATTEMPTS))
    assert sorted(path.name for path in tmp_path.iterdir()) == [APP]


@pytest.mark.parametrize("lacking", sorted(SECRETS))
def test_with_a_secret_missing_it_is_not_shown_to_apple_and_that_is_told(
    app: Path, tmp_path: Path, lacking: str
) -> None:
    tools, lines = Tools(), list[str]()
    environ = {name: value for name, value in SECRETS.items() if name != lacking}
    build_dmg(app, tmp_path, lines.append, environ, tools)
    assert lines == [NOT_NOTARISED]
    assert not any("notarytool" in command for command in tools.commands)

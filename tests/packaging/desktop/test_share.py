"""packaging/desktop/share.py and its files: what lies under /usr beside the bundle."""

from __future__ import annotations

import configparser
import gzip
import shutil
import struct
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import names
import pytest
from desktop.share import HOMEPAGE, SERVICE, SIZES, desktop_entry, metainfo, write_share

from workbench.app import APP_ID
from workbench.domain.opening import SCHEME
from workbench.domain.settings import VERSION_FILE
from workbench.services.opened_files import FileKind, kind_of

ROOT = Path(__file__).parents[3]
ROUTE = "application/vnd.ai-workbench.route+json"
CHAT = "application/vnd.ai-workbench.conversation+json"
LANGUAGES = ("ar", "ru")
MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture(scope="module")
def usr(tmp_path_factory: pytest.TempPathFactory) -> Path:
    usr = tmp_path_factory.mktemp("usr")
    written = write_share(ROOT, usr)
    assert written == sorted(path for path in usr.rglob("*") if path.is_file())
    return usr


@pytest.fixture(scope="module")
def entry(usr: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # keys keep their case
    parser.read(usr / "share/applications" / f"{APP_ID}.desktop", encoding="utf-8")
    return parser


def checked(*command: str | Path) -> None:
    program = shutil.which(str(command[0]))
    if not program:
        pytest.skip(f"there is no {command[0]} here")
    done = subprocess.run([program, *command[1:]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_everything_is_named_after_the_program(usr: Path) -> None:
    assert names.APP_ID == APP_ID
    for name in (
        f"share/applications/{APP_ID}.desktop",
        f"share/metainfo/{APP_ID}.metainfo.xml",
        f"share/mime/packages/{APP_ID}.xml",
        f"share/icons/hicolor/scalable/apps/{APP_ID}.svg",
        "share/man/man1/workbench.1.gz",
        "share/bash-completion/completions/workbench",
        "share/zsh/vendor-completions/_workbench",
        "share/fish/vendor_completions.d/workbench.fish",
        f"lib/systemd/user/{SERVICE}",
    ):
        assert (usr / name).is_file(), name


def test_the_same_source_gives_the_same_files(usr: Path, tmp_path: Path) -> None:
    write_share(ROOT, tmp_path)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (usr / path.relative_to(tmp_path)).read_bytes()


def test_an_icon_of_each_size_is_one(usr: Path) -> None:
    for size in SIZES:
        content = (usr / f"share/icons/hicolor/{size}x{size}/apps/{APP_ID}.png").read_bytes()
        assert content.startswith(b"\x89PNG")
        assert struct.unpack(">II", content[16:24]) == (size, size)
    drawing = (usr / f"share/icons/hicolor/scalable/apps/{APP_ID}.svg").read_bytes()
    assert drawing == (ROOT / "resources/icons/app.svg").read_bytes()


def test_the_entry_opens_files_and_links_and_has_its_actions(entry: configparser.ConfigParser) -> None:
    main = entry["Desktop Entry"]
    assert main["Exec"] == "workbench %U"
    assert main["Icon"] == APP_ID
    assert set(main["MimeType"].split(";")) == {ROUTE, CHAT, f"x-scheme-handler/{SCHEME}", ""}
    assert main["Actions"] == "new-chat;start-gateway;"
    assert entry["Desktop Action new-chat"]["Exec"] == "workbench --new-chat"
    assert SERVICE in entry["Desktop Action start-gateway"]["Exec"]


def test_what_a_person_reads_in_the_menu_is_translated(entry: configparser.ConfigParser) -> None:
    for section in entry.sections():
        for key in ("Name", "GenericName", "Comment", "Keywords"):
            if key in entry[section]:
                assert all(entry[section][f"{key}[{language}]"] for language in LANGUAGES), (section, key)


def test_an_entry_without_the_service_does_not_mention_it(tmp_path: Path) -> None:
    text = desktop_entry(service=False)
    assert "gateway.service" not in text
    assert "start-gateway" not in text
    assert "[Desktop Action new-chat]" in text
    write_share(ROOT, tmp_path, service=False)
    assert not (tmp_path / "lib").exists()


def test_the_store_and_the_menu_agree_on_the_types(entry: configparser.ConfigParser) -> None:
    told = {each.text for each in ElementTree.fromstring(metainfo()).iter("mediatype")}
    assert told == {
        each for each in entry["Desktop Entry"]["MimeType"].split(";") if each.startswith("application/")
    }


def test_metainfo_tells_this_version_and_has_every_screenshot_there_is() -> None:
    component = ElementTree.fromstring(metainfo())
    release = component.find("releases/release")
    assert release is not None
    assert release.get("version") == names.version()
    images = [image.text or "" for image in component.iter("image")]
    assert images
    for address in images:
        assert address.startswith(f"{HOMEPAGE}screenshots/")
        assert (ROOT / "resources/screenshots" / address.rpartition("/")[2]).is_file()
    assert component.findtext("launchable") == f"{APP_ID}.desktop"
    assert "@" not in "".join(component.itertext())


@pytest.mark.parametrize("language", LANGUAGES)
def test_metainfo_says_everything_in_each_language(language: str) -> None:
    component = ElementTree.fromstring(metainfo())
    for parent in component.iter():
        for tag in ("p", "li", "caption", "summary"):
            told = [child for child in parent if child.tag == tag]
            assert len([c for c in told if c.get(LANG) is None]) == len(
                [c for c in told if c.get(LANG) == language]
            ), (parent.tag, tag)


@pytest.mark.parametrize(
    ("name", "pattern", "kind"),
    [(ROUTE, "*.route.json", FileKind.ROUTE), (CHAT, "*.chat.json", FileKind.CHAT)],
)
def test_what_the_program_opens_by_its_name_has_a_type_that_is_json_too(
    usr: Path, name: str, pattern: str, kind: FileKind
) -> None:
    kinds = {
        each.get("type"): each
        for each in ElementTree.parse(usr / f"share/mime/packages/{APP_ID}.xml").getroot()
    }
    assert kinds.keys() == {ROUTE, CHAT}
    assert [each.get("pattern") for each in kinds[name].iter(f"{MIME}glob")] == [pattern]
    assert [each.get("type") for each in kinds[name].iter(f"{MIME}sub-class-of")] == ["application/json"]
    assert {each.get(LANG) for each in kinds[name].iter(f"{MIME}comment")} == {None, *LANGUAGES}
    assert kind_of(pattern.replace("*", "support"), b"{}") is kind


def test_the_user_service_is_off_until_somebody_enables_it(usr: Path) -> None:
    unit = (usr / "lib/systemd/user" / SERVICE).read_text(encoding="utf-8")
    assert "ExecStart=/usr/bin/workbench gateway $OPTIONS\n" in unit
    assert "EnvironmentFile=-%E/ai-workbench/gateway.env\n" in unit
    assert not list(usr.rglob("*.wants"))
    presets = [path.read_text(encoding="utf-8") for path in (usr / "lib/systemd/user-preset").iterdir()]
    assert [line for text in presets for line in text.splitlines() if not line.startswith("#")] == [
        f"disable {SERVICE}"
    ]
    for rule in ("NoNewPrivileges=yes", "RestrictNamespaces=yes", "SystemCallFilter=@system-service"):
        assert rule in unit


def test_the_man_page_is_of_this_version(usr: Path) -> None:
    page = gzip.decompress((usr / "share/man/man1/workbench.1.gz").read_bytes()).decode()
    assert f"AI Workbench {names.version()}" in page


def test_the_desktop_entry_is_valid(usr: Path) -> None:
    checked("desktop-file-validate", usr / f"share/applications/{APP_ID}.desktop")


def test_the_metainfo_is_valid(usr: Path) -> None:
    checked("appstreamcli", "validate", "--no-net", usr / f"share/metainfo/{APP_ID}.metainfo.xml")


def test_the_types_are_known_once_they_are_installed(usr: Path) -> None:
    checked("update-mime-database", usr / "share/mime")
    known = (usr / "share/mime/globs2").read_text(encoding="utf-8")
    assert f"60:{ROUTE}:*.route.json" in known
    assert f"60:{CHAT}:*.chat.json" in known


def test_the_newest_version_is_named_beside_the_pages_of_the_project() -> None:
    assert f"{HOMEPAGE}version.json" == VERSION_FILE

"""packaging/desktop/opens.py says what the program itself opens, and what the files for Linux say."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from desktop.opens import FILE_TYPES, SCHEME, FileType
from desktop.share import HERE, desktop_entry

import workbench.domain.opening
from workbench.app import APP_ID
from workbench.services.opened_files import FileKind, kind_of

MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def test_links_begin_as_the_program_has_it() -> None:
    assert SCHEME == workbench.domain.opening.SCHEME


def test_the_program_takes_what_ends_so() -> None:
    assert {kind_of(f"x.{kind.ending}", b"{}") for kind in FILE_TYPES} == {FileKind.ROUTE, FileKind.CHAT}


@pytest.mark.parametrize("kind", FILE_TYPES, ids=lambda kind: kind.name)
def test_linux_is_told_the_same_in_the_same_words(kind: FileType) -> None:
    assert f"{kind.mime};" in desktop_entry()
    types = ElementTree.parse(HERE / "files" / f"{APP_ID}.xml").getroot()
    told = next(one for one in types if one.get("type") == kind.mime)
    assert [glob.get("pattern") for glob in told.iter(f"{MIME}glob")] == [f"*.{kind.ending}"]
    assert {one.get(LANG, "en"): one.text for one in told.iter(f"{MIME}comment")} == kind.words

"""Files as markdown: each kind, each failure by itself, and hostile documents."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateway.sandbox.media.asking import answered, form
from tests.gateway.sandbox.media.test_picture import painted
from workbench.domain.models import Model
from workbench.gateway.sandbox.media.html_text import BadMarkup, markdown_of
from workbench.gateway.sandbox.media.office_text import READERS, BadDocument
from workbench.gateway.sandbox.media.office_text import markdown_of as office_markdown
from workbench.gateway.sandbox.media.tasks import Kind, Task, TaskRefused

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
)


def zipped(**members: str) -> bytes:
    """Two underscores in a name stand for a slash, one for a point."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return data.getvalue()


def converted(*files: tuple[str, Any], options: str | None = None) -> list[dict[str, Any]]:
    parts: list[Any] = [("files", data, name) for name, data in files]
    if options is not None:
        parts.append(("conversionOptions", options))
    body, content_type = form(*parts)
    task = Task(Kind.TOMARKDOWN, "workers-ai", Model(""), body, content_type=content_type, envelope=True)
    found: list[dict[str, Any]] = json.loads(answered(task).body)["result"]
    return found


def text_of(name: str, data: Any, options: str | None = None) -> str:
    return str(converted((name, data), options=options)[0]["data"])


PAGE = """<html><head><title>T</title><style>x</style></head><body><h1>Hello <em>you</em></h1>
<p>One <b>bold</b>, and <a href="/x">a link</a>.<br>next</p>
<ul><li>a</li><li>b<ol><li>x</li><li>y</li></ol></li></ul><blockquote><p>quoted</p><p>twice</p></blockquote>
<pre><code>def f():
    pass</code></pre><table><tr><th>A</th><th>B|C</th></tr><tr><td>1</td><td>two</td></tr></table>
<div id="q" class="m n">chosen <img src="a.png" alt="pic"></div><script>evil()</script></body>"""
PAGE_AS_MARKDOWN = """# Hello *you*

One **bold**, and [a link](https://example.com/x).
next

- a
- b
  1. x
  2. y

> quoted
>
> twice

```
def f():
    pass
```

| A | B\\|C |
| --- | --- |
| 1 | two |

chosen ![pic](https://example.com/a.png)
"""


def test_a_page_becomes_markdown() -> None:
    assert text_of("a.html", PAGE, '{"html": {"hostname": "example.com"}}') == PAGE_AS_MARKDOWN


def test_a_selector_takes_a_part_and_text_drops_the_marks() -> None:
    options = '{"html": {"cssSelector": "div.n#q"}, "output": {"format": "text"}}'
    (entry,) = converted(("a.html", PAGE), options=options)
    assert (entry["format"], entry["data"].strip()) == ("text", "chosen")
    (failed,) = converted(("a.html", PAGE), options='{"html": {"cssSelector": "div > p"}}')
    assert (failed["format"], "selectors" in failed["error"]) == ("error", True)


@given(st.text(alphabet="<>/!-[]&;ab ='\"\n", max_size=120), st.booleans())
def test_broken_markup_is_read_or_refused(source: str, plain: bool) -> None:
    try:
        made = markdown_of(source, plain=plain)
    except BadMarkup:
        return
    assert made.endswith("\n")


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.csv", "a;b\n1;x|y\n", "| a | b |\n| --- | --- |\n| 1 | x\\|y |\n"),
        ("a.json", '{"b":1}', '```json\n{\n  "b": 1\n}\n```\n'),
        ("a.xml", "<a/>", "```xml\n<a/>\n```\n"),
        ("a.md", "# x", "# x"),
        ("a.TXT", "plain", "plain"),
    ],
)
def test_plain_formats_are_really_converted(name: str, data: str, expected: str) -> None:
    assert text_of(name, data) == expected


def test_a_word_document_keeps_headings_lists_tables_and_emphasis() -> None:
    body = (
        '<w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr><w:r><w:t>Title</w:t></w:r></w:p>'
        "<w:p><w:r><w:t>Plain </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>bold</w:t></w:r></w:p>"
        "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>item</w:t></w:r></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>cell</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    data = zipped(word__document_xml=f"<w:document {W}><w:body>{body}</w:body></w:document>")
    assert text_of("a.docx", data) == "## Title\n\nPlain **bold**\n\n- item\n\n| cell |\n| --- |\n"


def test_a_workbook_gives_a_table_for_each_sheet() -> None:
    rows = '<row><c r="A1" t="s"><v>0</v></c><c r="C1"><v>2.5</v></c></row><row><c r="A2" t="b"><v>1</v></c></row>'
    data = zipped(
        xl__workbook_xml=f'<workbook {S}><sheets><sheet name="One"/></sheets></workbook>',
        xl__sharedStrings_xml=f"<sst {S}><si><t>shared</t></si></sst>",
        xl__worksheets__sheet1_xml=f"<worksheet {S}><sheetData>{rows}</sheetData></worksheet>",
    )
    assert text_of("a.xlsx", data) == "## One\n\n| shared |  | 2.5 |\n| --- | --- | --- |\n| TRUE |  |  |\n"


def test_an_open_document_gives_its_text() -> None:
    content = (
        '<text:h text:outline-level="2">Title</text:h><text:p>One <text:span>two</text:span></text:p>'
        "<text:list><text:list-item><text:p>item</text:p></text:list-item></text:list>"
    )
    data = zipped(
        content_xml=f"<office:document-content {ODF}><office:body><office:text>{content}</office:text></office:body></office:document-content>"
    )
    assert text_of("a.odt", data) == "## Title\n\nOne two\n\n- item\n"


def test_one_failure_does_not_touch_the_others() -> None:
    entries = converted(
        ("a.pdf", b"%PDF-1.7"),
        ("b.docx", b"no zip"),
        ("c.exe", b"MZ"),
        ("d.txt", b"\xff\xfe\xfd"),
        ("e.md", "ok"),
    )
    assert [entry["format"] for entry in entries] == ["error"] * 4 + ["markdown"]
    assert "cannot read PDF" in entries[0]["error"]
    assert entries[4]["tokens"] == 1
    assert len({entry["id"] for entry in entries}) == 5


def test_a_picture_is_told_about_but_not_described() -> None:
    told = text_of("a.png", painted((200, 10, 10), 30, 20))
    assert "does not describe pictures" in told
    assert "30 by 20 pixels, mostly red" in told
    assert converted(("a.png", b"no picture"))[0]["format"] == "error"


@pytest.mark.parametrize("extension", sorted(READERS))
def test_hostile_documents_are_refused(extension: str) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    members = {"word__document_xml": bomb, "xl__workbook_xml": bomb, "content_xml": bomb}
    with pytest.raises(BadDocument, match="entities"):
        office_markdown(zipped(**members), extension)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(BadDocument, match="larger"):
        office_markdown(zipped(content_xml="x" * (21 << 20)), "odt")


@given(st.integers(0, 300), st.binary(min_size=1, max_size=6))
def test_a_damaged_document_is_read_or_refused(at: int, change: bytes) -> None:
    whole = zipped(word__document_xml=f"<w:document {W}><w:body><w:p/></w:body></w:document>")
    damaged = whole[:at] + change + whole[at + len(change) :]
    with suppress(BadDocument):
        assert office_markdown(damaged, "docx").endswith("\n")


@pytest.mark.parametrize("options", ["{", "[]", '{"output": {"format": "rtf"}}'])
def test_options_that_cannot_be_read_are_refused(options: str) -> None:
    with pytest.raises(TaskRefused) as refused:
        converted(("a.md", "x"), options=options)
    assert refused.value.code == 5006


def test_no_files_are_refused() -> None:
    with pytest.raises(TaskRefused) as refused:
        converted()
    assert refused.value.code == 5006


def test_the_supported_kinds_are_listed() -> None:
    task = Task(Kind.SUPPORTED, "workers-ai", Model(""), b"", envelope=True)
    kinds = {entry["extension"]: entry["mimeType"] for entry in json.loads(answered(task).body)["result"]}
    assert kinds[".html"] == "text/html"
    assert set(kinds) >= {".pdf", ".docx", ".png", ".csv"}

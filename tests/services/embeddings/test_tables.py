from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.errors import InvalidInput
from workbench.services.embeddings.tables import BadLine, Table, TableForm, table_of

CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def bad(table: Table) -> list[tuple[int, bool]]:
    return [(line.line, line.kept) for line in table.bad]


@pytest.mark.parametrize(
    ("text", "name", "form"),
    [
        ("one, two\nthree", "", TableForm.LINES),
        ("id\ttext\n1\thello", "", TableForm.TSV),
        ('{"text": "a"}\n{"text": "b"}', "", TableForm.JSONL),
        ('["a", "b"]', "", TableForm.JSON),
        ("[sic] a sentence\nand another", "", TableForm.LINES),
        ("a,b\n1,2", "x.csv", TableForm.CSV),
        ("a\tb\n1\t2", "x.TSV", TableForm.TSV),
        ('{"a": 1}', "x.ndjson", TableForm.JSONL),
        ("a,b", "notes.txt", TableForm.LINES),
    ],
)
def test_the_form_is_known_by_the_name_or_by_the_look(text: str, name: str, form: TableForm) -> None:
    assert table_of(text, name).form is form


def test_lines_are_texts_and_empty_ones_gaps() -> None:
    table = table_of("one\r\n\n  two  \rthree\u2028still three\n")
    assert table.columns == ("text",)
    assert table.rows == (("one",), ("two",), ("three\u2028still three",))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_seen_from_the_first_line(delimiter: str) -> None:
    text = delimiter.join(["id", '"a, b; c"', "text"]) + "\n" + delimiter.join(["1", "x", "hello"])
    table = table_of(text, "x.csv")
    assert table.columns == ("id", "a, b; c", "text")
    assert table.rows == (("1", "x", "hello"),)


def test_a_cell_may_hold_line_breaks_quotation_marks_and_a_lot() -> None:
    long = "x" * 300_000
    table = table_of(f'text,label\n"first\nsecond ""said""",a\n"{long}",b\n', "x.csv")
    assert table.rows == (('first\nsecond "said"', "a"), (long, "b"))
    assert table.bad == ()


def test_names_of_columns_are_told_from_texts() -> None:
    assert table_of("text\nhello", "x.csv").columns == ("text",)
    assert table_of("hello\nthere", "x.csv").rows == (("hello",), ("there",))
    assert table_of("1,hello\n2,there", "x.csv").columns == ("column 1", "column 2")
    assert table_of("a,a\n2,there", "x.csv").columns == ("column 1", "column 2")
    assert len(table_of("id,text\n2,there", "x.csv", header=False).rows) == 2
    assert table_of("1,1\n2,there", "x.csv", header=True).columns == ("1", "1′")


def test_the_first_row_is_no_names_if_it_is_a_sentence_or_stands_again_below() -> None:
    assert len(table_of("hello\tgreeting\ngood day\tgreeting", "x.tsv").rows) == 2
    assert len(table_of("Where is it?\tplace\nHow much is it?\tprice", "x.tsv").rows) == 2
    assert len(table_of("text\tlabel\nthe label\ttext", "x.tsv").rows) == 1


def test_rows_that_are_too_short_or_too_long_are_kept_and_told() -> None:
    table = table_of("id,text\n1,a\n2\n3,b,c\n\n4,d", "x.csv")
    assert table.rows == (("1", "a"), ("2", ""), ("3", "b"), ("4", "d"))
    assert bad(table) == [(3, True), (4, True)]
    assert "1 cell where there are 2 columns" in table.bad[0].why


@pytest.mark.parametrize("text", ['text,x\n"never closed,1\nmore,2\n', 'text,x\n"a"b,1\nmore,2\n'])
def test_a_quotation_mark_that_is_out_of_place_is_told(text: str) -> None:
    table = table_of(text, "x.csv")
    assert table.rows
    assert table.bad[0].kept
    assert "quotation mark" in table.bad[0].why


def test_objects_on_lines_make_columns_and_what_is_none_is_left_out_and_told() -> None:
    text = '{"text": "a", "n": 1}\n\nnot json\n"bare"\n{"text": null, "more": {"x": [1]}}\n[1]\n{}\n'
    table = table_of(text, "x.jsonl")
    assert table.columns == ("text", "n", "more")
    assert table.rows == (("a", "1", ""), ("bare", "", ""), ("", "", '{"x":[1]}'))
    assert bad(table) == [(3, False), (6, False), (7, False)]


@pytest.mark.parametrize(
    "text", ['[{"text": "a"}, {"text": "b"}]', '{"rows": [{"text": "a"}, {"text": "b"}]}', '["a", "b"]']
)
def test_json_holds_a_list_somewhere(text: str) -> None:
    assert table_of(text, "x.json").rows == (("a",), ("b",))


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("text\nגרün".encode(), "utf-8"),
        ("\ufefftext\nגרün".encode(), "utf-8"),
        ("text\nגרün".encode("utf-16"), "utf-16"),
    ],
)
def test_bytes_are_read_as_what_they_are(data: bytes, encoding: str) -> None:
    table = table_of(data, "x.csv")
    assert (table.rows, table.encoding) == ((("גרün",),), encoding)


def test_what_is_not_unicode_is_read_as_windows_wrote_it() -> None:
    table = table_of("text\nfür\n".encode("cp1252"), "x.csv")
    assert (table.rows, table.encoding) == ((("für",),), "cp1252")


@pytest.mark.parametrize("data", [b"\x7fELF\x00\x01,\n\x02", "text\nhi".encode("utf-16-le")])
def test_what_has_bytes_that_no_text_has_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput, match="is not a file of texts"):
        table_of(data, "x.csv")


def test_halves_of_surrogates_are_replaced() -> None:
    assert table_of("a\ud800b\nc😀").rows == (("a\ufffdb",), ("c😀",))


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("", "x.csv"),
        (" \n ", ""),
        ("id,text\n", "x.csv"),
        (",,,\n,,\n", "x.csv"),
        ("no\nobjects", "x.jsonl"),
        ("{", "x.json"),
        ("[]", "x.json"),
    ],
)
def test_nothing_is_told(data: str, name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        table_of(data, name)
    assert caught.value.fix


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=10))
def test_whatever_csv_writes_is_read_again(rows: list[tuple[str, str]]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([("first name", "text"), *rows])
    kept = tuple(row for row in rows if any(cell.strip() for cell in row))
    if kept:
        table = table_of(written.getvalue(), "x.csv", header=True)
        assert (table.rows, table.bad) == (kept, ())


@given(st.lists(CELLS, min_size=1, max_size=10))
def test_whatever_json_writes_is_read_again(texts: list[str]) -> None:
    lines = "\n".join(json.dumps({"text": text}) for text in texts)
    assert table_of(lines, "x.jsonl").rows == tuple((text,) for text in texts)


@given(st.text(max_size=300), st.sampled_from(list(TableForm)))
def test_any_text_is_a_table_or_refused(text: str, form: TableForm) -> None:
    try:
        table = table_of(text, form=form)
    except InvalidInput:
        return
    assert all(len(row) == len(table.columns) for row in table.rows)
    assert len(set(table.columns)) == len(table.columns)
    assert all(isinstance(line, BadLine) for line in table.bad)


def test_a_hundred_thousand_rows_are_read_whole() -> None:
    text = "id,text,label\n" + "".join(f'{n},"sentence, number {n}",l{n % 7}\n' for n in range(100_000))
    table = table_of(text.encode(), "x.csv")
    assert len(table.rows) == 100_000
    assert table.rows[-1] == ("99999", "sentence, number 99999", "l4")

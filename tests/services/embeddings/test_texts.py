from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.domain.embeddings.texts import TextRow, TextSet
from workbench.domain.errors import InvalidInput
from workbench.services.embeddings.tables import Table, TableForm, table_of
from workbench.services.embeddings.texts import Columns, guessed, read_table, text_set


def made(table: Table, columns: Columns | None = None) -> TextSet:
    return text_set(table, columns or guessed(table), make_id=lambda: "s1", clock=lambda: 5.0)


def rows(text: str, columns: Columns | None = None) -> list[TextRow]:
    return list(made(table_of(text, "x.csv"), columns).rows)


@pytest.mark.parametrize(
    ("header", "row", "columns"),
    [
        ("id,text,label", "1,a,b", Columns(("text",), "label", "id")),
        ("ID,Lang,Sentence,Intent", "1,en,a,b", Columns(("Sentence",), "Intent", "ID", "Lang")),
        ("_id,title,text", "d1,a,this is longer", Columns(("text",), id="_id")),
        ("short,long", "a,this is much longer", Columns(("long",))),
        ("group,text", "1,a", Columns(("text",), group="group")),
        ("id,en,de,pt-BR", "1,hello,hallo,olá", Columns(("en", "de", "pt-BR"), id="id")),
        ("label,text", "this is a label that is long,a", Columns(("text",), "label")),
        ("label", "x", Columns(("label",), "label")),
    ],
)
def test_columns_are_guessed_by_their_names_and_by_what_is_in_them(
    header: str, row: str, columns: Columns
) -> None:
    assert guessed(table_of(f"{header}\n{row}", "x.csv", header=True)) == columns


def test_rows_have_what_their_columns_say() -> None:
    found = made(table_of("id,text,label,lang,group\n7, hello ,a,en,g\n8,,b,he,g", "x.csv"))
    assert found == TextSet(
        "s1",
        "x.csv",
        (TextRow("7", "hello", "a", "en", "g"), TextRow("8", "", "b", "he", "g")),
        5.0,
    )


def test_lines_are_called_by_their_number() -> None:
    assert made(table_of("one\n\ntwo")) == TextSet(
        "s1", "Pasted texts", (TextRow("1", "one"), TextRow("2", "two")), 5.0
    )


def test_an_id_that_comes_again_gets_a_number() -> None:
    found = rows("id,text\na,1\na,2\na (2),3\n,4\na,5")
    assert [row.id for row in found] == ["a", "a (2)", "a (2) (2)", "4", "a (3)"]


def test_the_same_id_everywhere_is_no_trouble() -> None:
    many = 20_000
    found = rows("id,text\n" + "x,y\n" * many)
    assert len({row.id for row in found}) == many


def test_translations_beside_each_other_become_rows_of_one_group() -> None:
    assert rows("id,en,de\n1,hello,hallo") == [
        TextRow("1/en", "hello", language="en", group="1"),
        TextRow("1/de", "hallo", language="de", group="1"),
    ]


def test_columns_that_say_the_same_in_other_words_have_no_language() -> None:
    found = rows("first name,second name\na,b", Columns(("first name", "second name")))
    assert [(row.id, row.language, row.group) for row in found] == [
        ("1/first name", "", "1"),
        ("1/second name", "", "1"),
    ]


@pytest.mark.parametrize("columns", [Columns(("other",)), Columns(("text",), label="other"), Columns(())])
def test_a_column_that_there_is_not_is_told(columns: Columns) -> None:
    with pytest.raises(InvalidInput) as caught:
        rows("text,x\na,b", columns)
    assert caught.value.field == "columns"


def test_a_file_is_read(tmp_path: Path, run_async: Run) -> None:
    path = tmp_path / "texts.data"
    path.write_text("a;b\n1;2", encoding="utf-8")
    table = run_async(read_table(path, form=TableForm.CSV, header=True))
    assert (table.name, table.columns) == ("texts.data", ("a", "b"))


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, run_async: Run, name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        run_async(read_table(tmp_path / name))
    assert caught.value.why
    assert caught.value.fix

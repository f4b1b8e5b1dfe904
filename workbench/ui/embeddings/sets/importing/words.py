"""What is read of a table, in the user's words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from workbench.services.embeddings.row_facts import RowFacts
from workbench.services.embeddings.tables import BadLine, Table
from workbench.services.embeddings.texts import Columns
from workbench.ui.embeddings.sets import words
from workbench.ui.embeddings.sets.importing.model import PARTS
from workbench.ui.support import figures

translate = QCoreApplication.translate
TEXTS = "texts"


def part_of(columns: Columns, name: str) -> str:
    """What a column is to be: TEXTS, one of PARTS, "" for nothing."""
    if name in columns.texts:
        return TEXTS
    return next((part for part in PARTS if name and getattr(columns, part) == name), "")


def part(part: str) -> str:
    return {
        "": "",
        TEXTS: translate("TextImport", "Text"),
        "label": translate("TextImport", "Label"),
        "id": translate("TextImport", "Id"),
        "language": translate("TextImport", "Language"),
        "group": translate("TextImport", "Group"),
    }[part]


def about(part: str) -> str:
    """What such a column is good for."""
    return {
        TEXTS: translate(
            "TextImport", "What is embedded. Several columns are translations: each makes rows of its own."
        ),
        "label": translate(
            "TextImport", "What the texts are about: it colours the map and judges the models."
        ),
        "id": translate("TextImport", "What a row is called in files and results; else its number."),
        "language": translate("TextImport", "A code such as en or pt-BR."),
        "group": translate("TextImport", "Rows with the same one say the same, such as translations."),
    }[part]


def read(table: Table) -> str:
    """“CSV · 312 rows · 4 columns · read as cp1252”."""
    parts = [words.form(table.form)]
    parts.append(
        translate("TextImport", "1 row")
        if len(table.rows) == 1
        else translate("TextImport", "{0} rows").format(figures.count(len(table.rows)))
    )
    parts.append(
        translate("TextImport", "1 column")
        if len(table.columns) == 1
        else translate("TextImport", "{0} columns").format(figures.count(len(table.columns)))
    )
    if table.encoding != "utf-8":
        parts.append(translate("TextImport", "read as {0}").format(table.encoding))
    return " · ".join(parts)


def bad_lines(bad: tuple[BadLine, ...]) -> str:
    """How many lines were not as they should be."""
    if len(bad) == 1:
        return translate("TextImport", "1 line is not as it should be.")
    return translate("TextImport", "{0} lines are not as they should be.").format(figures.count(len(bad)))


def bad_line(bad: BadLine) -> str:
    told = translate("TextImport", "Line {0}: {1}").format(figures.count(bad.line), bad.why)
    return told if bad.kept else translate("TextImport", "{0} It is left out.").format(told)


def facts(rows: int, facts: RowFacts) -> str:
    """“312 texts · 3 labels · 2 languages · 2 duplicates · 1 empty”."""
    parts = [words.count(rows)]
    parts += words.counted(facts)
    return " · ".join(parts)

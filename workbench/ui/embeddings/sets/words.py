"""Sets of texts in the user's words."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData

from workbench.services.embeddings.examples import Example
from workbench.services.embeddings.row_facts import RowFacts
from workbench.services.embeddings.tables import TableForm
from workbench.ui.embeddings.sets.ports import Entry
from workbench.ui.support import figures
from workbench.ui.support.drops import local_file
from workbench.ui.support.moments import moment

translate = QCoreApplication.translate


def facts(entry: Entry) -> str:
    """“312 texts · 14:32”."""
    return f"{count(entry.count)} · {moment(entry.created_at)}"


def count(texts: int) -> str:
    if texts == 1:
        return translate("TextSets", "1 text")
    return translate("TextSets", "{0} texts").format(figures.count(texts))


def counted(facts: RowFacts) -> list[str]:
    """Labels, languages, duplicates and empty ones; none of what there is not."""
    kinds = (
        (len(facts.labels), translate("TextSets", "1 label"), translate("TextSets", "{0} labels")),
        (
            len(facts.languages),
            translate("TextSets", "1 language"),
            translate("TextSets", "{0} languages"),
        ),
        (
            len(facts.duplicates),
            translate("TextSets", "1 duplicate"),
            translate("TextSets", "{0} duplicates"),
        ),
        (len(facts.empty), translate("TextSets", "1 empty"), translate("TextSets", "{0} empty")),
    )
    return [one if many == 1 else several.format(figures.count(many)) for many, one, several in kinds if many]


def pasted() -> str:
    """What a set is called that has no name."""
    return translate("TextSets", "Pasted texts")


def example(example: Example) -> str:
    return {
        Example.SUPPORT: translate("TextSets", "Support requests in three languages"),
        Example.QUESTIONS: translate("TextSets", "The same questions in other words"),
        Example.MEANINGS: translate("TextSets", "Words with two meanings"),
    }[example]


def about(example: Example) -> str:
    """What is in it, and what it shows."""
    return {
        Example.SUPPORT: translate(
            "TextSets",
            "288 sentences in English, German and Arabic under 8 labels: does a model see what is meant, or only in which language?",
        ),
        Example.QUESTIONS: translate(
            "TextSets", "78 questions to a museum, each asked in three ways: where is the threshold?"
        ),
        Example.MEANINGS: translate(
            "TextSets", "24 sentences: is a bank by the river, or does it lend money?"
        ),
    }[example]


def form(form: TableForm) -> str:
    return {
        TableForm.LINES: translate("TextSets", "Plain lines"),
        TableForm.CSV: "CSV",
        TableForm.TSV: "TSV",
        TableForm.JSONL: "JSONL",
        TableForm.JSON: "JSON",
        TableForm.PARQUET: "Parquet",
    }[form]


def filters() -> str:
    """For a file dialog: files of texts, then everything."""
    endings = "csv tsv tab jsonl ndjson json parquet txt text md"
    patterns = " ".join(f"*.{ending}" for ending in endings.split())
    return ";;".join(
        (
            translate("TextSets", "Files of texts ({0})").format(patterns),
            translate("TextSets", "All files (*)"),
        )
    )


def dragged(data: QMimeData) -> Path | None:
    """The one local file that is dragged."""
    found = local_file(data)
    return Path(found) if found else None

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Run
from workbench.domain.embeddings.judgements import LabelledPair, Query
from workbench.domain.embeddings.texts import TextRow
from workbench.domain.errors import InvalidInput
from workbench.services.embeddings.judgement_files import (
    pairs_in,
    qrels_of,
    queries_of,
    read_pairs,
    read_queries,
)
from workbench.services.embeddings.tables import table_of

ROWS = (TextRow("d1", "Hello."), TextRow("d2", "Good bye."), TextRow("d3", "مرحبا"))


def test_qrels_are_read_and_a_query_is_a_row_or_known(tmp_path: Path, run_async: Run) -> None:
    path = tmp_path / "judged.qrels"
    path.write_text("7 0 d1 2\r\n7\tQ0\td2\t0\nd3 0 d1 1\nd3 0 gone 1\n8 0 d2 -1\n")
    found = run_async(read_queries([path], ROWS, [Query("7", "hi")]))
    assert found.queries == (
        Query("7", "hi", grades=(("d1", 2.0), ("d2", 0.0))),
        Query("d3", row="d3", grades=(("d1", 1.0),)),
        Query("8", grades=(("d2", 0.0),)),
    )
    assert (found.unknown, found.bare) == (("gone",), ("8",))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "query,doc_id,grade\nhi,d1,2\nhi,d3,\n"),
        ("a.tsv", "query-id\tquery\tcorpus-id\tscore\nhi\thi\td1\t2\nhi\thi\td3\t1\n"),
        ("a.jsonl", '{"query": "hi", "relevant": {"d1": 2, "d3": 1}}'),
        ("a.json", '[{"query": "hi", "doc_id": "d1", "grade": 2}, {"query": "hi", "doc_id": "d3"}]'),
    ],
)
def test_tables_say_the_same_in_many_ways(name: str, text: str) -> None:
    found = queries_of(table_of(text.encode(), name), ROWS)
    assert found.queries == (Query("hi", "hi", grades=(("d1", 2.0), ("d3", 1.0))),)
    assert found.bare == ()


def test_a_list_of_answers_counts_each_as_relevant() -> None:
    table = table_of(b'{"id": "1", "question": "hi", "answers": ["d1", "d2"]}', "a.jsonl")
    assert queries_of(table, ROWS).queries == (Query("1", "hi", grades=(("d1", 1.0), ("d2", 1.0))),)


def test_a_file_of_queries_gives_known_ones_their_words_and_leaves_out_the_rest() -> None:
    known = [Query("7", grades=(("d1", 2.0),))]
    table = table_of(b'{"_id": "7", "text": "hi"}\n{"_id": "9", "text": "ho"}', "queries.jsonl")
    found = queries_of(table, ROWS, known)
    assert found.queries == (Query("7", "hi", grades=(("d1", 2.0),)),)
    assert (found.left_out, found.bare) == (1, ())
    assert queries_of(table, ROWS).queries == (Query("7", "hi"), Query("9", "ho"))


@pytest.mark.parametrize("order", [("queries.jsonl", "test.tsv"), ("test.tsv", "queries.jsonl")])
def test_the_files_of_a_benchmark_are_read_together_in_any_order(
    order: tuple[str, str], tmp_path: Path, run_async: Run
) -> None:
    """As BEIR has them: queries of all parts in one file, judgements of a part in another."""
    (tmp_path / "queries.jsonl").write_text(
        '{"_id": "q1", "text": "hi", "metadata": {}}\n{"_id": "q2", "text": "ho", "metadata": {}}\n'
    )
    (tmp_path / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq2\td1\t1\nq2\tgone\t1\n")
    found = run_async(read_queries([tmp_path / name for name in order], ROWS))
    assert found.queries == (Query("q2", "ho", grades=(("d1", 1.0),)),)
    assert (found.unknown, found.left_out) == (("gone",), 1)


def test_ids_in_one_cell_are_told_apart_where_they_all_are_rows() -> None:
    table = table_of(b"query,relevant\nhi,d1; d3\nho,d1 gone\n", "a.csv")
    found = queries_of(table, ROWS)
    assert found.queries == (Query("hi", "hi", grades=(("d1", 1.0), ("d3", 1.0))), Query("ho", "ho"))
    assert found.unknown == ("d1 gone",)


@pytest.mark.parametrize("grade", ["nan", "inf", "much"])
def test_a_grade_that_is_no_number_is_a_plain_relevant(grade: str) -> None:
    table = table_of(f"query,doc_id,grade\nhi,d1,{grade}\n".encode(), "a.csv")
    assert queries_of(table, ROWS).queries == (Query("hi", "hi", grades=(("d1", 1.0),)),)


def test_a_file_without_queries_says_what_it_takes() -> None:
    with pytest.raises(InvalidInput) as caught:
        queries_of(table_of(b"no,thing\n1,2\n", "a.csv"), ROWS)
    assert "“no”" in caught.value.why


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["d1", "d2", "d3"]), st.integers(0, 3))))
def test_of_qrels_the_last_judgement_counts(lines: list[tuple[str, str, int]]) -> None:
    text = "\n".join(f"{query} 0 {row} {grade}" for query, row, grade in lines)
    found = qrels_of(text, ROWS)
    wanted = {(query, row): grade for query, row, grade in lines}
    assert {(query.id, row): grade for query in found.queries for row, grade in query.grades} == wanted


def test_pairs_are_ids_or_texts_and_what_is_unclear_is_told(tmp_path: Path, run_async: Run) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(
        "a,b,label\nd1,d2,1\nHello.,مرحبا,yes\nd1,gone,1\nd2,d2,1\nd2,d3,maybe\nd2,d3,1\nd3,d2,0\n", "utf-8"
    )
    found = run_async(read_pairs(path, ROWS))
    assert found.pairs == (
        LabelledPair("d1", "d2", True),
        LabelledPair("d1", "d3", True),
        LabelledPair("d3", "d2", False),
    )
    assert (found.unknown, found.alone, found.unclear, found.again) == ((3,), (4,), (5,), (7,))


def test_three_columns_of_any_name_are_a_pair_and_what_it_is() -> None:
    found = pairs_in(table_of(b"x,y,z\nd1,d2,false\n", "a.csv"), ROWS)
    assert found.pairs == (LabelledPair("d1", "d2", False),)
    with pytest.raises(InvalidInput):
        pairs_in(table_of(b"x,y\nd1,d2\n", "a.csv"), ROWS)

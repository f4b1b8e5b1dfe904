"""Questions to the journal: SQL says what Filter.holds says, by an index, and never with a value in its text."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.gateway.journal.rows import row, trace
from workbench.domain.gateways import GatewaySettings
from workbench.domain.journal import LogRow
from workbench.domain.journal_filters import ANY_KEY, ANY_VALUE, FIELDS, FieldKind, Filter, Op, filter_of
from workbench.storage import journal_queries as queries
from workbench.storage.journal import Entry, JournalFile
from workbench.storage.journal_queries import Query
from workbench.storage.upgrades import transaction


class Shelf:
    """A journal with rows in it."""

    def __init__(self, folder: Path) -> None:
        self.file = JournalFile(folder / "journal.db", GatewaySettings)
        self.connection = sqlite3.connect(folder / "journal.db", isolation_level=None)
        self.connection.row_factory = sqlite3.Row

    def put(self, *rows: LogRow) -> None:
        self.file.add([Entry(one) for one in rows])

    def found(self, *filters: Filter, **query: Any) -> list[str]:
        page = queries.page(self.connection, Query(filters=filters, **query), limit=10_000)
        assert page.total == len(page.rows)
        return [one.id for one in page.rows]

    def plan(self, query: Query) -> str:
        """How SQLite goes about the list."""
        asked: list[str] = []
        self.connection.set_trace_callback(asked.append)
        queries.page(self.connection, query)
        self.connection.set_trace_callback(None)
        return " ".join(str(step[3]) for step in self.connection.execute(f"EXPLAIN QUERY PLAN {asked[0]}"))

    def close(self) -> None:
        self.file.close()
        self.connection.close()


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path)
    yield shelf
    shelf.close()


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=4)
WORDS = st.sampled_from(
    ["free", "Free", "FR", "7", "7.0", "-1", "true", "null", "é", "É", "%", "_", "' OR 1=1", "a.b"]
)
TEXTS = WORDS | NAMES
NUMBERS = st.integers(-3, 9) | st.sampled_from([0.5, 7.0, 1e12])
METADATA = st.dictionaries(
    st.sampled_from(["plan", "a.b", "key", 'q"uote', "é"]) | NAMES,
    TEXTS | NUMBERS | st.booleans() | st.none(),
    max_size=3,
)
COUNTS = st.none() | st.integers(0, 9)
ROWS = st.builds(
    row,
    model=TEXTS,
    error=TEXTS,
    status_code=st.integers(0, 9),
    tokens_in=COUNTS,
    tokens_out=COUNTS,
    cost=st.none() | st.sampled_from([0.0, 0.5, 7.0]),
    feedback=st.sampled_from([None, -1, 1]),
    success=st.booleans(),
    cached=st.booleans(),
    created_at=st.sampled_from([0.0, 7.0, 1e9]),
    metadata=METADATA,
)


@st.composite
def filters(draw: st.DrawFn) -> Filter:
    field = draw(
        st.sampled_from(
            ["model", "error", "status_code", "tokens_in", "tokens", "cost", "feedback", "success"]
        )
        | st.sampled_from(
            ["created_at", ANY_KEY, ANY_VALUE, "metadata.plan", 'metadata.q"uote', "metadata.a.b"]
        )
    )
    kind = FIELDS.get(field, FieldKind.METADATA)
    ordered, contained = {Op.LT, Op.LTE, Op.GT, Op.GTE}, {Op.CONTAINS, Op.LACKS}
    if kind is FieldKind.FLAG:
        return filter_of(field, draw(st.sampled_from([Op.EQ, Op.NEQ])), [draw(st.booleans())])
    texts = kind in (FieldKind.TEXT, FieldKind.METADATA)
    op = draw(st.sampled_from([op for op in Op if texts or op not in contained]))
    one = TEXTS if texts else NUMBERS if op in ordered or kind is FieldKind.TIME else NUMBERS | st.none()
    return filter_of(field, op, draw(st.lists(one, min_size=1, max_size=2)))


@given(rows=st.lists(ROWS, max_size=6), wanted=st.lists(filters(), min_size=1, max_size=2))
@settings(max_examples=250, deadline=None)
def test_sql_finds_the_rows_for_which_the_filters_hold(
    tmp_path_factory: pytest.TempPathFactory, rows: list[LogRow], wanted: list[Filter]
) -> None:
    shelf = Shelf(tmp_path_factory.mktemp("journal"))
    try:
        shelf.put(*rows)
        found = set(shelf.found(*wanted))
        assert found == {one.id for one in rows if all(each.holds(one) for each in wanted)}
    finally:
        shelf.close()


@pytest.mark.parametrize("gateway", ["", "default"])
def test_the_newest_rows_come_first_a_page_at_a_time(shelf: Shelf, gateway: str) -> None:
    rows = [row(created_at=float(at % 3)) for at in range(7)]
    shelf.put(*rows)
    in_order = [one.id for one in sorted(rows, key=lambda one: (one.created_at, one.id), reverse=True)]
    first = queries.page(shelf.connection, Query(gateway), limit=3)
    second = queries.page(shelf.connection, Query(gateway), limit=3, offset=3)
    assert [one.id for one in (*first.rows, *second.rows)] == in_order[:6]
    assert first.total == second.total == 7


@pytest.mark.parametrize("field", ["provider", "cost", "tokens_in", "success"])
def test_rows_come_in_the_order_asked_for(shelf: Shelf, field: str) -> None:
    values: list[Any] = (
        ["b", "a", "c"] if field == "provider" else [1, 0, 1] if field == "success" else [2, 1, 3]
    )
    shelf.put(*(row(**{field: value}) for value in values))
    found = queries.page(shelf.connection, Query(order_by=field, descending=False)).rows
    assert [getattr(one, field) for one in found] == sorted(values)


def test_search_looks_into_everything_but_the_bodies(shelf: Shelf) -> None:
    hit, miss = row(metadata={"team": "Search-Me"}), row(request_body=b"search-me")
    shelf.put(hit, miss)
    assert shelf.found(search="search-me") == [hit.id]
    assert shelf.found(search="%") == []


def test_ranges_are_of_all_rows_that_fit(shelf: Shelf) -> None:
    shelf.put(row(cost=1.0, tokens_in=5), row(cost=3.0, tokens_out=9), row(cost=7.0, model="other"))
    wanted = Query(filters=(filter_of("model", Op.EQ, ["gpt-4o-mini"]),))
    ranges = queries.page(shelf.connection, wanted, limit=1, ranges=True).ranges
    assert ranges["cost"] == (1.0, 3.0)
    assert ranges["tokens_in"] == (5, 5)
    assert ranges["tokens"] == (5, 9)


def test_the_ordinary_list_goes_by_its_index_and_sorts_nothing(shelf: Shelf) -> None:
    plan = shelf.plan(Query("default"))
    assert "logs_in_order" in plan
    assert "SCAN" not in plan


def test_a_span_of_time_is_looked_up_in_the_index(shelf: Shelf) -> None:
    span = (filter_of("created_at", Op.GTE, [5.0]), filter_of("created_at", Op.LTE, [9.0]))
    assert "created_at>? AND created_at<?" in shelf.plan(Query("default", span))


def test_failed_rows_have_an_index_of_their_own(shelf: Shelf) -> None:
    assert "logs_failed" in shelf.plan(Query("default", (filter_of("success", Op.EQ, [False]),)))


def test_a_row_is_looked_up_by_its_id(shelf: Shelf) -> None:
    plan = shelf.connection.execute(
        "EXPLAIN QUERY PLAN SELECT * FROM logs LEFT JOIN bodies USING (key) WHERE id = ? AND gateway = ?",
        ("a", "b"),
    ).fetchall()
    assert "logs_by_id" in plan[0][3]


def test_a_row_of_another_gateway_is_not_found(shelf: Shelf) -> None:
    mine = row()
    shelf.put(mine)
    assert queries.find(shelf.connection, mine.id, "other") is None
    assert queries.find(shelf.connection, mine.id, "default") is not None


def test_what_came_after_a_row_or_a_time_is_told_oldest_first(shelf: Shelf) -> None:
    rows = [row(created_at=float(at)) for at in range(5)]
    shelf.put(*rows)
    ids = [one.id for one in rows]

    def after(mark: str, most: int = 10) -> list[str]:
        return [one.id for one in queries.since(shelf.connection, mark, most)]

    assert after(ids[2]) == ids[3:]
    assert after("1.5") == ids[2:]
    assert after("0", 2) == ids[3:]
    assert after("long gone", 2) == ids[3:]


def test_ids_are_found_by_their_end(shelf: Shelf) -> None:
    shelf.put(row(id="1-abc"), row(id="2-abc"), row(id="3-abd"), row(id="abc"))
    assert queries.ending(shelf.connection, "abd") == ["3-abd"]
    assert queries.ending(shelf.connection, "bc") == ["1-abc", "2-abc"]
    assert queries.ending(shelf.connection, "abc") == ["abc"]
    assert queries.ending(shelf.connection, "x") == []


def test_feedback_score_and_metadata_can_be_changed_and_nothing_else_is(shelf: Shelf) -> None:
    one, other = row(), row()
    shelf.put(one, other)
    assert queries.change(shelf.connection, "default", one.id, {"feedback": 1, "metadata": '{"a":1}'})
    assert not queries.change(shelf.connection, "other", one.id, {"feedback": -1})
    found = queries.find(shelf.connection, one.id)
    assert found is not None
    assert (found.feedback, found.score, found.metadata) == (1, None, {"a": 1})
    assert queries.find(shelf.connection, other.id) == other


def test_delete_takes_what_fits_in_order_up_to_the_limit(shelf: Shelf) -> None:
    rows = [row(created_at=float(at), model="a" if at % 2 else "b") for at in range(6)]
    shelf.file.add([Entry(one, trace(f"t{at}")) for at, one in enumerate(rows)])
    wanted = Query("default", (filter_of("model", Op.EQ, ["a"]),), descending=False)
    with transaction(shelf.connection):
        assert queries.delete(shelf.connection, wanted, 2) == 2
    assert shelf.found(descending=False) == [rows[at].id for at in (0, 2, 4, 5)]
    assert queries.trace(shelf.connection, "t1") is None
    assert queries.trace(shelf.connection, "t5") is not None

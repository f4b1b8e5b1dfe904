from __future__ import annotations

from workbench.domain.embeddings.judgements import Judgements, LabelledPair, Query


def test_a_row_that_asks_is_no_answer_to_itself() -> None:
    query = Query("1", row="1", grades=(("1", 3.0), ("2", 1.0), ("3", 0.0)))
    assert query.relevant == {"2": 1.0}
    assert (query.grade("3"), query.grade("4")) == (0.0, None)


def test_a_judgement_is_changed_and_taken_back() -> None:
    query = Query("q", "why").graded("1", 1.0).graded("2", 2.0).graded("1", 3.0)
    assert dict(query.grades) == {"1": 3.0, "2": 2.0}
    assert query.graded("1", None).grades == (("2", 2.0),)


def test_judgements_that_come_again_are_added_and_the_newer_ones_count() -> None:
    known = Judgements((Query("q", "why", grades=(("1", 1.0), ("2", 1.0))),))
    known = known.with_queries([Query("q", grades=(("2", 0.0), ("3", 2.0))), Query("r", "how")])
    assert known.query("q") == Query("q", "why", grades=(("1", 1.0), ("2", 0.0), ("3", 2.0)))
    assert [query.id for query in known.without_query("q").queries] == ["r"]


def test_a_pair_is_the_same_in_both_orders() -> None:
    known = Judgements().with_pairs([LabelledPair("1", "2", True), LabelledPair("3", "3", True)])
    known = known.with_pairs([LabelledPair("2", "1", False)])
    assert known.pairs == (LabelledPair("2", "1", False),)
    assert known.without_pair(LabelledPair("1", "2", True)).pairs == ()


def test_as_many_answers_as_there_are_relevant_rows() -> None:
    query = Query("1", row="1", grades=(("1", 3.0), ("2", 1.0), ("3", 0.0)))
    assert query.answers == len(query.relevant) == 1
    known = Judgements((query, Query("q", "why")))
    assert known.with_query(Query("q", "how")).queries == (query, Query("q", "how"))

"""Segments with masks must give what one index made from scratch over the same passages gives."""

from __future__ import annotations

from dataclasses import dataclass, field

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.chunking import retrieval_text
from index.dense import FaissIndex
from index.generation import Generation, exchanged, extended, reconcile
from index.hybrid import HybridIndex
from index.lexical import K1, B, Bm25Index, count_terms, mean_length, merge_postings, score_parts
from index.segment import Segment, build_segment, merge_segments
from index.text import search_tokens
from index.types import Passage, Revision
from index.view import Changes, DocumentState, StoredPassage
from tests.fakes import FakeEncoder

WORDS = ("投资", "项目", "高速", "博士", "亿元", "的", "120", "企业")
ENCODER = FakeEncoder(dimension=16)
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map("，".join)
documents = st.lists(texts, min_size=1, max_size=4)


@dataclass
class Bookkeeping:
    """The truth that the generation is held against: the passages of each document, with the ids they got."""

    passages: dict[str, list[StoredPassage]] = field(default_factory=dict)
    revisions: dict[str, int] = field(default_factory=dict)
    removed: dict[str, list[StoredPassage]] = field(default_factory=dict)
    next_id: int = 1
    number: int = 0

    def put(self, name: str, found: list[str]) -> None:
        self.revisions[name] = self.revisions.get(name, 0) + 1
        revision = Revision(name, self.revisions[name], "", "题")
        stored: list[StoredPassage] = []
        for text, vector in zip(found, ENCODER.encode(found), strict=True):
            stored.append(StoredPassage(self.next_id, Passage(revision, 0, len(text), text), vector))
            self.next_id += 1
        self.passages[name] = stored
        self.removed.pop(name, None)

    def living(self) -> list[StoredPassage]:
        return sorted((one for found in self.passages.values() for one in found), key=lambda one: one.id)


def state(name: str, stored: list[StoredPassage]) -> DocumentState:
    return DocumentState(name, stored[0].passage.revision.number, stored[0].id, len(stored))


def segment_of(stored: list[StoredPassage]) -> Segment:
    return build_segment(stored, FaissIndex, ENCODER.dimension)


def after(generation: Generation, book: Bookkeeping, names: set[str], *, complete: bool) -> Generation:
    """The generation after changes to `names`, as the keeper makes it."""
    book.number += 1
    chosen = book.passages if complete else {name: book.passages[name] for name in names if name in book.passages}
    searchable = sorted((state(name, found) for name, found in chosen.items()), key=lambda one: one.first)
    gone = frozenset() if complete else frozenset(names - book.passages.keys())
    changed, missing = reconcile(generation, Changes(book.number, complete, tuple(searchable), gone))
    if not missing:
        return changed
    return extended(changed, [segment_of([one for lacking in missing for one in book.passages[lacking.document_id]])])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_history_scores_as_if_made_from_scratch(data: st.DataObject) -> None:
    book, generation = Bookkeeping(), Generation(0)
    for _ in range(data.draw(st.integers(1, 12))):
        name = data.draw(st.sampled_from("abcde"))
        action = data.draw(st.sampled_from(["put", "put", "remove", "restore", "merge", "complete"]))
        if action == "put":
            book.put(name, data.draw(documents))
        elif action == "remove" and name in book.passages:
            book.removed[name] = book.passages.pop(name)
        elif action == "restore" and name in book.removed:
            book.passages[name] = book.removed.pop(name)
        elif action == "merge" and generation.segments:
            chosen = data.draw(st.sets(st.sampled_from(range(len(generation.segments))), min_size=1))
            parts = [part for number, part in enumerate(generation.parts()) if number in chosen]
            merged = exchanged(generation, [part for part, _ in parts], merge_segments(parts, FaissIndex))
            assert merged is not None
            generation = merged
        generation = after(generation, book, {name}, complete=action == "complete")
    living = book.living()
    assert generation.passage_ids().tolist() == [one.id for one in living]
    assert generation.passages == len(living)
    vector, tokens = ENCODER.encode_question("项目投资120亿元"), ["项目", "投资", "120", "120", "没有的词"]
    allowed = data.draw(st.none() | st.sets(st.sampled_from("abcdexyz")))
    found = generation.search(vector, tokens, None if allowed is None else generation.within(allowed))
    if not living:
        assert found == []
        return
    fresh = HybridIndex(
        FaissIndex(np.array([one.vector for one in living])),
        Bm25Index([search_tokens(retrieval_text(one.passage)) for one in living]),
    )
    mask = None if allowed is None else np.array([one.passage.revision.document_id in allowed for one in living])
    expected = fresh.search(vector, tokens, mask)
    assert {one.item: one.score for one in found} == {living[one.item].id: one.score for one in expected}
    assert [one.score for one in found] == [one.score for one in expected]
    assert {one.item: one.ranks.get("lexical") for one in found} == {
        living[one.item].id: one.ranks.get("lexical") for one in expected
    }


tokens_of_item = st.lists(st.sampled_from(WORDS), max_size=10)


@given(
    st.lists(st.lists(tokens_of_item, max_size=5), min_size=1, max_size=4),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=4, unique=True),
    st.data(),
)
def test_masked_parts_agree_with_bm25s(parts: list[list[list[str]]], query: list[str], data: st.DataObject) -> None:
    masks = [
        np.array(data.draw(st.lists(st.booleans(), min_size=len(part), max_size=len(part))), dtype=bool)
        for part in parts
    ]
    kept = [
        tokens
        for part, mask in zip(parts, masks, strict=True)
        for tokens, exists in zip(part, mask, strict=True)
        if exists
    ]
    length = mean_length(sum(map(len, kept)), len(kept))
    scores = score_parts(
        [(count_terms(part), mask) for part, mask in zip(parts, masks, strict=True)], len(kept), length, query
    )
    found = np.concatenate([one[mask] for one, mask in zip(scores, masks, strict=True)])
    assert found.tolist() == Bm25Index(kept).scores(query).tolist()
    known = [word for word in query if any(word in tokens for tokens in kept)]
    if known:
        # Independent: bm25s with Lucene's formula, which leaves out the constant factor k1 + 1.
        reference = bm25s.BM25(method="lucene", k1=K1, b=B)
        reference.index(kept, show_progress=False)
        np.testing.assert_allclose(found, reference.get_scores(known) * (K1 + 1), rtol=1e-4, atol=1e-6)


@given(st.lists(st.lists(tokens_of_item, max_size=6), min_size=1, max_size=4), st.data())
def test_merged_postings_are_those_counted_anew(parts: list[list[list[str]]], data: st.DataObject) -> None:
    items = [(number, item) for number, part in enumerate(parts) for item in range(len(part))]
    order = data.draw(st.permutations(items)) if items else []
    kept = order[: data.draw(st.integers(0, len(order)))]
    places = [np.full(len(part), -1, dtype=np.int64) for part in parts]
    for place, (number, item) in enumerate(kept):
        places[number][item] = place
    merged = merge_postings([(count_terms(part), where) for part, where in zip(parts, places, strict=True)])
    anew = count_terms([parts[number][item] for number, item in kept])
    assert merged.terms.keys() == anew.terms.keys()
    assert merged.lengths.tolist() == anew.lengths.tolist()
    for term in anew.terms:
        for one, other in zip(merged.of(term), anew.of(term), strict=True):
            assert one.tolist() == other.tolist()


def test_a_merge_is_given_up_when_a_document_came_back_meanwhile() -> None:
    book = Bookkeeping()
    book.put("a", ["投资", "项目"])
    book.put("b", ["高速"])
    generation = after(Generation(0), book, {"a", "b"}, complete=False)
    book.removed["a"] = book.passages.pop("a")
    without = after(generation, book, {"a"}, complete=False)
    parts = list(without.parts())
    merged = merge_segments(parts, FaissIndex)
    assert merged.ids.tolist() == [3]
    book.passages["a"] = book.removed.pop("a")
    back = after(without, book, {"a"}, complete=False)
    assert back.segments == generation.segments
    assert exchanged(back, [segment for segment, _ in parts], merged) is None
    assert exchanged(Generation(9), [segment for segment, _ in parts], merged) is None


def test_a_document_removed_during_a_merge_stays_out() -> None:
    book = Bookkeeping()
    book.put("a", ["投资", "项目"])
    book.put("b", ["高速"])
    generation = after(Generation(0), book, {"a", "b"}, complete=False)
    parts = list(generation.parts())
    merged = merge_segments(parts, FaissIndex)
    book.removed["a"] = book.passages.pop("a")
    without = after(generation, book, {"a"}, complete=False)
    found = exchanged(without, [segment for segment, _ in parts], merged)
    assert found is not None
    assert found.passage_ids().tolist() == [3]
    assert found.find("a") is None
    assert found.find("b") is not None


@pytest.mark.parametrize("count", [1, 60])
def test_equals_keep_the_order_of_their_ids(count: int) -> None:
    book = Bookkeeping()
    book.put("z", ["投资项目"] * count)
    book.put("a", ["投资项目"] * count)
    one = extended(Generation(1), [segment_of(book.passages["a"]), segment_of(book.passages["z"])])
    found = one.search(ENCODER.encode_question("投资项目"), ["投资", "项目"])
    assert [candidate.item for candidate in found] == list(range(1, min(2 * count, 50) + 1))
    assert [candidate.ranks for candidate in found] == [
        {"dense": rank, "lexical": rank} for rank in range(1, len(found) + 1)
    ]

"""How much a span's length should count against it: shares of held-out spans found exactly, for several weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.types import Hit, Passage, Revision
from qa.extract import extract
from qa.ports import Reader
from qa.training.examples import Example

LENGTH_PENALTIES = (0.0, 0.25, 0.5, 0.75, 1.0)
MAX_ANSWER_CHARACTERS = 120


def tune_length(
    examples: Sequence[Example], reader: Reader, penalties: Sequence[float] = LENGTH_PENALTIES
) -> Mapping[float, float]:
    """Share of the answerable `examples` whose best span in their own context is the answer, by penalty."""
    answerable = [example for example in examples if example.start is not None]
    found = dict.fromkeys(penalties, 0)
    for example in answerable:
        hit = Hit(Passage(Revision(example.id, 1, "", ""), 0, len(example.context), example.context), 1.0)
        (reading,) = reader.read(example.question, [hit])
        for penalty in penalties:
            spans = extract(reading, example.question, MAX_ANSWER_CHARACTERS, 1, penalty)
            found[penalty] += bool(spans) and spans[0].text == example.answer
    return {penalty: hits / max(len(answerable), 1) for penalty, hits in found.items()}

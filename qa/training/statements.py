"""Yes/no questions made from plain text, which says yes to some, no to others, and leaves the rest open.

A clause asked back is a question that its text says yes to. With another number of the same unit, or with a negation
put in or taken out, the text says no. Of another name or place the text says nothing.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import rjieba

from index.text import sentences
from qa.training.cloze import clauses, reworded
from qa.training.examples import Example, YesNoExample
from qa.training.near_misses import near_miss

_FORGOTTEN = 0.2
"""The share of a clause's words that the question leaves out."""
_LENGTHS = range(7, 28)
_NEGATION = re.compile("没有|尚未|并未|未能|未|不(?![断同仅但少久足止])|无法")
_NEGATIONS = ("没有", "未", "不")


@dataclass(frozen=True, slots=True)
class _Stated:
    """A statement, and whether the text says that it is true (None: it does not say)."""

    text: str
    true: bool | None


def statement_examples(
    articles: Sequence[str], names: Mapping[str, Sequence[str]], chance: random.Random
) -> Iterator[YesNoExample]:
    """A question for each article that has a clause to ask back. `names` are words to draw from, by their tag."""
    for article in articles:
        spans = sentences(article)
        chance.shuffle(spans)
        found = (clause for start, end in spans for clause in clauses(article[start:end]))
        made = (_stated(clause, article, names, chance) for clause in found)
        stated = next((each for each in made if each is not None and len(each.text) in _LENGTHS), None)
        if stated is not None:
            yield YesNoExample(article, _asked(stated.text, chance), stated.true)


def _stated(clause: str, article: str, names: Mapping[str, Sequence[str]], chance: random.Random) -> _Stated | None:
    """The clause as it is, or changed so that the article denies it or says nothing of it."""
    remembered = reworded(clause, chance, _FORGOTTEN)
    draw = chance.random()
    if draw < 0.4:
        return _Stated(remembered, true=True)
    if draw < 0.7:
        changed = _denied(remembered, chance)
        return None if changed is None else _Stated(changed, true=False)
    missed = near_miss(Example("", "", article, remembered, "", None), names, chance)
    if missed is None:
        return None
    # Another number is denied by the text that states the right one; of another name it says nothing.
    numbers = re.sub("[0-9]+", "", missed.question) == re.sub("[0-9]+", "", remembered)
    return _Stated(missed.question, true=False if numbers else None)


def _denied(statement: str, chance: random.Random) -> str | None:
    negation = _NEGATION.search(statement)
    if negation is not None:
        return statement[: negation.start()] + statement[negation.end() :]
    verb = _first_verb(statement)
    return None if verb is None else statement[:verb] + chance.choice(_NEGATIONS) + statement[verb:]


def _asked(statement: str, chance: random.Random) -> str:
    verb = _first_verb(statement)
    if verb is None or chance.random() < 0.5:
        return f"{statement}吗？"
    return f"{statement[:verb]}是否{statement[verb:]}？"


def _first_verb(statement: str) -> int | None:
    place = 0
    for word, tag in rjieba.tag(statement):
        if tag == "v" and place > 1:
            return place
        place += len(word)
    return None

"""Questions that a text seems to answer and does not: the same question of another year, number or name."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import rjieba

from qa.quantities import expressions
from qa.training.cloze import NOUN
from qa.training.examples import Example

_NUMBER = ""
_COMMON = ("n", "vn", "b", "l", "s")
"""Tags of nouns that name a kind of thing; exchanging one is less of a near miss than exchanging a name or a number."""
_DRAWS = 20


@dataclass(frozen=True, slots=True)
class _Constraint:
    """What a question says of the thing it asks for: question[start:end], and its tag (none for a number)."""

    start: int
    end: int
    tag: str


def near_miss(example: Example, names: Mapping[str, Sequence[str]], chance: random.Random) -> Example | None:
    """`example` asked of another year, number or thing, so that its context no longer answers; None when nothing fits.

    What is exchanged stands in the question and in the context, and what takes its place in neither. `names` are the
    words to draw from, by their tag. Source of the idea: the questions of Rajpurkar, Jia and Liang, "Know What You
    Don't Know", ACL 2018, many of which exchange an entity or a number.
    """
    question, context = example.question, example.context
    common = [part for part in _constraints(question) if question[part.start : part.end] in context]
    for part in sorted(common, key=lambda part: (part.tag in _COMMON, chance.random())):
        other = _other(question[part.start : part.end], part, names, chance)
        if other and other not in context and other not in question:
            changed = question[: part.start] + other + question[part.end :]
            return replace(example, id=f"{example.id}-near-miss", question=changed, answer="", start=None)
    return None


def names_of(texts: Sequence[str]) -> dict[str, list[str]]:
    """The nouns and names of at least two characters by their tag, as often as they stand there."""
    found: dict[str, list[str]] = {}
    for text in texts:
        for word, tag in rjieba.tag(text):
            if tag.startswith(NOUN) and len(word) > 1:
                found.setdefault(tag, []).append(word)
    return found


def _constraints(question: str) -> list[_Constraint]:
    """The exact things of a question, then its nouns; not the one that ends it, which says what is asked for."""
    found = [_Constraint(e.start, e.end, _NUMBER) for e in expressions(question)]
    found = [part for part in found if re.search("[0-9]", question[part.start : part.end])]
    exact = found[:]
    place = 0
    for (word, tag), (following, _) in pairwise([*rjieba.tag(question), ("", "x")]):
        start, place = place, place + len(word)
        is_free = all(place <= part.start or part.end <= start for part in exact)
        if tag.startswith(NOUN) and len(word) > 1 and is_free and following not in ("", "？", "?"):
            found.append(_Constraint(start, place, tag))
    return found


def _other(text: str, part: _Constraint, names: Mapping[str, Sequence[str]], chance: random.Random) -> str:
    """Another number in the same words, or another name of about the same length."""
    if part.tag == _NUMBER:
        return re.sub(r"\d+", lambda match: _other_number(match.group(), chance), text, count=1)
    drawn = chance.choices(names.get(part.tag) or [""], k=_DRAWS)
    return next((name for name in drawn if abs(len(name) - len(text)) <= 1), "")


def _other_number(digits: str, chance: random.Random) -> str:
    step = chance.choice((-3, -2, -1, 1, 2, 3)) if len(digits) in (1, 2, 4) else chance.randint(-90, 90)
    return str(max(1, int(digits) + step))

"""What the reader never trains on, so that it can be measured there; plain Python, for the evaluation reads it too."""

from __future__ import annotations

import random
from collections.abc import Iterable

DRCD_HELD_OUT_TITLES = 77
_SEED = 20261122


def drcd_held_out_titles(titles: Iterable[str]) -> frozenset[str]:
    """A fifth of the articles of DRCD's simplified development set, the same ones whatever their order."""
    known = sorted(set(titles))
    return frozenset(random.Random(_SEED).sample(known, min(DRCD_HELD_OUT_TITLES, len(known))))

"""Which segments are to become one (pure): few segments make quick questions, few merges make quick additions."""

from __future__ import annotations

from collections.abc import Sequence

TOGETHER = 8
"""So many segments of about one size are merged, so that a passage is copied about once for each factor of 8."""
_SMALL = 128


def due_merge(sizes: Sequence[tuple[int, int]]) -> list[int]:
    """Numbers of the segments to merge next, smallest kind first; none when all is well.

    `sizes` holds of each segment how many of its passages exist, and how many it has. One of which most are gone is
    made anew by itself. Source: the tiers of O'Neil et al., "The log-structured merge-tree", 1996, as in Lucene.
    """
    tiers: dict[int, list[int]] = {}
    for number, (living, _) in enumerate(sizes):
        tiers.setdefault(_tier(living), []).append(number)
    for tier in sorted(tiers):
        if len(tiers[tier]) >= TOGETHER:
            return tiers[tier]
    return next(([number] for number, (living, items) in enumerate(sizes) if 2 * living < items), [])


def _tier(living: int) -> int:
    tier, limit = 0, _SMALL
    while living >= limit:
        tier, limit = tier + 1, limit * TOGETHER
    return tier

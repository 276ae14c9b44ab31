"""How many requests one caller may make in a minute, and how many may be at work at once."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MAX_SUBJECTS = 50_000
# A household or a data centre hands out the lower half of an IPv6 address freely.
_IPV6_NETWORK_BITS = 64


@dataclass(frozen=True, slots=True)
class Allowance:
    """What became of one request: `retry_after` is None when it may go on, else the seconds to wait."""

    limit: int
    remaining: int
    reset_seconds: int
    retry_after: int | None

    def headers(self) -> dict[str, str]:
        """The headers of draft-ietf-httpapi-ratelimit-headers (up to 06), and Retry-After."""
        headers = {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset_seconds),
        }
        return headers if self.retry_after is None else {**headers, "Retry-After": str(self.retry_after)}


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class RateLimiter:
    """One token bucket for each subject: `per_minute` requests at once, then evenly as many in a minute.

    Remembers the subjects that called last; one that is forgotten has a full bucket. Not for several threads.
    """

    def __init__(
        self, per_minute: int, clock: Callable[[], float] = time.monotonic, max_subjects: int = MAX_SUBJECTS
    ) -> None:
        self._per_minute = per_minute
        self._per_second = per_minute / 60
        self._clock = clock
        self._max_subjects = max_subjects
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        """How many subjects are remembered."""
        return len(self._buckets)

    def take(self, subject: str) -> Allowance:
        """Count one request of the subject."""
        moment = self._clock()
        bucket = self._buckets.pop(subject, None) or _Bucket(float(self._per_minute), moment)
        bucket.tokens = min(float(self._per_minute), bucket.tokens + (moment - bucket.filled_at) * self._per_second)
        bucket.filled_at = moment
        is_allowed = bucket.tokens >= 1
        if is_allowed:
            bucket.tokens -= 1
        self._buckets[subject] = bucket
        while len(self._buckets) > self._max_subjects:
            self._buckets.popitem(last=False)
        return Allowance(
            limit=self._per_minute,
            remaining=int(bucket.tokens),
            reset_seconds=math.ceil((self._per_minute - bucket.tokens) / self._per_second),
            retry_after=None if is_allowed else max(1, math.ceil((1 - bucket.tokens) / self._per_second)),
        )


def network_of(address: str) -> str:
    """What counts as one caller: an IPv4 address, or the /64 network of an IPv6 address."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, _IPV6_NETWORK_BITS), strict=False))

"""Unbroken runs of chunks, each for one process: what lies before its first session is looked at once per run."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby

from dart_batch.domain.job.chunk import Chunk

Stripe = tuple[Chunk, ...]


def cut_stripes(chunks: Sequence[Chunk], lanes: int) -> list[Stripe]:
    """Chunks in their order, each market in at most `lanes` runs of about as many sessions each."""
    markets = [list(group) for _, group in groupby(chunks, key=lambda chunk: chunk.market)]
    return [stripe for market in markets for stripe in _cut(market, lanes)]


def order_of_work(stripes: Sequence[Stripe], lanes: int) -> Iterator[tuple[int, Chunk]]:
    """Every chunk with the number of its stripe, in the order of the stripes, but the first chunk of each stripe
    already together with the first of the `lanes` - 1 stripes before: so all lanes begin at once.
    """
    begun = 0
    for number, stripe in enumerate(stripes):
        for ahead in range(begun, min(number + lanes, len(stripes))):
            yield ahead, stripes[ahead][0]
        begun = number + lanes
        for chunk in stripe[1:]:
            yield number, chunk


def stripe_of(stripes: Sequence[Stripe], chunk: Chunk) -> int:
    """Number of the stripe that a chunk, or a part of one, belongs to."""
    return bisect_right([stripe[0].number for stripe in stripes], chunk.number) - 1


def _cut(chunks: Sequence[Chunk], lanes: int) -> Iterator[Stripe]:
    ends = list(accumulate(chunk.items for chunk in chunks))
    numbers = [(end - chunk.items) * lanes // ends[-1] for end, chunk in zip(ends, chunks, strict=True)]
    for _, group in groupby(zip(numbers, chunks, strict=True), key=lambda pair: pair[0]):
        yield tuple(chunk for _, chunk in group)

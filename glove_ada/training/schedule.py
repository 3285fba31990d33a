"""The schedule: how many groups of words there are, and in which order their tiles are trained.

Tile (p, q) trains the words of group p against the contexts of group q. With P groups, a round is
P tiles that share no row of either matrix, so they may run at once, on any thread, and the result
is the same (Gemulla, Nijkamp, Haas and Sismanis 2011, "Large-scale matrix factorization with
distributed stochastic gradient descent", section 5). An epoch is P rounds, which together hold
every tile once; their order is drawn anew for each epoch.
"""

from __future__ import annotations

from collections.abc import Iterator

from glove_ada.training.randomness import random_order

Tile = tuple[int, int]
"""The group of its words and the group of its contexts."""

Round = list[Tile]
"""Tiles that share no row."""

GROUP_WORDS = 2048
MIN_GROUPS, MAX_GROUPS = 8, 128
MAX_GROUP_WORDS = 1 << 16  # what the nonzeros' 16-bit numbers can tell apart
_ROUNDS = 4  # what a random order is for


def choose_groups(words: int) -> int:
    """Return the number of groups, P.

    It depends on the problem alone, never on the machine, since it shapes the result. Around two
    thousand words keep a group's frequent rows in the cache; more than 128 groups would only make
    short tiles.
    """
    groups = -(-words // GROUP_WORDS)
    return max(MIN_GROUPS, min(groups, MAX_GROUPS), -(-words // MAX_GROUP_WORDS))


def tiles_of_round(groups: int, shift: int) -> Round:
    """Return the tiles of one round: (p, (p + shift) mod P) for every group p."""
    return [(p, (p + shift) % groups) for p in range(groups)]


def rounds_of_epoch(groups: int, seed: int, epoch: int) -> list[Round]:
    """Return the rounds of an epoch in the order in which they are trained."""
    shifts = random_order(groups, seed, _ROUNDS, epoch).tolist()
    return [tiles_of_round(groups, shift) for shift in shifts]


def rounds_to_come(
    groups: int, seed: int, *, epoch: int, done: int, epochs: int
) -> Iterator[Round]:
    """Yield all rounds from an epoch's place, with so many rounds done, to the end."""
    while epoch < epochs:
        yield from rounds_of_epoch(groups, seed, epoch)[done:]
        epoch, done = epoch + 1, 0

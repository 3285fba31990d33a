"""Make the sample corpus, its analogy questions and its similarity pairs.

Run ``python scripts/make_sample.py [DIRECTORY]``; the directory is ``data/`` beside
``scripts/`` unless another is named. The three files are the same, byte for byte, wherever
and whenever they are made:

``sample.txt``
    The corpus: one document a line, lower-case words with a space between them.
``sample-analogies.txt``
    Questions "a is to b as c is to d", four words a line, under ``: section`` headings.
``sample-similarity.tsv``
    Two words and how related they are, from 0 to 10, with tabs between them.

The facts are in ``sample_world.py``, the sentences in ``sample_sentences.py``.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

import sample_sentences as say
import sample_world as world

SEED = 20140925
OPENER_CHANCE = 0.25
# GloVe never looks at pairs of words that do not meet. Documents that mix all topics let
# strangers meet now and then, so that training can learn how far apart they are.
MISCELLANY_CHANCE = 0.35
SHORTEST_DOCUMENT, LONGEST_DOCUMENT = 5, 9  # in sentences
QUESTIONS_IN_SECTION = 150
PAIRS_IN_BAND = 40

# How related two words are, by what joins them in the small world.
TWO_FORMS = 9.0  # cheap, cheaper; king, queen
SAME_SCENE = 7.0  # baker, bakery; paris, france
SAME_CLASS = 5.0  # baker, judge; paris, rome
NOTHING_SHARED = 0.5

Pair = tuple[str, str]
Item = TypeVar("Item")


class Dice:
    """Random choices that are the same on every Python version.

    Only ``random.Random.random`` promises the same stream for ever, so all is built on it.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def chance(self, probability: float) -> bool:
        """Say yes with the given probability."""
        return self._random.random() < probability

    def below(self, limit: int) -> int:
        """Give a whole number from 0 to ``limit - 1``."""
        return int(self._random.random() * limit)

    def pick(self, items: Sequence[Item]) -> Item:
        """Choose one item."""
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """Copy the items in random order."""
        result = list(items)
        for last in range(len(result) - 1, 0, -1):
            other = self.below(last + 1)
            result[last], result[other] = result[other], result[last]
        return result


class Deck(Generic[Item]):
    """Items drawn in random order, none a second time before all were drawn."""

    def __init__(self, items: Sequence[Item], dice: Dice) -> None:
        self._items = items
        self._dice = dice
        self._left: list[Item] = []

    def draw(self) -> Item:
        """Take the next item, after a new shuffle if none is left."""
        if not self._left:
            self._left = self._dice.shuffled(self._items)
        return self._left.pop()


class View(NamedTuple):
    """One point of view on a table: the sentences that may be said of each of its rows."""

    rows: Sequence[world.Row]
    templates: Sequence[str]


class Topic(NamedTuple):
    """What a document can be about: the points of view that its sentences take in turn."""

    documents: int
    views: Sequence[View]


def views(rows: Sequence[world.Row], *groups: Sequence[str]) -> list[View]:
    """Look at the same rows from several points of view."""
    return [View(rows, templates) for templates in groups]


def kin_rows(gender: str, he: str, him: str, his: str) -> list[world.Row]:
    """Give the rows of the family table for one gender, with its pronouns."""
    pronouns = {"he": (he,), "him": (him,), "his": (his,), "himself": (f"{him}self",)}
    return [{**row, **pronouns, "person": row[gender]} for row in world.KIN]


def with_names(rows: Sequence[world.Row]) -> list[world.Row]:
    """Add the first names to every row."""
    return [{**row, **world.NAMES} for row in rows]


def topics() -> list[Topic]:
    """List the topics of the corpus."""
    men = kin_rows("male", "he", "him", "his")
    women = kin_rows("female", "she", "her", "her")
    lands, verbs, trades = world.COUNTRIES, with_names(world.VERBS), with_names(world.TRADES)
    land_groups = (say.CAPITAL, say.COUNTRY, say.PEOPLE, say.CITY, say.MONEY)
    return [
        Topic(1150, views(lands, *land_groups)),
        Topic(800, views(men, say.PERSON) + views(women, say.PERSON)),
        Topic(950, views(world.ADJECTIVES, say.PLAIN, say.MORE, say.MOST)),
        Topic(700, views(world.NOUNS, say.ONE, say.MANY)),
        Topic(950, views(verbs, say.BASE, say.PAST, say.ONGOING)),
        Topic(340, views(world.ANIMALS, say.ANIMAL, say.YOUNG)),
        Topic(300, views(trades, say.TRADE)),
        Topic(80, views(world.INSTRUMENTS, say.MUSIC)),
        Topic(60, views(world.SEASONS, say.WEATHER)),
        Topic(60, views(world.MEALS, say.MEAL)),
    ]


def fill(template: str, row: world.Row, dice: Dice) -> str:
    """Make a sentence: choose among ``(one|two)`` parts and put words in the ``{slots}``."""
    decks = {slot: Deck(words, dice) for slot, words in row.items()}
    chosen = re.sub(r"\(([^)]*)\)", lambda parts: dice.pick(parts[1].split("|")), template)
    filled = re.sub(r"\{(\w+)\}", lambda slot: decks[slot[1]].draw(), chosen)
    if dice.chance(OPENER_CHANCE):
        filled = f"{dice.pick(say.OPENERS)} {filled}"
    one_spaced = " ".join(filled.split())
    return re.sub(r"\ba (?=[aeiou](?!uro|ni))", "an ", one_spaced)


class Speaker:
    """Says sentences on one topic, with every view, row and template in its turn."""

    def __init__(self, topic: Topic, dice: Dice) -> None:
        self._dice = dice
        self._views = Deck(
            [(Deck(rows, dice), Deck(templates, dice)) for rows, templates in topic.views], dice
        )

    def sentence(self) -> str:
        """Say the next sentence."""
        rows, templates = self._views.draw()
        return fill(templates.draw(), rows.draw(), self._dice)


def corpus(dice: Dice) -> list[str]:
    """Write all documents, in random order."""
    speakers = [(topic.documents, Speaker(topic, dice)) for topic in topics()]
    everyone = [speaker for documents, speaker in speakers for _ in range(documents)]
    documents = []
    for speaker in dice.shuffled(everyone):
        length = SHORTEST_DOCUMENT + dice.below(LONGEST_DOCUMENT - SHORTEST_DOCUMENT + 1)
        if dice.chance(MISCELLANY_CHANCE):
            said = [dice.pick(everyone).sentence() for _ in range(length)]
        else:
            said = [speaker.sentence() for _ in range(length)]
        documents.append(" ".join(said))
    return documents


def word_pairs(rows: Sequence[world.Row], left: str, right: str) -> list[Pair]:
    """Pair two columns; a pair that shares a word with another makes no fair question."""
    pairs = [(row[left][0], row[right][0]) for row in rows]
    lefts = [pair[0] for pair in pairs]
    rights = [pair[1] for pair in pairs]
    return [
        (a, b)
        for a, b in pairs
        if lefts.count(a) == rights.count(b) == 1 and a not in rights and " " not in a + b
    ]


def sections() -> dict[str, list[Pair]]:
    """List the word pairs that each section of questions is made of."""
    return {
        "capital-common": word_pairs(world.COUNTRIES, "capital", "country"),
        "city-in-country": word_pairs(world.COUNTRIES, "city", "country"),
        "currency": word_pairs(world.COUNTRIES, "country", "currency"),
        "family": word_pairs(world.KIN, "male", "female"),
        "animal-young": word_pairs(world.ANIMALS, "animal", "young"),
        "trade-workplace": word_pairs(world.TRADES, "trade", "workplace"),
        "gram-nationality": word_pairs(world.COUNTRIES, "country", "people"),
        "gram-comparative": word_pairs(world.ADJECTIVES, "plain", "more"),
        "gram-superlative": word_pairs(world.ADJECTIVES, "plain", "most"),
        "gram-plural": word_pairs(world.NOUNS, "one", "many"),
        "gram-past-tense": word_pairs(world.VERBS, "base", "past"),
        "gram-present-participle": word_pairs(world.VERBS, "base", "ongoing"),
    }


def questions(pairs: Sequence[Pair], dice: Dice) -> list[str]:
    """Ask of every pair about the pairs that follow it, up to the size of a section."""
    order = dice.shuffled(pairs)
    steps = min(QUESTIONS_IN_SECTION // len(order), len(order) - 1)
    return [
        " ".join(pair + order[(place + step) % len(order)])
        for place, pair in enumerate(order)
        for step in range(1, steps + 1)
    ]


def analogies(dice: Dice) -> list[str]:
    """Write the lines of the analogy file."""
    lines = []
    for name, pairs in sections().items():
        lines += [f": {name}", *questions(pairs, dice)]
    return lines


def classmates(words: Sequence[str], dice: Dice) -> list[Pair]:
    """Pair up the words of one class."""
    order = dice.shuffled(words)
    return list(zip(order[::2], order[1::2], strict=False))


def strangers(classes: Sequence[Sequence[str]], dice: Dice) -> list[Pair]:
    """Pair the words of each class with words of the class after it."""
    return [
        pair
        for words, others in zip(classes, [*classes[1:], classes[0]], strict=True)
        for pair in zip(dice.shuffled(words), dice.shuffled(others), strict=False)
    ]


def similarities(dice: Dice) -> list[str]:
    """Write the lines of the similarity file: some pairs for each of four scores."""
    pairs_of = sections()
    names = ("capital-common", "gram-past-tense", "family", "animal-young", "trade-workplace")
    classes = [[first for first, _ in pairs_of[name]] for name in names]
    bands = {
        TWO_FORMS: pairs_of["gram-plural"] + pairs_of["gram-comparative"] + pairs_of["family"],
        SAME_SCENE: pairs_of["capital-common"]
        + pairs_of["trade-workplace"]
        + word_pairs(world.ANIMALS, "animal", "home"),
        SAME_CLASS: [pair for words in classes for pair in classmates(words, dice)],
        NOTHING_SHARED: strangers(classes, dice),
    }
    return [
        f"{first}\t{second}\t{score}"
        for score, pairs in bands.items()
        for first, second in dice.shuffled(pairs)[:PAIRS_IN_BAND]
    ]


def write_lines(path: Path, lines: Sequence[str]) -> None:
    """Write lines that end in LF on every system."""
    path.write_bytes("".join(f"{line}\n" for line in lines).encode("ascii"))


def main() -> None:
    """Write the three files into the directory named on the command line."""
    beside_scripts = Path(__file__).resolve().parent.parent / "data"
    parser = argparse.ArgumentParser(description="Make the sample corpus and its questions.")
    parser.add_argument("directory", nargs="?", type=Path, default=beside_scripts)
    directory: Path = parser.parse_args().directory
    directory.mkdir(parents=True, exist_ok=True)
    # Each file has dice of its own, so that a change to one leaves the others as they were.
    write_lines(directory / "sample.txt", corpus(Dice(SEED)))
    write_lines(directory / "sample-analogies.txt", analogies(Dice(SEED)))
    write_lines(directory / "sample-similarity.tsv", similarities(Dice(SEED)))


if __name__ == "__main__":
    main()

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from glove_ada.evaluation.analogies import evaluate_analogies
from glove_ada.vectors.word_vectors import WordVectors

gensim_models = pytest.importorskip("gensim.models")

QUESTIONS_WORDS = Path(__file__).parents[3] / "shared/data/eval/questions-words.txt"


@pytest.fixture
def questions(write):
    """Write questions with unknown words, repetitions and words of their own for answers."""
    random = np.random.default_rng(4)
    lines = []
    for section in ("capitals", "currency", "gram1-past", "gram2-plural"):
        lines.append(f": {section}")
        for _ in range(150):
            a, b, c = random.integers(4000, size=3)
            # The answer is close to the truth often enough to be found sometimes.
            lines.append(f"W{a} w{b} w{c} w{random.integers(6300)}")
        lines += ["w1 w2 w3 w4", "w1 w2 w3 w4", "w1 w1 w2 w2", "w1 w2 w3 w3", "w5 w5 w5 w6"]
    return write("questions.txt", "\n".join([*lines, ": empty", ": unknown", "x y z w"]))


@pytest.fixture
def solvable(vectors, questions):
    """Give half of the questions the answer that is right by these vectors."""
    peer = vectors.to_gensim()
    lines = questions.read_text().split("\n")
    for number in range(1, len(lines), 2):
        words = lines[number].lower().split()
        if len(words) == 4 and all(word in vectors for word in words[:3]):
            places = peer.most_similar([words[1], words[2]], [words[0]], topn=20)
            lines[number] = " ".join([*words[:3], places[number // 2 % 20][0]])
    questions.write_text("\n".join(lines))
    return questions


def folded(questions):
    return [tuple(word.lower() for word in question) for question in questions]


@pytest.mark.filterwarnings("ignore:Call to deprecated `init_sims`")
@pytest.mark.parametrize("dummy4unknown", [False, True])
@pytest.mark.parametrize(
    ("function", "restrict_vocab"),
    # Gensim's 3CosMul does not restrict the vocabulary.
    [("most_similar", None), ("most_similar", 3000), ("most_similar_cosmul", None)],
)
def test_answers_equal_gensims_question_by_question(
    vectors, solvable, restrict_vocab, dummy4unknown, function
):
    peer = vectors.to_gensim() if function == "most_similar" else GensimCosmul.over(vectors)
    options = {"restrict_vocab": restrict_vocab, "dummy4unknown": dummy4unknown}
    score, sections = vectors.evaluate_word_analogies(
        solvable, similarity_function=function, **options
    )
    expected, expected_sections = peer.evaluate_word_analogies(str(solvable), **options)
    assert 0 < score < 1
    assert score == expected
    assert len(sections) == len(expected_sections)
    for ours, theirs in zip(sections, expected_sections, strict=True):
        assert ours["section"] == theirs["section"]
        assert folded(ours["correct"]) == folded(theirs["correct"])
        assert folded(ours["incorrect"]) == folded(theirs["incorrect"])


class GensimCosmul(gensim_models.KeyedVectors):
    """Gensim's evaluation with gensim's 3CosMul, which it has no option for."""

    @classmethod
    def over(cls, vectors):
        peer = cls(vectors.vector_size)
        peer.__dict__.update(vectors.to_gensim().__dict__)
        return peer

    def most_similar(self, positive, negative, topn, restrict_vocab):
        return self.most_similar_cosmul(positive, negative, topn)


def test_accuracy_at_5_and_10_counts_gensims_neighbours(vectors, solvable):
    peer = vectors.to_gensim()
    result = evaluate_analogies(vectors, solvable)
    hits = {1: 0, 5: 0, 10: 0}
    for question, rank in zip(result.questions, result.ranks, strict=True):
        if rank < 0:
            continue
        words = (question.a, question.b, question.c, *question.answers)
        a, b, c, answer = (word.lower() for word in words)
        places = [word for word, _ in peer.most_similar([b, c], [a])]
        for guesses in hits:
            hits[guesses] += answer in places[:guesses]
    assert result.total.correct == hits
    assert hits[1] < hits[5] < hits[10]


def test_sections_add_up(vectors, solvable):
    result = evaluate_analogies(vectors, solvable)
    assert [score.name for score in result.scores()] == [
        *("capitals", "currency", "gram1-past", "gram2-plural", "empty", "unknown"),
        *("semantic", "syntactic", "total"),
    ]
    for count in ("questions", "known"):
        by_section = [getattr(section, count) for section in result.sections]
        assert sum(by_section[:2]) + by_section[5] == getattr(result.semantic, count)
        assert sum(by_section[2:4]) == getattr(result.syntactic, count)
        assert sum(by_section) == getattr(result.total, count)
    assert result.total.correct[1] == sum(section.correct[1] for section in result.sections)
    for score, (name, chosen) in zip(result.scores(), result.groups(), strict=True):
        assert (score.name, score.questions) == (name, chosen.sum())


def test_sections_without_known_questions_have_no_score(vectors, solvable):
    result = evaluate_analogies(vectors, solvable)
    unknown = result.sections[-1]
    assert (unknown.questions, unknown.known, unknown.accuracy[1]) == (1, 0, None)
    assert result.total.accuracy[1] is not None


def test_a_file_without_known_questions_says_so(vectors, write):
    result = evaluate_analogies(vectors, write("q.txt", "x y z w\n"))
    assert result.total.accuracy == {1: None, 5: None, 10: None}
    assert result.notes == ("q.txt: these vectors know no question of it",)


def test_oddities_are_noted(vectors, write):
    result = evaluate_analogies(vectors, write("q.txt", "w1 w2 w3 w4\nw1 w2 w3 w4\nw1 w2 w3 w3\n"))
    assert result.notes == (
        "q.txt: 1 question is repeated and counts each time",
        "q.txt: 1 question has a word of its own for an answer and counts as wrong",
    )
    assert result.total.known == 3


def test_any_of_several_answers_is_right(write):
    matrix = np.array([[1, 0, 0], [0, 1, 0], [1, 0, 1], [0, 1, 1], [0, 1, 0.9]], dtype=np.float32)
    vectors = WordVectors(["cat", "cats", "dog", "dogs", "hounds"], matrix)
    path = write("pairs.txt", "cat\tcats\ndog\thounds/dogs/unknown\n")
    result = evaluate_analogies(vectors, path)
    assert result.total.known == 2
    assert result.ranks[0] == 0


def test_case_is_folded_down_only_for_lower_case_vocabularies(write):
    matrix = np.eye(4, dtype=np.float32)
    path = write("q.txt", "Athens Greece Paris France\n")
    lower = evaluate_analogies(WordVectors(["athens", "greece", "paris", "france"], matrix), path)
    upper = evaluate_analogies(WordVectors(["ATHENS", "GREECE", "PARIS", "FRANCE"], matrix), path)
    exact = evaluate_analogies(WordVectors(["Athens", "Greece", "Paris", "France"], matrix), path)
    assert [result.total.known for result in (lower, upper, exact)] == [1, 0, 1]
    assert [result.folded for result in (lower, upper, exact)] == [True, False, False]


def test_words_and_cases_do_not_depend_on_a_few_marks(vectors, write):
    words = ["<UNK>", *vectors.index_to_key[1:]]
    marked = WordVectors(words, vectors.vectors)
    assert evaluate_analogies(marked, write("q.txt", "W1 W2 W3 W4\n")).total.known == 1


@pytest.mark.skipif(not QUESTIONS_WORDS.exists(), reason="evaluation sets are not at hand")
def test_all_questions_of_questions_words_are_read():
    words = {
        word.lower()
        for line in QUESTIONS_WORDS.read_text().split("\n")
        if not line.startswith(":")
        for word in line.split()
    }
    matrix = np.random.default_rng(1).normal(size=(len(words), 5)).astype(np.float32)
    result = evaluate_analogies(WordVectors(sorted(words), matrix), QUESTIONS_WORDS)
    assert (result.total.questions, result.total.known) == (19_544, 19_544)
    assert (result.semantic.questions, result.syntactic.questions) == (8_869, 10_675)
    assert len(result.sections) == 14

"""Groups: which documents they hold, their rows, and the test of whether two use a word alike."""

from __future__ import annotations

import collections
import gzip
import itertools
import math
import shutil
import warnings

import numpy as np
import pytest
from support import DATA

from glove_ada.corpus.sources import FileSource
from glove_ada.errors import CorpusError, OptionError
from glove_ada.kernels import log
from glove_ada.kernels.definitions import BREAK
from glove_ada.model import GloVe
from glove_ada.run.groups.changes import compare_groups
from glove_ada.run.groups.group_rows import rows_by_group, uncertainty_of_group
from glove_ada.run.groups.grouped_text import open_groups
from glove_ada.run.groups.permutation import ENOUGH, Permuted, permute
from glove_ada.run.groups.sources import (
    FIRST_FIELD,
    AllGroups,
    Group,
    LinesInMemory,
    find_groups,
)
from glove_ada.run.groups.tables import BETWEEN, cosines_by_group, nearest_by_group
from glove_ada.run.uncertainty.row_problem import factor, pose, solve
from glove_ada.run.uncertainty.trained_text import open_trained_text
from glove_ada.run.uncertainty.uncertainty import LEAST_BLOCKS
from glove_ada.system.threads import Workers

OPTIONS = {"vector_size": 12, "window_size": 5, "min_count": 10, "epochs": 2, "threads": 2}


def text_of(source):
    return b"".join(source.chunks())


@pytest.fixture(scope="module")
def halves(tmp_path_factory):
    """Two halves of the sample; in the second, what was a dog is a violin."""
    lines = (DATA / "sample.txt").read_bytes().splitlines(keepends=True)
    folder = tmp_path_factory.mktemp("halves")
    (folder / "one.txt").write_bytes(b"".join(lines[0::2]))
    (folder / "two.txt").write_bytes(b"".join(lines[1::2]).replace(b" dog ", b" violin "))
    return folder


@pytest.fixture(scope="module")
def groups(halves):
    return find_groups([str(halves)])


@pytest.fixture(scope="module")
def fitted(groups):
    return GloVe(**OPTIONS).fit(AllGroups(groups))


@pytest.fixture(scope="module")
def text(fitted, groups, workers):
    return open_groups(fitted.vectors_, fitted.options_, groups, workers)


def test_paths_are_groups(halves, tmp_path):
    one, two = str(halves / "one.txt"), str(halves / "two.txt")
    for paths in ([one, two], [str(halves)]):
        found = find_groups(paths)
        assert [group.name for group in found] == ["one", "two"]
        assert text_of(found[1].source) == (halves / "two.txt").read_bytes()
    assert text_of(AllGroups(found)) == b"".join(
        (halves / name).read_bytes() for name in ("one.txt", "two.txt")
    )
    same_name = str(shutil.copy(one, tmp_path))
    assert [group.name for group in find_groups([one, same_name])] == [one, same_name]
    packed = tmp_path / "packed"
    (packed / "2.5 miles").mkdir(parents=True)
    shutil.copy(one, packed / "2.5 miles")
    (packed / "one.txt.gz").write_bytes(gzip.compress((halves / "one.txt").read_bytes()))
    assert [group.name for group in find_groups([str(packed)])] == ["2.5 miles", "one"]
    with pytest.raises(OptionError, match=r"one\.txt is given as two groups: give each"):
        find_groups([one, two, f"{halves}/./one.txt"])


def test_the_first_field_names_the_group(tmp_path):
    (tmp_path / "text.txt").write_bytes(b"b\tone two\n a \tthree\tfour\n\nb\tfive")
    found = find_groups([str(tmp_path / "text.txt")], group_by=FIRST_FIELD)
    assert [(group.name, text_of(group.source)) for group in found] == [
        ("a", b"three\tfour\n"),
        ("b", b"one two\nfive\n"),
    ]
    assert text_of(AllGroups(found)) == b"three\tfour\none two\nfive\n"


def test_a_column_names_the_group(tmp_path):
    path = tmp_path / "speeches.csv"
    path.write_text('party,words\nleft,"one, two"\nright,three\nleft,"four\nfive"\n')
    found = find_groups([str(path)], group_by="party", text_column="words")
    assert [(group.name, text_of(group.source)) for group in found] == [
        ("left", b"one, two\nfour five\n"),
        ("right", b"three\n"),
    ]


@pytest.mark.parametrize(
    ("content", "options", "error", "message"),
    [
        (b"a b c\n", {"group_by": FIRST_FIELD}, CorpusError, "line 1 of the corpus, 'a b c', has"),
        (b"\tb\n", {"group_by": FIRST_FIELD}, CorpusError, "begins 'b' has no group"),
        (b"\n", {"group_by": FIRST_FIELD}, CorpusError, "holds no document"),
        (b"x\tb\n", {"group_by": FIRST_FIELD}, OptionError, "one group alone, x"),
        (b"x\tb\n", {"group_by": "party"}, OptionError, "--group-by is first-field, or"),
        (b"x\n", {}, OptionError, "one group alone, text"),
    ],
)
def test_what_is_no_groups_is_said(tmp_path, content, options, error, message):
    (tmp_path / "text.txt").write_bytes(content)
    with pytest.raises(error, match=message):
        find_groups([str(tmp_path / "text.txt")], **options)


def test_groups_add_up_to_the_whole(fitted, text, workers):
    source = AllGroups(find_groups_again(text))
    whole = open_trained_text(fitted.vectors_, fitted.options_, source, workers)
    number = fitted.vectors_.get_index("king")
    (met,) = whole.contexts_of([number], workers)
    ((_, in_groups),) = text.contexts_of(["king"], workers, lambda words: None)
    assert without_empty(text.ids) == without_empty(whole.ids)
    size = 2 * len(fitted.vectors_)
    parts = [in_groups.within(text.group_of_block == group) for group in (0, 1)]
    sums = [np.bincount(part.contexts, part.counts, size) for part in parts]
    assert (sums[0] + sums[1]).tolist() == np.bincount(met.contexts, met.counts, size).tolist()


def without_empty(ids):
    """Return word ids without the documents that hold none."""
    return ids[(ids != BREAK) | (np.append(ids[1:], BREAK) != BREAK)].tolist()


def find_groups_again(text):
    """Return groups with the words that the text holds."""
    words = text.vectors.index_to_key
    breaks = np.flatnonzero(text.ids == BREAK)
    lines = [
        " ".join(words[word] for word in text.ids[first + 1 : end])
        for first, end in itertools.pairwise(breaks)
    ]
    return [Group("all", LinesInMemory([line.encode() for line in lines]))]


def test_a_group_is_solved_from_its_counts_with_zeros_of_its_size(text, workers):
    ((word, met),) = text.contexts_of(["king"], workers, lambda words: None)
    blocks = text.group_of_block == 1
    frozen = text.frozen_for(blocks)
    share = np.diff(text.edges)[blocks].sum() / np.diff(text.edges).sum()
    assert frozen.log_zero_count == pytest.approx(text.frozen.log_zero_count + math.log(share))
    assert text.frozen_for(blocks | True).log_zero_count == text.frozen.log_zero_count + log(1.0)
    matrix, right = pose(frozen, met.within(blocks)).matrix_and_right()
    row = solve(factor(matrix), right)
    ((_, of_two),) = rows_by_group(text, ["king"], workers)
    expected = (row[None, :-1] + text.given.context_part[word]) @ text.given.matrix
    np.testing.assert_allclose(of_two.vector, expected[0], rtol=1e-5, atol=1e-6)
    assert of_two.occurrences == met.occurrences[blocks].sum()
    sure = uncertainty_of_group(text, ["king"], [[None, of_two]], 1)
    assert sure.documents("king") == len(np.unique(met.within(blocks).blocks))
    assert sure.blocks == blocks.sum()


def test_cosines_tell_what_changed(text, workers):
    rows = rows_by_group(text, ["violin", "king", "dog"], workers)
    assert rows[2][1] is None
    found = cosines_by_group(text, ["violin", "king", "dog"], ["cat"], rows)
    by_word = {(each.word, each.group): each for each in found}
    changed, same = by_word["violin", BETWEEN], by_word["king", BETWEEN]
    assert changed.high < 0
    assert same.low < 0 < same.high
    errors = [by_word["violin", name].standard_error for name in text.names]
    assert changed.standard_error == pytest.approx(math.hypot(*errors))
    assert by_word["dog", "two"].cosine is None
    near = nearest_by_group(text, ["violin"], rows[:1], 5)
    assert [each.group for each in near] == 5 * ["one"] + 5 * ["two"]
    assert "violin" not in {each.other for each in near}
    assert "dog" not in {each.other for each in near[:5]}
    assert "dog" in {each.other for each in near[5:]}


def test_the_word_that_changed_comes_first(text, workers):
    words = [*text.frequent_words((0, 1), 12), "violin"]
    assert len(words) == 13
    found = compare_groups(text, words, 0, 1, workers, permutations=199, seed=1)
    assert found[0].word == "violin"
    assert found[0].permuted.p <= 0.02
    assert found[0].permuted.ratio > 1.3
    assert sorted(each.word for each in found) == sorted(words)
    ps = [each.permuted.p for each in found]
    assert ps == sorted(ps)


def test_frequent_words_are_in_enough_documents_of_both(text):
    words = text.frequent_words((0, 1), 10_000)
    counts = [text.vectors.get_vecattr(word, "count") for word in words]
    assert counts == sorted(counts, reverse=True)
    assert min(counts) >= 2 * LEAST_BLOCKS
    assert "dog" not in words


def test_p_is_as_often_small_as_it_says():
    random = np.random.default_rng(0)
    found = []
    for number in range(300):
        values = random.normal(size=(24, 2))

        def distances(halves, values=values):
            first = halves.astype(float) @ values / 8
            return np.linalg.norm(first - (~halves).astype(float) @ values / 16, axis=1)

        in_first = np.arange(24) < 8
        found.append(permute(distances, in_first, permutations=99, seed=number).p)
    for share in (0.1, 0.25, 0.5, 0.75):
        assert np.mean(np.array(found) <= share) == pytest.approx(share, abs=0.09)
    assert min(found) >= 0.01


def test_deals_end_when_enough_are_as_far_apart():
    calls = []

    def distances(halves):
        calls.append(len(halves))
        return np.zeros(len(halves))

    found = permute(distances, np.arange(10) < 4, permutations=10_000, seed=1)
    assert (found.p, found.by_chance, found.ratio) == (1.0, 0.0, 1.0)
    assert Permuted(0.5, 0.0, 0.1).ratio == math.inf
    assert sum(calls) < 1 + ENOUGH + 16


def test_the_same_bytes_for_any_threads(fitted, groups):
    found = []
    for threads in (1, 2):
        with Workers(threads) as own:
            text = open_groups(fitted.vectors_, fitted.options_, groups, own)
            rows = rows_by_group(text, ["king", "violin"], own)
            changes = compare_groups(text, ["king"], 0, 1, own, permutations=30, seed=1)
        arrays = [row.vector.tobytes() + row.influences.changes.tobytes()
                  for of_word in rows for row in of_word]  # fmt: skip
        found.append((arrays, changes))
    assert found[0] == found[1]


def test_the_source_of_a_model_may_be_read_again(fitted, groups, halves, workers):
    files = FileSource([str(halves / "one.txt"), str(halves / "two.txt")])
    sure = fitted.uncertainty(["king"], AllGroups(groups))
    again = fitted.uncertainty(["king"], files)
    assert sure.covariances.tobytes() == again.covariances.tobytes()


@pytest.fixture(scope="module")
def alone(tmp_path_factory, workers):
    """Two groups: one has a word beside others and alone in its documents, one has it alone."""
    lines = (DATA / "sample.txt").read_text("utf-8").splitlines()[:300]
    one = LinesInMemory([f"{line} glyzz".encode() for line in lines[:150]])
    two = LinesInMemory([*map(str.encode, lines[150:]), *[b"glyzz"] * 20])
    groups = [Group("one", one), Group("two", two), Group("alike", LinesInMemory([b"glyzz"] * 20))]
    model = GloVe(**OPTIONS).fit(AllGroups(groups))
    return open_groups(model.vectors_, model.options_, groups, workers)


def test_a_word_that_is_alone_in_its_documents_tells_nothing(alone, workers):
    (rows,) = rows_by_group(alone, ["glyzz"], workers)
    assert [row is None for row in rows] == [False, True, True]
    for first, second in itertools.combinations(range(3), 2):
        assert not compare_groups(alone, ["glyzz"], first, second, workers, permutations=9, seed=1)
    found = nearest_by_group(alone, ["glyzz"], [rows], 1)
    assert [each.cosine is None for each in found] == [False, True, True]


def test_groups_of_one_document_again_and_again_are_as_far_apart_as_chance_has_it(workers):
    line = b"the quick brown fox jumps over the lazy dog and then sits down to rest a while"
    groups = [Group(name, LinesInMemory([line] * 30)) for name in ("one", "two")]
    model = GloVe(**OPTIONS | {"vector_size": 4}).fit(AllGroups(groups))
    text = open_groups(model.vectors_, model.options_, groups, workers)
    words = model.vectors_.index_to_key
    changes = compare_groups(text, words, 0, 1, workers, permutations=99, seed=1)
    assert len(changes) == len(words)
    for change in changes:
        assert (change.permuted.ratio, change.permuted.p) == (1, 1)
        assert 1 - 1e-9 <= change.cosine <= 1


def warnings_of(model, groups, workers, report=None):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        facts = model.report_.facts if report is None else report
        open_groups(model.vectors_, model.options_, groups, workers, report=facts)
    return [str(warning.message) for warning in told]


def test_groups_that_a_model_was_not_trained_on_are_said(fitted, groups, workers):
    lines = text_of(groups[1].source).splitlines()
    parts = [Group("a", LinesInMemory(lines[:200])), Group("b", LinesInMemory(lines[100:]))]
    assert not warnings_of(fitted, groups, workers)
    assert not warnings_of(fitted, [*groups, *parts], workers)
    few = GloVe(**OPTIONS).fit(AllGroups(parts[:1]))
    (told,) = warnings_of(few, [*parts, groups[0]], workers)
    assert "was not trained on all text of the groups b, one: in b the occurs " in told
    a, b = (text_of(part.source).split().count(b"the") for part in parts)
    assert f"{b:,} times, and {a:,} in the text that it was trained on" in told
    assert len(warnings_of(few, [*parts, groups[0]], workers, {})) == 1


def test_a_group_of_words_that_a_model_does_not_know_is_said(fitted, groups, workers):
    strange = Group("strange", LinesInMemory([b"king " + b"xyzzy " * 20_000]))
    (told,) = warnings_of(fitted, [groups[0], strange], workers)
    assert "in strange words without a vector occur 20,000 times, and " in told


@pytest.mark.parametrize("options", [{"vocab_file": "words.txt"}, {"phrases": True}])
def test_counts_that_tell_nothing_of_the_text_of_a_model_warn_of_none(
    groups, workers, tmp_path, monkeypatch, options
):
    monkeypatch.chdir(tmp_path)
    few = [text_of(group.source).splitlines()[:150] for group in groups]
    groups = [Group(str(place), LinesInMemory(lines)) for place, lines in enumerate(few)]
    words = collections.Counter(text_of(AllGroups(groups)).decode().split()).most_common(20)
    (tmp_path / "words.txt").write_text("".join(f"{word} 1\n" for word, _ in words))
    model = GloVe(**OPTIONS, **options).fit(AllGroups(groups))
    assert not warnings_of(model, groups, workers)

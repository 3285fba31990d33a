"""Word vectors apart from the trainer, read from files and written to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from glove_ada.errors import OptionError
from glove_ada.system.sentences.counted import counted
from glove_ada.system.sentences.kinds import Name, Whole, check
from glove_ada.vectors.cosine import FloatVector, Matrix
from glove_ada.vectors.neighbours import WordNeighbours
from glove_ada.vectors.word_index import list_of_words

if TYPE_CHECKING:
    from glove_ada.formats.table import VectorTable

_ARRAYS = (
    "word_vectors",
    "context_vectors",
    "word_biases",
    "context_biases",
    "left_context_vectors",
    "left_context_biases",
)


class WordVectors(WordNeighbours):
    """Vectors of words, with the names and results of gensim's `KeyedVectors`.

    Parameters
    ----------
    words : iterable of str
        No word twice.
    vectors : ndarray of float, shape (words, vector_size)
        Not copied; may be memory-mapped.
    counts : ndarray of int64, shape (words,), optional
        How often each word occurs in the corpus.
    word_vectors, context_vectors : ndarray of float, shape (words, vector_size), optional
        The two sides of GloVe's factorisation, of which `vectors` is usually the sum.
    word_biases, context_biases : ndarray of float, shape (words,), optional
        The biases that belong to them.
    left_context_vectors, left_context_biases : ndarray of float, optional
        Of directed contexts, of which those above are then what stands to the right of a word.

    Raises
    ------
    OptionError
        If the arrays do not have a row for each word; when a word is first looked up, if one is
        repeated. It is a ValueError.
    """

    def __init__(
        self,
        words: Iterable[str],
        vectors: Matrix,
        *,
        counts: npt.NDArray[np.int64] | None = None,
        word_vectors: Matrix | None = None,
        context_vectors: Matrix | None = None,
        word_biases: FloatVector | None = None,
        context_biases: FloatVector | None = None,
        left_context_vectors: Matrix | None = None,
        left_context_biases: FloatVector | None = None,
    ) -> None:
        super().__init__(words, vectors, counts)
        self.word_vectors = word_vectors
        self.context_vectors = context_vectors
        self.word_biases = word_biases
        self.context_biases = context_biases
        self.left_context_vectors = left_context_vectors
        self.left_context_biases = left_context_biases
        for name in _ARRAYS:
            rows = getattr(self, name)
            if rows is not None and len(rows) != len(self):
                raise OptionError(
                    f"{counted(len(self), 'word needs', 'words need')} as many {name}, not "
                    f"{len(rows):,}"
                )

    @classmethod
    def load(
        cls,
        path: str | PathLike[str],
        *,
        limit: int | None = None,
        dtype: npt.DTypeLike = np.float32,
        keep: Collection[str] | None = None,
    ) -> WordVectors:
        """Read vectors from a file of any known format, which is found from the content.

        Parameters
        ----------
        path : path-like
            See `glove_ada.formats` for the formats.
        limit : int, optional
            Read so many words at most.
        dtype : dtype
            Precision of the matrix.
        keep : collection of str, optional
            Read these words only.

        Raises
        ------
        FormatError
            If the file is not what its format says it should be.
        """
        from glove_ada.formats import read_vectors

        table = read_vectors(path, limit=limit, dtype=dtype, keep=keep)
        return cls(
            table.words,
            table.vectors,
            counts=table.counts,
            word_vectors=table.word_vectors,
            context_vectors=table.context_vectors,
            word_biases=table.word_biases,
            context_biases=table.context_biases,
            left_context_vectors=table.left_context_vectors,
            left_context_biases=table.left_context_biases,
        )

    @classmethod
    def from_pretrained(
        cls,
        repo_id: str,
        *,
        filename: str | None = None,
        revision: str | None = None,
        token: str | None = None,
        limit: int | None = None,
        dtype: npt.DTypeLike = np.float32,
        keep: Collection[str] | None = None,
    ) -> WordVectors:
        """Read vectors from the Hugging Face Hub, which are fetched once. Needs the extra `hub`.

        Parameters
        ----------
        repo_id : str
            `user/name`: what `push_to_hub` has written, or any model of model2vec's or
            sentence-transformers' StaticEmbedding.
        filename : str, optional
            A file of vectors in the repository, in any format that `load` reads.
        revision : str, optional
            A branch, tag or commit.
        token : str, optional
            The one of `hf auth login` by default.
        limit, dtype, keep : optional
            As for `load`.

        Raises
        ------
        OptionError
            If a package is missing.
        FormatError
            If there are no such vectors, or they cannot be fetched or read.
        """
        from glove_ada.exports.hub import fetch_vectors

        path = fetch_vectors(repo_id, filename=filename, revision=revision, token=token)
        return cls.load(path, limit=limit, dtype=dtype, keep=keep)

    def push_to_hub(
        self,
        repo_id: str,
        *,
        report: Mapping[str, Any] | str | PathLike[str] | None = None,
        private: bool = False,
        token: str | None = None,
    ) -> str:
        """Push the vectors to the Hugging Face Hub, with a model card. Needs the extra `hub`.

        model2vec and sentence-transformers load what is pushed by its name, gensim and spaCy its
        `vectors.vec.gz`. A model card that you have written stays as it is.

        Parameters
        ----------
        repo_id : str
            `user/name`, made if it is not there.
        report : mapping or path, optional
            Of the training, for the card: `vectors.report.json`, or a model's `report_.facts`.
        private : bool
            Whether a repository that is made is seen by you alone.
        token : str, optional
            The one of `hf auth login` by default.

        Returns
        -------
        str
            The address of what was pushed.

        Raises
        ------
        OptionError
            If a package is missing, or the report is that of other vectors.
        FormatError, OutputError
            If the report cannot be read, or the Hub does not take the vectors.
        """
        from glove_ada.exports.hub import push_table

        return push_table(self.to_table(), repo_id, report=report, private=private, token=token)

    def save(self, path: str | PathLike[str], format: str | None = None) -> None:
        """Write the vectors to a file; the format follows from its name unless given.

        What is there is replaced, as by `numpy.save` and gensim; the commands ask for
        `--overwrite`.
        """
        from glove_ada.formats import write_vectors

        write_vectors(path, self.to_table(), format)

    def vectors_for_all(
        self, keys: Iterable[str], allow_inference: bool = True, copy_vecattrs: bool = False
    ) -> WordVectors:
        """Take the rows of some words, each once, in this order; unknown words are left out.

        Parameters
        ----------
        keys : iterable of str
        allow_inference : bool
            Makes no difference: vectors of unknown words cannot be inferred.
        copy_vecattrs : bool
            Take the words' counts along.
        """
        words = [word for word in dict.fromkeys(list_of_words("keys", keys)) if word in self]
        rows = [self.get_index(word) for word in words]
        counts = self.counts[rows] if copy_vecattrs and self.counts is not None else None
        return WordVectors(words, self.vectors[rows], counts=counts)

    def with_unknown_word(self, word: str = "<unk>", rarest: int = 100) -> WordVectors:
        """Add a last row for words that are unknown: the mean of the rarest, the last ones.

        So the reference program ends its files (`save_params` of its `glove.c`).

        Parameters
        ----------
        word : str
            Which must not be among the words.
        rarest : int
            Of so many, or of all if there are fewer.

        Returns
        -------
        WordVectors
            With 0 for the word's count, if counts are known.

        Raises
        ------
        OptionError
            If the word is known; it is a ValueError.
        """
        word, rarest = check("word", word, Name()), check("rarest", rarest, Whole(1))
        if word in self:
            raise OptionError(f"{word!r} is among the words: leave it, or name another")

        def extended(rows: npt.NDArray[Any] | None) -> npt.NDArray[Any] | None:
            if rows is None:
                return None
            last = rows[-rarest:]
            mean = np.add.reduce(last, axis=0, dtype=np.float64) / len(last)
            return np.concatenate([rows, mean[np.newaxis].astype(rows.dtype)])

        counts = None if self.counts is None else np.append(self.counts, 0)
        return WordVectors(
            [*self.index_to_key, word],
            cast(Matrix, extended(self.vectors)),
            counts=counts,
            word_vectors=extended(self.word_vectors),
            context_vectors=extended(self.context_vectors),
            word_biases=extended(self.word_biases),
            context_biases=extended(self.context_biases),
        )

    def to_table(self) -> VectorTable:
        """Hand over everything known about the words, as formats write it; nothing is copied."""
        from glove_ada.formats.table import VectorTable

        return VectorTable(
            self.index_to_key,
            self.vectors,
            counts=self.counts,
            word_vectors=self.word_vectors,
            context_vectors=self.context_vectors,
            word_biases=self.word_biases,
            context_biases=self.context_biases,
            left_context_vectors=self.left_context_vectors,
            left_context_biases=self.left_context_biases,
        )

    def to_gensim(self) -> Any:
        """Make gensim's own object over the same matrix, which is not copied.

        Returns
        -------
        gensim.models.KeyedVectors

        Raises
        ------
        ImportError
            If gensim is not installed.
        """
        try:
            from gensim.models import KeyedVectors
        except ImportError as error:
            raise ImportError("to_gensim() needs gensim: pip install gensim") from error

        keyed = KeyedVectors(self.vector_size, dtype=self.vectors.dtype)
        keyed.index_to_key = list(self.index_to_key)
        keyed.key_to_index = dict(self.key_to_index)
        keyed.vectors = self.vectors
        keyed.next_index = len(self)
        if self.counts is not None:
            keyed.expandos["count"] = self.counts.copy()
        return keyed

    def to_pandas(self) -> Any:
        """Make a DataFrame with a row for each word.

        Returns
        -------
        pandas.DataFrame, shape (words, vector_size)
            The words are its index.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        from glove_ada.exports.frames import make_frame

        return make_frame(self.to_table())

    def to_torch(self, *, freeze: bool = True) -> Any:
        """Make an embedding layer of PyTorch's: its row i is the vector of word i.

        Parameters
        ----------
        freeze : bool
            Whether training leaves the vectors as they are; then they are not copied. Otherwise
            the layer has a copy.

        Returns
        -------
        torch.nn.Embedding

        Raises
        ------
        ImportError
            If PyTorch is not installed.
        """
        from glove_ada.exports.torch_embedding import make_embedding

        return make_embedding(self.to_table(), freeze=freeze)

    def evaluate_word_analogies(
        self,
        analogies: str | PathLike[str],
        restrict_vocab: int | None = None,
        *,
        dummy4unknown: bool = False,
        similarity_function: str = "most_similar",
    ) -> tuple[float, list[dict[str, Any]]]:
        """Answer a file of analogies and give gensim's kind of result.

        `glove_ada.evaluation.evaluate_analogies` tells more. Questions are folded to lower case
        if the vocabulary is lower-case.

        Returns
        -------
        score : float
            Share of right answers; 0 if there are no known questions.
        sections : list of dict
            `section`, `correct` and `incorrect` of each section, then of all.
        """
        from glove_ada.evaluation.gensim_results import word_analogies

        return word_analogies(self, analogies, restrict_vocab, dummy4unknown, similarity_function)

    def evaluate_word_pairs(
        self,
        pairs: str | PathLike[str],
        delimiter: str | None = None,
        *,
        restrict_vocab: int | None = None,
        dummy4unknown: bool = False,
    ) -> tuple[tuple[float, float], tuple[float, float], float]:
        """Compare cosines with people's judgements and give gensim's kind of result.

        `glove_ada.evaluation.evaluate_similarity` tells more.

        Returns
        -------
        pearson, spearman : (float, float)
            The correlation and its two-tailed p-value.
        oov_ratio : float
            Pairs with an unknown word, in percent.
        """
        from glove_ada.evaluation.gensim_results import word_pairs

        return word_pairs(self, pairs, delimiter, restrict_vocab, dummy4unknown)

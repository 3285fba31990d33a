"""Training on text, or on what was counted before: the stages of the work in their order."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from glove_ada.cooccurrence.matrix import Cooccurrence
from glove_ada.cooccurrence.matrix_files import check_matrix_writable, write_matrix
from glove_ada.corpus.encoding import EncodedCorpus
from glove_ada.corpus.sources import Corpus, FileSource, TextSource, open_corpus
from glove_ada.corpus.vocabulary import Vocabulary, read_vocabulary
from glove_ada.errors import OptionError
from glove_ada.model.documents import DocumentVectors
from glove_ada.run.counted.agreement import counted_with
from glove_ada.run.counted.description import COUNTS, open_counted
from glove_ada.run.counting_stages import Counts
from glove_ada.run.new_run import RunSettings, begin_run
from glove_ada.run.options import TRAINER_OPTIONS, Options
from glove_ada.run.options.resolution import resolve_options
from glove_ada.run.outputs import Output, check_outputs, is_counts
from glove_ada.run.report import Report
from glove_ada.run.stages import Run
from glove_ada.run.start import check_start
from glove_ada.system.progress import Display, choose_display
from glove_ada.system.sentences.kinds import Path, check, check_given
from glove_ada.training.state import TrainingState
from glove_ada.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    from typing_extensions import Self

AfterEpoch = Callable[[int, Callable[[], WordVectors], Report], bool | None]


class Fitting(DocumentVectors):
    """Learns the vectors of words; `_fit` is the order of the stages."""

    document: str
    text_column: str | None
    vocab_file: str | os.PathLike[str] | None
    directed: bool | None
    symmetric: bool | None
    start_from: str | os.PathLike[str] | None
    work_dir: str | os.PathLike[str] | None
    verbose: bool
    display: Display | None

    vocabulary_: Vocabulary
    costs_: list[float]
    zero_costs_: list[float]
    report_: Report
    _files: list[str]

    def resolved_options(self) -> Options:
        """Return the options with the rule's defaults, checked.

        Raises
        ------
        OptionError
            If a value makes no sense.
        """
        return resolve_options(**{name: getattr(self, name) for name in TRAINER_OPTIONS})

    def fit(
        self,
        X: Corpus,  # noqa: N803
        y: object = None,
        *,
        save_cooccurrence: str | os.PathLike[str] | None = None,
        after_epoch: AfterEpoch | None = None,
        write: Callable[[Self], object] | None = None,
    ) -> Self:
        """Train on a corpus.

        Parameters
        ----------
        X : str, path-like, iterable of path-like, or iterable of documents
            The corpus. A string is a path; several that are all paths of what exists are paths,
            too. A document is a string or a list of tokens.
        y : object
            Of no use; scikit-learn's pipelines give it.
        save_cooccurrence : path-like, optional
            Write the counts to this file: `.mtx` is Matrix Market, `.npz` SciPy's, anything else
            the reference program's `cooccurrence.bin`.
        after_epoch : callable, optional
            Is given the epoch from 1, a function that makes the vectors as they are then, and
            the report. If it returns true, the training ends there, well, with these vectors.
        write : callable, optional
            Is given the trained model to write it out. If that fails, a checkpoint is left in
            `work_dir`.

        Returns
        -------
        self

        Raises
        ------
        GloveError
            If an option makes no sense, the corpus cannot be read or holds nothing to learn from,
            the training diverges, or `work_dir` cannot be used or does not go with the run.
        Interrupted
            After Ctrl-C or SIGTERM during training, with a checkpoint left in `work_dir`. It is a
            KeyboardInterrupt.
        """
        self.options_ = self.resolved_options()
        self.check_sif()
        given = self._given_vocabulary()
        source = self._open(X)
        check_given("save_cooccurrence", save_cooccurrence, Path())
        counts_file = [] if save_cooccurrence is None else [os.fspath(save_cooccurrence)]
        files = source.files if isinstance(source, FileSource) else []
        self._files = files if source.repeatable else []
        if isinstance(source, FileSource) and source is not X:  # or its owner has told
            for line in source.left_out.tell():
                warnings.warn(line, stacklevel=2)
        check_outputs(
            [Output(path, is_counts, check=check_matrix_writable) for path in counts_file],
            filter(None, [*files, self.vocab_file, self.start_from]),
            self.work_dir,
            overwrite=True,
        )

        def count(run: Run) -> Counts:
            if isinstance(source, FileSource):  # so that the text is found again
                of_text = {"document": source.document, "text_column": source.text_column}
                run.report.add("corpus", paths=source.paths, **of_text)
            if save_cooccurrence is None:
                return run.count_corpus(source, given)
            counts = run.count_whole(source, given)
            write_matrix(save_cooccurrence, cast("Cooccurrence", counts.cooccurrence))
            return counts

        return self._fit(count, after_epoch, write)

    def fit_transform(self, X: Corpus, y: object = None, **fit: Any) -> Any:  # noqa: N803
        """Train on documents and return their vectors; see `fit` and `transform`."""
        documents: Any = list(X) if isinstance(X, Iterator) else X  # which is read only once
        return self.fit(documents, y, **fit).transform(documents)

    def fit_cooccurrence(
        self,
        path: str | os.PathLike[str],
        *,
        after_epoch: AfterEpoch | None = None,
        write: Callable[[Self], object] | None = None,
    ) -> Self:
        """Train on the reference program's `cooccurrence.bin`, in place of counting.

        Parameters
        ----------
        path : path-like
            Shuffled or not; `vocab_file` is the vocabulary that it was counted with.
        after_epoch, write : callable, optional
            As for `fit`.

        Returns
        -------
        self

        Raises
        ------
        GloveError
            If an option makes no sense, a file cannot be read or does not go with the other, or
            the training diverges.
        """
        check("path", path, Path())
        self.options_ = self.resolved_options()
        if self.directed is None:  # few such files tell sides apart
            self.options_ = replace(self.options_, directed=False, symmetric=True)
        if self.vocab_file is None:
            raise OptionError("--cooccurrence-file needs the --vocab-file it was counted with")
        vocabulary = read_vocabulary(self.vocab_file)
        return self._fit(lambda run: run.read_counts(path, vocabulary), after_epoch, write)

    def fit_counts(
        self,
        folder: str | os.PathLike[str],
        *,
        after_epoch: AfterEpoch | None = None,
        write: Callable[[Self], object] | None = None,
    ) -> Self:
        """Train on a folder of counts of `glove_ada.count` or `glove_ada.merge`.

        Parameters
        ----------
        folder : path-like
            Its vocabulary, and the options it was counted with, hold for the training, too.
        after_epoch, write : callable, optional
            As for `fit`.

        Returns
        -------
        self

        Raises
        ------
        GloveError
            If an option makes no sense or is not what the folder was counted with, the folder
            cannot be read, or the training diverges.
        """
        counted = open_counted(check("folder", folder, Path()), COUNTS)
        if self.vocab_file is not None:
            raise OptionError("the counts have a vocabulary: leave --vocab-file out")
        self.options_ = counted_with(self.resolved_options(), counted, self.directed)
        return self._fit(lambda run: run.load_counts(counted), after_epoch, write)

    def count(self, corpus: Corpus) -> Cooccurrence:
        """Count a corpus as `fit` does, and go no further; `vocabulary_` and `report_` are set.

        Unless `directed` or `symmetric` is given, neighbours on both sides are counted as one.

        Parameters
        ----------
        corpus : str, path-like, iterable of path-like, or iterable of documents
            As for `fit`.

        Returns
        -------
        Cooccurrence
            Its `to_scipy()` is the matrix, with a row for each word of `vocabulary_`.

        Raises
        ------
        GloveError
            If an option makes no sense, or the corpus cannot be read or holds nothing to count.
        """
        self.options_ = self.resolved_options()
        if self.directed is None and self.symmetric is None:
            self.options_ = replace(self.options_, directed=False, symmetric=True)
        given = self._given_vocabulary()
        with self._begin_run(scores=False) as run:
            source = self._open(corpus)
            counts = run.count_whole(source, given)
        self.vocabulary_ = counts.vocabulary
        return cast("Cooccurrence", counts.cooccurrence)

    def encode(self, corpus: Corpus) -> EncodedCorpus:
        """Turn a corpus into word ids, for `fit_encoded`; all else is as for `fit`."""
        self.options_ = self.resolved_options()
        given = self._given_vocabulary()
        with self._begin_run(scores=False) as run:
            source = self._open(corpus)
            return run.encode_for_later(source, given)

    def fit_encoded(self, encoded: EncodedCorpus) -> Self:
        """Train on a corpus that is encoded.

        Parameters
        ----------
        encoded : EncodedCorpus
            What `encode` has returned, or some of its documents.

        Returns
        -------
        self

        Raises
        ------
        GloveError
            As for `fit`.
        """
        self.options_ = self.resolved_options()
        return self._fit(lambda run: run.count_encoded(encoded), None, None)

    def _given_vocabulary(self) -> Vocabulary | None:
        return read_vocabulary(self.vocab_file) if self.vocab_file is not None else None

    def _open(self, corpus: Corpus) -> TextSource:
        return open_corpus(corpus, document=self.document, text_column=self.text_column)

    def _fit(
        self,
        count: Callable[[Run], Counts],
        after_epoch: AfterEpoch | None,
        write: Callable[[Self], object] | None,
    ) -> Self:
        if self.start_from is not None:
            check_start(self.start_from, self.options_.vector_size)
        with self._begin_run(scores=after_epoch is not None) as run:
            counts = count(run)
            corpus, self.vocabulary_ = counts.corpus, counts.vocabulary
            self.phrases_ = counts.phrases
            tiles = run.build_tiles(counts.cooccurrence)
            del counts  # the tiles hold all of them
            rule = run.make_rule(self.vocabulary_)
            training = run.begin_training(self.start_from, corpus, self.vocabulary_, tiles, rule)

            def on_epoch(state: TrainingState) -> bool | None:
                self._take_costs(state)
                if not after_epoch:
                    return False
                make_vectors = partial(run.vectors_on_the_way, training)
                return after_epoch(state.epochs, make_vectors, self.report_)

            run.train(training, rule, on_epoch)
            self._take_costs(training.state)
            with run.until_written():
                self.vectors_ = run.combine(training, run.polish(training))
                if write:
                    write(self)
        return self

    def _take_costs(self, state: TrainingState) -> None:
        self.costs_ = [cost.nonzeros for cost in state.costs]
        self.zero_costs_ = [cost.negatives for cost in state.costs]

    def _begin_run(self, *, scores: bool) -> AbstractContextManager[Run]:
        self.report_ = Report()
        self.report_.add("options", **asdict(self.options_))
        display = self.display or choose_display(quiet=not self.verbose)
        names = [field.name for field in fields(RunSettings)]
        settings = RunSettings(**{name: getattr(self, name) for name in names})
        return begin_run(self.options_, settings, display, self.report_, scores=scores)

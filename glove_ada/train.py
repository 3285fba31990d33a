"""Train word vectors from text: `python -m glove_ada.train corpus.txt`."""

from __future__ import annotations

if __name__ == "__main__":
    from glove_ada.system import end_at_interrupts

    end_at_interrupts()  # while the imports below take their time

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from glove_ada import kernels
from glove_ada.cooccurrence.matrix_files import check_matrix_writable
from glove_ada.corpus.phrases.listing import write_phrases
from glove_ada.corpus.sources import FileSource
from glove_ada.corpus.vocabulary import write_vocabulary
from glove_ada.errors import OptionError
from glove_ada.formats import check_vectors_writable
from glove_ada.model import AfterEpoch, GloVe
from glove_ada.run.epoch_scores import EpochScores
from glove_ada.run.kept.session import holds_work, identify_checkpoint
from glove_ada.run.options import GROUPS, MODES, OPTIONS
from glove_ada.run.options.parsing import add_options
from glove_ada.run.outputs import (
    Output,
    check_outputs,
    is_counts,
    is_phrases,
    is_report,
    is_vectors,
    is_vocabulary,
    written_before,
)
from glove_ada.run.outputs.vector_files import UNKNOWN_WORD, VectorFiles
from glove_ada.run.report import Report, path_beside, report_path, write_report
from glove_ada.system.console import CommandParser, run_command, say_warnings
from glove_ada.system.interrupts import Interrupted
from glove_ada.system.memory import share_one_heap
from glove_ada.system.progress import Display, choose_display
from glove_ada.system.threads import usable_cpus
from glove_ada.vectors.word_vectors import WordVectors


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    share_one_heap()  # before there are threads, so that what they free goes back to the system
    return run_command(partial(_run, sys.argv[1:] if arguments is None else arguments))


def _run(arguments: Sequence[str]) -> None:
    options = vars(_parser().parse_args(arguments))
    display = choose_display(options.pop("quiet"))
    say_warnings(display.say)
    work_dir = options["work_dir"] = _work_dir(options)
    old = identify_checkpoint(work_dir) if work_dir is not None else None
    how = next((name for name in ("resume", "fresh") if options[name]), None)
    try:
        _train(display, **options)
    except MemoryError:
        raise OptionError(
            "the memory is not enough; give a lower --memory, a higher --min-count, a lower "
            "--max-vocab or --vector-size"
        ) from None
    except KeyboardInterrupt as interrupt:
        interrupted = Interrupted.by(interrupt)
        interrupted.advice = interrupted.advice or _way_on(work_dir, arguments, old, how)
        raise interrupted from None


def _work_dir(options: dict[str, Any]) -> str | None:
    """Return the directory for what a run leaves there: beside the output, if it may be needed."""
    if options["work_dir"] is not None:
        return str(options["work_dir"])
    asked_for = any(options[name] for name in ("resume", "keep", "checkpoint_every", "memory"))
    if not options["checkpoint_minutes"] and not asked_for:
        return None
    return path_beside(options["save_file"], ".work")


def _way_on(work_dir: str | None, arguments: Sequence[str], old: object, how: str | None) -> str:
    """Tell how to go on after an interruption, in one line.

    While an old checkpoint is still there, that is as before: to go on with it if `how` is
    "resume", or else to start anew.
    """
    if work_dir is None or not holds_work(work_dir):
        return "nothing was written"
    again = ["--resume"]
    if old is not None and identify_checkpoint(work_dir) == old:
        again = [f"--{how}"] if how else []
    options, end = list(arguments), []
    if "--" in options:
        end = options[options.index("--") :]
        del options[options.index("--") :]
    command = [*(option for option in options if not _is_of_going_on(option)), *again, *end]
    return f"go on with: {shlex.join(['python', '-m', 'glove_ada.train', *command])}"


def _is_of_going_on(argument: str) -> bool:
    """Return whether an argument that the parser took is --resume or --fresh, perhaps shortened."""
    is_option = argument.startswith("--") and argument != "--"
    return is_option and ("--resume".startswith(argument) or "--fresh".startswith(argument))


def _train(
    display: Display,
    *,
    backend: str | None,
    corpus: list[str],
    cooccurrence_file: str | None,
    counts: str | None,
    save_file: str,
    save_vocab: str | None,
    save_cooccurrence: str | None,
    format: str | None,
    phrases_file: str | None,
    write_header: bool,
    unk: bool,
    overwrite: bool,
    evaluate_every: int | None,
    analogies: list[str],
    similarity: list[str],
    work_dir: str | None,
    **options: object,
) -> None:
    kernels.use_backend(backend)
    if sum(map(bool, (corpus, cooccurrence_file, counts))) != 1:
        behind = ", in front of --analogies and --similarity, which take all files behind them"
        raise OptionError(
            f"give a corpus{behind if analogies or similarity else ''}, or --counts or "
            f"--cooccurrence-file in place of it"
        )
    model = GloVe(display=display, work_dir=work_dir, **options)  # type: ignore[arg-type]
    OPTIONS["evaluate_every"].check(evaluate_every)
    epochs = model.resolved_options().epochs
    files = VectorFiles.named(
        save_file, format, header=write_header, threads=model.threads, unknown_row=unk
    )
    numbered = files.numbered(model.checkpoint_every, epochs)
    can_be_vectors = partial(check_vectors_writable, format=files.format)
    outputs = [
        Output(files.path, is_vectors, check=can_be_vectors),
        *(Output(path, is_vectors, False, can_be_vectors) for path in numbered.values()),
        Output(report_path(save_file), is_report, named=False),
    ]
    if save_vocab is not None:
        outputs.append(Output(save_vocab, is_vocabulary))
    if save_cooccurrence is not None:
        outputs.append(Output(save_cooccurrence, is_counts, check=check_matrix_writable))
    if phrases_file is not None:
        if not model.phrases:
            raise OptionError("--phrases-file needs --phrases")
        outputs.append(Output(phrases_file, is_phrases))
    source = None
    if corpus:
        source = _open_source(corpus, outputs, display, model.document, model.text_column)
    questions = [*analogies, *similarity]
    inputs = [
        *(source.files if source else []),
        cooccurrence_file,
        counts,
        model.vocab_file,
        model.start_from,
        *questions,
    ]
    # What there is to resume is the run that these outputs are of.
    resumed = model.resume and work_dir is not None and holds_work(work_dir)
    check_outputs(outputs, filter(None, inputs), work_dir, overwrite=overwrite, resumed=resumed)
    replaced = any(os.path.exists(output.path) for output in outputs)
    after_epoch: list[AfterEpoch] = []
    if numbered:
        after_epoch.append(partial(_write_numbered, numbered, files))
    if analogies or similarity:
        threads = model.threads or usable_cpus()
        after_epoch.append(
            EpochScores(evaluate_every, epochs, analogies, similarity, display, threads)
        )
    elif evaluate_every:
        raise OptionError("--evaluate-every needs --analogies or --similarity")

    def beside(epoch: int, make_vectors: Callable[[], WordVectors], report: Report) -> None:
        for call in after_epoch:
            try:
                call(epoch, make_vectors, report)
            except Exception as error:  # whatever it is, the training is worth more
                message = f"after epoch {epoch}: {str(error) or type(error).__name__}"
                display.say(f"warning: {message}; the training goes on")
                report.append("warnings", message)

    def on_the_way(epoch: int, make_vectors: Callable[[], WordVectors], report: Report) -> None:
        if epoch < epochs:
            beside(epoch, make_vectors, report)

    def write(model: GloVe) -> None:
        _write_vectors(model, files, display)
        if save_vocab is not None:  # the vectors wait for nothing
            write_vocabulary(save_vocab, model.vocabulary_)
        if phrases_file is not None:
            write_phrases(phrases_file, model.phrases_)
        beside(epochs, lambda: model.vectors_, model.report_)  # now that they are safe
        others = [output.path for output in outputs if output.path != report_path(save_file)]
        write_report(report_path(save_file), model.report_, others)

    then = on_the_way if after_epoch else None
    if source:
        model.fit(source, save_cooccurrence=save_cooccurrence, after_epoch=then, write=write)
    elif counts:
        model.fit_counts(counts, after_epoch=then, write=write)
    elif cooccurrence_file:
        model.fit_cooccurrence(cooccurrence_file, after_epoch=then, write=write)
    instead = ", in place of what was there" if replaced else ""
    display.say(f"wrote {save_file} and {report_path(save_file)}{instead}")


def _open_source(
    corpus: list[str],
    outputs: list[Output],
    display: Display,
    document: str,
    text_column: str | None,
) -> FileSource:
    """Open the corpus; what this command itself has written into its directories is no part."""
    own = written_before(outputs) if any(map(os.path.isdir, corpus)) else []
    source = FileSource(corpus, without=own, document=document, text_column=text_column)
    for line in source.left_out.tell():
        display.say(line)
    return source


def _write_vectors(model: GloVe, files: VectorFiles, display: Display) -> None:
    """Write the vectors; note where they are in the report."""
    vectors = model.vectors_
    if files.unknown_row and not files.adds_row(vectors):
        display.say(f"the corpus has the word {UNKNOWN_WORD}, whose vector stays as it is")
    with (
        model.report_.stage("write"),
        display.stage("write", len(vectors), "rows") as stage,
    ):
        files.write(vectors, progress=stage.advance)
    model.report_.add(
        "vectors",
        path=files.path,
        format=files.format,
        header=files.has_header,
        unknown_row=files.adds_row(vectors),
        sha256=files.digest(),
    )


def _write_numbered(
    paths: dict[int, str],
    files: VectorFiles,
    epoch: int,
    make_vectors: Callable[[], WordVectors],
    report: Report,
) -> None:
    """Write the vectors as they are after an epoch, if it is one of those asked for."""
    if epoch in paths:
        files.write(make_vectors(), paths[epoch])


def _parser() -> argparse.ArgumentParser:
    parser = CommandParser(
        prog="python -m glove_ada.train",
        description="Train GloVe word vectors from text.",
        epilog=f"Where defaults differ, they stand in this order: {' / with '.join(MODES)}.",
    )
    parser.add_argument(
        "corpus",
        nargs="*",
        help="files, directories, URLs, or - for standard input; .gz, .bz2, .xz, .zst, .zip too",
    )
    for title, options in GROUPS.items():
        add_options(parser, title, options)
    return parser


if __name__ == "__main__":
    sys.exit(main())

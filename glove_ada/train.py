"""Train word vectors from text: `python -m glove_ada.train corpus.txt`."""

from __future__ import annotations

if __name__ == "__main__":
    from glove_ada.system.interrupts import end_at_interrupts

    end_at_interrupts()  # while the imports below take their time

import argparse
import hashlib
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from glove_ada import kernels
from glove_ada.corpus.sources import FileSource
from glove_ada.corpus.vocabulary import write_vocabulary
from glove_ada.errors import OptionError, OutputError
from glove_ada.formats.glove_text import write_glove_text
from glove_ada.kernels.backend import BACKENDS
from glove_ada.model import AfterEpoch, GloVe
from glove_ada.run.epoch_scores import EpochScores
from glove_ada.run.options import BIAS_INITS, DEFAULTS, MODELS, RULES, check_values
from glove_ada.run.report import Report, path_beside, report_path, write_report
from glove_ada.run.session import holds_work
from glove_ada.system.atomic_files import check_writable
from glove_ada.system.console import run_command, say_warnings
from glove_ada.system.interrupts import Interrupted
from glove_ada.system.progress import Display, choose_display
from glove_ada.system.threads import usable_cpus
from glove_ada.vectors.word_vectors import WordVectors


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    return run_command(partial(_run, sys.argv[1:] if arguments is None else arguments))


def _run(arguments: Sequence[str]) -> None:
    options = vars(_parser().parse_args(arguments))
    display = choose_display(options.pop("quiet"))
    say_warnings(display.say)
    work_dir = options["work_dir"] = _work_dir(options)
    try:
        _train(display, **options)
    except MemoryError:
        raise OptionError(
            "the memory is not enough; give a lower --memory, a higher --min-count, a lower "
            "--max-vocab or --vector-size"
        ) from None
    except KeyboardInterrupt as interrupt:
        interrupted = Interrupted.by(interrupt)
        interrupted.advice = _way_on(work_dir, arguments)
        raise interrupted from None


def _work_dir(options: dict[str, Any]) -> str | None:
    """Return the directory for what a run leaves there: beside the output, if it may be needed."""
    if options["work_dir"] is not None:
        return str(options["work_dir"])
    asked_for = any(options[name] for name in ("resume", "keep", "checkpoint_every", "memory"))
    if not options["checkpoint_minutes"] and not asked_for:
        return None
    return path_beside(options["save_file"], ".work")


def _way_on(work_dir: str | None, arguments: Sequence[str]) -> str:
    """Tell how to go on after an interruption, in one line."""
    if work_dir is None or not holds_work(work_dir):
        return "nothing was written"
    again = [argument for argument in arguments if argument not in ("--resume", "--fresh")]
    return f"go on with: {shlex.join(['python', '-m', 'glove_ada.train', *again, '--resume'])}"


def _train(
    display: Display,
    *,
    backend: str | None,
    corpus: list[str],
    cooccurrence_file: str | None,
    save_file: str,
    save_vocab: str | None,
    save_cooccurrence: str | None,
    write_header: bool,
    evaluate_every: int | None,
    analogies: list[str],
    similarity: list[str],
    **options: object,
) -> None:
    kernels.use_backend(backend)
    if bool(corpus) == bool(cooccurrence_file):
        raise OptionError("give a corpus, or --cooccurrence-file in place of it")
    model = GloVe(display=display, **options)  # type: ignore[arg-type]
    check_values({"evaluate_every": evaluate_every})
    epochs = model.resolved_options().epochs
    source = FileSource(corpus) if corpus else None
    numbered = _numbered_paths(save_file, model.checkpoint_every, epochs)
    outputs = [save_file, report_path(save_file), save_vocab, save_cooccurrence]
    outputs += numbered.values()
    questions = [*analogies, *similarity]
    inputs = [*(source.files if source else []), cooccurrence_file, model.vocab_file, *questions]
    _check_outputs(outputs, inputs)
    after_epoch: list[AfterEpoch] = []
    if numbered:
        after_epoch.append(partial(_write_numbered, numbered, write_header, model.threads))
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
        if source:
            model.report_.add("corpus", paths=corpus)
        if save_vocab:
            write_vocabulary(save_vocab, model.vocabulary_)
        _write_vectors(model, save_file, write_header, display)
        beside(epochs, lambda: model.vectors_, model.report_)  # now that they are safe
        write_report(report_path(save_file), model.report_)

    then = on_the_way if after_epoch else None
    if source:
        model.fit(source, save_cooccurrence=save_cooccurrence, after_epoch=then, write=write)
    elif cooccurrence_file:
        model.fit_cooccurrence(cooccurrence_file, after_epoch=then, write=write)
    display.say(f"wrote {save_file} and {report_path(save_file)}")


def _write_vectors(model: GloVe, path: str, header: bool, display: Display) -> None:
    """Write the vectors; note where they are in the report."""
    vectors = model.vectors_
    with (
        model.report_.stage("write"),
        display.stage("write", len(vectors), "rows") as stage,
    ):
        write_glove_text(
            path,
            vectors.to_table(),
            header=header,
            threads=model.threads,
            progress=stage.advance,
        )
    model.report_.add("vectors", path=path, header=header, sha256=_file_digest(path))


def _numbered_paths(path: str, every: int | None, epochs: int) -> dict[int, str]:
    """Return the epochs after which vectors are written, and where to: `vectors.007.txt`."""
    stem, suffix = os.path.splitext(path)
    return {n: f"{stem}.{n:03}{suffix}" for n in range(every, epochs + 1, every)} if every else {}


def _write_numbered(
    paths: dict[int, str],
    header: bool,
    threads: int | None,
    epoch: int,
    make_vectors: Callable[[], WordVectors],
    report: Report,
) -> None:
    """Write the vectors as they are after an epoch, if it is one of those asked for."""
    if epoch in paths:
        write_glove_text(paths[epoch], make_vectors().to_table(), header=header, threads=threads)


def _check_outputs(
    outputs: Sequence[str | None], inputs: Sequence[str | os.PathLike[str] | None]
) -> None:
    """Find out before the long work what would fail after it."""
    read = {os.path.realpath(path) for path in inputs if path}
    written: set[str] = set()
    for path in outputs:
        if path is None:
            continue
        check_writable(path)
        target = os.path.realpath(path)
        if target in read:
            raise OptionError(f"{path} is read from and would be overwritten; name another")
        if target in written:
            raise OptionError(f"{path} would be written twice; name another for one of the outputs")
        written.add(target)


def _file_digest(path: str) -> str:
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise OutputError(
            f"{path} was written, but cannot be read again: {error.strerror or error}"
        ) from error
    return digest.hexdigest()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m glove_ada.train",
        description="Train GloVe word vectors from text.",
        epilog="Where defaults differ, they stand in this order: / with --zeros 0 / with --rule "
        "stanford.",
    )
    add = parser.add_argument
    add("corpus", nargs="*", help="files, directories, or - for standard input; .gz, .bz2, .xz too")

    group = parser.add_argument_group("vocabulary")
    add = group.add_argument
    add("--min-count", type=int, default=5, help="fewest occurrences of a word (5)")
    add("--max-vocab", type=int, help="most words, the most frequent ones (no limit)")
    add("--vocab-file", help="use this vocabulary ('word count' lines) as it stands")
    add("--save-vocab", help="write the vocabulary to this file")
    add("--lowercase", action="store_true", help="fold the text by Unicode")

    group = parser.add_argument_group("counting")
    add = group.add_argument
    add("--window-size", type=int, default=15, help="farthest neighbour on each side (15)")
    add(
        "--symmetric",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="count neighbours on both sides, or only to the right",
    )
    add(
        "--distance-weighting",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="a neighbour at distance d counts 1/d, or 1",
    )

    add("--save-cooccurrence", metavar="FILE", help="write the counts as cooccurrence.bin")
    add(
        "--cooccurrence-file",
        metavar="FILE",
        help="the reference program's cooccurrence.bin in place of a corpus; needs --vocab-file",
    )

    group = parser.add_argument_group("training")
    add = group.add_argument
    add("--vector-size", type=int, help=f"dimensions of the vectors {_default('vector_size')}")
    add("--epochs", "--iter", type=int, help=f"passes over all nonzeros {_default('epochs')}")
    add(
        "--rule",
        choices=RULES,
        default="adagrad",
        help="AdaGrad that adds, then steps, or the reference C program's rule (adagrad)",
    )
    add("--x-max", type=float, help=f"counts from here on have full weight {_default('x_max')}")
    add("--alpha", type=float, default=0.75, help="exponent of the weight below x-max (0.75)")
    add("--eta", type=float, help=f"learning rate {_default('eta')}")
    add("--eps", type=float, help=f"added to the root of the accumulator {_default('eps')}")
    add(
        "--initial-accumulator",
        type=float,
        help=f"where sums of squared gradients start {_default('initial_accumulator')}",
    )
    add(
        "--weight-decay",
        type=float,
        help=f"times the vector, added to its gradient {_default('weight_decay')}",
    )
    add("--grad-clip", type=float, help=f"largest component of a gradient {_default('grad_clip')}")
    add(
        "--zeros",
        type=float,
        help=f"pairs that never meet, drawn for each nonzero {_default('zeros')}",
    )
    add(
        "--zero-count",
        type=float,
        help="what such a pair counts for (a sixth of the mean of all counts, zeros included)",
    )
    add("--zero-weight", type=float, default=0.05, help="its weight (0.05)")
    add(
        "--bias-init",
        choices=BIAS_INITS,
        help=f"start biases at the logarithms of row sums, or near 0 {_default('bias_init')}",
    )
    add("--seed", type=int, default=1, help="of initial values and order (1)")
    add("--threads", type=int, help="changes no result (one for each CPU)")
    add(
        "--memory",
        type=float,
        metavar="GB",
        help="most memory of the process; what does not fit goes to the work directory, which "
        "changes no result (three quarters of what is available)",
    )
    add(
        "--backend",
        choices=BACKENDS,
        help="changes no result (compiled, or numba where there are no compiled kernels)",
    )

    group = parser.add_argument_group("going on after an interruption, to the same result")
    add = group.add_argument
    add("--checkpoint-minutes", type=float, default=10, help="between checkpoints; 0: none (10)")
    add(
        "--checkpoint-every",
        type=int,
        metavar="EPOCHS",
        help="checkpoints and numbered vectors after every so many epochs, besides",
    )
    add("--resume", action="store_true", help="go on from the checkpoint, if there is one")
    add("--fresh", action="store_true", help="ignore what an earlier run has left")
    add("--keep", action="store_true", help="leave it for later runs: for more epochs, say")
    add("--work-dir", metavar="DIR", help="where it lies (beside the vectors)")

    group = parser.add_argument_group("scores on the way, for the report")
    add = group.add_argument
    add("--evaluate-every", type=int, metavar="N", help="every N epochs (after the last only)")
    add("--analogies", nargs="+", default=[], metavar="FILE", help="questions, or BATS directory")
    add("--similarity", nargs="+", default=[], metavar="FILE", help="word pairs with scores")

    group = parser.add_argument_group("output")
    add = group.add_argument
    add("--save-file", default="vectors.txt", help="the vectors (vectors.txt); a report beside it")
    add(
        "--model",
        choices=MODELS,
        default="sum",
        help="word plus weighted context vector, one of them, or both in a row (sum)",
    )
    add(
        "--context-weight",
        type=float,
        help=f"of the context vector in the sum {_default('context_weight')}",
    )
    add(
        "--singular-power",
        type=float,
        help="power that the vectors' singular values are raised to: below 1, short directions "
        f"count for more {_default('singular_power')}",
    )
    add("--write-header", action="store_true", help="'rows vector-size' first: word2vec text")
    add("--quiet", action="store_true", help="show nothing but errors")
    return parser


def _default(name: str) -> str:
    """Return what the rules' defaults are, for the help."""
    shown = [defaults.get(name, "not used") for defaults in DEFAULTS.values()]
    texts = [
        "none" if value is None else f"{value:g}" if isinstance(value, (int, float)) else value
        for value in shown
    ]
    return f"({texts[0]})" if len(set(texts)) == 1 else f"({' / '.join(texts)})"


if __name__ == "__main__":
    sys.exit(main())

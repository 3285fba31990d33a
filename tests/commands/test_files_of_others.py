"""No command removes or overwrites what others wrote, whatever it is called and wherever it is."""

from __future__ import annotations

import json
import os
import shlex
import signal
from pathlib import Path

import pytest

from glove_ada import GloVe, convert, plot, train
from glove_ada.corpus.earlier_outputs import describe_file
from glove_ada.errors import OptionError
from glove_ada.run.kept.checkpoint import Checkpoint, CheckpointWriter
from glove_ada.run.kept.work_dir import INNER_FOLDER
from glove_ada.system.interrupts import Interrupted

SMALL = ["--vector-size=4", "--epochs=2", "--threads=1", "--overwrite", "--min-count=1", "--quiet"]
TEXT = "a b c d e f g\n" * 10
OUR_NAMES = ["encoded", "counts", "checkpoint", "lock", "marker"]
pytestmark = pytest.mark.filterwarnings("ignore:.*are not UTF-8")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Run in a directory of its own."""
    directory = tmp_path / "here"
    directory.mkdir()
    monkeypatch.chdir(directory)
    return directory


def write(name, content=TEXT):
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return str(path)


def files():
    """Return the content of every file here."""
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


def fit(*arguments, status=0):
    assert train.main([*arguments, *SMALL]) == status


@pytest.mark.parametrize("work_dir", ["c", ".", "c/../c"])
@pytest.mark.parametrize("fresh", [[], ["--fresh"]])
def test_whatever_is_in_the_work_directory_stays(work_dir, fresh):
    for name in OUR_NAMES:
        write(f"c/{name}")
        write(name)
    before = files()
    fit("c/encoded", "--work-dir", work_dir, *fresh)
    assert files().items() >= before.items()
    assert files().keys() - before.keys() == {"vectors.txt", "vectors.report.json"}
    assert not list(Path().rglob(INNER_FOLDER))


def test_an_empty_work_directory_stays():
    Path("empty").mkdir()
    fit(write("corpus"), "--work-dir", "empty")
    assert os.listdir("empty") == []


@pytest.mark.parametrize("name", ["checkpoint", "encoded", "counts", "marker"])
def test_outputs_may_have_our_names(name):
    Path("out").mkdir()
    corpus = write("corpus")
    fit(corpus, "--save-file", f"out/{name}", "--format", "glove", "--work-dir", "out")
    fit(corpus, "--save-cooccurrence", f"out/{name}.bin", "--work-dir", "out")
    fit(corpus, "--save-cooccurrence", f"out/{name}", "--work-dir", "out")
    assert (Path("out") / name).read_bytes() == Path(f"out/{name}.bin").read_bytes()


def test_files_of_others_in_our_own_folder_stay(capsys):
    corpus = write("corpus")
    fit(corpus, "--keep")
    kept = files()
    for name in ("encoded", "counts", "checkpoint"):
        ours = Path("vectors.work", name)
        ours.unlink()
        write(ours, "a thesis")
        fit(corpus, "--fresh", status=2)
        assert f"{ours} is no glove_ada" in capsys.readouterr().err
        assert ours.read_text() == "a thesis"
        ours.write_bytes(kept[str(ours)])
    write("vectors.work/thesis", "years of work")
    fit(corpus, "--fresh")
    assert sorted(os.listdir("vectors.work")) == ["marker", "thesis"]
    fit(corpus)
    assert Path("vectors.work/thesis").read_text() == "years of work"


def test_a_folder_with_the_name_of_ours_is_refused(capsys):
    write(f"c/{INNER_FOLDER}/thesis", "years of work")
    before = files()
    fit(write("corpus"), "--work-dir", "c", status=2)
    assert capsys.readouterr().err == (
        f"error: c/{INNER_FOLDER} is there and was not made by glove_ada: move it away, or give "
        "another --work-dir\n"
    )
    assert files().items() >= before.items()


@pytest.mark.parametrize(
    "arguments",
    [
        ["corpus", "--work-dir", "vectors.work", "--save-file", "vectors.work/v.txt"],
        ["corpus", "--work-dir", "link", "--save-vocab", "vectors.work/v.txt"],
        ["corpus", "--save-cooccurrence", "link/v.bin"],
        ["corpus", "--work-dir", "new", "--save-file", "new"],
        ["corpus", "--work-dir", "c", "--save-file", f"c/{INNER_FOLDER}", "--format=glove"],
        ["vectors.work/encoded"],
        ["vectors.work"],
        ["link/encoded", "--work-dir", "vectors.work"],
        ["corpus", "--vocab-file", "link/checkpoint"],
    ],
)
def test_inputs_and_outputs_in_our_folder_are_refused(arguments, capsys):
    corpus = write("corpus")
    Path("c").mkdir()
    fit(corpus, "--keep")
    Path("link").symlink_to("vectors.work")
    before = files()
    fit(*arguments, status=2)
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert "unfinished work" in said
    assert said.count("\n") == 1
    assert files() == before


@pytest.mark.parametrize("name", ["corpus", "linked", "hard link", "vocab"])
@pytest.mark.parametrize("option", ["--save-file", "--save-vocab", "--save-cooccurrence"])
def test_training_does_not_overwrite_what_it_reads(name, option, capsys):
    corpus = write("corpus")
    Path("linked").symlink_to(corpus)
    os.link(corpus, "hard link")
    write("vocab", "a 10\nb 10\n")
    before = files()
    fit(corpus, "--vocab-file", "vocab", option, name, status=2)
    assert f"{name} is read from and would be overwritten" in capsys.readouterr().err
    assert files() == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("n.001.txt", "Chapter 1\n"),
        ("n.002.txt", ""),
        ("n.report.json", '{"mine": 1}'),
        ("n.report.json", "no JSON"),
    ],
)
def test_training_does_not_overwrite_what_nobody_named(name, content, capsys):
    corpus = write("corpus")
    write(name, content)
    before = files()
    fit(corpus, "--save-file", "n.txt", "--checkpoint-every", "1", status=2)
    said = capsys.readouterr().err
    assert said.startswith(f"error: {name} is there, was not written by glove_ada")
    assert said.count("\n") == 1
    assert files() == before
    os.unlink(name)
    for _ in range(2):  # its own are replaced
        fit(corpus, "--save-file", "n.txt", "--checkpoint-every", "1")
    write("n.txt", content)
    fit(corpus, "--save-file", "n.txt")  # named


def test_nor_does_the_library(here):
    corpus = here / write("corpus")
    with pytest.raises(OptionError, match="would be overwritten"):
        GloVe(vector_size=4).fit(corpus, save_cooccurrence=corpus)
    assert corpus.read_text() == TEXT


@pytest.mark.parametrize("user_made", [False, True])
def test_nor_does_it_write_counts_into_its_work_folder(user_made):
    corpus = write("corpus")
    if user_made:
        write("lw/thesis")
    folder = f"lw/{INNER_FOLDER}" if user_made else "lw"
    model = GloVe(vector_size=4, epochs=2, min_count=1, work_dir="lw", checkpoint_every=1)
    before = files()
    with pytest.raises(OptionError, match="unfinished work"):
        model.fit(corpus, save_cooccurrence=f"{folder}/checkpoint")
    assert files() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["v.txt", "v.txt", "--limit", "1"],
        ["v.txt", "./linked.txt", "--limit", "1"],
        ["v.txt", "hard link.txt"],
        ["folder", "folder", "--limit", "1"],
        ["folder", "folder/words.txt", "--limit", "1"],
        ["v.bin", "vocab.txt", "--vocab-file", "vocab.txt"],
    ],
)
def test_convert_does_not_overwrite_what_it_reads(arguments, capsys):
    write("v.txt", "a 1 2\nb 3 4\n")
    Path("linked.txt").symlink_to("v.txt")
    os.link("v.txt", "hard link.txt")
    write("vocab.txt", "a 2\nb 1\n")
    write("v.bin", "no matter")
    assert convert.main(["v.txt", "folder"]) == 0
    before = files()
    capsys.readouterr()
    assert convert.main(arguments) == 2
    assert " read from" in capsys.readouterr().err
    assert files() == before


def test_plot_does_not_overwrite_what_it_reads(capsys):
    fit(write("corpus"))
    os.rename("vectors.report.json", "report.svg")
    before = files()
    assert plot.main(["costs", "report.svg", "--output", "report.svg"]) == 2
    assert "is read from" in capsys.readouterr().err
    write("words.pdf", "a b c")
    assert plot.main(["words", "vectors.txt", "--words-file=words.pdf", "--output=words.pdf"]) == 2
    assert files().items() >= before.items()
    assert Path("words.pdf").read_text() == "a b c"


@pytest.mark.parametrize("where", ["vectors.work", "link", "vectors.work/sub"])
def test_nothing_is_written_into_the_work_folder_of_another_run(where, capsys):
    corpus = write("corpus")
    fit(corpus, "--keep")
    Path("link").symlink_to("vectors.work")
    Path("vectors.work/sub").mkdir()
    before = files()

    def refused(status):
        said = capsys.readouterr().err
        return status == 2 and "unfinished work" in said and said.count("\n") == 1

    out = f"{where}/checkpoint"
    for option in ("--save-file", "--save-vocab", "--save-cooccurrence"):
        for work in (["--work-dir", "other"], ["--checkpoint-minutes", "0"]):
            arguments = [corpus, "--save-file", "v.txt", *work, option, out, *SMALL]
            assert refused(train.main(arguments))
    assert refused(convert.main(["vectors.txt", out, "--format", "glove"]))
    assert refused(convert.main(["vectors.txt", where, "--format", "numpy"]))
    picture = f"{where}/costs.png"
    assert refused(plot.main(["costs", "vectors.report.json", "--output", picture]))
    with pytest.raises(OptionError, match="unfinished work"):
        GloVe(vector_size=4, min_count=1).fit(corpus, save_cooccurrence=out)
    assert files() == before


@pytest.fixture
def interrupt_in_epoch(monkeypatch):
    """A function that makes the next training end by a signal in an epoch."""

    def interrupt(epoch):
        stop_if_asked = CheckpointWriter.stop_if_asked

        def stop(writer, held):
            if writer.training.state.epochs == epoch - 1:
                writer.try_to_write()
                monkeypatch.setattr(CheckpointWriter, "stop_if_asked", stop_if_asked)
                raise Interrupted(signal.SIGINT)

        monkeypatch.setattr(CheckpointWriter, "stop_if_asked", stop)

    return interrupt


def printed_command(capsys):
    start = "interrupted: go on with: python -m glove_ada.train "
    line = capsys.readouterr().err.splitlines()[-1]
    assert line.startswith(start)
    return shlex.split(line.removeprefix(start))


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--fre"],
        ["--checkpoint-every", "1", "--save-vocab=words", "--save-cooccurrence=counts.bin"],
        ["--work-dir", "."],
    ],
)
def test_a_directory_that_is_written_to_is_the_same_corpus_later(
    options, interrupt_in_epoch, capsys
):
    write("one", TEXT)
    write("sub/two", "h i j k\n" * 9)
    assert train.main(["one", "sub/two", *SMALL[:-1], "--save-file", "../expected.txt"]) == 0
    interrupt_in_epoch(2)
    assert train.main([".", *SMALL[:-1], *options]) == 130
    again = printed_command(capsys)
    write("vectors.txt.glove_ada-0123abcd.tmp", "1 2 3\n")  # as a kill leaves it
    assert train.main(again) == 0
    said = capsys.readouterr().err
    assert "left out of the corpus, as glove_ada wrote it: ./" in said
    assert "resumed after 1 of 2 epochs" in said
    assert Path("vectors.txt").read_bytes() == Path("../expected.txt").read_bytes()
    # Nor does a later run learn from what this one wrote.
    assert train.main([".", *SMALL, *options]) == 0
    assert Path("vectors.txt").read_bytes() == Path("../expected.txt").read_bytes()


def test_kept_work_is_no_corpus():
    write("one", TEXT)
    fit(".", "--keep", "--save-file", "../v.txt", "--work-dir", ".")
    first = json.loads(Path("../v.report.json").read_text())["corpus"]["sha256"]
    fit(".", "--save-file", "../v.txt", "--work-dir", "../v.work")
    assert json.loads(Path("../v.report.json").read_text())["corpus"]["sha256"] == first


def corpus_of(save_file):
    return json.loads(Path(save_file).with_suffix(".report.json").read_text())["corpus"]


EVERYTHING = ["--save-file", "a.txt", "--save-vocab", "sub/va", "--save-cooccurrence", "a.bin"]


def test_what_runs_of_other_names_have_written_is_no_corpus(here, capsys):
    write("one")
    write("sub/two", "h i j k\n" * 9)
    fit(".", *EVERYTHING, "--checkpoint-every", "1")
    first = corpus_of("a.txt")
    for folder in ("arrays", "sub/arrays"):
        assert convert.main(["a.txt", folder]) == 0
    assert train.main([".", *SMALL[:-1], "--save-file", "b.txt"]) == 0
    assert (
        "left out of the corpus, as glove_ada wrote it: a.001.txt, a.002.txt, "
        in capsys.readouterr().err
    )
    assert corpus_of("b.txt") == first
    # Also to the library, and where the directory has been moved to.
    here.rename(here.parent / "moved")
    model = GloVe(vector_size=4, epochs=1, min_count=1).fit(here.parent / "moved")
    assert model.report_.facts["corpus"]["sha256"] == first["sha256"]


def test_a_run_that_goes_on_without_the_options_has_the_same_corpus():
    write("one")
    write("sub/two")
    fit(".", *EVERYTHING, "--keep", "--checkpoint-every", "1")
    first = corpus_of("a.txt")
    for save_file in ("a.txt", "b.txt"):  # the second knows what the first of them knew
        fit(".", "--save-file", save_file, "--work-dir", "a.work", "--keep", "--resume")
        assert corpus_of(save_file) == first


def test_outputs_that_the_user_has_changed_are_corpus():
    write("one")
    write("sub/two")
    fit(".", *EVERYTHING)
    assert convert.main(["a.txt", "arrays"]) == 0
    write("sub/va", "the user's own words\n")
    write("arrays/words.txt", "as many again\n")  # and bytes
    named = {"one": describe_file("one")}
    write("other.report.json", json.dumps({"outputs": named}))
    write("table.json", json.dumps({"format": "of others", "files": named}))
    fit(".", "--save-file", "../b.txt")
    words = len((2 * TEXT + "the user's own words as many again").split())
    lists = sum(len(Path(name).read_text().split()) for name in ("other.report.json", "table.json"))
    assert corpus_of("../b.txt")["tokens"] == words + lists


@pytest.mark.parametrize("content", [TEXT, "Chapter 1\n", "a 1 2\nb 3\n", "{}", "x" * 160, ""])
def test_text_of_the_user_is_not_taken_for_an_output(content, capsys):
    for option in ("--save-file", "--save-cooccurrence"):
        write("sub/text", content)
        fit("sub", option, "sub/text", status=2)
        assert "is read from and would be overwritten" in capsys.readouterr().err
        assert Path("sub/text").read_text() == content


@pytest.mark.parametrize("option", ["--fresh", "--fres", "--resume", "--re"])
def test_the_way_on_is_right_however_the_options_were_written(option, interrupt_in_epoch, capsys):
    write("--fresh")
    interrupt_in_epoch(2)
    assert train.main([*SMALL, option, "--", "--fresh"]) == 130
    again = printed_command(capsys)
    assert again == [*SMALL, "--resume", "--", "--fresh"]
    assert train.main(again) == 0


def test_the_way_on_from_a_fresh_start_is_not_the_old_checkpoint(
    interrupt_in_epoch, monkeypatch, capsys
):
    corpus = write("corpus")
    interrupt_in_epoch(2)
    fit(corpus, status=130)

    def interrupt(*_, **options):
        raise Interrupted(signal.SIGINT)

    capsys.readouterr()
    with monkeypatch.context() as patch:
        patch.setattr("glove_ada.run.counting_stages.count_cooccurrences", interrupt)
        assert train.main([corpus, *SMALL, "--fresh", "--seed", "2"]) == 130
    again = printed_command(capsys)
    assert again == [corpus, *SMALL, "--seed", "2", "--fresh"]
    assert Checkpoint("vectors.work/checkpoint").epochs == 1
    assert train.main(again) == 0
    assert not Path("vectors.work").exists()


def test_the_way_on_is_not_a_kept_checkpoint_of_a_training_that_is_done(monkeypatch, capsys):
    corpus = write("corpus")
    fit(corpus, "--keep")

    def interrupt(*_, **options):
        raise Interrupted(signal.SIGINT)

    capsys.readouterr()
    with monkeypatch.context() as patch:
        patch.setattr("glove_ada.run.counting_stages.count_cooccurrences", interrupt)
        assert train.main([corpus, *SMALL, "--keep", "--window-size", "3"]) == 130
    again = printed_command(capsys)
    assert again == [corpus, *SMALL, "--keep", "--window-size", "3"]
    assert train.main(again) == 0


def test_the_way_on_from_a_kept_checkpoint_that_was_to_be_resumed(monkeypatch, capsys):
    corpus = write("corpus")
    fit(corpus, "--keep")

    def interrupt(*_, **options):
        raise Interrupted(signal.SIGINT)

    capsys.readouterr()
    with monkeypatch.context() as patch:
        patch.setattr("glove_ada.run.kept.session.KeptWork.check_input", interrupt)
        assert train.main([corpus, "--keep", "--resume", *SMALL, "--epochs", "3"]) == 130
    again = printed_command(capsys)
    assert again == [corpus, "--keep", *SMALL, "--epochs", "3", "--resume"]
    assert train.main(again) == 0
    assert Checkpoint("vectors.work/checkpoint").epochs == 3

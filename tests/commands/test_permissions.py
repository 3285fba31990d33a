"""Whatever is written may be read by those whom the umask lets read it."""

from __future__ import annotations

import importlib.util
import os
import stat

import pytest
from support import DATA

from glove_ada import convert, plot, train


@pytest.mark.skipif(os.name != "posix", reason="permissions")
def test_every_output_has_the_permissions_that_the_umask_leaves(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    old_umask = os.umask(0o027)
    try:
        files = ["--save-vocab", "vocab.txt", "--save-cooccurrence", "counts.bin"]
        small = [
            "--vector-size",
            "4",
            "--epochs",
            "1",
            "--checkpoint-every",
            "1",
            "--min-count",
            "20",
        ]
        assert train.main([str(DATA / "sample.txt"), *files, *small]) == 0
        outputs = ["v.vec", "v.bin", "v.txt.gz", "arrays"]
        for output in outputs:
            assert convert.main(["vectors.txt", output]) == 0
        if importlib.util.find_spec("safetensors"):
            assert convert.main(["vectors.txt", "model", "--format", "safetensors"]) == 0
        if importlib.util.find_spec("matplotlib"):
            assert plot.main(["costs", "vectors.report.json", "--output", "costs.svg"]) == 0
    finally:
        os.umask(old_umask)
    written = list(tmp_path.rglob("*"))
    assert len(written) > 8
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in written}
    expected = {path.name: 0o750 if path.is_dir() else 0o640 for path in written}
    assert modes == expected

"""Score word vectors on analogies: `python scripts/evaluate_analogies.py VECTORS FILE...`."""

import sys

from glove_ada.evaluate import main

if __name__ == "__main__":
    sys.exit(main([*sys.argv[1:2], "--analogies", *sys.argv[2:]]))

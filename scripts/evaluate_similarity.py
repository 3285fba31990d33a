"""Score word vectors on word pairs: `python scripts/evaluate_similarity.py VECTORS FILE...`."""

import sys

from glove_ada.evaluate import main

if __name__ == "__main__":
    sys.exit(main([*sys.argv[1:2], "--similarity", *sys.argv[2:]]))

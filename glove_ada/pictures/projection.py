"""From many dimensions to the two of a picture."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from glove_ada.errors import OptionError
from glove_ada.vectors.cosine import Matrix, unit_rows

Points = npt.NDArray[np.float64]

# Spread of the first coordinate where t-SNE starts, as the authors of openTSNE and scikit-learn
# have it: so small that the start gives the arrangement and not the distances.
TSNE_START = 1e-4
MOST_PERPLEXITY = 30.0


def principal_axes(rows: Matrix, count: int) -> tuple[Points, npt.NDArray[np.float64]]:
    """Find the directions in which rows are longest, one orthogonal to the next.

    They are the right singular vectors. Each one's sign is such that its component of greatest
    magnitude is positive, so that pictures are not mirrored from one machine to the next.

    Parameters
    ----------
    rows : ndarray of float, shape (rows, vector_size)
        Centred for a principal component analysis.
    count : int

    Returns
    -------
    axes : ndarray of float64, shape (count, vector_size)
        Of length 1; zeros where there are fewer dimensions than asked for.
    shares : ndarray of float64, shape (count,)
        The part of the sum of squares that lies along each, 0 to 1.
    """
    _, lengths, directions = np.linalg.svd(rows, full_matrices=False)
    found = min(count, len(lengths))
    greatest = np.argmax(np.abs(directions[:found]), axis=1)
    signs = np.sign(directions[np.arange(found), greatest])
    axes = np.zeros((count, rows.shape[1]))
    axes[:found] = directions[:found] * signs[:, np.newaxis]
    shares = np.zeros(count)
    total = np.sum(lengths**2)
    if total > 0:
        shares[:found] = lengths[:found] ** 2 / total
    return axes, shares


def pca_map(vectors: Matrix) -> tuple[Points, npt.NDArray[np.float64]]:
    """Project vectors, each scaled to length 1, on their first two principal components.

    Parameters
    ----------
    vectors : ndarray of float, shape (words, vector_size)

    Returns
    -------
    points : ndarray of float64, shape (words, 2)
    shares : ndarray of float64, shape (2,)
        The part of the variance along each component, 0 to 1.
    """
    rows = unit_rows(vectors)
    rows -= rows.mean(axis=0)
    axes, shares = principal_axes(rows, 2)
    return rows @ axes.T, shares


def tsne_map(vectors: Matrix) -> Points:
    """Arrange vectors, each scaled to length 1, by t-SNE (van der Maaten and Hinton 2008).

    It starts from the principal components and takes gradients exactly, so that no chance and no
    order of threads comes in. The perplexity is 30, or a third of the other words if there are
    fewer than 90.

    Parameters
    ----------
    vectors : ndarray of float, shape (words, vector_size)

    Returns
    -------
    ndarray of float64, shape (words, 2)
        Of no unit: near neighbours are near, far distances say nothing.

    Raises
    ------
    OptionError
        If scikit-learn is not installed.
    """
    tsne = _import_tsne()
    start, _ = pca_map(vectors)
    start *= TSNE_START / max(float(np.std(start[:, 0])), np.finfo(np.float64).tiny)
    perplexity = min(MOST_PERPLEXITY, (len(vectors) - 1) / 3)
    model = tsne(perplexity=perplexity, init=start, method="exact", random_state=1)
    return np.asarray(model.fit_transform(unit_rows(vectors)), dtype=np.float64)


def _import_tsne() -> Any:
    try:
        from sklearn.manifold import TSNE
    except ImportError:
        raise OptionError(
            "a t-SNE map needs scikit-learn: pip install scikit-learn, or draw the map by pca"
        ) from None
    return TSNE

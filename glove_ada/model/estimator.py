"""What scikit-learn asks of an estimator, without a need for scikit-learn."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from glove_ada.errors import OptionError

if TYPE_CHECKING:
    from typing_extensions import Self


class Estimator:
    """Parameters are the arguments of `__init__`, which keeps them as they are given.

    So `sklearn.base.clone`, `Pipeline` and `GridSearchCV` can read and set them.
    """

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters by name.

        Parameters
        ----------
        deep : bool
            Makes no difference: no parameter has parameters of its own.
        """
        return {name: getattr(self, name) for name in self._parameters()}

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name.

        Raises
        ------
        OptionError
            If there is no such parameter; it is a ValueError.
        """
        known = self._parameters()
        for name, value in params.items():
            if name not in known:
                raise OptionError(
                    f"{type(self).__name__} has no parameter {name!r}: {', '.join(known)}"
                )
            setattr(self, name, value)
        return self

    @classmethod
    def _parameters(cls) -> dict[str, Any]:
        """Return the parameters with their defaults."""
        parameters = inspect.signature(cls).parameters.values()
        return {parameter.name: parameter.default for parameter in parameters}

    def __repr__(self) -> str:
        """Show the parameters that are not the defaults."""
        defaults = self._parameters()
        given = [f"{name}={value!r}" for name, value in self.get_params().items()
                 if value is not defaults[name] and value != defaults[name]]  # fmt: skip
        return f"{type(self).__name__}({', '.join(given)})"

    def __sklearn_is_fitted__(self) -> bool:
        """Tell whether there are vectors."""
        return hasattr(self, "vectors_")

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn that this is a transformer of text, which needs no target."""
        from sklearn.utils import InputTags, Tags, TargetTags, TransformerTags

        return Tags(
            estimator_type="transformer",
            target_tags=TargetTags(required=False),
            transformer_tags=TransformerTags(preserves_dtype=[]),
            input_tags=InputTags(one_d_array=True, two_d_array=False, string=True),
        )

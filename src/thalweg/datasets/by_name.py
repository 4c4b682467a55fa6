"""Data sets by the names that configuration files give them."""

import inspect
from collections.abc import Callable
from typing import Any

from ..spelling import nearest_spelling
from .checkerboard import checkerboard
from .dataset import Dataset, DatasetError
from .fraud import credit_card_fraud, payments, synthetic_fraud
from .gene_expression import leukaemia_subtypes, tumour_subtypes
from .iris import mislabelled_iris
from .labelled import iris_species, wine_cultivars
from .medical import breast_cancer_recurrence
from .regression import cpu_performance, diabetes, schwefel_surface
from .spirals import spirals

_BY_NAME: dict[str, Callable[..., Dataset]] = {
    "spirals": spirals,
    "checkerboard": checkerboard,
    "mislabelled_iris": mislabelled_iris,
    "breast_cancer_recurrence": breast_cancer_recurrence,
    "credit_card_fraud": credit_card_fraud,
    "synthetic_fraud": synthetic_fraud,
    "payments": payments,
    "schwefel": schwefel_surface,
    "diabetes": diabetes,
    "cpu_performance": cpu_performance,
    "iris_species": iris_species,
    "wine_cultivars": wine_cultivars,
    "leukaemia_subtypes": leukaemia_subtypes,
    "tumour_subtypes": tumour_subtypes,
}


def load(name: str, **options: Any) -> Dataset:
    """The data set of that name, with its options.

    Raises:
        DatasetError: for a name or an option that is not known.
    """
    if name not in _BY_NAME:
        raise DatasetError(f"dataset {name!r} is not known{nearest_spelling(name, _BY_NAME)}")
    option_names = list(inspect.signature(_BY_NAME[name]).parameters)
    for option in options:
        if option not in option_names:
            raise DatasetError(
                f"dataset {name!r} has no option {option!r}{nearest_spelling(option, option_names)}"
            )
    return _BY_NAME[name](**options)

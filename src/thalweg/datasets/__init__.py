"""Data sets: made from a law, shipped with a library, or read from a table."""

from typing import TYPE_CHECKING

from ..lazy_names import open_lazily

if TYPE_CHECKING:
    from .by_name import load
    from .checkerboard import checkerboard
    from .dataset import Dataset, DatasetError, DatasetWarning, Unreachable
    from .fraud import credit_card_fraud, payments, synthetic_fraud
    from .gene_expression import leukaemia_subtypes, tumour_subtypes
    from .held_out_region import RegionHeldOut, hold_out_region
    from .iris import mislabelled_iris
    from .labelled import iris_species, wine_cultivars
    from .medical import breast_cancer_recurrence
    from .regression import cpu_performance, diabetes, schwefel_surface
    from .spirals import spirals
    from .table import read_numbers, read_table

__all__ = [
    "Dataset",
    "DatasetError",
    "DatasetWarning",
    "RegionHeldOut",
    "Unreachable",
    "breast_cancer_recurrence",
    "checkerboard",
    "cpu_performance",
    "credit_card_fraud",
    "diabetes",
    "hold_out_region",
    "iris_species",
    "leukaemia_subtypes",
    "load",
    "mislabelled_iris",
    "payments",
    "read_numbers",
    "read_table",
    "schwefel_surface",
    "spirals",
    "synthetic_fraud",
    "tumour_subtypes",
    "wine_cultivars",
]

open_lazily(__name__)

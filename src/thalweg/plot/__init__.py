"""Figures: each takes a result and an `Axes`, or draws in a new figure, and returns the `Axes`.

A figure of an analysis of your own is a function like these in a file of its own: `axes_or_new` gives it
its axes and `palette` the colours of the other figures.
"""

from typing import TYPE_CHECKING

from ..lazy_names import open_lazily

if TYPE_CHECKING:
    from ..problems.capabilities import Layered
    from . import palette
    from .axes import axes_or_new, panels_or_new
    from .bifurcation import bifurcation
    from .capacity import capacities
    from .classes import classes
    from .clustering import clustering_topography, consensus, cost_against_quality
    from .comparison import sweep, sweep_columns
    from .conserved import (
        averaged_diagram,
        coloured_groups,
        conserved_count_diagram,
        conserved_counts,
        conserved_diagram,
        conserving_branches,
        importance,
    )
    from .contributions import contributions
    from .decisions import decision_boundary, decisions
    from .density import density
    from .dependence import partial_dependence
    from .descent import descent_losses, descent_walk
    from .disconnectivity import disconnectivity
    from .gains import gains_against, reliability, values_by_case
    from .isomers import isomer_distances
    from .landmarks import landmarks
    from .loss_metric import metric_over_loss
    from .pair_distances import pair_distances
    from .pair_kernels import pair_kernels
    from .pathway import pathway
    from .persistence import barcode, landscape_profile, persistence_diagram
    from .processes import (
        covariance_matrix,
        filled_surface,
        kernel_curves,
        likelihood_terms,
        prior_samples,
        process_fit,
    )
    from .roc import roc_curves
    from .scan import (
        errors_over_smoothness,
        gains_over_parameter,
        graphs_over_parameter,
        minima_counts,
        minima_over_parameter,
    )
    from .slice import loss_slice, loss_surface
    from .specialisation import specialisation
    from .spectra import spectra
    from .thermodynamics import frustration, heat_capacity, peak_contributors, shannon_entropy
    from .trade_off import trade_off
    from .weights import coloured_weights, weight_diagram, weight_diagrams


__all__ = [
    "Layered",
    "averaged_diagram",
    "axes_or_new",
    "barcode",
    "bifurcation",
    "capacities",
    "classes",
    "clustering_topography",
    "coloured_groups",
    "coloured_weights",
    "consensus",
    "conserved_count_diagram",
    "conserved_counts",
    "conserved_diagram",
    "conserving_branches",
    "contributions",
    "cost_against_quality",
    "covariance_matrix",
    "decision_boundary",
    "decisions",
    "density",
    "descent_losses",
    "descent_walk",
    "disconnectivity",
    "errors_over_smoothness",
    "filled_surface",
    "frustration",
    "gains_against",
    "gains_over_parameter",
    "graphs_over_parameter",
    "heat_capacity",
    "importance",
    "isomer_distances",
    "kernel_curves",
    "landmarks",
    "landscape_profile",
    "likelihood_terms",
    "loss_slice",
    "loss_surface",
    "metric_over_loss",
    "minima_counts",
    "minima_over_parameter",
    "pair_distances",
    "pair_kernels",
    "palette",
    "panels_or_new",
    "partial_dependence",
    "pathway",
    "peak_contributors",
    "persistence_diagram",
    "prior_samples",
    "process_fit",
    "reliability",
    "roc_curves",
    "shannon_entropy",
    "specialisation",
    "spectra",
    "sweep",
    "sweep_columns",
    "trade_off",
    "values_by_case",
    "weight_diagram",
    "weight_diagrams",
]

open_lazily(__name__)

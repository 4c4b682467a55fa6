"""Importance of inputs by the usual methods, to set beside that of conserved weights."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
from jaxtyping import Float, Int
from sklearn.inspection import permutation_importance

from ..analysis.minima.metrics import auc_score
from ..display import shown
from .superposed_function import SuperposedFunction


@shown
@dataclass(frozen=True, eq=False)
class InputAttributions:
    """How much each input matters to a model on some data, by three methods.

    Attributes:
        saliency: mean |∂p/∂x| of the probability of the right class [inputs].
        integrated_gradients: mean magnitude of the integrated gradients of that probability, from the
            mean of the data [inputs].
        permutation: mean fall of the AUC when a column is permuted [inputs].
        permutation_sd: its standard deviation over permutations [inputs].
    """

    saliency: Float[np.ndarray, " inputs"]
    integrated_gradients: Float[np.ndarray, " inputs"]
    permutation: Float[np.ndarray, " inputs"]
    permutation_sd: Float[np.ndarray, " inputs"]


def input_attributions(
    function: SuperposedFunction,
    inputs: Float[np.ndarray, "N inputs"],
    targets: Int[np.ndarray, " N"],
    *,
    repeats: int = 20,
    seed: int = 0,
) -> InputAttributions:
    """Saliency, integrated gradients (Captum) and permutation importance (scikit-learn).

    Args:
        function: the model; that of one minimum is a superposition of one.
        inputs, targets: held-out data [N inputs], class numbers [N].
        repeats: permutations of each column.
        seed: of the permutations.

    Raises:
        ImportError: without Captum, which the extra `thalweg[interpret]` installs.

    Reference: Sundararajan, Taly & Yan, ICML (2017); Breiman, Machine Learning 45, 5 (2001).
    """
    import torch
    from captum.attr import IntegratedGradients, Saliency

    module = function.to_torch()
    x, classes = torch.from_numpy(np.array(inputs)), torch.from_numpy(np.array(targets))
    centre = x.mean(dim=0, keepdim=True)
    saliency = Saliency(module).attribute(x.clone().requires_grad_(), target=classes)
    integrated_gradients = IntegratedGradients(module).attribute(
        x, centre.expand_as(x), target=classes
    )
    # scikit-learn wants something that can be fitted, and never fits it.
    permutation = permutation_importance(
        SimpleNamespace(fit=function),
        inputs,
        targets,
        scoring=lambda _, rows, y: auc_score(y, function(rows)),
        n_repeats=repeats,
        random_state=seed,
    )
    return InputAttributions(
        saliency.abs().mean(dim=0).detach().numpy(),
        integrated_gradients.abs().mean(dim=0).detach().numpy(),
        permutation.importances_mean,
        permutation.importances_std,
    )

"""The vote of several minima, with ties counted as right, as published, or shared."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True)
class MajorityVote:
    """How often the class that most minima choose is the right one.

    With ties as right a point of two minima that disagree is right if either is: the number is no
    baseline that a classifier could reach, because it takes the right class to break a tie.

    Attributes:
        accuracy_ties_correct: share of the rows, ties between the right class and others counted as
            right (published).
        accuracy_ties_shared: a tie of k classes counts 1/k, as if it were broken by chance: one half for
            two.
        share_tied: of the rows, in which the right class ties with another.
    """

    accuracy_ties_correct: float
    accuracy_ties_shared: float
    share_tied: float


def majority_vote(
    probabilities: Float[np.ndarray, "minima N classes"], targets: Int[np.ndarray, " N"]
) -> MajorityVote:
    """Let minima vote with the most probable class of each row.

    Args:
        probabilities: of every class by each minimum [minima N classes].
        targets: numbers of the right classes [N].

    Raises:
        ValueError: if there are no rows.

    Reference: Niroomand et al., Mach. Learn.: Sci. Technol. 3, 025004 (2022), section 5.
    """
    if len(targets) == 0:
        raise ValueError("there are no rows to vote on.")
    votes = np.eye(probabilities.shape[2])[probabilities.argmax(axis=2)].sum(axis=0)
    is_ahead = votes == votes.max(axis=1, keepdims=True)
    is_right = is_ahead[np.arange(len(targets)), targets]
    n_ahead = is_ahead.sum(axis=1)
    return MajorityVote(
        accuracy_ties_correct=float(is_right.mean()),
        accuracy_ties_shared=float((is_right / n_ahead).mean()),
        share_tied=float((is_right & (n_ahead > 1)).mean()),
    )

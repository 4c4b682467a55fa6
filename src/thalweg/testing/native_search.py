"""The problem's own search, checked against its loss."""

import numpy as np

from .checklist import Checklist
from .evaluation import Subject

_ROUNDING = 1e-11


def check_native_search(checklist: Checklist, subject: Subject) -> None:
    """The problem's own quench lowers the loss, and states loss and gradient where it ends."""
    search = subject.problem.native_search
    if search is None:
        return
    remedy = "mend `native_search`; its contract stands in `NativeSearch`"
    starts = np.asarray(subject.starts, dtype=np.float64)
    for number, (start, before) in enumerate(zip(starts, subject.losses(starts), strict=True)):
        result = search.quench(start)
        loss, gradient = (a[0] for a in subject.losses_and_gradients(result.x[None]))
        slack = _ROUNDING * (1 + abs(float(before)))
        checklist.require(
            result.loss <= before + slack,
            "native quench goes down",
            f"from {before:.12g} to {result.loss:.12g} from start {number}",
            remedy,
        )
        rms = float(np.sqrt(np.mean(gradient**2)))
        checklist.require(
            abs(result.loss - loss) <= slack
            and (result.rms_gradient > result.tolerance or rms <= 10 * result.tolerance),
            "native quench states what the loss says",
            f"loss {result.loss:.12g} and {loss:.12g}, RMS gradient {rms:.3g} (tolerance "
            f"{result.tolerance:.1g}) from start {number}",
            remedy,
        )

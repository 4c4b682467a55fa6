"""Waiting for a page whose policy lets nobody evaluate texts in it, as playwright's own waiting would."""

import time


def until(page, expression, seconds=20):
    """Wait until a JavaScript expression holds."""
    limit = time.monotonic() + seconds
    while not page.evaluate(f"Boolean({expression})"):
        if time.monotonic() > limit:
            raise AssertionError(f"never became true: {expression}; {page.complaints}")
        page.wait_for_timeout(30)

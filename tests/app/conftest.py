"""A real browser for the tests of the explorer: the system's Chromium, one a module."""

import shutil

import pytest
from browsing import until

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--enable-precise-memory-info",
)


@pytest.fixture(scope="module")
def browser():
    """Chromium without a window; the test is skipped if there is none."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        pytest.skip(f"there is no browser here: none of {', '.join(_NAMES)}")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        yield browser
        browser.close()


READY = "globalThis.thalwegExplorer?.tree.surface.nPaints > 0"


@pytest.fixture(scope="module")
def opened(browser):
    """Opens an address in a window of its own, and collects what it asks for and what it complains of."""
    contexts = []

    def open_page(address, *, width=1280, height=800, scheme="light", touch=False, ready=READY):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            accept_downloads=True,
            has_touch=touch,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.requests, page.complaints = [], []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on(
            "console",
            lambda said: (
                page.complaints.append(said.text) if said.type in ("error", "warning") else None
            ),
        )
        page.goto(address)
        until(page, ready)
        return page

    yield open_page
    for context in contexts:
        context.close()

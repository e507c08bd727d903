"""Fixtures that open the page in Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from demo import samples
from tests.browser.driver import DESKTOP, PadPage

PATIENCE = 100_000  # milliseconds for whatever is awaited: the machine may be busy


@pytest.fixture
def visit(browser, server) -> Iterator:
    """Opens the page as a new visitor; give Playwright's options of a context.

    served: the page never gets the weights to read by itself, so that the server reads. first: nobody has been here.
    held: requests for an address of this pattern wait, in this list, until somebody goes on with them.
    """
    contexts = []

    def open_page(
        url: str = server.url,
        served: bool = False,
        first: bool = False,
        held: tuple[str, list] | None = None,
        **options,
    ) -> PadPage:
        contexts.append(browser.new_context(**{**DESKTOP, **options}))
        contexts[-1].set_default_timeout(PATIENCE)
        if served:
            contexts[-1].route("**/*.safetensors", lambda route: None)
        if held:
            contexts[-1].route(held[0], lambda route: held[1].append(route))
        return PadPage(contexts[-1].new_page(), url, first)

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def seven() -> list[list[tuple[float, float]]]:
    return samples.strokes(7)

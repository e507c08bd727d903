"""The page in a frame of another site's page, as the Hub shows a Space."""

from __future__ import annotations

import pytest

from tests.browser.driver import DESKTOP, PadPage

pytestmark = pytest.mark.browser

HUB = "https://huggingface.co/"  # where the page may be framed; Playwright answers in its place


class FramedPage(PadPage):
    """The page in a frame."""

    def __init__(self, page, url: str) -> None:
        self.page, self.complaints = page, []
        page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        style = "position: absolute; inset: 0; width: 100%; height: 100%; border: 0"
        frame = f'<iframe src="{url}" style="{style}" allow="local-network-access"></iframe>'
        page.route(HUB, lambda route: route.fulfill(content_type="text/html", body=frame))
        page.route(f"{HUB}favicon.ico", lambda route: route.fulfill(status=204))
        page.goto(HUB)
        self.inside = page.frame_locator("iframe")
        self.inside.locator("#pad canvas").wait_for()

    def box(self) -> dict[str, float]:
        return self.inside.locator("#pad canvas").bounding_box()

    def wait_for(self, mlp, cnn) -> None:
        for name, digit in (("mlp", mlp), ("cnn", cnn)):
            self.inside.locator(f'#card-{name} [data-digit="{digit}"]').wait_for(timeout=10_000)


def test_it_reads_in_a_frame_of_another_site_and_leaves_no_cookies(browser, server, seven):
    context = browser.new_context(**DESKTOP)
    context.grant_permissions(["local-network-access"], origin=HUB)  # else a public page may not show a local one
    page = FramedPage(context.new_page(), server.url)
    page.draw(seven)
    page.wait_for(7, 7)
    assert page.complaints == []
    assert context.cookies() == []
    context.close()

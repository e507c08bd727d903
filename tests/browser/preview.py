"""The picture that stands beside a link to the page: `python -m tests.browser.preview` makes demo/page/preview.png."""

from __future__ import annotations

import io

from PIL import Image

from demo.page import meta, own
from tests.browser.driver import PadPage, open_browser
from tests.support import Server

LARGEST = 120_000  # bytes
ENLARGED = 1.2


def main() -> None:
    target = own.DEMO / own.PREVIEW
    with Server() as server, open_browser() as browser:
        size = {"width": round(meta.WIDTH / ENLARGED), "height": round(meta.HEIGHT / ENLARGED)}
        page = PadPage(browser.new_context(viewport=size, device_scale_factor=ENLARGED).new_page(), server.url)
        page.put(3)
        page.wait_for(3, 3)
        page.page.mouse.move(0, 0)
        page.page.evaluate("scrollTo(0, 0)")
        page.still()
        picture = Image.open(io.BytesIO(page.page.screenshot())).convert("RGB")
    picture.quantize(256, dither=Image.Dither.NONE).save(target, optimize=True)
    assert target.stat().st_size <= LARGEST, "the preview has become too large"


if __name__ == "__main__":
    main()

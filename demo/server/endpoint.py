"""The public endpoint /predict, for programs: a picture of a digit, and what both networks read in it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gradio as gr
from gradio_client.utils import is_http_url_like
from torch import nn

from demo import text
from demo.server.fetch import FetchError, fetch
from demo.server.guard import LARGEST_PICTURE
from nets.prediction import verdicts
from nets.preprocess import PictureError, open_picture, prepare_picture


def endpoint(networks: Mapping[str, nn.Sequential]) -> None:
    """The public endpoint /predict, with the components it needs, which nobody sees."""

    def predict(picture: str | None) -> dict[str, Any]:
        """Read the digit in a picture with both networks.

        Args:
            picture: a PNG, JPEG, WEBP, BMP or GIF of one digit, dark on light or light on dark.

        Returns:
            {"file": name, "mlp": {"digit": 0 to 9, "probabilities": [ten numbers]}, "cnn": the same}
        """
        if picture is None:
            raise gr.Error(text.NO_PICTURE)
        try:
            source = io.BytesIO(fetch(picture, LARGEST_PICTURE)) if is_http_url_like(picture) else picture
            prepared = prepare_picture(open_picture(source))
        except (FetchError, PictureError) as error:
            raise gr.Error(str(error)) from error
        if prepared is None:
            raise gr.Error(text.NO_INK)
        return {"file": Path(picture.partition("?")[0]).name, **verdicts(networks, prepared.image)}

    async def keep(path: str) -> str:
        return path if is_http_url_like(path) else await gr.File.async_move_resource_to_block_cache(picture, path)

    picture = gr.File(visible=False, label="picture")
    # By itself it fetches whatever is at an address, whole and to the disk, and leaves an empty file there each time.
    picture.async_move_resource_to_block_cache = keep
    picture.preprocess = lambda payload: payload and payload.path
    answer = gr.JSON(visible=False, label="verdicts")
    picture.upload(predict, picture, answer, api_name="predict", concurrency_limit=2)

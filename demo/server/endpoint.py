"""The public endpoint /predict, for programs: a picture of a digit, and what both networks read in it."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gradio as gr
from anyio.to_thread import run_sync
from torch import nn

from demo.server.calls import ADDRESS, BUDGET
from demo.server.fetch import FetchError, fetch
from demo.server.gradio_private import is_address, picture_file
from demo.server.served import LARGEST_PICTURE
from demo.words import say
from nets.pictures import PictureError, open_picture
from nets.prediction import verdicts
from nets.preprocess import prepare_picture


def endpoint(networks: Mapping[str, nn.Sequential]) -> None:
    """The public endpoint /predict, with the components it needs, which nobody sees."""

    async def predict(picture: str | None, request: gr.Request) -> dict[str, Any]:
        """Read the digit in a picture with both networks.

        Args:
            picture: a PNG, JPEG, WEBP, BMP, GIF, AVIF or HEIC of one digit, dark on light or light on dark.

        Returns:
            {"file": name, "mlp": {"digit": 0 to 9, "probabilities": [ten numbers]}, "cnn": the same};
            where several digits stand apart, also "digits": a list of the same two for each, from left to right
        """
        if picture is None:
            raise _refusal(say("server.no_picture"))
        try:
            source: str | io.BytesIO = picture
            if is_address(picture):  # here, so that a slow server keeps none of the few places for heavy answers
                source = io.BytesIO(await fetch(picture, LARGEST_PICTURE, _visitor(request)))
            read = await run_sync(_read, networks, source, limiter=BUDGET)
        except (FetchError, PictureError) as error:
            raise _refusal(str(error)) from None
        if read is None:
            raise _refusal(say("server.no_ink"))
        return {"file": Path(picture.partition("?")[0]).name, **read}

    picture = picture_file(not_uploaded=say("server.not_uploaded"))
    answer = gr.JSON(visible=False, label="verdicts")
    picture.upload(predict, picture, answer, api_name="predict", concurrency_limit=None)


def _read(networks: Mapping[str, nn.Sequential], source: str | io.BytesIO) -> dict[str, Any] | None:
    prepared = prepare_picture(open_picture(source))
    return None if prepared is None else verdicts(networks, prepared.image, prepared.digits)


def _visitor(request: gr.Request) -> str:
    return getattr(request.request, "scope", {}).get(ADDRESS, "")


def _refusal(sentence: str) -> gr.Error:
    """An answer to the program that asked, and one line in the log."""
    print(f"/predict: {sentence}", file=sys.stderr, flush=True)
    return gr.Error(sentence, print_exception=False)

"""Nothing goes in, the page's looks come out: a Gradio theme with system fonts, and the page's own style sheets."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

HERE = Path(__file__).parent
SYSTEM = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "sans-serif"]
FIXED = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Liberation Mono", "monospace"]

STYLES = "".join((HERE / name).read_text("utf-8") for name in ("theme.css", "pad.css", "tabs/tabs.css"))
SCRIPT = (HERE / "page.js").read_text("utf-8")
HEAD = f"<style>{STYLES}</style><script>{SCRIPT}</script>"


def theme() -> gr.themes.Base:
    """Gradio's plainest theme in the colours of theme.css."""
    return gr.themes.Base(font=SYSTEM, font_mono=FIXED).set(
        body_background_fill="var(--page)",
        body_background_fill_dark="var(--page)",
        body_text_color="var(--ink)",
        body_text_color_dark="var(--ink)",
    )

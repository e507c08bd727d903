"""Where things lie: beside the code in a checkout, inside the package where it was installed."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
INSTALLED = (PACKAGE / "checkpoints").is_dir()
SHIPPED = (PACKAGE if INSTALLED else PACKAGE.parent) / "checkpoints"  # the networks that come along
TUTORIAL = SHIPPED / "tutorial"  # the same, trained as in the tutorials
DATA = Path("~/.cache/digit-duel") if INSTALLED else PACKAGE.parent / "data"  # MNIST, unless MNIST_ROOT says otherwise

"""Checkpoints go in, the page is served: `python app.py`; GRADIO_SERVER_NAME and GRADIO_SERVER_PORT say where."""

import ctypes
import gc
import os
import platform
import sys

# Before PyTorch is loaded. A thread that spins while it waits for another keeps others from the processor: beside other
# work a training on two cores made 2 steps a second, and 30 where its threads sleep.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch

from demo.interface import LAUNCH, build, explain
from demo.training.warm_up import warm_up
from nets.checkpoint import CheckpointError, load_shipped
from nets.models import SIDE
from nets.prediction import predict

if platform.libc_ver()[0] == "glibc":
    ctypes.CDLL(None).mallopt(-8, 2)  # M_ARENA_MAX: or each training's thread would keep the memory it has freed
torch.set_num_threads(1)  # one image at a time: more threads only wait for each other

try:
    networks, records = load_shipped()
    for network in networks.values():
        predict(network, torch.zeros(1, SIDE, SIDE))  # the first prediction is slow, and no visitor's
    demo = build(networks, records)
except CheckpointError as error:
    print(f"No networks to show: {error}\nTrain them (python -m nets train) or restore the files.", file=sys.stderr)
    demo = explain()

if __name__ == "__main__":
    # In a browser where there is a terminal, not on a Space.
    demo.launch(inbrowser=sys.stdout.isatty(), prevent_thread_lock=True, **LAUNCH)
    warm_up()  # once the page answers: the first run need not wait for it
    gc.collect()
    gc.freeze()  # half a million objects stay; to look through them all would hold everybody up for 0.4 s
    demo.block_thread()

"""The page: `python app.py`. GRADIO_SERVER_NAME and GRADIO_SERVER_PORT say where it is served."""

import os
import sys

# A thread that spins while it waits for another keeps others from the processor: beside other work a training on two
# cores made 2 steps a second, and 30 where its threads sleep.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from demo.server import process

if __name__ == "__main__":
    process.begin()

import torch

from demo.interface import LAUNCH, build, explain
from demo.training.run import end_all
from demo.training.warm_up import warm_up
from nets.checkpoint import TUTORIAL, CheckpointError, load_shipped
from nets.models import SIDE
from nets.prediction import predict

torch.set_num_threads(1)  # one image at a time: more threads only wait for each other

try:
    networks, records = load_shipped()
    for network in networks.values():
        predict(network, torch.zeros(1, SIDE, SIDE))  # the first prediction is slow, and no visitor's
    demo = build(networks, records, load_shipped(TUTORIAL) if TUTORIAL.is_dir() else None)
except CheckpointError as error:
    print(f"No networks to show: {error}\nTrain them (python -m nets train) or restore the files.", file=sys.stderr)
    demo = explain()

if __name__ == "__main__":
    process.serve(demo, LAUNCH, warm_up, end_all)

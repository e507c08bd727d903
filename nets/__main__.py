"""A command line goes in; a trained network, its scores, what it reads in pictures or what is inside it comes out.

python -m nets train {mlp,cnn} --recipe {tutorial,fast,best}
python -m nets evaluate
python -m nets predict FILE ...
python -m nets activations FILE --layer LAYER --out DIR
"""

from __future__ import annotations

import argparse
import io
import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor
from tqdm import tqdm

from nets.activations import INPUT, activations
from nets.card import card
from nets.checkpoint import SHIPPED, CheckpointError, device_name, load, load_shipped, save, table, training_record
from nets.data import DataError, DigitData, load_digits, load_mnist
from nets.evaluation import evaluate
from nets.events import BatchEnd, EpochEnd, TrainEnd
from nets.files import write_whole
from nets.models import ARCHITECTURES, NETWORKS
from nets.prediction import verdicts
from nets.preprocess import PictureError, open_picture, prepare_picture
from nets.training import RECIPES, new_model, train

DATA: dict[str, Callable[[], DigitData]] = {
    "mnist": lambda: load_mnist(progress=_download_bar()),
    "digits": load_digits,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, and give its exit status.

    0: done; 1: training diverged, or predict could not read all files; 2: nothing came of it; 130: interrupted.
    """
    options = _parser().parse_args(arguments)
    sys.stdout.reconfigure(errors="backslashreplace")  # file names may hold bytes that are no text
    try:
        return options.command(options)
    except (DataError, CheckpointError, _Refusal) as error:
        print(f"nets: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("nets: interrupted", file=sys.stderr)
        return 130  # as shells have it: 128 + SIGINT


class _Refusal(ValueError):
    """What was asked for cannot be done here."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m nets", description="Train, evaluate and use the two networks.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument(
        "--data",
        choices=DATA,
        default="mnist",
        help="MNIST, downloaded when first needed, or the 1,797 digits that come with scikit-learn (default: mnist)",
    )
    output = argparse.ArgumentParser(add_help=False)
    output.add_argument("--json", action="store_true", help="JSON, one object a line, instead of text")

    command = commands.add_parser("train", parents=[data], help="train a network; the last line is a JSON object")
    command.add_argument("network", choices=NETWORKS)
    command.add_argument("--recipe", choices=RECIPES, required=True)
    command.add_argument("--epochs", type=int, metavar="N", help="passes over the training set (default: the recipe's)")
    command.add_argument("--seed", type=int, default=0, metavar="N", help="of all that is random (default: 0)")
    command.add_argument("--device", choices=("cpu", "cuda"), help="default: cuda where there is one")
    command.add_argument(
        "--out",
        type=Path,
        default=Path("runs"),
        metavar="DIR",
        help="folder for NETWORK.safetensors and NETWORK.json, replaced where they are there (default: runs)",
    )
    command.set_defaults(command=_train)

    command = commands.add_parser("evaluate", parents=[data, output], help="loss and accuracy on the test set")
    command.add_argument(
        "--checkpoint", nargs="+", type=Path, metavar="FILE", help=".safetensors files (default: the networks shipped)"
    )
    command.set_defaults(command=_evaluate)

    command = commands.add_parser("predict", parents=[output], help="read the digit in each picture")
    command.add_argument("files", nargs="+", metavar="FILE", help="PNG, JPEG or other pictures of one digit each")
    command.add_argument(
        "--checkpoints",
        type=Path,
        default=SHIPPED,
        metavar="DIR",
        help="folder of mlp and cnn (default: those shipped)",
    )
    command.set_defaults(command=_predict)

    command = commands.add_parser(
        "activations", parents=[output], help="what a layer makes of a picture, as an array and as pictures"
    )
    command.add_argument("file", metavar="FILE", help="a PNG, JPEG or other picture of one digit")
    command.add_argument("--layer", required=True, help="as conv1, pool1 or out; input: what it all begins with")
    command.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder for FILE-LAYER.npz and the pictures beside it"
    )
    network = command.add_mutually_exclusive_group()
    network.add_argument("--network", choices=NETWORKS, default="cnn", help="of those shipped (default: cnn)")
    network.add_argument("--checkpoint", type=Path, metavar="FILE", help="a .safetensors file instead")
    command.set_defaults(command=_activations)

    command = commands.add_parser("table", help="the table of results in checkpoints/README.md, in Markdown")
    command.set_defaults(command=_table)

    command = commands.add_parser("card", help="write checkpoints/*.md, the model cards for the Hugging Face Hub")
    command.set_defaults(command=_card)
    return parser


def _train(options: argparse.Namespace) -> int:
    device = torch.device(options.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    if device.type == "cuda" and not torch.cuda.is_available():
        raise _Refusal("this PyTorch finds no CUDA device here: leave --device out, or say --device cpu")
    config = RECIPES[options.recipe][options.network]
    try:
        config = replace(config, seed=options.seed, epochs=config.epochs if options.epochs is None else options.epochs)
    except ValueError as error:
        raise _Refusal(str(error)) from error
    try:
        options.out.mkdir(parents=True, exist_ok=True)  # found out now, and not when all is trained
    except OSError as error:
        raise _Refusal(f"{options.out} cannot be made a folder for the network: {error.strerror}") from error
    data = DATA[options.data]()
    model = new_model(options.network, config.seed).to(device)

    outcome, epochs, seconds, accuracy = "finished", 0, 0.0, "?"  # accuracy: on the validation set, once an epoch
    with (
        _first_interrupt() as interrupted,
        closing(train(model, data, config)) as events,
        tqdm(total=config.epochs * min(config.subset, len(data.train)), unit=" images", unit_scale=True) as bar,
    ):
        for event in events:
            seconds = event.seconds
            match event:
                case BatchEnd():
                    bar.update(event.images - bar.n)
                    bar.set_postfix(loss=f"{event.loss:.3f}", accuracy=accuracy, refresh=False)
                case EpochEnd():
                    epochs, accuracy = event.epoch, f"{event.validation.accuracy:.2%}"
                    bar.set_postfix(loss=f"{event.loss:.3f}", accuracy=accuracy)
                case TrainEnd():
                    outcome = "diverged" if event.diverged else "finished"
                    break
            if interrupted.is_set():
                outcome = "stopped"
                break

    record = training_record(
        network=options.network,
        architecture=ARCHITECTURES[options.network](),
        recipe=options.recipe,
        config=config,
        model=model,
        data=data,
        device=device_name(device, torch.get_num_threads()),
        seconds=seconds,
        epochs=epochs,
        outcome=outcome,
        validation=evaluate(model, data.validation),
        test=evaluate(model, data.test),
    )
    result = {name: record[name] for name in ("network", "recipe", "seed", "epochs", "seconds", "outcome")} | {
        "data": data.name,
        "validation_accuracy": record["validation"]["accuracy"],
        "test_accuracy": record["test"]["accuracy"],
    }
    path = options.out / f"{options.network}.safetensors"
    try:
        save(model, path, record)
        result["path"] = str(path)
    finally:  # a full disk takes the weights, but not the result
        print(json.dumps(result), flush=True)
    return 1 if outcome == "diverged" else 0


@contextmanager
def _first_interrupt() -> Iterator[threading.Event]:
    """Inside, the first Ctrl-C only sets the event, so that no step is left half done; the second ends everything."""
    event = threading.Event()

    def handle(*_: Any) -> None:
        event.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield event
    finally:
        signal.signal(signal.SIGINT, before)


def _download_bar() -> Callable[[str, int, int], None]:
    bars: dict[str, tqdm] = {}

    def show(name: str, done: int, total: int) -> None:
        if name not in bars:
            bars[name] = tqdm(desc=name, total=total or None, unit="B", unit_scale=True)
        bar = bars[name]
        bar.update(done - bar.n)
        if done == total:
            bar.close()

    return show


def _evaluate(options: argparse.Namespace) -> int:
    files = options.checkpoint or [SHIPPED / f"{name}.safetensors" for name in NETWORKS]
    loaded = [load(file) for file in files]
    data = DATA[options.data]()
    if not options.json:
        print(f"{'network':8}{'data':8}{'digits':>8}{'loss':>9}{'accuracy':>10}{'misread':>9}  checkpoint")
    for file, (model, record) in zip(files, loaded, strict=True):
        result = evaluate(model, data.test)
        line = {
            "checkpoint": str(file),
            "network": record["network"],
            "data": data.name,
            "digits": len(data.test),
            "loss": result.loss,
            "accuracy": result.accuracy,
            "misread": len(result.mistakes),
        }
        text = "{network:8}{data:8}{digits:8,}{loss:9.4f}{accuracy:10.2%}{misread:9}  {checkpoint}"
        print(json.dumps(line) if options.json else text.format(**line), flush=True)
    return 0


def _predict(options: argparse.Namespace) -> int:
    models, _ = load_shipped(options.checkpoints)
    failed = False
    for file in options.files:
        try:
            prepared = prepare_picture(open_picture(file))
            answer = verdicts(models, prepared.image) if prepared else {"error": "There is no ink in this picture."}
        except PictureError as error:
            answer = {"error": str(error)}
        failed |= "error" in answer
        if options.json:
            text = json.dumps({"file": file, **answer})
        elif "error" in answer:
            text = f"{file}: {answer['error']}"
        else:
            read = [f"{name} reads {v['digit']} ({max(v['probabilities']):.1%})" for name, v in answer.items()]
            text = f"{file}: {', '.join(read)}"
        print(text, flush=True)
    return int(failed)


def _activations(options: argparse.Namespace) -> int:
    model, record = load(options.checkpoint or SHIPPED / f"{options.network}.safetensors")
    try:
        prepared = prepare_picture(open_picture(options.file))
    except PictureError as error:
        raise _Refusal(f"{options.file}: {error}") from error
    if prepared is None:
        raise _Refusal(f"{options.file}: There is no ink in this picture.")
    outputs = activations(model, prepared.image)
    if options.layer not in outputs:
        raise _Refusal(f"the {record['network']} has no layer {options.layer!r}: choose one of {', '.join(outputs)}")
    output, logits = outputs[options.layer], list(outputs.values())[-1]

    array = io.BytesIO()
    np.savez(array, activation=output.numpy(), image=outputs[INPUT].numpy(), logits=logits.numpy())
    name = f"{Path(options.file).stem}-{options.layer}"
    files = {f"{name}.npz": array.getvalue()}
    for number, picture in _pictures(output).items():
        content = io.BytesIO()
        picture.save(content, "PNG")
        files[f"{name}{number}.png"] = content.getvalue()
    try:
        for file, content in files.items():
            write_whole(options.out / file, content)
    except OSError as error:
        raise _Refusal(f"{options.out} cannot be written to: {error.strerror}") from error

    written = [str(options.out / file) for file in files]
    line = {
        "file": options.file,
        "network": record["network"],
        "layer": options.layer,
        "shape": list(output.shape),
        "logits": logits.tolist(),
        "written": written,
    }
    print(json.dumps(line) if options.json else "\n".join(written), flush=True)
    return 0


def _pictures(output: Tensor) -> dict[str, Image.Image]:
    """A layer's output as pictures: {"-00": ...} one for each map, {"": ...} for a vector, in rows of up to 32 units.

    Zero is white, and the layer's largest number, sign aside, full colour: black, or where a layer goes below zero
    green above and magenta below. What fills up a vector's last row is grey.
    """
    if output.dim() == 1:
        width = min(32, len(output))
        maps = {"": F.pad(output, (0, -len(output) % width), value=torch.nan).view(-1, width)}
    else:
        maps = {f"-{i:0{len(str(len(output) - 1))}}": x for i, x in enumerate(output)}
    above = (0, 109, 44) if output.min() < 0 else (0, 0, 0)
    largest = float(output.abs().max()) or 1.0
    pictures = {}
    for number, values in maps.items():
        share = (values / largest)[..., None]  # (H, W, 1) in [-1, 1]
        full = torch.where(share < 0, torch.tensor((174, 1, 126)), torch.tensor(above))
        rgb = (255 - share.abs() * (255 - full)).nan_to_num(220).round().byte().numpy()
        side = 448 // rgb.shape[1]  # of the square for one number
        pictures[number] = Image.fromarray(rgb.repeat(side, 0).repeat(side, 1))
    return pictures


def _table(options: argparse.Namespace) -> int:
    _, records = load_shipped()
    print(table(records.values()))
    return 0


def _card(options: argparse.Namespace) -> int:
    _, records = load_shipped()
    for name, record in records.items():
        path = SHIPPED / f"{name}.md"
        try:
            write_whole(path, card(record).encode())
        except OSError as error:
            raise _Refusal(f"{path} cannot be written: {error.strerror}") from error
        print(path, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The tutorials' claims put to the test: a row each, of numbers; the page and checkpoints/README.md say them.

A row's key names its sentences, values are what they say, and verdict is "so", "not" or "depends". Its rule stands
here, so that other measurements give another verdict. Differences count where they are larger than the seeds' spread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from nets.comparison.trials import CLOSE
from nets.contestants import CONTESTANTS
from nets.models import SIDE, LayerInfo, cnn, describe, mlp, totals

COMMAND = "python -m nets compare --experiment {}"
# What the tutorials say, of both networks where both do.
ACCURACY = {"mlp": (0.97, 0.98), "cnn": (0.99, 0.993)}
EPOCHS = {"mlp": (15, 25), "cnn": (5, 8)}
RATE = {"mlp": 0.0045, "cnn": 0.001}
PARAMETERS = (125_898, 200_000)  # of the MLP, in two places
FEWER = 0.035  # share of them that the CNN does without
FIELDS = (5, 9, 13)  # of conv1, conv2 and conv3
POOLED = 0.75  # share of what a pool leaves out


@dataclass(frozen=True)
class Found:
    """What the claims are measured by."""

    ledger: dict[str, dict[str, Any]]  # contestant -> its line
    roughness: dict[str, dict[str, Any]]  # tutorials' readers -> spread of the loss's jumps, in nats and relative
    converged: dict[str, dict[str, Any]]  # tutorials' readers -> spread of epochs
    experiments: dict[str, dict[str, Any]]  # experiment -> its summary
    readers: dict[str, dict[str, Any]]  # reader -> what was measured of it


@dataclass(frozen=True)
class Row:
    """One claim and what was found."""

    texts: tuple[str, ...]  # whose claim it is: "mlp", "cnn"
    verdict: str
    values: dict[str, Any]  # numbers for the sentences
    experiment: str  # what to run again: a name for COMMAND
    digits: int = 0  # what accuracies are measured on; 0: nothing is read
    seeds: int = 0  # trainings of each network; 0: nothing is trained
    spread: dict[str, float | None] = field(default_factory=dict)  # over the seeds: standard deviation of these values


def claims(found: Found) -> list[dict[str, Any]]:
    """Every claim that can be told with what has been measured so far."""
    rows = []
    for key, tell in CLAIMS.items():
        try:
            row = tell(found)
        except (KeyError, IndexError):  # not measured yet
            continue
        rows.append(
            {
                "key": key,
                "texts": list(row.texts),
                "verdict": row.verdict,
                "values": row.values,
                "spread": row.spread,
                "digits": row.digits,
                "seeds": row.seeds,
                "experiment": row.experiment,
                "command": COMMAND.format(row.experiment),
            }
        )
    return rows


def _accuracy(network: str) -> Callable[[Found], Row]:
    def tell(found: Found) -> Row:
        low, high = ACCURACY[network]
        line = found.ledger[f"tutorial-{network}"]
        test, train = line["accuracy"], line["training_accuracy"]
        verdict = "so" if low - 0.0005 <= test["mean"] < high + 0.0005 else "not"
        values = {"low": low, "high": high, "test": test["mean"], "train": train["mean"]}
        spread = {"test": test["deviation"], "train": train["deviation"]}
        return Row((network,), verdict, values, "tutorials", 10_000, len(line["seeds"]), spread)

    return tell


def _epochs(network: str) -> Callable[[Found], Row]:
    def tell(found: Found) -> Row:
        low, high = EPOCHS[network]
        epochs = found.converged[f"tutorial-{network}"]
        mean, known = epochs["mean"], [value for value in epochs["values"] if value is not None]
        least, most = min(known), max(known)
        verdict = "so" if low <= mean <= high else "depends" if least <= high and most >= low else "not"
        values = {"low": low, "high": high, "epochs": mean, "least": least, "most": most, "close": 100 * CLOSE}
        return Row(
            (network,), verdict, values, "tutorials", 5_000, len(epochs["values"]), {"epochs": epochs["deviation"]}
        )

    return tell


def _smoother(found: Found) -> Row:
    first, second = found.roughness["tutorial-mlp"], found.roughness["tutorial-cnn"]
    smoother = [_verdict(first[unit], second[unit]) == "so" for unit in ("nats", "relative")]
    verdict = "so" if all(smoother) else "depends" if any(smoother) else "not"
    values = {f"{n}_{u}": r[u]["mean"] for n, r in (("mlp", first), ("cnn", second)) for u in ("nats", "relative")}
    spread = {f"{n}_{u}": r[u]["deviation"] for n, r in (("mlp", first), ("cnn", second)) for u in ("nats", "relative")}
    return Row(("cnn",), verdict, values, "tutorials", 0, len(first["nats"]["values"]), spread)


def _parameters_mlp(found: Found) -> Row:
    low, high = PARAMETERS
    parameters = totals(describe(mlp()))[0]
    verdict = "so" if parameters in (low, high) else "not"
    return Row(("mlp",), verdict, {"low": low, "high": high, "parameters": parameters}, "layers")


def _parameters_cnn(found: Found) -> Row:
    mine, theirs = totals(describe(cnn()))[0], totals(describe(mlp()))[0]
    fewer = 1 - mine / theirs
    verdict = "so" if abs(fewer - FEWER) < 0.0005 else "not"
    return Row(("cnn",), verdict, {"told": FEWER, "fewer": fewer, "cnn": mine, "mlp": theirs}, "layers")


def _better(found: Found) -> Row:
    """With fewer parameters: against the MLP, against one of its own size, and with far fewer still."""
    lines = {key: found.ledger[key] for key in ("mlp", "cnn", "mlp-121k", "cnn-8k", "cnn-175k-adds")}
    mean = {key: line["accuracy"]["mean"] for key, line in lines.items()}
    verdict = "so" if min(mean["cnn"], mean["cnn-8k"]) > max(mean["mlp"], mean["mlp-121k"]) else "depends"
    values = {key.replace("-", "_"): value for key, value in mean.items()}
    values["times"] = lines["cnn"]["multiply_adds"] / lines["mlp"]["multiply_adds"]
    values["few"] = lines["cnn-8k"]["parameters"]
    spread = {key.replace("-", "_"): line["accuracy"]["deviation"] for key, line in lines.items()}
    return Row(("cnn",), verdict, values, "sizes", 10_000, len(lines["cnn"]["seeds"]), spread)


def _layers() -> dict[str, LayerInfo]:
    return {row.name: row for row in describe(cnn())}


def _fields(found: Found) -> Row:
    told, rows = FIELDS, _layers()
    real = [rows[f"conv{i}"].receptive_field for i in (1, 2, 3, 4)]
    verdict = "so" if tuple(real[:3]) == told else "not"
    values = {f"told{i}": v for i, v in enumerate(told, 1)} | {f"conv{i}": v for i, v in enumerate(real, 1)}
    return Row(("cnn",), verdict, values, "layers")


def _deeper(found: Found) -> Row:
    rows = _layers()
    real = [rows[f"conv{i}"].receptive_field for i in (1, 2, 3, 4)]
    verdict = "so" if all(a < b for a, b in pairwise(real)) else "not"
    return Row(("cnn",), verdict, {"first": real[0], "last": real[-1], "side": SIDE}, "layers")


def _pooling(found: Found) -> Row:
    """Of the parameters pools have none; what they save is in the output layer."""
    rows = _layers()
    before, after = (_product(rows[name].shape) for name in ("relu1", "pool1"))
    maps, classes = rows["conv4"].shape[0], rows["out"].shape[0]
    values = {
        "told": POOLED,
        "before": before,
        "after": after,
        "fewer": 1 - after / before,
        "parameters": rows["pool1"].parameters + rows["pool2"].parameters,
        "out": rows["out"].parameters,
        "out_without": (maps * SIDE * SIDE + 1) * classes,
    }
    return Row(("cnn",), "depends" if abs(values["fewer"] - POOLED) < 1e-9 else "not", values, "layers")


def _invariance(found: Found) -> Row:
    """Of readers moved to the right by 2, 4 and 6 pixels."""
    values: dict[str, float] = {}
    digits = 0
    for key in ("tutorial-cnn", "best-mlp", "best-cnn"):
        shifts = found.readers[key]["shift"]
        middle, digits = shifts["reach"], shifts["digits"]
        for pixels in (0, 2, 4, 6):
            values[f"{key.replace('-', '_')}_{pixels}"] = shifts["accuracy"][middle][middle + pixels]
    lost = values["tutorial_cnn_0"] - values["tutorial_cnn_4"]
    return Row(("cnn",), "so" if lost < 0.005 else "not", values, "shifts", digits, 1)


def _pools_help(found: Found) -> Row:
    """Whether pools are what makes the CNN bear being moved."""
    lines = {key: found.ledger[key]["far"] for key in ("cnn", "cnn-strided", "cnn-blurred")}
    values = {key.replace("-", "_"): far["mean"] for key, far in lines.items()} | {"pixels": lines["cnn"]["pixels"]}
    spread = {key.replace("-", "_"): far["deviation"] for key, far in lines.items()}
    verdict = _verdict(lines["cnn"], lines["cnn-strided"])
    return Row(("cnn",), verdict, values, "pools", 4_000, len(lines["cnn"]["values"]), spread)


def _rate_mlp(found: Found) -> Row:
    arms = {float(rate): arm for rate, arm in found.experiments["rates-mlp"].items()}
    told, best = RATE["mlp"], _best(arms)
    lost = arms[best]["accuracy"]["mean"] - arms[told]["accuracy"]["mean"]
    own = max(arms[best]["accuracy"]["deviation"] or 0, arms[told]["accuracy"]["deviation"] or 0)
    verdict = "so" if lost <= own else "depends"
    return Row(
        ("mlp",), verdict, _of_rates(arms, told, best), "rates-mlp", 10_000, _seeds(arms), _spread_of(arms, told, best)
    )


def _rate_cnn(found: Found) -> Row:
    """A smaller one than the MLP's."""
    arms = {float(rate): arm for rate, arm in found.experiments["rates-cnn"].items()}
    others = {float(rate): arm for rate, arm in found.experiments["rates-mlp"].items()}
    told, best, theirs = RATE["cnn"], _best(arms), _best(others)
    verdict = "so" if best < theirs else "not"
    large = arms[RATE["mlp"]]["accuracy"]
    values = {
        **_of_rates(arms, told, best),
        "best_mlp": theirs,
        "large": RATE["mlp"],
        "large_accuracy": large["mean"],
    }
    spread = {**_spread_of(arms, told, best), "large_accuracy": large["deviation"]}
    return Row(("cnn",), verdict, values, "rates-cnn", 10_000, _seeds(arms), spread)


def _helps(network: str, what: str) -> Callable[[Found], Row]:
    def tell(found: Found) -> Row:
        arms = found.experiments[f"regularised-{network}"]
        plain, changed = arms["plain"]["accuracy"], arms[what]["accuracy"]
        values = {"plain": plain["mean"], "changed": changed["mean"], "difference": changed["mean"] - plain["mean"]}
        spread = {"plain": plain["deviation"], "changed": changed["deviation"]}
        verdict = _verdict(changed, plain)
        return Row((network,), verdict, values, f"regularised-{network}", 10_000, len(plain["values"]), spread)

    return tell


def _sharing(found: Found) -> Row:
    shared, own = found.ledger["cnn"], found.ledger["cnn-unshared"]
    first = _layers()["conv1"].parameters
    unshared = {row.name: row for row in describe(CONTESTANTS["cnn-unshared"].build(0))}["local1"].parameters
    values = {
        "shared": first,
        "unshared": unshared,
        "times": unshared / first,
        "shared_accuracy": shared["accuracy"]["mean"],
        "unshared_accuracy": own["accuracy"]["mean"],
    }
    spread = {
        "shared_accuracy": shared["accuracy"]["deviation"],
        "unshared_accuracy": own["accuracy"]["deviation"],
    }
    verdict = "not" if _verdict(own["accuracy"], shared["accuracy"]) == "so" else "so"
    return Row(("cnn",), verdict, values, "sharing", 10_000, len(shared["seeds"]), spread)


def _neighbours(found: Found) -> Row:
    """The CNN lives on neighbourhood, the MLP knows none: with the pixels scrambled."""
    keys = ("mlp", "mlp-scrambled", "cnn", "cnn-scrambled")
    lines = {key: found.ledger[key]["accuracy"] for key in keys}
    values = {key.replace("-", "_"): line["mean"] for key, line in lines.items()}
    spread = {key.replace("-", "_"): line["deviation"] for key, line in lines.items()}
    lost = {network: lines[network]["mean"] - lines[f"{network}-scrambled"]["mean"] for network in ("mlp", "cnn")}
    own = max(line["deviation"] or 0 for line in lines.values())
    verdict = "so" if lost["cnn"] > lost["mlp"] + own else "not"
    return Row(("cnn",), verdict, values, "pixels", 10_000, len(lines["cnn"]["values"]), spread)


CLAIMS: dict[str, Callable[[Found], Row]] = {
    "accuracy_mlp": _accuracy("mlp"),
    "epochs_mlp": _epochs("mlp"),
    "parameters_mlp": _parameters_mlp,
    "rate_mlp": _rate_mlp,
    "dropout_mlp": _helps("mlp", "dropout"),
    "norm_mlp": _helps("mlp", "batch_norm"),
    "accuracy_cnn": _accuracy("cnn"),
    "epochs_cnn": _epochs("cnn"),
    "smoother": _smoother,
    "parameters_cnn": _parameters_cnn,
    "better": _better,
    "invariance": _invariance,
    "pools_help": _pools_help,
    "pooling": _pooling,
    "fields": _fields,
    "deeper": _deeper,
    "sharing": _sharing,
    "neighbours": _neighbours,
    "rate_cnn": _rate_cnn,
    "dropout_cnn": _helps("cnn", "dropout"),
    "norm_cnn": _helps("cnn", "batch_norm"),
}


def _verdict(better: dict[str, Any], worse: dict[str, Any]) -> str:
    """Whether one spread lies above another: "depends" where their difference is not larger than their own width."""
    difference = better["mean"] - worse["mean"]
    own = max(better["deviation"] or 0, worse["deviation"] or 0)
    return "so" if difference > own else "not" if difference < -own else "depends"


def _best(arms: dict[float, Any]) -> float:
    return max(arms, key=lambda rate: arms[rate]["accuracy"]["mean"])


def _of_rates(arms: dict[float, Any], told: float, best: float) -> dict[str, Any]:
    low, high = min(arms), max(arms)
    return {
        "told": told,
        "told_accuracy": arms[told]["accuracy"]["mean"],
        "best": best,
        "best_accuracy": arms[best]["accuracy"]["mean"],
        "low": low,
        "high": high,
        "high_accuracy": arms[high]["accuracy"]["mean"],
    }


def _spread_of(arms: dict[float, Any], told: float, best: float) -> dict[str, float | None]:
    named = {"told_accuracy": told, "best_accuracy": best, "high_accuracy": max(arms)}
    return {name: arms[rate]["accuracy"]["deviation"] for name, rate in named.items()}


def _seeds(arms: dict[float, Any]) -> int:
    return min(len(arm["accuracy"]["values"]) for arm in arms.values())


def _product(shape: tuple[int, ...]) -> int:
    product = 1
    for size in shape:
        product *= size
    return product

"""`python3 -m training.cloud --run NAME [--data PREFIX] OPTIONS`, on every node of an AWS Batch multi-node parallel job.

OPTIONS are those of `python3 -m training train`, without --out and --resume. Data come from the bucket's
`training/data/PREFIX/` and lie in the folder `data` of the working directory; checkpoints go to `training/runs/NAME/`, and a
run that has some there goes on from the last.

Exit codes: 0 done, 2 wrong use (to try again would change nothing), 3 failed, 143 ended from outside.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch.distributed.elastic.multiprocessing.api import SignalException
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
from torch.distributed.run import parse_args as parse_torchrun
from torch.distributed.run import run as torchrun

from ..errors import ConfigurationError
from ..exit_code import exit_code_of
from .checkpoint_upload import CHECKPOINT, LOGS, CheckpointUpload
from .object_store import ObjectStore
from .place import Place, place_of

DATA_PREFIX = "training/data/"
RUNS_PREFIX = "training/runs/"
ENDED_FROM_OUTSIDE = 128 + signal.SIGTERM
#: Nodes start minutes apart, and each fetches its data first.
SECONDS_TO_GATHER = 3600

ROOT = Path(__file__).parents[2]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 -m training.cloud",
        description=__doc__,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--run", required=True, help="name of the run; the same name goes on with it")
    parser.add_argument("--data", help=f"what to fetch of the bucket's {DATA_PREFIX}")
    parser.add_argument("--work", type=Path, default=Path("."), help="working directory, with room for the data")
    parser.add_argument("--processes", type=int, default=torch.cuda.device_count() or 1, help="on this node: one a GPU")
    parser.add_argument("--port", type=int, default=29400, help="of the main node, where the others find it")
    parser.add_argument("--upload-every", type=float, default=30.0, metavar="SECONDS", help="look for new checkpoints")
    return parser


def _parse(arguments: Sequence[str] | None) -> tuple[argparse.Namespace, list[str]]:
    own, options = _parser().parse_known_args(arguments)
    for name in (own.run, *([own.data] if own.data else [])):
        if not re.fullmatch(r"[\w][\w.-]*(/[\w][\w.-]*)*", name):
            raise ConfigurationError(
                f'"{name}" cannot name a folder of the bucket: use letters, digits, ".", "_" and "-".'
            )
    for option in options:
        if option.split("=")[0] in ("--out", "--resume"):
            raise ConfigurationError(
                f"{option} is not given here: a run in the cloud has its place, and goes on by itself."
            )
    return own, options


def torchrun_arguments(place: Place, processes: int, port: int, options: Sequence[str]) -> list[str]:
    """The command line of torchrun for one node. Nodes have fixed ranks and never join later."""
    arguments = [
        "--nnodes",
        str(place.nodes),
        "--node_rank",
        str(place.rank),
        "--nproc_per_node",
        str(processes),
        "--master_addr",
        place.main_address,
        "--master_port",
        str(port),
        "--rdzv_conf",
        f"timeout={SECONDS_TO_GATHER}",
        "--monitor_interval",
        "1",
    ]
    if torch.__version__.startswith("1."):
        # PyTorch 1.13 does not understand its own defaults on Python 3.11.
        arguments += ["--redirects", "0:1", "--tee", "0:1"]
    return [*arguments, "--module", "training.cloud.worker", *options]


def _train(place: Place, own: argparse.Namespace, options: Sequence[str], resume: bool) -> int:
    if not any(option.split("=")[0] == "--threads" for option in options):
        options = [*options, "--threads", str(max(1, (os.cpu_count() or 1) // own.processes))]
    options = [*options, "--out", "run", *(["--resume"] if resume else [])]
    try:
        torchrun(parse_torchrun(torchrun_arguments(place, own.processes, own.port, options)))
    except ChildFailedError as error:
        _, failure = error.get_first_failure()
        print(f"Process {failure.local_rank} of this node ended with {failure.exitcode}.", file=sys.stderr, flush=True)
        return 2 if failure.exitcode == 2 else 3
    except SignalException as error:
        print(error, file=sys.stderr, flush=True)
        return ENDED_FROM_OUTSIDE
    return 0


def run(own: argparse.Namespace, options: Sequence[str], environment: Mapping[str, str]) -> int:
    """Fetches, trains, sends. Returns the exit code; raises TrainingError."""
    bucket = environment.get("DATA_BUCKET")
    if not bucket:
        raise ConfigurationError("DATA_BUCKET does not name the bucket of data and checkpoints.")
    place, store = place_of(environment), ObjectStore(bucket)
    prefix, folder = f"{RUNS_PREFIX}{own.run}/", Path("run")
    if own.data is not None:
        count = store.download_folder(f"{DATA_PREFIX}{own.data}/", Path("data"))
        print(f"{count} files of data", flush=True)
    # What counts is what the bucket has: all nodes must go on from the same step.
    shutil.rmtree(folder, ignore_errors=True)
    resume = store.download(prefix + CHECKPOINT, folder / CHECKPOINT)
    print(
        f"Node {place.rank} of {place.nodes}: {'goes on from the last checkpoint' if resume else 'starts'}", flush=True
    )
    if not place.is_main:
        return _train(place, own, options, resume)
    for name in LOGS:
        store.download(prefix + name, folder / name)
    upload = CheckpointUpload(store, folder, prefix, own.upload_every)
    try:
        return _train(place, own, options, resume)
    finally:
        upload.close()


def _main(arguments: Sequence[str] | None) -> int:
    own, options = _parse(arguments)
    own.work.mkdir(parents=True, exist_ok=True)
    os.chdir(own.work)
    # The processes that torchrun starts find the package from there, too.
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return run(own, options, os.environ)


def main(arguments: Sequence[str] | None = None) -> int:
    # Until torchrun listens, the signal would be lost: a container's first process ignores it by default.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(ENDED_FROM_OUTSIDE))
    return exit_code_of(lambda: _main(arguments))


if __name__ == "__main__":
    sys.exit(main())

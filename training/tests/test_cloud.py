"""A run on several nodes with data and checkpoints in a bucket, here of s3rver."""

import contextlib
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from ..cloud.place import Place, place_of
from ..errors import ConfigurationError, StorageError
from ..pretrain.checkpoint import read_checkpoint
from . import small

try:
    import boto3
except ImportError:
    boto3 = None

ROOT = Path(__file__).parents[2]
S3RVER = ROOT / "node_modules" / "s3rver" / "bin" / "s3rver.js"
NODE = shutil.which("node", path=os.pathsep.join([str(ROOT / "node_modules" / ".bin"), os.environ["PATH"]]))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class EcsAgent:
    """Answers as the ECS agent does where a container asks for its metadata."""

    def __init__(self, address: str) -> None:
        body = json.dumps({"Networks": [{"NetworkMode": "awsvpc", "IPv4Addresses": [address]}]}).encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v4/container"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def batch_variables(nodes: int, index: int, main: int = 0, **more: str) -> "dict[str, str]":
    return {
        "AWS_BATCH_JOB_NUM_NODES": str(nodes),
        "AWS_BATCH_JOB_NODE_INDEX": str(index),
        "AWS_BATCH_JOB_MAIN_NODE_INDEX": str(main),
        **more,
    }


class Places(unittest.TestCase):
    def test_a_process_without_aws_batch_is_the_only_node(self) -> None:
        self.assertEqual(place_of({}), Place(1, 0, "127.0.0.1"))

    def test_the_main_node_is_the_first_and_asks_for_its_own_address(self) -> None:
        agent = EcsAgent("10.20.0.7")
        self.addCleanup(agent.close)
        for main in (0, 2):
            variables = batch_variables(3, main, main, ECS_CONTAINER_METADATA_URI_V4=agent.url)
            self.assertEqual(place_of(variables), Place(3, 0, "10.20.0.7"))

    def test_the_others_are_told_where_it_is_and_count_from_it(self) -> None:
        address = {"AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS": "10.20.0.7"}
        ranks = [place_of(batch_variables(3, index, 1, **address)) for index in (2, 0)]
        self.assertEqual(ranks, [Place(3, 1, "10.20.0.7"), Place(3, 2, "10.20.0.7")])

    def test_variables_that_make_no_sense_are_refused(self) -> None:
        for variables in (
            batch_variables(2, 1),
            batch_variables(2, 2),
            batch_variables(2, 0, 5),
            {"AWS_BATCH_JOB_NUM_NODES": "2"},
            {**batch_variables(2, 0), "AWS_BATCH_JOB_NODE_INDEX": "first"},
            batch_variables(2, 0, ECS_CONTAINER_METADATA_URI_V4=f"http://127.0.0.1:{free_port()}"),
        ):
            with self.assertRaises(ConfigurationError, msg=str(variables)):
                place_of(variables)


@unittest.skipIf(boto3 is None or NODE is None or not S3RVER.exists(), "needs boto3, and s3rver by npm ci")
class Runs(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        port = free_port()
        server = subprocess.Popen(
            [
                str(NODE),
                S3RVER,
                "--directory",
                self.folder / "s3",
                "--port",
                str(port),
                "--address",
                "127.0.0.1",
                "--silent",
                "--configure-bucket",
                "clinic",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        self.environment = {
            "DATA_BUCKET": "clinic",
            "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{port}",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "S3RVER",
            "AWS_SECRET_ACCESS_KEY": "S3RVER",
            # S3 knows the checksums that newer versions add; s3rver does not.
            "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
            "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_required",
        }
        before = {name: os.environ.get(name) for name in self.environment}
        os.environ.update(self.environment)
        self.addCleanup(
            lambda: [os.environ.pop(n) if v is None else os.environ.update({n: v}) for n, v in before.items()]
        )
        deadline = time.monotonic() + 60
        while not answers(port) and time.monotonic() < deadline:
            time.sleep(0.05)
        from ..cloud.object_store import ObjectStore

        self.store = ObjectStore("clinic")
        small.write_odir(self.folder / "odir")
        (self.folder / "vocab.txt").write_text(small.VOCABULARY, encoding="utf-8")
        configuration = small.configuration(phases=[{"epochs": 5, "image_size": 32}])
        (self.folder / "small.json").write_text(json.dumps(configuration), encoding="utf-8")
        # One photograph that cannot be read: no reason to end a run.
        (self.folder / "odir" / "images" / "3_left.jpg").write_bytes(b"no photograph")
        for path in [*(self.folder / "odir").rglob("*.*"), self.folder / "vocab.txt", self.folder / "small.json"]:
            self.store.upload(path, f"training/data/first/{path.relative_to(self.folder).as_posix()}")

    def start(self, nodes: int, index: int, port: int, *more: str, **variables: str) -> subprocess.Popen[str]:
        command = [
            sys.executable,
            "-m",
            "training.cloud",
            "--run",
            "odir-1",
            "--data",
            "first",
            "--processes",
            "1",
            "--work",
            f"{self.folder}/node-{index}",
            "--port",
            str(port),
            "--upload-every",
            "0.1",
            "--configuration",
            "data/small.json",
            "--vocabulary",
            "data/vocab.txt",
            "--odir",
            "data/odir",
            "--checkpoint-every",
            "1",
            "--judge-every",
            "5",
            *more,
        ]
        environment = {**os.environ, **batch_variables(nodes, index), **variables}
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def fetched(self, name: str) -> Path:
        path = self.folder / "fetched" / name
        return path if self.store.download(f"training/runs/odir-1/{name}", path) else self.folder / "missing"

    def log(self) -> "list[str]":
        return self.fetched("log.jsonl").read_text(encoding="utf-8").splitlines()

    def test_go_on_after_an_instance_was_taken_away_on_other_nodes(self) -> None:
        agent = EcsAgent("127.0.0.1")
        self.addCleanup(agent.close)
        main = {"ECS_CONTAINER_METADATA_URI_V4": agent.url}
        taken = self.start(1, 0, free_port(), **main)
        deadline = time.monotonic() + 120
        while not self.fetched("latest.pt").exists() and taken.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        taken.send_signal(signal.SIGTERM)
        _, errors = taken.communicate(timeout=120)
        self.assertEqual(taken.returncode, 143, errors)
        step, before = read_checkpoint(self.fetched("latest.pt"))["step"], self.log()
        self.assertGreaterEqual(step, 1)

        port = free_port()
        others = {"AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS": "127.0.0.1"}
        nodes = [self.start(2, 0, port, **main), self.start(2, 1, port, **others)]
        for index, node in enumerate(nodes):
            output, errors = node.communicate(timeout=240)
            self.assertEqual(node.returncode, 0, errors)
            self.assertIn(f"Node {index} of 2: goes on from the last checkpoint", output)
            self.assertIn("3_left.jpg", errors)
        log = self.log()
        steps = [json.loads(line)["step"] for line in log]
        total = read_checkpoint(self.fetched("latest.pt"))["step"]
        self.assertEqual(log[: len(before)], before)
        self.assertEqual(sorted(set(steps)), list(range(1, total + 1)))
        for done in range(1, step + 1):
            self.assertEqual(steps.count(done), 1)
        judged = self.fetched("validation.jsonl").read_text(encoding="utf-8").splitlines()
        self.assertEqual(json.loads(judged[-1])["epoch"], 4)

    def run_here(self, *arguments: str) -> tuple[object, str]:
        """Within this process; only what torchrun starts is another. Returns the exit code and what was said."""
        from ..cloud.__main__ import main

        here, handler, said = os.getcwd(), signal.getsignal(signal.SIGTERM), io.StringIO()
        try:
            with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
                code: object = main([*arguments, "--work", str(self.folder / "here"), "--processes", "1"])
        except SystemExit as exit:
            code = exit.code
        finally:
            os.chdir(here)
            signal.signal(signal.SIGTERM, handler)
        return code, said.getvalue()

    def test_with_wrong_settings_end_with_the_code_that_is_not_tried_again(self) -> None:
        code, said = self.run_here(
            "--run",
            "wrong",
            "--data",
            "first",
            "--port",
            str(free_port()),
            "--configuration",
            "data/small.json",
            "--vocabulary",
            "data/vocab.txt",
            "--set",
            "batch_size=1",
        )
        self.assertEqual(code, 2, said)
        self.assertIn("ended with 2", said)
        self.assertFalse(self.store.download("training/runs/wrong/latest.pt", self.folder / "none"))

    def test_are_refused_where_they_name_no_run_no_data_or_a_place_of_their_own(self) -> None:
        for arguments in (
            (),
            ("--run", "../other"),
            ("--run", "one", "--data", "/"),
            ("--run", "one", "--resume"),
            ("--run", "one", "--out=elsewhere"),
        ):
            self.assertEqual(self.run_here(*arguments)[0], 2, arguments)
        code, said = self.run_here("--run", "one", "--data", "nothing")
        self.assertEqual(code, 3)
        self.assertIn("upload the data there first", said)

    def test_take_no_object_from_outside_and_tell_of_a_bucket_that_is_not_there(self) -> None:
        from ..cloud.object_store import ObjectStore, place_within

        self.assertEqual(place_within(self.folder, "a/b.jpg"), self.folder.resolve() / "a" / "b.jpg")
        for name in ("../escaped.txt", "/etc/escaped.txt", "a/../../escaped.txt", ""):
            with self.assertRaisesRegex(StorageError, "outside", msg=name):
                place_within(self.folder, name)
        with self.assertRaisesRegex(StorageError, "elsewhere"):
            ObjectStore("elsewhere").upload(self.folder / "vocab.txt", "key")


if __name__ == "__main__":
    unittest.main()

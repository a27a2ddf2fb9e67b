"""Which node of an AWS Batch multi-node parallel job this is, and where the main one is.

See https://docs.aws.amazon.com/batch/latest/userguide/mnp-env-vars.html.
"""

from __future__ import annotations

import json
import socket
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import ConfigurationError


@dataclass(frozen=True)
class Place:
    """`rank` counts nodes from the main one, which has 0 and is found at `main_address` by all of them."""

    nodes: int
    rank: int
    main_address: str

    @property
    def is_main(self) -> bool:
        return self.rank == 0


def place_of(environment: Mapping[str, str]) -> Place:
    """Without AWS Batch's variables: the only node.

    Raises ConfigurationError if they contradict one another.
    """
    if "AWS_BATCH_JOB_NUM_NODES" not in environment:
        return Place(1, 0, "127.0.0.1")
    try:
        nodes = int(environment["AWS_BATCH_JOB_NUM_NODES"])
        index = int(environment["AWS_BATCH_JOB_NODE_INDEX"])
        main = int(environment["AWS_BATCH_JOB_MAIN_NODE_INDEX"])
    except (KeyError, ValueError) as error:
        raise ConfigurationError(f"AWS Batch describes this node wrongly: {error}.") from error
    if not (0 <= index < nodes and 0 <= main < nodes):
        raise ConfigurationError(
            f"AWS Batch describes this node wrongly: {index} of {nodes}, {main} being the main one."
        )
    if index == main:
        # The variable is set on the other nodes only.
        address = own_address(environment)
    else:
        address = environment.get("AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS", "")
        if address == "":
            raise ConfigurationError("AWS Batch names no address of the main node.")
    return Place(nodes, (index - main) % nodes, address)


def own_address(environment: Mapping[str, str]) -> str:
    """This container's address in the network, from the ECS agent where there is one."""
    metadata = environment.get("ECS_CONTAINER_METADATA_URI_V4")
    try:
        if metadata is None:
            return socket.gethostbyname(socket.gethostname())
        with urllib.request.urlopen(metadata, timeout=10) as response:
            return json.load(response)["Networks"][0]["IPv4Addresses"][0]
    except (OSError, ValueError, LookupError) as error:
        raise ConfigurationError(f"This node cannot find its own address: {error!r}.") from error

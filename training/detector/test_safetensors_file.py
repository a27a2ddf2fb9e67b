import json
import struct
import tempfile
import unittest
from pathlib import Path

import torch

from .pattern import pattern_picture
from .safetensors_file import write_safetensors


class SafetensorsTest(unittest.TestCase):
    def test_holds_shapes_types_and_values(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x.safetensors"
            weights = torch.arange(6.0).view(2, 3).t()
            write_safetensors(path, {"b": torch.tensor(7), "a": weights})
            content = path.read_bytes()
        (length,) = struct.unpack("<Q", content[:8])
        header = json.loads(content[8 : 8 + length])
        self.assertEqual(header["a"], {"dtype": "F32", "shape": [3, 2], "data_offsets": [0, 24]})
        self.assertEqual(header["b"], {"dtype": "I64", "shape": [], "data_offsets": [24, 32]})
        values = struct.unpack("<6fq", content[8 + length :])
        self.assertEqual(values, (0, 3, 1, 4, 2, 5, 7))

    def test_the_pattern_is_what_its_formula_says(self) -> None:
        pattern = pattern_picture(112)
        self.assertEqual(pattern[6, 6].tolist(), [0, 0, 0])
        self.assertEqual(pattern[7, 14].tolist(), [61, 77, 93])
        self.assertEqual(pattern[111, 111].tolist(), [(15 * (13 + 8 * c) + 15 * 29 + 675) % 256 for c in range(3)])

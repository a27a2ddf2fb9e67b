"""Writes the checkpoint of this folder and what RET-CLIP's own code computes of it on two drawn patients.

    npx node phantoms/make.ts --out model/verification/reference/photographs --exams 3 --size 64 --seed reference
    python3 model/verification/reference/make_reference.py RET-CLIP && npx biome format --write model/verification/reference

`RET-CLIP` is the folder of its repository. Its model is built here with small sizes and random weights, which are spread
so that heads and activations matter. Photographs have
the model's size and are kept as PNG: decoders and resizers differ by a level or two, to which random weights are more
sensitive than trained ones. Of the
drawn cohort nothing else is kept, and nothing of the reference's code.
"""

import subprocess
import sys
from pathlib import Path

import torch
from PIL import Image

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from expected_features import build_model


def main():
    reference = sys.argv[1]
    for photograph in (HERE / "photographs").glob("*.jpg"):
        Image.open(photograph).save(photograph.with_suffix(".png"))
        photograph.unlink()
    torch.manual_seed(7)
    model = build_model(reference, str(HERE / "vision.json"), str(HERE / "text.json"))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "resblocks" in name and "ln_" not in name:
                parameter.mul_(6 if "c_fc" in name else 3)
            elif name.endswith("bias") or "ln_" in name:
                parameter.add_(0.2 * torch.randn_like(parameter))
    state = {f"module.{name}": value.half() for name, value in model.state_dict().items()}
    torch.save({"epoch": 1, "state_dict": state}, HERE / "checkpoint.pt")
    command = [sys.executable, str(HERE.parent / "expected_features.py"), "--reference", reference]
    command += ["--checkpoint", str(HERE / "checkpoint.pt"), "--photographs", str(HERE / "photographs")]
    command += ["--vision-model", str(HERE / "vision.json"), "--text-model", str(HERE / "text.json")]
    command += ["--out", str(HERE / "expected.json"), "--context-length", "0"]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()

"""Computes what RET-CLIP's own code makes of a checkpoint, for `retclip model verify BUNDLE --expected FILE`.

    git clone https://github.com/sStonemason/RET-CLIP        # its requirements.txt besides
    npm run phantoms -- --out photographs                    # drawn photographs, or a folder of real ones
    python3 model/verification/expected_features.py --reference RET-CLIP --checkpoint ret-clip.pt \
        --photographs photographs --out photographs/expected.json

Nothing of this project takes part: the model, its configuration and its tokenizer are the reference's, photographs are
decoded and resized by Pillow. So a wrong number of heads, another activation, another epsilon or a changed matrix of the
import shows. Photographs are the pairs `<patient>_left.*`, `<patient>_right.*` of a folder. The checkpoint is opened by
PyTorch, which can run code: do this on a machine that you would run its training on.
"""

import argparse
import ast
import json
import sys
from pathlib import Path

MEAN = (0.48145466, 0.4578275, 0.40821073)
STANDARD_DEVIATION = (0.26862954, 0.26130258, 0.27577711)
TEXTS = ("左眼正常，右眼糖尿病视网膜病变", "双眼高度近视", "右眼白内障", "右眼年龄相关性黄斑变性")


def read_configuration(folder, *names):
    """The reference's configurations by name, or files of the same form, joined."""
    joined = {}
    for name in names:
        file = Path(name) if name.endswith(".json") else folder / "RET_CLIP/clip/model_configs" / f"{name}.json"
        joined.update(json.loads(file.read_text(encoding="utf-8")))
    if isinstance(joined["vision_layers"], str):
        joined["vision_layers"] = ast.literal_eval(joined["vision_layers"])
    return joined


def build_model(reference, vision, text):
    sys.path.insert(0, str(Path(reference).resolve()))
    from RET_CLIP.clip.model import CLIP

    return CLIP(**read_configuration(Path(reference), vision, text)).eval()


def load_weights(model, path, key):
    import torch

    weights = torch.load(path, map_location="cpu")
    for part in (key or "").split("."):
        weights = weights[part] if part else weights.get("state_dict", weights)
    weights = {name.removeprefix("module."): value.float() for name, value in weights.items()}
    model.load_state_dict({name: value for name, value in weights.items() if "bert.pooler" not in name}, strict=True)


def read_photograph(path, side):
    import numpy
    import torch
    from PIL import Image

    squashed = Image.open(path).convert("RGB").resize((side, side), Image.Resampling.BICUBIC)
    pixels = torch.from_numpy(numpy.asarray(squashed, dtype="float32") / 255)
    return ((pixels - torch.tensor(MEAN)) / torch.tensor(STANDARD_DEVIATION)).permute(2, 0, 1)[None]


def find_pairs(folder, most):
    lefts = sorted(path for path in Path(folder).iterdir() if path.stem.endswith("_left"))
    pairs = [(left, left.with_name(left.name.replace("_left.", "_right."))) for left in lefts]
    return [(left, right) for left, right in pairs if right.is_file()][:most]


def is_exact(path, side):
    """Whether a photograph needs neither a lossy decoder nor a resizer: a PNG of the model's own size."""
    from PIL import Image

    return path.suffix.lower() == ".png" and Image.open(path).size == (side, side)


def image_features(model, pairs, side):
    import torch

    names = ("left_visual", "right_visual", "left", "right", "patient")
    found: dict[str, list[list[float]]] = {name: [] for name in names}
    for left, right in pairs:
        one, other = read_photograph(left, side), read_photograph(right, side)
        with torch.no_grad():
            patient, mapped_left, mapped_right = model.encode_image(one, other)
            features = model.visual(one), model.visual(other), mapped_left, mapped_right, patient
        for name, value in zip(names, features, strict=True):
            found[name].append([round(number, 7) for number in value[0].tolist()])
    exact = all(is_exact(path, side) for pair in pairs for path in pair)
    images = {"left_images": [a.name for a, _ in pairs], "right_images": [b.name for _, b in pairs]}
    return {"exact_images": exact, **images, **found}


def text_features(model, texts, context_length):
    import torch
    from RET_CLIP.clip import tokenize

    tokens = tokenize([text.lower() for text in texts], context_length=context_length)
    with torch.no_grad():
        levels = dict(zip(("text_patient", "text_left", "text_right"), model.encode_text(tokens), strict=True))
    return {
        "texts": list(texts),
        "context_length": context_length,
        "tokens": tokens.tolist(),
        **{name: [[round(number, 7) for number in row] for row in value.tolist()] for name, value in levels.items()},
    }


def main():
    parser = argparse.ArgumentParser(description="What RET-CLIP's own code computes of a checkpoint")
    parser.add_argument("--reference", required=True, help="folder of RET-CLIP's repository")
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--key", help="which set of weights: keys with dots between, as the import's --key")
    parser.add_argument("--photographs", required=True, help="folder of <patient>_left.* and <patient>_right.*")
    parser.add_argument("--out", required=True)
    parser.add_argument("--vision-model", default="ViT-B-16", help="a configuration of the reference, or a file")
    parser.add_argument("--text-model", default="RoBERTa-wwm-ext-base-chinese")
    parser.add_argument("--pairs", type=int, default=12, help="pairs at most")
    parser.add_argument("--context-length", type=int, default=100, help="0 leaves the texts out")
    arguments = parser.parse_args()
    model = build_model(arguments.reference, arguments.vision_model, arguments.text_model)
    load_weights(model, arguments.checkpoint, arguments.key)
    pairs = find_pairs(arguments.photographs, arguments.pairs)
    if not pairs:
        parser.error(f'"{arguments.photographs}" has no pair <patient>_left.*, <patient>_right.*')
    side = read_configuration(Path(arguments.reference), arguments.vision_model, arguments.text_model)[
        "image_resolution"
    ]
    expected = image_features(model, pairs, side)
    if arguments.context_length > 0:
        expected.update(text_features(model, TEXTS, arguments.context_length))
    Path(arguments.out).write_text(json.dumps(expected, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(pairs)} pairs of photographs: {arguments.out}")


if __name__ == "__main__":
    main()

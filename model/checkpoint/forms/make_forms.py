"""Writes one tiny checkpoint in each form that training scripts leave behind, by PyTorch itself.

    pip install torch numpy safetensors huggingface_hub
    python3 model/checkpoint/forms/make_forms.py && npx biome format --write model/checkpoint/forms

They are written again only when a form is added; the tests read what is committed and need no Python. `expected.json` holds
the sum and the first number of every tensor, computed here.
"""

import argparse
import json
import os
import pathlib
import pickle
from collections import OrderedDict, defaultdict

import numpy as np
import torch
from huggingface_hub import save_torch_state_dict

HERE = pathlib.Path(__file__).parent
WIDTH, PATCH, SIDE, HIDDEN, EMBEDDING = 8, 4, 8, 12, 4
TEXT, VOCABULARY, POSITIONS, TEXT_HIDDEN = 6, 11, 9, 10


def linear(name, outputs, inputs):
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def norm(name, width):
    return {f"{name}.weight": (width,), f"{name}.bias": (width,)}


def shapes():
    block = "visual.transformer.resblocks.0"
    layer = "bert.encoder.layer.0"
    named = {
        "visual.class_embedding": (WIDTH,),
        "visual.positional_embedding": (1 + (SIDE // PATCH) ** 2, WIDTH),
        "visual.proj": (WIDTH, EMBEDDING),
        "visual.conv1.weight": (WIDTH, 3, PATCH, PATCH),
        **norm("visual.ln_pre", WIDTH),
        f"{block}.attn.in_proj_weight": (3 * WIDTH, WIDTH),
        f"{block}.attn.in_proj_bias": (3 * WIDTH,),
        **linear(f"{block}.attn.out_proj", WIDTH, WIDTH),
        **norm(f"{block}.ln_1", WIDTH),
        **linear(f"{block}.mlp.c_fc", HIDDEN, WIDTH),
        **linear(f"{block}.mlp.c_proj", WIDTH, HIDDEN),
        **norm(f"{block}.ln_2", WIDTH),
        **norm("visual.ln_post", WIDTH),
        "bert.embeddings.word_embeddings.weight": (VOCABULARY, TEXT),
        "bert.embeddings.position_embeddings.weight": (POSITIONS, TEXT),
        "bert.embeddings.token_type_embeddings.weight": (2, TEXT),
        **norm("bert.embeddings.LayerNorm", TEXT),
    }
    for role in ("query", "key", "value"):
        named.update(linear(f"{layer}.attention.self.{role}", TEXT, TEXT))
    named.update(linear(f"{layer}.attention.output.dense", TEXT, TEXT))
    named.update(norm(f"{layer}.attention.output.LayerNorm", TEXT))
    named.update(linear(f"{layer}.intermediate.dense", TEXT_HIDDEN, TEXT))
    named.update(linear(f"{layer}.output.dense", TEXT, TEXT_HIDDEN))
    named.update(norm(f"{layer}.output.LayerNorm", TEXT))
    for side in ("", "_left", "_right"):
        named.update(linear(f"text_projection{side}.0", TEXT, TEXT))
        named.update(linear(f"text_projection{side}.2", EMBEDDING, TEXT))
        named[f"logit_scale{side}"] = ()
    for side, inputs in (("left", EMBEDDING), ("right", EMBEDDING), ("global", 2 * EMBEDDING)):
        named[f"{side}_feature_mapping.weight"] = (EMBEDDING, inputs)
    return named


def weights(seed):
    generator = torch.Generator().manual_seed(seed)
    return OrderedDict((name, torch.randn(shape, generator=generator)) for name, shape in shapes().items())


def named(prefix, state):
    return OrderedDict((prefix + name, value) for name, value in state.items())


def optimizer_state(state):
    parameters = [torch.nn.Parameter(value.clone()) for value in list(state.values())[:3]]
    optimizer = torch.optim.AdamW(parameters)
    for parameter in parameters:
        parameter.grad = torch.ones_like(parameter)
    optimizer.step()
    return optimizer.state_dict()


class Hostile:
    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return os.system, (f"touch {self.marker}",)


def figures(state):
    return {
        name: {"sum": value.double().sum().item(), "first": value.double().flatten()[0].item()}
        for name, value in state.items()
    }


def main():
    state, average = weights(1), weights(2)
    arguments = argparse.Namespace(
        lr=3e-5, vision_model="ViT-B-16", logs=pathlib.PosixPath("logs"), betas=(0.9, 0.98), resume=None
    )
    history = {"loss": np.float64(0.25), "best": np.float32(0.5), "losses": np.arange(3.0)}
    reference = {
        "epoch": 3,
        "step": 120,
        "name": "forms",
        "state_dict": named("module.", state),
        "optimizer": optimizer_state(state),
    }
    lightning = {
        "epoch": 3,
        "global_step": 120,
        "pytorch-lightning_version": "2.0.0",
        "state_dict": named("model.", state),
        "loops": {"fit_loop": {"state_dict": {}}},
        "callbacks": {"ModelCheckpoint{'monitor': 'val'}": {"best_model_score": torch.tensor(0.5)}},
        "optimizer_states": [optimizer_state(state)],
        "lr_schedulers": [{"gamma": 0.1, "base_lrs": [3e-5]}],
        "hyper_parameters": {"lr": 3e-5},
    }
    deepspeed = {
        "module": state,
        "optimizer": None,
        "param_shapes": [OrderedDict((name, value.shape) for name, value in state.items())],
        "ds_config": {"train_batch_size": 64},
        "ds_version": "0.9.0",
        "args": arguments,
        "skipped": defaultdict(int, {"a": 1}),
        "mp_world_size": 1,
    }
    forms = {
        "bare": state,
        "reference": reference,
        "lightning": lightning,
        "deepspeed": deepspeed,
        "compiled": {"model": named("_orig_mod.", state), "args": arguments},
        "compiled-parallel": named("module._orig_mod.", state),
        "parallel-twice": {"state_dict": named("module.module.", state)},
        "arguments": {"args": arguments, **history, "random": np.random.RandomState(1).get_state(), "model": state},
        "averaged": {"n_averaged": torch.tensor(5), **named("module.", state)},
        "two-sets": {"state_dict": named("module.", state), "state_dict_ema": named("module.", average)},
        "two-modules": {"state_dict": {**named("student.", state), **named("teacher.", average)}},
        "plus": {
            "state_dict": {
                **{
                    name.replace("visual.ln_post", "visual.transformer.ln_post"): value for name, value in state.items()
                },
                "decoder_embed.weight": torch.zeros(2, 2),
            }
        },
        "no-weights": {"epoch": 3, "config": {"lr": 1e-3}, "optimizer": optimizer_state(state)},
    }
    for name, content in forms.items():
        torch.save(content, HERE / f"{name}.pt")
    torch.save(reference, HERE / "legacy.pt", _use_new_zipfile_serialization=False)
    torch.save(state, HERE / "legacy-bare.pt", _use_new_zipfile_serialization=False)
    hostile = {"state_dict": state, "args": Hostile("hostile-checkpoint-ran")}
    torch.save(hostile, HERE / "hostile.pt")
    torch.save(hostile, HERE / "hostile-legacy.pt", _use_new_zipfile_serialization=False)
    (HERE / "hostile-pickle.pt").write_bytes(pickle.dumps(Hostile("hostile-checkpoint-ran"), protocol=2))
    (HERE / "sharded").mkdir(exist_ok=True)
    save_torch_state_dict(state, HERE / "sharded", max_shard_size=3000)
    (HERE / "expected.json").write_text(
        json.dumps({"weights": figures(state), "average": figures(average)}, indent=1) + "\n"
    )


if __name__ == "__main__":
    main()

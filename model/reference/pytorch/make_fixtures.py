"""Writes the small random checkpoints of this folder and what PyTorch computes from them.

    python3 model/reference/pytorch/make_fixtures.py [vit] && npx biome format --write model/reference/pytorch

A name writes that one alone. They are written again only when a tower's layout changes; the tests read what is committed
and need no Python.
Features are computed in float64 from the weights as the file holds them.
"""

import json
import sys
from collections import OrderedDict
from pathlib import Path

import torch
from torch import nn

HERE = Path(__file__).parent
MEAN = (0.48145466, 0.4578275, 0.40821073)
STANDARD_DEVIATION = (0.26862954, 0.26130258, 0.27577711)
PICTURES = 3
EMBEDDING = 16


class MbconvBlock(nn.Module):
    def __init__(self, kernel, stride, expand, inputs, outputs, epsilon):
        super().__init__()
        hidden = inputs * expand
        self.register_buffer("stride", torch.tensor(stride))
        self.residual = stride == 1 and inputs == outputs
        if expand > 1:
            self.expand = normed(nn.Conv2d(inputs, hidden, 1, bias=False), epsilon)
        depthwise = nn.Conv2d(hidden, hidden, kernel, stride, kernel // 2, groups=hidden, bias=False)
        self.depthwise = normed(depthwise, epsilon)
        self.project = normed(nn.Conv2d(hidden, outputs, 1, bias=False), epsilon)

    def forward(self, x):
        value = nn.functional.relu6(self.expand(x)) if hasattr(self, "expand") else x
        value = self.project(nn.functional.relu6(self.depthwise(value)))
        return x + value if self.residual else value


def normed(convolution, epsilon):
    norm = nn.BatchNorm2d(convolution.out_channels, eps=epsilon)
    return nn.Sequential(OrderedDict(conv=convolution, bn=norm))


class Mbconv(nn.Module):
    """EfficientNet-Lite's blocks (arXiv 1905.11946), in the layout that the import reads."""

    def __init__(self, image_size, stem, blocks, pooled, outputs, bias=False, epsilon=1e-3):
        super().__init__()
        self.register_buffer("image_size", torch.tensor(image_size))
        self.register_buffer("batch_norm_epsilon", torch.tensor(epsilon))
        self.stem = normed(nn.Conv2d(3, stem, 3, 2, 1, bias=False), epsilon)
        self.blocks = nn.ModuleList(MbconvBlock(*block, epsilon) for block in blocks)
        self.head = normed(nn.Conv2d(blocks[-1][-1], pooled, 1, bias=False), epsilon)
        self.proj = nn.Parameter(torch.randn(pooled, outputs) / pooled**0.5)
        self.bias = nn.Parameter(torch.randn(outputs)) if bias else None

    def forward(self, x):
        value = nn.functional.relu6(self.stem(x))
        for block in self.blocks:
            value = block(value)
        value = nn.functional.relu6(self.head(value)).mean((2, 3)) @ self.proj
        return value if self.bias is None else value + self.bias


class Bottleneck(nn.Module):
    def __init__(self, inputs, planes, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, planes, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.avgpool = nn.AvgPool2d(stride)
        self.conv3 = nn.Conv2d(planes, planes * 4, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(planes * 4)
        self.downsample = None
        if stride > 1 or inputs != planes * 4:
            self.downsample = nn.Sequential(
                OrderedDict(
                    [
                        ("-1", nn.AvgPool2d(stride)),
                        ("0", nn.Conv2d(inputs, planes * 4, 1, bias=False)),
                        ("1", nn.BatchNorm2d(planes * 4)),
                    ]
                )
            )

    def forward(self, x):
        value = torch.relu(self.bn1(self.conv1(x)))
        value = torch.relu(self.bn2(self.conv2(value)))
        value = self.bn3(self.conv3(self.avgpool(value)))
        return torch.relu(value + (x if self.downsample is None else self.downsample(x)))


class AttentionPool(nn.Module):
    def __init__(self, positions, width, heads, outputs):
        super().__init__()
        self.positional_embedding = nn.Parameter(torch.randn(positions + 1, width) / width**0.5)
        self.k_proj = nn.Linear(width, width)
        self.q_proj = nn.Linear(width, width)
        self.v_proj = nn.Linear(width, width)
        self.c_proj = nn.Linear(width, outputs)
        self.heads = heads

    def forward(self, x):
        tokens = x.flatten(2).permute(2, 0, 1)
        tokens = torch.cat([tokens.mean(0, keepdim=True), tokens]) + self.positional_embedding[:, None, :]
        attended, _ = nn.functional.multi_head_attention_forward(
            query=tokens[:1],
            key=tokens,
            value=tokens,
            embed_dim_to_check=tokens.shape[-1],
            num_heads=self.heads,
            q_proj_weight=self.q_proj.weight,
            k_proj_weight=self.k_proj.weight,
            v_proj_weight=self.v_proj.weight,
            in_proj_weight=None,
            in_proj_bias=torch.cat([self.q_proj.bias, self.k_proj.bias, self.v_proj.bias]),
            bias_k=None,
            bias_v=None,
            add_zero_attn=False,
            dropout_p=0.0,
            out_proj_weight=self.c_proj.weight,
            out_proj_bias=self.c_proj.bias,
            use_separate_proj_weight=True,
            training=False,
            need_weights=False,
        )
        return attended.squeeze(0)


class Resnet(nn.Module):
    """CLIP's residual network (github.com/openai/CLIP, clip/model.py), which the reference code offers."""

    def __init__(self, image_size, width, layers, outputs):
        super().__init__()
        half = width // 2
        self.conv1 = nn.Conv2d(3, half, 3, 2, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(half)
        self.conv2 = nn.Conv2d(half, half, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(half)
        self.conv3 = nn.Conv2d(half, width, 3, padding=1, bias=False)
        self.bn3 = nn.BatchNorm2d(width)
        inputs = width
        for stage, count in enumerate(layers):
            planes = width * 2**stage
            blocks = []
            for index in range(count):
                blocks.append(Bottleneck(inputs, planes, 2 if stage > 0 and index == 0 else 1))
                inputs = planes * 4
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.attnpool = AttentionPool((image_size // 32) ** 2, width * 32, width * 32 // 64, outputs)

    def forward(self, x):
        value = torch.relu(self.bn1(self.conv1(x)))
        value = torch.relu(self.bn2(self.conv2(value)))
        value = torch.relu(self.bn3(self.conv3(value)))
        value = nn.functional.avg_pool2d(value, 2)
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            value = layer(value)
        return self.attnpool(value)


class ResidualAttentionBlock(nn.Module):
    def __init__(self, width, heads, hidden):
        super().__init__()
        self.attn = nn.MultiheadAttention(width, heads)
        self.ln_1 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(
            OrderedDict(c_fc=nn.Linear(width, hidden), gelu=nn.Identity(), c_proj=nn.Linear(hidden, width))
        )
        self.ln_2 = nn.LayerNorm(width)

    def forward(self, x):
        value = self.ln_1(x)
        x = x + self.attn(value, value, value, need_weights=False)[0]
        inner = self.mlp.c_fc(self.ln_2(x))
        return x + self.mlp.c_proj(inner * torch.sigmoid(1.702 * inner))


class Vit(nn.Module):
    """CLIP's (github.com/openai/CLIP, clip/model.py), with as many heads as told: a width of 80 each, as ViT-H has."""

    def __init__(self, image_size, patch, width, layers, heads, hidden, outputs):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, patch, patch, bias=False)
        self.class_embedding = nn.Parameter(torch.randn(width))
        self.positional_embedding = nn.Parameter(torch.randn((image_size // patch) ** 2 + 1, width))
        self.ln_pre = nn.LayerNorm(width)
        self.transformer = nn.Module()
        self.transformer.resblocks = nn.Sequential(
            *[ResidualAttentionBlock(width, heads, hidden) for _ in range(layers)]
        )
        self.ln_post = nn.LayerNorm(width)
        self.proj = nn.Parameter(torch.randn(width, outputs) / width**0.5)

    def forward(self, x):
        x = self.conv1(x).flatten(2).permute(2, 0, 1)
        first = self.class_embedding.expand(1, x.shape[1], -1)
        x = torch.cat([first, x]) + self.positional_embedding[:, None, :]
        x = self.transformer.resblocks(self.ln_pre(x))
        return self.ln_post(x[0]) @ self.proj


def pictures(size):
    """Bytes that the tests make as well: [PICTURES, size, size, 3]."""
    index = torch.arange(size * size * 3)
    rows = [(index // (5 + 37 * picture) * 53 + index % 3 * 90 * picture) % 256 for picture in range(PICTURES)]
    return torch.stack(rows).reshape(PICTURES, size, size, 3)


def features(tower, size):
    planes = pictures(size).permute(0, 3, 1, 2).double() / 255
    mean = torch.tensor(MEAN, dtype=torch.float64)[:, None, None]
    deviation = torch.tensor(STANDARD_DEVIATION, dtype=torch.float64)[:, None, None]
    with torch.no_grad():
        return tower.double().eval()((planes - mean) / deviation)


def as_trained(tower):
    """Lets pictures reach the features, and gives batch norms what training leaves in them: no part can be forgotten."""
    for module in tower.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight)
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.7, 1.4)
            nn.init.normal_(module.bias, 0, 0.3)
            nn.init.normal_(module.running_mean, 0, 0.3)
            nn.init.uniform_(module.running_var, 0.5, 1.6)
            module.num_batches_tracked.fill_(17)
        if isinstance(module, nn.LayerNorm):
            nn.init.uniform_(module.weight, 0.7, 1.4)
            nn.init.normal_(module.bias, 0, 0.3)
        if isinstance(module, nn.MultiheadAttention):
            # Wide enough that tokens attend to some others, and another number of heads to quite different ones.
            nn.init.normal_(module.in_proj_weight, 0, 2 / module.embed_dim**0.5)
            nn.init.normal_(module.in_proj_bias, 0, 0.3)
    return tower


def linear(name, outputs, inputs):
    return {
        f"{name}.weight": torch.randn(outputs, inputs) / inputs**0.5,
        f"{name}.bias": torch.randn(outputs) * 0.1,
    }


def norm(name, width):
    return {f"{name}.weight": torch.ones(width), f"{name}.bias": torch.zeros(width)}


def remainder(vocabulary=20, positions=8, width=64, hidden=8):
    """What RET-CLIP has beside its vision tower, as small as it can be."""
    state = {
        "bert.embeddings.word_embeddings.weight": torch.randn(vocabulary, width),
        "bert.embeddings.position_embeddings.weight": torch.randn(positions, width),
        "bert.embeddings.token_type_embeddings.weight": torch.randn(2, width),
        **norm("bert.embeddings.LayerNorm", width),
    }
    layer = "bert.encoder.layer.0"
    for part in ("query", "key", "value"):
        state.update(linear(f"{layer}.attention.self.{part}", width, width))
    state.update(linear(f"{layer}.attention.output.dense", width, width))
    state.update(norm(f"{layer}.attention.output.LayerNorm", width))
    state.update(linear(f"{layer}.intermediate.dense", hidden, width))
    state.update(linear(f"{layer}.output.dense", width, hidden))
    state.update(norm(f"{layer}.output.LayerNorm", width))
    for name in ("text_projection", "text_projection_left", "text_projection_right"):
        state.update(linear(f"{name}.0", width, width))
        state.update(linear(f"{name}.2", EMBEDDING, width))
    for name in ("logit_scale", "logit_scale_left", "logit_scale_right"):
        state[name] = torch.tensor(4.5)
    for name in ("left", "right"):
        state[f"{name}_feature_mapping.weight"] = torch.randn(EMBEDDING, EMBEDDING) / EMBEDDING**0.5
    state["global_feature_mapping.weight"] = torch.randn(EMBEDDING, 2 * EMBEDDING) / EMBEDDING**0.5
    return state


def write_expected(name, tower, size, **more):
    rows = [[round(value, 9) for value in row] for row in features(tower, size).tolist()]
    content = {"imageSize": size, "torch": torch.__version__, "features": rows, **more}
    (HERE / f"{name}.expected.json").write_text(json.dumps(content))


BLOCKS = [(3, 1, 1, 8, 8), (3, 2, 4, 8, 12), (5, 1, 3, 12, 12), (5, 2, 3, 12, 20)]


def write_vit():
    torch.manual_seed(80)
    tower = as_trained(Vit(32, 8, 160, 2, 2, 96, EMBEDDING)).half()
    rest = {key: value.half() for key, value in remainder().items()}
    state = {**{f"visual.{key}": value.clone() for key, value in tower.state_dict().items()}, **rest}
    torch.save(state, HERE / "vit.pt")
    eyes = features(tower, 32)
    left, right = eyes[0], eyes[1]
    mapped = {
        "left": rest["left_feature_mapping.weight"].double() @ left,
        "right": rest["right_feature_mapping.weight"].double() @ right,
        "patient": rest["global_feature_mapping.weight"].double() @ torch.cat([left, right]),
    }
    rounded = {key: [round(value, 9) for value in row.tolist()] for key, row in mapped.items()}
    write_expected("vit", tower, 32, heads=2, mapped=rounded)


if __name__ == "__main__":
    if sys.argv[1:] == ["vit"]:
        write_vit()
        sys.exit()
    torch.manual_seed(1)
    inverted = as_trained(Mbconv(50, 8, BLOCKS, 40, EMBEDDING))
    state = {f"visual.{key}": value.clone() for key, value in inverted.state_dict().items()}
    torch.save({**state, **remainder()}, HERE / "mbconv.pt")
    write_expected("mbconv", inverted, 50)

    # In half precision, as published residual networks are kept.
    residual = as_trained(Resnet(96, 4, (2, 1, 1, 1), EMBEDDING)).half()
    state = {f"visual.{key}": value.clone() for key, value in residual.state_dict().items()}
    state.update((key, value.half()) for key, value in remainder().items())
    wrapped = {f"module.{key}": value for key, value in state.items()}
    torch.save({"epoch": 1, "state_dict": wrapped}, HERE / "resnet.pt")
    write_expected("resnet", residual, 96)

    classifier = as_trained(Mbconv(32, 4, [(3, 1, 1, 4, 6), (3, 2, 2, 6, 6)], 12, 3, bias=True))
    torch.save(classifier.state_dict(), HERE / "classifier.pt")
    write_expected("classifier", classifier, 32)

    write_vit()

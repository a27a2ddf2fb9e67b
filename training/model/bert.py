"""RET-CLIP's text tower: a BERT encoder (Devlin et al. 2019) without pooler, with the reference's tensor names."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from .geometry import TextGeometry

EPSILON = 1e-12


class Embeddings(nn.Module):
    def __init__(self, geometry: TextGeometry) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(geometry.vocabulary, geometry.width, padding_idx=0)
        self.position_embeddings = nn.Embedding(geometry.positions, geometry.width)
        self.token_type_embeddings = nn.Embedding(2, geometry.width)
        self.LayerNorm = nn.LayerNorm(geometry.width, eps=EPSILON)
        self.dropout = nn.Dropout(geometry.dropout)

    def forward(self, tokens: Tensor) -> Tensor:
        positions = torch.arange(tokens.shape[1], device=tokens.device)
        x = self.word_embeddings(tokens) + self.position_embeddings(positions) + self.token_type_embeddings.weight[0]
        return self.dropout(self.LayerNorm(x))


class SelfAttention(nn.Module):
    def __init__(self, geometry: TextGeometry) -> None:
        super().__init__()
        width = geometry.width
        self.heads = geometry.heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.dropout = nn.Dropout(geometry.dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, length, width = x.shape
        query, key, value = (
            layer(x).view(batch, length, self.heads, -1).transpose(1, 2) for layer in (self.query, self.key, self.value)
        )
        scores = query @ key.transpose(2, 3) / math.sqrt(width // self.heads) + mask
        mixed = self.dropout(scores.softmax(dim=-1)) @ value
        return mixed.transpose(1, 2).reshape(batch, length, width)


class ResidualOutput(nn.Module):
    def __init__(self, inputs: int, geometry: TextGeometry) -> None:
        super().__init__()
        self.dense = nn.Linear(inputs, geometry.width)
        self.LayerNorm = nn.LayerNorm(geometry.width, eps=EPSILON)
        self.dropout = nn.Dropout(geometry.dropout)

    def forward(self, x: Tensor, residual: Tensor) -> Tensor:
        return self.LayerNorm(self.dropout(self.dense(x)) + residual)


class Attention(nn.Module):
    def __init__(self, geometry: TextGeometry) -> None:
        super().__init__()
        self.self = SelfAttention(geometry)
        self.output = ResidualOutput(geometry.width, geometry)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        return self.output(self.self(x, mask), x)


class Intermediate(nn.Module):
    def __init__(self, geometry: TextGeometry) -> None:
        super().__init__()
        self.dense = nn.Linear(geometry.width, geometry.hidden)

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.gelu(self.dense(x))


class Layer(nn.Module):
    def __init__(self, geometry: TextGeometry) -> None:
        super().__init__()
        self.attention = Attention(geometry)
        self.intermediate = Intermediate(geometry)
        self.output = ResidualOutput(geometry.hidden, geometry)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        x = self.attention(x, mask)
        return self.output(self.intermediate(x), x)


class Encoder(nn.Module):
    def __init__(self, geometry: TextGeometry) -> None:
        super().__init__()
        self.layer = nn.ModuleList(Layer(geometry) for _ in range(geometry.layers))


class Bert(nn.Module):
    """Token ids [N, L] (0 is padding) to the class token's vector [N, width]."""

    def __init__(self, geometry: TextGeometry) -> None:
        super().__init__()
        self.embeddings = Embeddings(geometry)
        self.encoder = Encoder(geometry)
        for module in self.modules():
            if isinstance(module, (nn.Linear, nn.Embedding)):
                nn.init.normal_(module.weight, std=0.02)
            if isinstance(module, nn.Linear):
                nn.init.zeros_(module.bias)

    def forward(self, tokens: Tensor) -> Tensor:
        mask = (tokens == 0)[:, None, None, :].to(self.embeddings.word_embeddings.weight.dtype) * -10_000.0
        x = self.embeddings(tokens)
        for layer in self.encoder.layer:
            x = layer(x, mask)
        return x[:, 0]

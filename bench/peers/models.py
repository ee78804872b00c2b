"""beta-VAE and FactorVAE in plain PyTorch, written as somebody would who knows the papers and no other program.

Networks, losses and the order of updates are those of a resolved configuration of teasel (RUN/config.toml); parameters
carry the names that they have in a checkpoint without "model." in front, so that a checkpoint can be read in. Nothing here is
tuned: modules of torch.nn, torch.optim.Adam, images in PyTorch's default layout unless a caller asks for another.

Losses sum over pixels and latents and average over the batch.
Sources: Higgins et al. 2017 (beta-VAE); Kim and Mnih 2018, Algorithm 2 (FactorVAE).
"""

import math
import tomllib
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

CHANNELS_AT_64 = {"conv_a1": [32, 32, 32, 32], "conv_a2": [32, 32, 64, 64], "conv_a4": [32, 32, 64, 64]}


def read_config(path):
    """A resolved configuration as nested dictionaries."""
    return tomllib.loads(Path(path).read_text())


def channels_of(network, side):
    """Output channels of the convolutions; where the configuration leaves them open, so many that 4 pixels remain."""
    if network["channels"]:
        return network["channels"]
    count = int(math.log2(side)) - 2
    channels = CHANNELS_AT_64[network["name"]]
    return (channels + channels[-1:] * count)[:count]


class Encoder(nn.Module):
    def __init__(self, network, side, outputs):
        super().__init__()
        channels = channels_of(network, side)
        self.convolutions, self.linears = [], []
        for i, (a, b) in enumerate(zip([1] + channels, channels)):
            self._add(self.convolutions, f"conv{i}", nn.Conv2d(a, b, 4, stride=2, padding=1))
        widths = [channels[-1] * (side >> len(channels)) ** 2] + network["hidden"]
        for i, (a, b) in enumerate(zip(widths, widths[1:])):
            self._add(self.linears, f"linear{i}", nn.Linear(a, b))
        self.head = nn.Linear(widths[-1], outputs)

    def _add(self, layers, name, layer):
        self.add_module(name, layer)
        layers.append(layer)

    def forward(self, x):
        for convolution in self.convolutions:
            x = F.relu(convolution(x))
        x = x.flatten(1)
        for linear in self.linears:
            x = F.relu(linear(x))
        return self.head(x)


class Decoder(nn.Module):
    def __init__(self, network, side, latents):
        super().__init__()
        channels = channels_of(network, side)[::-1]
        inner = side >> len(channels)
        self.inner = (channels[0], inner, inner)
        self.linears, self.convolutions = [], []
        widths = [latents] + network["hidden"][::-1] + [math.prod(self.inner)]
        for i, (a, b) in enumerate(zip(widths, widths[1:])):
            self._add(self.linears, f"linear{i}", nn.Linear(a, b))
        for i, (a, b) in enumerate(zip(channels, channels[1:] + [1])):
            self._add(self.convolutions, f"conv{i}", nn.ConvTranspose2d(a, b, 4, stride=2, padding=1))

    _add = Encoder._add

    def forward(self, z):
        for linear in self.linears:
            z = F.relu(linear(z))
        x = z.view(-1, *self.inner)
        for convolution in self.convolutions[:-1]:
            x = F.relu(convolution(x))
        return self.convolutions[-1](x)


class Discriminator(nn.Module):
    def __init__(self, latents, width, hidden, slope):
        super().__init__()
        self.slope = slope
        self.hidden = []
        for i in range(hidden):
            layer = nn.Linear(width if i else latents, width)
            self.add_module(f"linear{i}", layer)
            self.hidden.append(layer)
        self.head = nn.Linear(width, 2)

    def forward(self, z):
        for layer in self.hidden:
            z = F.leaky_relu(layer(z), self.slope)
        return self.head(z)


def schedule(value, step, latents):
    """A weight that may change with the step: a number, or a tensor [latents] where it tells latents apart."""
    if not isinstance(value, dict):
        return torch.tensor(value) if isinstance(value, list) else value
    start, end = torch.tensor(value["from"]), torch.tensor(value["to"])
    if value["kind"] == "stages":  # latent j changes at step start + j * steps
        return torch.where(step >= value["start"] + torch.arange(latents) * value["steps"], end, start)
    done = min(max((step - value["start"]) / max(value["steps"], 1), 0.0), 1.0)
    if value["kind"] == "geometric":
        return start * (end / start) ** done
    return start + done * (end - start)


def adam(parameters, settings):
    """PyTorch's Adam with the settings of a phase."""
    return torch.optim.Adam(parameters, lr=settings["lr"], betas=(settings["beta1"], settings["beta2"]),
                            eps=settings["epsilon"], weight_decay=settings["weight_decay"])


class Vae(nn.Module):
    """What both models share: q(z | x) = N(mean, exp(log-variance)), Bernoulli pixels."""

    def __init__(self, config, side):
        super().__init__()
        self.options, self.train_options = config["model"], config["train"]
        latents = self.options["latents"]
        self.encoder = Encoder(self.options["encoder"], side, 2 * latents)
        self.decoder = Decoder(self.options["decoder"], side, latents)

    def begin(self):
        """Makes the optimisers; call it after the parameters have their type and layout."""
        settings = self.train_options["phases"]["vae"]
        self.optimizer = adam([*self.encoder.parameters(), *self.decoder.parameters()], settings)

    def optimizers(self):
        """By the names of the program's phases."""
        return {"vae": self.optimizer}

    def sample(self, x, noise):
        mean, log_variance = self.encoder(x).chunk(2, 1)
        return mean, log_variance, mean + (0.5 * log_variance).exp() * noise

    def pass_through(self, x, noise):
        """z [B, n], -log p(x | z) and the KL divergence of every latent [n], in nats, averaged over the batch."""
        mean, log_variance, z = self.sample(x, noise)
        logits = self.decoder(z)
        reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / len(x)
        kl = 0.5 * (mean.square() + log_variance.exp() - log_variance - 1).mean(0)
        return z, reconstruction, kl

    def update(self, optimizer, loss, parameters):
        optimizer.zero_grad()
        loss.backward()
        if self.train_options["gradient_clip"] > 0:
            nn.utils.clip_grad_norm_(parameters, self.train_options["gradient_clip"])
        optimizer.step()


class BetaVae(Vae):
    batches = 1

    def step(self, number, batches, noises, permutation=None):
        """One training step. Returns its terms under the names that the program's log has."""
        _, reconstruction, kl = self.pass_through(batches[0], noises[0])
        loss = reconstruction + (schedule(self.options["beta"], number, len(kl)) * kl).sum()
        self.update(self.optimizer, loss, self.parameters())
        return {"loss": loss, "reconstruction": reconstruction, "kl": kl.sum(), "kl_per_latent": kl}


class FactorVae(Vae):
    batches = 2

    def __init__(self, config, side):
        super().__init__(config, side)
        o = self.options
        self.discriminator = Discriminator(o["latents"], o["discriminator_width"], o["discriminator_layers"],
                                           o["discriminator_slope"])

    def begin(self):
        super().begin()
        self.discriminator_optimizer = adam(self.discriminator.parameters(),
                                            self.train_options["phases"]["discriminator"])

    def optimizers(self):
        return {"vae": self.optimizer, "discriminator": self.discriminator_optimizer}

    def step(self, number, batches, noises, permutation):
        """One training step: the autoencoder's update, then the discriminator's. permutation: [n, B], a row a latent."""
        z, reconstruction, kl = self.pass_through(batches[0], noises[0])
        logits = self.discriminator(z)
        total_correlation = (logits[:, 0] - logits[:, 1]).mean()
        gamma = schedule(self.options["gamma"], number, 1)
        loss = reconstruction + kl.sum() + gamma * total_correlation
        self.update(self.optimizer, loss, [*self.encoder.parameters(), *self.decoder.parameters()])

        with torch.no_grad():
            _, _, other = self.sample(batches[1], noises[1])
            permuted = other.gather(0, permutation.t())
        logits = torch.cat([self.discriminator(z.detach()), self.discriminator(permuted)])
        classes = torch.arange(2).repeat_interleave(len(z))
        discriminator_loss = F.cross_entropy(logits, classes)
        self.update(self.discriminator_optimizer, discriminator_loss, self.discriminator.parameters())
        accuracy = (logits.argmax(1) == classes).float().mean()
        return {"loss.vae": loss, "reconstruction": reconstruction, "kl": kl.sum(),
                "total_correlation": total_correlation, "kl_per_latent": kl,
                "loss.discriminator": discriminator_loss, "discriminator": discriminator_loss,
                "discriminator_accuracy": accuracy}


MODELS = {"beta_vae": BetaVae, "factor_vae": FactorVae}


def build(config, side):
    """The model of a resolved configuration for images [1, side, side]."""
    return MODELS[config["model"]["name"]](config, side)

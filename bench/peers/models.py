"""beta-VAE and FactorVAE in plain PyTorch, written as somebody would who knows the papers and no other program.

Networks, initialisations, losses and the order of updates are those of a resolved configuration of teasel
(RUN/config.toml); parameters carry the names that they have in a checkpoint without "model." in front, so that a checkpoint
can be read in. As it comes nothing here is tuned: modules of torch.nn, torch.optim.Adam, images in PyTorch's default layout.
`begin` has the switches of PyTorch's faster forms; they change no formula.

Losses sum over pixels and latents and average over the batch.
Sources: Higgins et al. 2017 (beta-VAE); Kim and Mnih 2018, Algorithm 2 (FactorVAE).
"""

import ctypes
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


def keep_memory():
    """Tells the allocator to keep freed memory (glibc): new pages for every large tensor cost a tenth of a step or more."""
    libc = ctypes.CDLL(None)
    for parameter, value in ((-4, 0), (-1, -1), (-2, 64 << 20)):  # M_MMAP_MAX, M_TRIM_THRESHOLD, M_TOP_PAD
        libc.mallopt(parameter, value)


def load_parameters(model, tensors):
    """Into a model, from the tensors of a checkpoint of the program."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(tensors["model." + name])


def permutations(latents, batch_size):
    """One of the batch for each latent: int64 [latents, batch_size]."""
    return torch.stack([torch.randperm(batch_size) for _ in range(latents)])


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
    if value["kind"] == "cosine":
        return end + (start - end) * (1 + math.cos(math.pi * done)) / 2
    if value["kind"] == "geometric":
        return start * (end / start) ** done
    return start + done * (end - start)


def adam(parameters, settings, fused):
    """PyTorch's Adam with the settings of a phase."""
    return torch.optim.Adam(parameters, lr=settings["lr"], betas=(settings["beta1"], settings["beta2"]),
                            eps=settings["epsilon"], weight_decay=settings["weight_decay"], fused=fused)


def initialise(layers, how):
    """Draws the weights of layers again by a rule of teasel/nn/initialisation.hpp, from torch's generator."""
    for layer in layers:
        transposed = isinstance(layer, nn.ConvTranspose2d)
        if how == "framework" or transposed and how in ("normal_0.02", "kaiming_normal"):
            continue  # as torch.nn made it
        weight = layer.weight
        fan_in, fan_out = weight[0].numel(), weight[:, 0].numel()  # a transposed one counts its output channels
        if how == "kaiming_uniform":
            nn.init.uniform_(weight, -math.sqrt(6 / fan_in), math.sqrt(6 / fan_in))
            continue  # biases as torch.nn made them
        nn.init.zeros_(layer.bias)
        if how == "normal_0.02":
            nn.init.normal_(weight, std=0.02)
        elif how == "kaiming_normal":
            nn.init.normal_(weight, std=math.sqrt(2 / fan_in))
        elif how == "truncated_normal" and not isinstance(layer, nn.Linear):
            deviation = math.sqrt(2.6 / fan_in)
            nn.init.trunc_normal_(weight, std=deviation, a=-2 * deviation, b=2 * deviation)
        elif how in ("truncated_normal", "glorot"):
            nn.init.uniform_(weight, -math.sqrt(6 / (fan_in + fan_out)), math.sqrt(6 / (fan_in + fan_out)))
        else:
            raise ValueError(f"unknown initialisation {how}")


def layers_of(module):
    return [layer for layer in module.modules() if isinstance(layer, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d))]


class Vae(nn.Module):
    """What both models share: q(z | x) = N(mean, exp(log-variance)), Bernoulli pixels."""

    def __init__(self, config, side):
        super().__init__()
        self.options, self.train_options = config["model"], config["train"]
        self.bf16 = self.lean = False
        latents = self.options["latents"]
        self.encoder = Encoder(self.options["encoder"], side, 2 * latents)
        self.decoder = Decoder(self.options["decoder"], side, latents)
        initialise(layers_of(self.encoder), self.options["encoder"]["initialisation"])
        initialise(layers_of(self.decoder), self.options["decoder"]["initialisation"])

    def begin(self, fused=False, compiled=False, bf16=False, lean=False):
        """Makes the optimisers; call it after the parameters have their type and layout.

        fused: Adam in one kernel. compiled: torch.compile over the functions named in `compiles`. bf16: networks under
        autocast; likelihood, divergence and parameters stay float32. lean: no gradients that nobody reads.
        """
        self.bf16, self.lean = bf16, lean
        settings = self.train_options["phases"]["vae"]
        self.optimizer = adam([*self.encoder.parameters(), *self.decoder.parameters()], settings, fused)
        for name in self.compiles if compiled else []:
            setattr(self, name, torch.compile(getattr(self, name), dynamic=False))

    def optimizers(self):
        """By the names of the program's phases."""
        return {"vae": self.optimizer}

    def apply_network(self, network, values):
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            return network(values).to(values.dtype)

    def posterior(self, x):
        """Means and log-variances [B, n]."""
        return self.apply_network(self.encoder, x).chunk(2, 1)

    def sample(self, x, noise):
        mean, log_variance = self.posterior(x)
        return mean, log_variance, mean + (0.5 * log_variance).exp() * noise

    def pass_through(self, x, noise):
        """z [B, n], -log p(x | z) and the KL divergence of every latent [n], in nats, averaged over the batch."""
        mean, log_variance, z = self.sample(x, noise)
        logits = self.apply_network(self.decoder, z)
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
    compiles = ["losses"]

    def losses(self, beta, x, noise):
        _, reconstruction, kl = self.pass_through(x, noise)
        return reconstruction + (beta * kl).sum(), reconstruction, kl

    def step(self, number, batches, noises, permutation=None):
        """One training step. Returns its terms under the names that the program's log has."""
        beta = schedule(self.options["beta"], number, self.options["latents"])
        loss, reconstruction, kl = self.losses(beta, batches[0], noises[0])
        self.update(self.optimizer, loss, self.parameters())
        return {"loss": loss, "reconstruction": reconstruction, "kl": kl.sum(), "kl_per_latent": kl}


class FactorVae(Vae):
    batches = 2
    compiles = ["losses", "permuted_codes", "discriminator_losses"]

    def __init__(self, config, side):
        super().__init__(config, side)
        o = self.options
        d = o["discriminator"]
        self.discriminator = Discriminator(o["latents"], d["width"], d["layers"], d["slope"])
        initialise(layers_of(self.discriminator), d["initialisation"])

    def begin(self, fused=False, **switches):
        super().begin(fused=fused, **switches)
        self.discriminator_optimizer = adam(self.discriminator.parameters(),
                                            self.train_options["phases"]["discriminator"], fused)

    def optimizers(self):
        return {"vae": self.optimizer, "discriminator": self.discriminator_optimizer}

    def total_correlation(self, z):
        """The density-ratio estimate of Kim and Mnih, equation 3, averaged over the batch."""
        logits = self.apply_network(self.discriminator, z)
        return (logits[:, 0] - logits[:, 1]).mean()

    def losses(self, gamma, x, noise):
        z, reconstruction, kl = self.pass_through(x, noise)
        total_correlation = self.total_correlation(z)
        return reconstruction + kl.sum() + gamma * total_correlation, z, reconstruction, kl, total_correlation

    @torch.no_grad()
    def permuted_codes(self, x, noise, permutation):
        return self.sample(x, noise)[2].gather(0, permutation.t())

    def discriminator_losses(self, z, permuted):
        logits = self.apply_network(self.discriminator, torch.cat([z, permuted]))
        classes = torch.arange(2).repeat_interleave(len(z))
        return F.cross_entropy(logits, classes), (logits.argmax(1) == classes).float().mean()

    def step(self, number, batches, noises, permutation):
        """One training step: the autoencoder's update, then the discriminator's. permutation: [n, B], a row a latent."""
        gamma = schedule(self.options["gamma"], number, 1)
        if self.lean:
            self.discriminator.requires_grad_(False)
        loss, z, reconstruction, kl, total_correlation = self.losses(gamma, batches[0], noises[0])
        self.update(self.optimizer, loss, [*self.encoder.parameters(), *self.decoder.parameters()])
        self.discriminator.requires_grad_(True)

        permuted = self.permuted_codes(batches[1], noises[1], permutation)
        discriminator_loss, accuracy = self.discriminator_losses(z.detach(), permuted)
        self.update(self.discriminator_optimizer, discriminator_loss, self.discriminator.parameters())
        return {"loss.vae": loss, "reconstruction": reconstruction, "kl": kl.sum(),
                "total_correlation": total_correlation, "kl_per_latent": kl,
                "loss.discriminator": discriminator_loss, "discriminator": discriminator_loss,
                "discriminator_accuracy": accuracy}


MODELS = {"beta_vae": BetaVae, "factor_vae": FactorVae}


def build(config, side):
    """The model of a resolved configuration for images [1, side, side]."""
    return MODELS[config["model"]["name"]](config, side)

#include "teasel/nn/convolutional.hpp"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "teasel/nn/initialisation.hpp"

namespace teasel::nn {
namespace {

struct ImageShape {
  int64_t channels, height, width;
};

ImageShape image_shape(const FieldSpec& field) {
  if (field.shape.size() != 3)
    throw Error(fmt::format("a convolutional network needs images [channels, height, width]; field '{}' has {} axes",
                            field.name, field.shape.size()),
                "Choose another encoder and decoder: teasel list encoders.");
  return {field.shape[0], field.shape[1], field.shape[2]};
}

ImageShape innermost(const FieldSpec& field, const std::vector<int64_t>& channels) {
  ImageShape image = image_shape(field);
  const int64_t halvings = int64_t{1} << channels.size();
  if (channels.empty() || image.height % halvings || image.width % halvings)
    throw Error(
        fmt::format("images of {}x{} pixels cannot be halved {} times", image.height, image.width, channels.size()),
        "Give as many `channels` as the size can be halved, or resize the images with the view `resize`.");
  return {channels.back(), image.height / halvings, image.width / halvings};
}

}  // namespace

void describe_convolutional(ConvolutionalOptions& options, Fields& f) {
  f.field("channels", options.channels,
          "output channels of the encoder's 4x4 stride-2 convolutions, outermost first (a decoder mirrors them); "
          "empty: as the architecture has them for this image size",
          between(1, 4096));
  f.field("hidden", options.hidden,
          "widths of the linear layers between convolutions and latents, in the encoder's order", between(1, 65536));
  f.field("initialisation", options.initialisation, "how weights begin", one_of(initialisation_names()));
}

std::vector<int64_t> fitted(std::vector<int64_t> channels, const FieldSpec& field) {
  const ImageShape image = image_shape(field);
  size_t count = 0;
  for (int64_t side = std::min<int64_t>(image.height, image.width); side > 4 && side % 2 == 0; side /= 2) ++count;
  channels.resize(count, channels.back());
  return channels;
}

ConvolutionalEncoder::ConvolutionalEncoder(const ConvolutionalOptions& options, const Setup& setup) {
  Builder build = setup.build;
  build.initialisation = options.initialisation;
  const ImageShape inner = innermost(setup.field, options.channels);
  int64_t width = setup.field.shape[0];
  for (size_t i = 0; i < options.channels.size(); ++i) {
    convolutions_.emplace_back(build, fmt::format("conv{}", i),
                               Convolution::Shape{.in = width, .out = options.channels[i]});
    width = options.channels[i];
  }
  width = inner.channels * inner.height * inner.width;
  for (size_t i = 0; i < options.hidden.size(); ++i) {
    linears_.emplace_back(build, fmt::format("linear{}", i), width, options.hidden[i]);
    width = options.hidden[i];
  }
  linears_.emplace_back(build, "head", width, setup.outputs);
}

Tensor ConvolutionalEncoder::operator()(const Items& items, const Mode&) const {
  Tensor h = items.values();
  for (auto& convolution : convolutions_) h = convolution(h).relu_();
  h = h.flatten(1);
  for (size_t i = 0; i + 1 < linears_.size(); ++i) h = linears_[i](h).relu_();
  return linears_.back()(h);
}

ConvolutionalDecoder::ConvolutionalDecoder(const ConvolutionalOptions& options, const Choice& likelihood,
                                           const Setup& setup) {
  Builder build = setup.build;
  build.initialisation = options.initialisation;
  likelihood_ = Registry<Likelihood>::get().make(likelihood, {build, setup.field, setup.low, setup.high});
  const ImageShape inner = innermost(setup.field, options.channels);
  inner_ = {inner.channels, inner.height, inner.width};
  int64_t width = setup.inputs;
  for (size_t i = 0; i < options.hidden.size(); ++i) {
    const int64_t out = options.hidden[options.hidden.size() - 1 - i];
    linears_.emplace_back(build, fmt::format("linear{}", i), width, out);
    width = out;
  }
  linears_.emplace_back(build, fmt::format("linear{}", options.hidden.size()), width,
                        inner.channels * inner.height * inner.width);
  for (size_t i = options.channels.size(); i-- > 0;) {
    const int64_t out = i == 0 ? setup.field.shape[0] : options.channels[i - 1];
    convolutions_.emplace_back(build, fmt::format("conv{}", options.channels.size() - 1 - i),
                               Convolution::Shape{.in = options.channels[i], .out = out, .transposed = true});
  }
}

Tensor ConvolutionalDecoder::raw(const Tensor& z) const {
  Tensor h = z;
  for (auto& linear : linears_) h = linear(h).relu_();
  h = h.view({z.size(0), inner_[0], inner_[1], inner_[2]});
  for (size_t i = 0; i + 1 < convolutions_.size(); ++i) h = convolutions_[i](h).relu_();
  return convolutions_.back()(h);
}

Tensor ConvolutionalDecoder::decode(const Tensor& z, const Mode&) const {
  return likelihood_->mean(raw(z)).contiguous();
}

Tensor ConvolutionalDecoder::negative_log_likelihood(const Tensor& z, const Items& items, const Mode&) const {
  return likelihood_->negative_log_likelihood(raw(z), items);
}

}  // namespace teasel::nn

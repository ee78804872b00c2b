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

struct Window {
  int64_t kernel, stride, padding;
};

// What a convolution leaves of `side` pixels; 0 where it does not fit. Windows that lie side by side (their kernel less
// both paddings is the stride) must end with the image: otherwise its last pixels would be seen by no window.
int64_t shrunk(int64_t side, const Window& w) {
  if (side + 2 * w.padding < w.kernel) return 0;
  if (w.kernel - 2 * w.padding == w.stride && side % w.stride != 0) return 0;
  return (side + 2 * w.padding - w.kernel) / w.stride + 1;
}

Window window(const ConvolutionalOptions& options, size_t i) {
  const auto entry = [&](const std::vector<int64_t>& list) { return list[std::min(i, list.size() - 1)]; };
  return {entry(options.kernels), entry(options.strides), entry(options.paddings)};
}

// The images between the convolutions: as they come in first, innermost last.
std::vector<ImageShape> shapes_inward(const FieldSpec& field, const ConvolutionalOptions& options) {
  std::vector<ImageShape> shapes{image_shape(field)};
  for (size_t i = 0; i < options.channels.size(); ++i) {
    const Window w = window(options, i);
    const ImageShape from = shapes.back();
    shapes.push_back({options.channels[i], shrunk(from.height, w), shrunk(from.width, w)});
    if (shapes.back().height == 0 || shapes.back().width == 0)
      throw Error(fmt::format("convolution {} of {} (kernel {}, stride {}, padding {}) does not fit the {}x{} pixels "
                              "that the ones before it leave of an image of {}x{}",
                              i + 1, options.channels.size(), w.kernel, w.stride, w.padding, from.height, from.width,
                              shapes[0].height, shapes[0].width),
                  "Give fewer `channels`, or resize the images with the view `resize`.");
  }
  if (options.channels.empty())
    throw Error(fmt::format("images of {}x{} pixels are too small, or have sides too odd, for a convolution",
                            shapes[0].height, shapes[0].width),
                "Give `channels`, `kernels`, `strides` and `paddings` that fit, or resize the images with the view "
                "`resize`.");
  return shapes;
}

// Activations of a training in bfloat16 as floats.
Tensor widened(const Tensor& h) { return h.scalar_type() == at::kBFloat16 ? h.to(at::kFloat) : h; }

size_t fitting_count(const ConvolutionalOptions& architecture, const FieldSpec& field) {
  const ImageShape image = image_shape(field);
  size_t count = 0;
  for (int64_t side = std::min(image.height, image.width); side > 4; ++count) {
    const int64_t next = shrunk(side, window(architecture, count));
    // Its last convolution stands for all that follow: one that keeps the size would follow itself for ever.
    if (next == 0 || (next >= side && count >= architecture.channels.size())) break;
    side = next;
  }
  return count;
}

// Takes the architecture's list where none was given, and spreads a single number over all convolutions.
void complete_list(std::vector<int64_t>& list, const std::vector<int64_t>& otherwise, const char* name, size_t count) {
  if (list.empty()) {
    list = otherwise;
    list.resize(count, list.back());
  } else if (list.size() == 1) {
    list.resize(count, list[0]);
  }
  if (list.size() != count)
    throw Error(fmt::format("{} numbers in `{}` for {} convolutions", list.size(), name, count),
                "Give one number for all convolutions, or one for each of the `channels`.");
}

}  // namespace

void describe_convolutional(ConvolutionalOptions& options, Fields& f) {
  f.field("channels", options.channels,
          "output channels of the encoder's convolutions, outermost first (a decoder mirrors them); empty: as the "
          "architecture has them for this image size",
          between(1, 4096));
  f.field("kernels", options.kernels,
          "sides of their windows in pixels, one for all or one each; empty: as the architecture has them",
          between(1, 64));
  f.field("strides", options.strides, "their strides in pixels, likewise", between(1, 64));
  f.field("paddings", options.paddings, "zeros around the image in pixels, likewise", between(0, 32));
  f.field("hidden", options.hidden,
          "widths of the linear layers between convolutions and latents, in the encoder's order", between(1, 65536));
  f.field("initialisation", options.initialisation, "how weights begin", one_of(initialisation_names()));
}

ConvolutionalOptions completed(ConvolutionalOptions given, const ConvolutionalOptions& architecture,
                               const FieldSpec& field) {
  if (given.channels.empty()) {
    given.channels = architecture.channels;
    given.channels.resize(fitting_count(architecture, field), architecture.channels.back());
  }
  const size_t count = given.channels.size();
  complete_list(given.kernels, architecture.kernels, "kernels", count);
  complete_list(given.strides, architecture.strides, "strides", count);
  complete_list(given.paddings, architecture.paddings, "paddings", count);
  return given;
}

ConvolutionalEncoder::ConvolutionalEncoder(const ConvolutionalOptions& options, const Setup& setup) {
  Builder build = setup.build;
  build.initialisation = options.initialisation;
  const auto shapes = shapes_inward(setup.field, options);
  for (size_t i = 0; i < options.channels.size(); ++i) {
    const Window w = window(options, i);
    convolutions_.emplace_back(build, fmt::format("conv{}", i),
                               Convolution::Shape{.in = shapes[i].channels,
                                                  .out = shapes[i + 1].channels,
                                                  .kernel = w.kernel,
                                                  .stride = w.stride,
                                                  .padding = w.padding});
  }
  const ImageShape inner = shapes.back();
  int64_t width = inner.channels * inner.height * inner.width;
  for (size_t i = 0; i < options.hidden.size(); ++i) {
    linears_.emplace_back(build, fmt::format("linear{}", i), width, options.hidden[i]);
    width = options.hidden[i];
  }
  linears_.emplace_back(build, "head", width, setup.outputs);
}

Tensor ConvolutionalEncoder::operator()(const Items& items, const Mode& mode) const {
  Tensor h = convolutions_[0](items, true, mode.precision);
  for (size_t i = 1; i < convolutions_.size(); ++i) h = convolutions_[i](h, true, mode.precision);
  h = widened(h).flatten(1);
  for (size_t i = 0; i + 1 < linears_.size(); ++i) h = linears_[i](h, 0, mode.precision);
  return linears_.back()(h);
}

ConvolutionalDecoder::ConvolutionalDecoder(const ConvolutionalOptions& options, const Choice& likelihood,
                                           const Setup& setup) {
  Builder build = setup.build;
  build.initialisation = options.initialisation;
  likelihood_ = Registry<Likelihood>::get().make(likelihood, {build, setup.field, setup.low, setup.high});
  const auto shapes = shapes_inward(setup.field, options);
  const ImageShape inner = shapes.back();
  inner_ = {inner.channels, inner.height, inner.width};
  int64_t width = setup.inputs;
  for (size_t i = 0; i < options.hidden.size(); ++i) {
    const int64_t out = options.hidden[options.hidden.size() - 1 - i];
    linears_.emplace_back(build, fmt::format("linear{}", i), width, out);
    width = out;
  }
  linears_.emplace_back(build, fmt::format("linear{}", options.hidden.size()), width,
                        inner.channels * inner.height * inner.width,
                        options.unfolds ? LayerKind::unfolding : LayerKind::linear);
  const size_t count = options.channels.size();
  for (size_t i = count; i-- > 0;) {
    const Window w = window(options, i);
    const auto extra = [&](int64_t small, int64_t large) {
      return large - ((small - 1) * w.stride - 2 * w.padding + w.kernel);
    };
    convolutions_.emplace_back(build, fmt::format("conv{}", count - 1 - i),
                               Convolution::Shape{.in = shapes[i + 1].channels,
                                                  .out = shapes[i].channels,
                                                  .kernel = w.kernel,
                                                  .stride = w.stride,
                                                  .padding = w.padding,
                                                  .transposed = true,
                                                  .extra_rows = extra(shapes[i + 1].height, shapes[i].height),
                                                  .extra_columns = extra(shapes[i + 1].width, shapes[i].width)});
  }
}

Tensor ConvolutionalDecoder::hidden(const Tensor& z, const Mode& mode) const {
  Tensor h = z;
  for (auto& linear : linears_) h = linear(h, 0, mode.precision);
  h = h.view({z.size(0), inner_[0], inner_[1], inner_[2]});
  for (size_t i = 0; i + 1 < convolutions_.size(); ++i) h = convolutions_[i](h, true, mode.precision);
  return h;
}

Tensor ConvolutionalDecoder::decode(const Tensor& z, const Mode& mode) const {
  return likelihood_->mean(convolutions_.back()(hidden(z, mode))).contiguous();
}

Tensor ConvolutionalDecoder::negative_log_likelihood(const Tensor& z, const Items& items, const Mode& mode) const {
  const Tensor h = hidden(z, mode);
  if (auto fused = likelihood_->after(convolutions_.back(), h, items, mode)) return *fused;
  return likelihood_->negative_log_likelihood(widened(convolutions_.back()(h, false, mode.precision)), items);
}

}  // namespace teasel::nn

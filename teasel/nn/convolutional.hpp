// The convolutional encoders and decoders of the field: a stack of 4x4 stride-2 convolutions, then linear layers, with
// ReLU between, and its mirror image.
#pragma once
#include <memory>
#include <vector>

#include "teasel/nn/encoder.hpp"
#include "teasel/nn/likelihood.hpp"

namespace teasel::nn {

// The options of an architecture's encoder and decoder; architectures differ in the defaults.
struct ConvolutionalOptions {
  std::vector<int64_t> channels;  // of the encoder's convolutions, outermost first
  std::vector<int64_t>
      hidden;  // widths of the linear layers between convolutions and latents, from the convolutions on
  std::string initialisation = "framework";
};

class ConvolutionalEncoder : public Encoder {
 public:
  ConvolutionalEncoder(const ConvolutionalOptions& options, const Setup& setup);
  Tensor operator()(const Items& items, const Mode& mode) const override;

 private:
  std::vector<Convolution> convolutions_;
  std::vector<Linear> linears_;
};

class ConvolutionalDecoder : public Decoder {
 public:
  ConvolutionalDecoder(const ConvolutionalOptions& options, const Choice& likelihood, const Setup& setup);
  Tensor decode(const Tensor& z, const Mode& mode) const override;
  Tensor negative_log_likelihood(const Tensor& z, const Items& items, const Mode& mode) const override;

 private:
  Tensor raw(const Tensor& z) const;

  std::vector<int64_t> inner_;  // channels, height, width after the linear layers
  std::vector<Linear> linears_;
  std::vector<Convolution> convolutions_;
  std::unique_ptr<Likelihood> likelihood_;
};

// `channels` for images of another size than 64 pixels: smaller ones drop the innermost convolutions, larger ones
// repeat the last, so that 4 pixels remain.
std::vector<int64_t> fitted(std::vector<int64_t> channels, const FieldSpec& field);
void describe_convolutional(ConvolutionalOptions& options, Fields& f);

// The architecture's options with `channels` left to the image size, and filled in once the size is known.
template <class Architecture>
ConvolutionalOptions unsized() {
  auto options = Architecture::at_64_pixels();
  options.channels.clear();
  return options;
}
template <class Architecture>
ConvolutionalOptions sized(ConvolutionalOptions options, const FieldSpec& field) {
  if (!options.channels.empty()) return options;
  options.channels = fitted(Architecture::at_64_pixels().channels, field);
  return options;
}

// An encoder and a decoder for an architecture: a struct with `static ConvolutionalOptions at_64_pixels()`.
template <class Architecture>
class EncoderOf : public ConvolutionalEncoder {
 public:
  struct Options {
    ConvolutionalOptions network = unsized<Architecture>();
    void describe(Fields& f) { describe_convolutional(network, f); }
  };
  EncoderOf(const Options& options, const Setup& setup)
      : ConvolutionalEncoder(sized<Architecture>(options.network, setup.field), setup) {}
};

template <class Architecture>
class DecoderOf : public ConvolutionalDecoder {
 public:
  struct Options {
    ConvolutionalOptions network = unsized<Architecture>();
    Choice likelihood = Registry<Likelihood>::choose("bernoulli");
    void describe(Fields& f) {
      describe_convolutional(network, f);
      f.field("likelihood", likelihood, "p(x | z)");
    }
  };
  DecoderOf(const Options& options, const Setup& setup)
      : ConvolutionalDecoder(sized<Architecture>(options.network, setup.field), options.likelihood, setup) {}
};

}  // namespace teasel::nn

// The convolutional encoders and decoders of the field: a stack of convolutions (of 4x4 with stride 2 in most), then
// linear layers, with ReLU between, and its mirror image.
#pragma once
#include <memory>
#include <vector>

#include "teasel/nn/encoder.hpp"
#include "teasel/nn/likelihood.hpp"

namespace teasel::nn {

// The options of an architecture's encoder and decoder; architectures differ in the defaults. The lists have one entry
// for each of the encoder's convolutions, outermost first; a decoder mirrors them.
struct ConvolutionalOptions {
  std::vector<int64_t> channels, kernels = {4}, strides = {2}, paddings = {1};
  std::vector<int64_t>
      hidden;  // widths of the linear layers between convolutions and latents, from the convolutions on
  std::string initialisation = "framework";
  // The decoder's last linear layer stands for a transposed convolution of one pixel and begins as one.
  bool unfolds = false;
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
  // The input of the last convolution.
  Tensor hidden(const Tensor& z, const Mode& mode) const;

  std::vector<int64_t> inner_;  // channels, height, width after the linear layers
  std::vector<Linear> linears_;
  std::vector<Convolution> convolutions_;
  std::unique_ptr<Likelihood> likelihood_;
};

void describe_convolutional(ConvolutionalOptions& options, Fields& f);

// The options that were given, with what they leave open (empty lists) as the architecture has it at this image size:
// where `channels` is open, smaller images drop the innermost convolutions and larger ones repeat the last, until 4
// pixels or fewer remain. All four lists then have one entry for each convolution. Error where they do not fit
// together.
ConvolutionalOptions completed(ConvolutionalOptions given, const ConvolutionalOptions& architecture,
                               const FieldSpec& field);

// The architecture's options with its lists left open.
template <class Architecture>
ConvolutionalOptions unsized() {
  auto options = Architecture::at_64_pixels();
  options.channels.clear(), options.kernels.clear(), options.strides.clear(), options.paddings.clear();
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
      : ConvolutionalEncoder(completed(options.network, Architecture::at_64_pixels(), setup.field), setup) {}
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
      : ConvolutionalDecoder(completed(options.network, Architecture::at_64_pixels(), setup.field), options.likelihood,
                             setup) {}
};

}  // namespace teasel::nn

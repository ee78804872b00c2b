// ConvolutionKernels for the instruction set of the including file.
#pragma once
#include "teasel/nn/kernels/direct_layer.hpp"
#include "teasel/nn/kernels/winograd_layer.hpp"

namespace teasel::nn::kernels::TEASEL_ISA {

template <class Precision>
class Stride2 final : public ConvolutionKernels {
  using Activation = typename Precision::Activation;
  using Pass = LayerPass<Activation>;
  using Weights = WeightPass<Activation>;

 public:
  explicit Stride2(const char* name) : name_(name) {}
  const char* name() const override { return name_; }
  int64_t activation_bytes() const override { return sizeof(Activation); }
  bool serves(const Geometry& g) const override {
    return g.low_channels % 16 == 0 && (g.direct() || g.high_channels % 16 == 0);
  }

  size_t packed_bytes(const Geometry& g, bool down) const override {
    if (g.direct()) return floats(g.weight_size());
    const Packing packing(g, down);
    return floats(component_count(g) * packing.filters * packing.component_words<Precision>());
  }
  void pack(const Geometry& g, bool down, int64_t begin, int64_t end, const float* weight,
            void* packed) const override {
    if (g.direct())
      pack_direct(g, down, begin, end, weight, static_cast<float*>(packed));
    else
      with_filtering(g, [&](auto f) {
        pack_winograd<Precision, decltype(f)>(g, down, begin, end, weight, static_cast<float*>(packed));
      });
  }

  void down(const Geometry& g, int64_t begin, int64_t end, const void* high, const void* packed, const float* bias,
            bool relu, void* low, Workspace& work) const override {
    run_down(g, begin, end, pass(high, nullptr, packed, {bias, relu}, low), Weights{}, work);
  }
  void down_pixels(const Geometry& g, int64_t begin, int64_t end, const void* images, int64_t image_bytes,
                   Pixels pixels, const void* packed, const float* bias, bool relu, void* low,
                   Workspace& work) const override {
    direct_layer_down<Precision>(g, begin, end, {images, image_bytes, pixels}, static_cast<const float*>(packed),
                                 {bias, relu}, static_cast<Activation*>(low), work);
  }
  void up(const Geometry& g, int64_t begin, int64_t end, const void* low, const void* packed, const float* bias,
          bool relu, void* high, Workspace& work) const override {
    if (g.direct())
      direct_layer_up<Precision>(g, begin, end, activations(low), static_cast<const float*>(packed), bias, relu,
                                 static_cast<float*>(high), work);
    else
      run_up(g, begin, end, pass(low, nullptr, packed, {bias, relu}, high), Weights{}, work);
  }
  void up_bernoulli(const Geometry& g, int64_t begin, int64_t end, const void* low, const void* packed,
                    const float* bias, const void* images, int64_t image_bytes, Pixels pixels, float* loss,
                    float* logit_gradient, Workspace& work) const override {
    direct_layer_bernoulli<Precision>(g, begin, end, activations(low), static_cast<const float*>(packed), bias,
                                      {images, image_bytes, pixels}, loss, logit_gradient, work);
  }

  size_t weight_sum_size(const Geometry& g) const override {
    return static_cast<size_t>(g.direct() ? g.weight_size() : component_count(g) * weight_sums(g, nullptr).stride());
  }
  void finish_weight_gradient(const Geometry& g, int64_t begin, int64_t end, const float* sums, int64_t count,
                              size_t stride, float* gradient) const override {
    if (g.direct())
      finish_direct(g, begin, end, sums, count, stride, gradient);
    else
      with_filtering(g, [&](auto f) { finish_winograd<decltype(f)>(g, begin, end, sums, count, stride, gradient); });
  }
  void down_backward(const Geometry& g, int64_t begin, int64_t end, const void* high, const void* low,
                     const void* low_gradient, const void* packed_up, void* high_gradient, float* weight_sum,
                     float* bias_gradient, Workspace& work) const override {
    run_up(g, begin, end, pass(low_gradient, low, packed_up, {nullptr, false}, high_gradient),
           Weights{activations(high), weight_sum, bias_gradient}, work);
  }
  void down_pixels_backward(const Geometry& g, int64_t begin, int64_t end, const void* images, int64_t image_bytes,
                            Pixels pixels, const void* low, const void* low_gradient, float* weight_sum,
                            float* bias_gradient, Workspace& work) const override {
    direct_layer_down_backward<Precision>(g, begin, end, {images, image_bytes, pixels}, activations(low),
                                          activations(low_gradient), weight_sum, bias_gradient, work);
  }
  void up_backward(const Geometry& g, int64_t begin, int64_t end, const void* low, const void* high,
                   const void* high_gradient, const void* packed_down, void* low_gradient, float* weight_sum,
                   float* bias_gradient, Workspace& work) const override {
    if (g.direct())
      direct_layer_up_backward<Precision>(g, begin, end, activations(low), static_cast<const float*>(high),
                                          static_cast<const float*>(high_gradient), nullptr,
                                          static_cast<const float*>(packed_down),
                                          static_cast<Activation*>(low_gradient), weight_sum, bias_gradient, work);
    else
      run_down(g, begin, end, pass(high_gradient, high, packed_down, {nullptr, false}, low_gradient),
               Weights{activations(low), weight_sum, bias_gradient}, work);
  }
  void up_bernoulli_backward(const Geometry& g, int64_t begin, int64_t end, const void* low,
                             const float* logit_gradient, const float* scale, const void* packed_down,
                             void* low_gradient, float* weight_sum, float* bias_gradient,
                             Workspace& work) const override {
    direct_layer_up_backward<Precision>(g, begin, end, activations(low), nullptr, logit_gradient, scale,
                                        static_cast<const float*>(packed_down), static_cast<Activation*>(low_gradient),
                                        weight_sum, bias_gradient, work);
  }

 private:
  // Four outputs where the tiles fit and products keep rows enough; never in bfloat16, whose digits the larger sums of
  // its transforms would eat.
  template <class Run>
  static void with_filtering(const Geometry& g, const Run& run) {
    if (four_outputs(g))
      run(FourOutputs{});
    else
      run(TwoOutputs{});
  }
  static bool four_outputs(const Geometry& g) {
    return Precision::values_per_word == 1 && g.height >= 8 && g.width >= 8 && g.height % 4 == 0 && g.width % 4 == 0;
  }
  static int64_t component_count(const Geometry& g) {
    return four_outputs(g) ? components<FourOutputs> : components<TwoOutputs>;
  }
  static void run_down(const Geometry& g, int64_t begin, int64_t end, const Pass& pass, const Weights& weights,
                       Workspace& work) {
    with_filtering(g, [&](auto f) { winograd_down<Precision, decltype(f)>(g, begin, end, pass, weights, work); });
  }
  static void run_up(const Geometry& g, int64_t begin, int64_t end, const Pass& pass, const Weights& weights,
                     Workspace& work) {
    with_filtering(g, [&](auto f) { winograd_up<Precision, decltype(f)>(g, begin, end, pass, weights, work); });
  }

  static const Activation* activations(const void* p) { return static_cast<const Activation*>(p); }
  static Pass pass(const void* input, const void* positive, const void* packed, const Finish& finish, void* output) {
    return {activations(input), activations(positive), static_cast<const float*>(packed), finish,
            static_cast<Activation*>(output)};
  }

  const char* name_;
};

}  // namespace teasel::nn::kernels::TEASEL_ISA

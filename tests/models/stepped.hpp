// One step of a model, and the same from its public face, for comparing terms with their formulas.
#pragma once
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <map>
#include <stdexcept>

#include "tests/models/small.hpp"

namespace teasel::testing {

inline Value with(const std::string& model, const std::string& key, const std::string& toml) {
  Value options = small_options(model);
  options.set(key, *parse_toml("v = " + toml, "test").find("v"));
  options.set("latents", Value(4));
  return Registry<Model>::get().resolve(model, options, "model");
}

// A small model's options with 4 latents, under what `toml` says.
inline Value options_with(const std::string& model, const std::string& toml) {
  Value options = small_options(model);
  options.set("latents", Value(4));
  return Registry<Model>::get().resolve(model, merge(options, parse_toml(toml, "test")), "model");
}

inline const Terms::Term& term(const Terms& terms, const std::string& name) {
  for (auto& t : terms.list())
    if (t.name == name) return t;
  throw std::out_of_range(name);
}

inline double number(const Tensor& t) { return t.item<double>(); }

// What a variational autoencoder's step draws and measures, from its public face.
struct Drawn {
  Tensor z, kl;  // [B, n], [n]
  double reconstruction;
};

inline Drawn drawn(Model& model, HostContext& context) {
  const Batch& batch = context.batch(0);
  const Latents q = model.encode(batch);
  const Tensor mean = q.location[0], deviation = q.spread[0];
  Drawn out;
  out.z = mean + deviation * context.normal(mean.sizes(), "noise");
  out.kl = (0.5 * (mean.square() + deviation.square() - 1) - deviation.log()).mean(0);
  Latents sampled = q;
  sampled.location[0] = out.z;
  const Tensor p = model.decode(sampled).to(at::kDouble), x = batch.x().values().to(at::kDouble);
  out.reconstruction = number(-(x * p.log() + (1 - x) * (1 - p).log()).sum() / static_cast<double>(batch.size()));
  return out;
}

struct Stepped {
  std::unique_ptr<Model> model;
  HostContext context{7};
  Drawn own;
  Terms terms;  // of the first phase
};

inline Stepped step_of(const std::string& name, const Value& options, int64_t step) {
  c10::NoGradGuard no_gradients;
  Stepped s{Registry<Model>::get().make(name, options, {small_data()->spec(), 5}), HostContext(7), {}, {}};
  s.context.begin(step, 0, first_batches(*s.model, *small_data()));
  s.own = drawn(*s.model, s.context);
  s.terms = s.model->phases()[0].terms(s.context);
  return s;
}

// The discriminator's logits [B, 2] from its parameters: linear layers with leaky ReLU of slope 0.2.
inline Tensor logits_of(Model& model, const Tensor& z) {
  std::map<std::string, Tensor> p;
  for (auto& slot : model.parameters().slots()) p[slot.name] = slot.value.detach().to(at::kDouble);
  Tensor h = z.to(at::kDouble);
  for (int i = 0; p.contains("discriminator.linear" + std::to_string(i) + ".weight"); ++i) {
    const std::string name = "discriminator.linear" + std::to_string(i);
    h = h.matmul(p.at(name + ".weight").t()) + p.at(name + ".bias");
    h = at::where(h > 0, h, 0.2 * h);
  }
  return h.matmul(p.at("discriminator.head.weight").t()) + p.at("discriminator.head.bias");
}

}  // namespace teasel::testing

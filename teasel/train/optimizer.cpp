#include "teasel/train/optimizer.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace teasel {
namespace {

std::span<float> span_of(const Tensor& t) { return {t.data_ptr<float>(), static_cast<size_t>(t.numel())}; }

double squared_norm(std::span<const float> values) {
  constexpr size_t lanes = 16;  // partial sums side by side, so that they are vector additions; the order is fixed
  double sum = 0;
  for (size_t begin = 0; begin < values.size(); begin += 1024) {
    float part[lanes] = {};
    const auto some = values.subspan(begin, std::min<size_t>(1024, values.size() - begin));
    size_t i = 0;
    for (; i + lanes <= some.size(); i += lanes)
      for (size_t l = 0; l < lanes; ++l) part[l] += some[i + l] * some[i + l];
    for (; i < some.size(); ++i) part[0] += some[i] * some[i];
    for (float p : part) sum += p;
  }
  if (std::isfinite(sum)) return sum;
  sum = 0;  // single precision does not hold the squares of numbers above 1e19
  for (float v : values) sum += static_cast<double>(v) * v;
  return sum;
}

// The gradients in the memory order of their parameters, zeros where there are none.
std::vector<Tensor> dense(const std::vector<Tensor>& gradients, const std::vector<Tensor>& parameters) {
  std::vector<Tensor> out;
  for (size_t i = 0; i < gradients.size(); ++i)
    out.push_back(gradients[i].defined() ? gradients[i].contiguous() : at::zeros(parameters[i].sizes(), at::kFloat));
  return out;
}

}  // namespace

Optimizers::Optimizers(ParameterStore& store, const std::vector<Phase>& phases) : store_(store) {
  std::map<size_t, std::vector<size_t>> trained_by;  // slot -> phases
  for (size_t p = 0; p < phases.size(); ++p) {
    phases_.push_back({.name = phases[p].name, .groups = {}, .parameters = {}});
    if (phases[p].terms)
      for (size_t slot : store.matching(phases[p].trains)) trained_by[slot].push_back(p);
  }
  std::map<std::vector<size_t>, std::vector<size_t>> sets;
  for (auto& [slot, by] : trained_by) sets[by].push_back(slot);
  for (auto& [by, slots] : sets) make_group(slots, by);
  for (auto& phase : phases_)
    for (auto& part : phase.groups)
      for (size_t slot : groups_[part.group].slots) phase.parameters.push_back(store_.slots()[slot].value);
}

void Optimizers::make_group(const std::vector<size_t>& slots, const std::vector<size_t>& trained_by) {
  Group group{.slots = slots, .offsets = {}, .values = {}};
  size_t total = 0;
  for (size_t slot : slots) {
    group.offsets.push_back(total);
    total += (static_cast<size_t>(store_[slot].numel()) + 15) / 16 * 16;  // every parameter begins on a cache line
  }
  const auto length = static_cast<int64_t>(total);
  group.values = at::zeros({length}, at::kFloat);
  for (size_t i = 0; i < slots.size(); ++i) {
    Tensor& value = store_.slots()[slots[i]].value;
    Tensor view = group.values.narrow(0, static_cast<int64_t>(group.offsets[i]), value.numel()).view(value.sizes());
    view.copy_(value.detach());
    value = view.detach().set_requires_grad(true);
  }
  for (size_t p : trained_by)
    phases_[p].groups.push_back({groups_.size(), at::zeros({length}, at::kFloat), at::zeros({length}, at::kFloat)});
  groups_.push_back(std::move(group));
}

Optimizers::Updated Optimizers::update(size_t phase, const std::vector<Tensor>& gradients,
                                       const nn::AdamSettings& settings, double clip) {
  c10::NoGradGuard no_gradients;
  PhaseState& state = phases_[phase];
  std::vector<Tensor> arrived = dense(gradients, state.parameters);
  Updated updated{true, 0};
  if (clip > 0) {
    double squares = 0;
    for (auto& g : arrived) squares += squared_norm(span_of(g));
    updated.norm = std::sqrt(squares);
    // Not in place: autograd may hand out one tensor as the gradient of two parameters.
    if (updated.norm > clip)
      for (auto& g : arrived) g = g * (clip / updated.norm);
  }
  ++state.updates;
  size_t next = 0;
  for (auto& part : state.groups) {
    Group& group = groups_[part.group];
    const auto of = [&](Tensor& flat, size_t i, size_t length) {
      return std::span<float>(flat.data_ptr<float>() + group.offsets[i], length);
    };
    for (size_t i = 0; i < group.slots.size(); ++i, ++next) {
      const auto gradient = span_of(arrived[next]);
      if (!nn::adam_update(of(group.values, i, gradient.size()), gradient, of(part.first, i, gradient.size()),
                           of(part.second, i, gradient.size()), settings, state.updates))
        updated.finite = false;
    }
  }
  return updated;
}

void Optimizers::reset(size_t phase) {
  phases_[phase].updates = 0;
  for (auto& part : phases_[phase].groups) part.first.zero_(), part.second.zero_();
}

std::vector<std::pair<std::string, Tensor>> Optimizers::moments() const {
  std::vector<std::pair<std::string, Tensor>> out;
  for (auto& phase : phases_)
    for (auto& part : phase.groups) {
      const Group& group = groups_[part.group];
      for (size_t i = 0; i < group.slots.size(); ++i) {
        const auto& slot = store_.slots()[group.slots[i]];
        const auto offset = static_cast<int64_t>(group.offsets[i]);
        for (auto& [kind, flat] :
             {std::pair<const char*, const Tensor&>("first_moment.", part.first), {"second_moment.", part.second}})
          out.emplace_back("optimizer." + phase.name + "." + kind + slot.name,
                           flat.narrow(0, offset, slot.value.numel()).view(slot.value.sizes()));
      }
    }
  return out;
}

}  // namespace teasel

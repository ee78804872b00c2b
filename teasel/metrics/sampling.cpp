#include "teasel/metrics/sampling.hpp"

#include <algorithm>
#include <numeric>

namespace teasel {

std::vector<int64_t> scored_factors(const CodeTable& table, bool with_constant) {
  std::vector<int64_t> out;
  for (int64_t k = 0; k < table.k; ++k) {
    const FactorSpec& factor = table.factors[k];
    if (factor.nuisance || factor.classes() == 0) continue;
    const auto differs = [&](int64_t i) { return table.y[i * table.k + k] != table.y[k]; };
    bool varies = false;
    for (int64_t i = 0; i < table.n && !varies; ++i) varies = differs(i);
    if (varies || with_constant) out.push_back(k);
  }
  return out;
}

std::vector<int32_t> class_labels(const CodeTable& table, int64_t k) {
  std::vector<int32_t> out(table.n);
  for (int64_t i = 0; i < table.n; ++i) out[i] = static_cast<int32_t>(table.y[i * table.k + k]);
  return out;
}

std::vector<int64_t> random_rows(const CodeTable& table, int64_t count, const Stream& stream) {
  std::vector<int64_t> out(count);
  for (int64_t i = 0; i < count; ++i) out[i] = stream.below(table.n, i);
  return out;
}

FixedFactorRows::FixedFactorRows(const CodeTable& table, std::span<const int64_t> factors)
    : table_(table), held_(table.k) {
  if (table.full_grid) strides_ = grid_strides(table.factors);
  for (const auto k : factors) {
    Held& held = held_[k];
    const int64_t classes = table.factors[k].classes();
    if (table.full_grid) {
      held.occurring.resize(classes);
      std::iota(held.occurring.begin(), held.occurring.end(), 0);
      continue;
    }
    const auto labels = class_labels(table, k);
    held.starts.assign(classes + 1, 0);
    for (const auto label : labels) ++held.starts[label + 1];
    for (int64_t c = 0; c < classes; ++c)
      if (held.starts[c + 1] > 0) held.occurring.push_back(c);
    std::partial_sum(held.starts.begin(), held.starts.end(), held.starts.begin());
    auto next = held.starts;
    held.rows.resize(table.n);
    for (int64_t i = 0; i < table.n; ++i) held.rows[next[labels[i]]++] = i;
  }
}

int64_t FixedFactorRows::draw_value(int64_t k, const Stream& stream, int64_t index) const {
  const auto& occurring = held_[k].occurring;
  return occurring[stream.below(static_cast<int64_t>(occurring.size()), index)];
}

int64_t FixedFactorRows::draw_row(int64_t k, int64_t value, const Stream& stream, int64_t index) const {
  if (table_.full_grid) {
    const int64_t classes = table_.factors[k].classes(), stride = strides_[k];
    const int64_t rest = stream.below(table_.n / classes, index);  // a combination of the other factors
    return (rest / stride * classes + value) * stride + rest % stride;
  }
  const Held& held = held_[k];
  const int64_t first = held.starts[value];
  return held.rows[first + stream.below(held.starts[value + 1] - first, index)];
}

}  // namespace teasel

#include "teasel/metrics/sampling.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "teasel/core/error.hpp"
#include "teasel/stats/columns.hpp"

namespace teasel {

namespace {

// How many different values are known of factor `k`, counted up to 2.
int different_values(const CodeTable& table, int64_t k) {
  double first = std::nan("");
  for (int64_t i = 0; i < table.n; ++i) {
    const double value = table.y[i * table.k + k];
    if (std::isnan(value)) continue;
    if (std::isnan(first)) first = value;
    if (value != first) return 2;
  }
  return std::isnan(first) ? 0 : 1;
}

}  // namespace

std::vector<int64_t> scored_factors(const CodeTable& table, bool with_constant) {
  std::vector<int64_t> out;
  for (int64_t k = 0; k < table.k; ++k) {
    if (table.factors[k].nuisance || table.factors[k].classes() == 0) continue;
    if (different_values(table, k) >= (with_constant ? 1 : 2)) out.push_back(k);
  }
  return out;
}

std::vector<int64_t> varying_factors(const CodeTable& table) {
  std::vector<int64_t> out;
  for (int64_t k = 0; k < table.k; ++k)
    if (!table.factors[k].nuisance && different_values(table, k) == 2) out.push_back(k);
  return out;
}

std::vector<int32_t> class_labels(const CodeTable& table, int64_t k) {
  std::vector<int32_t> out(table.n);
  for (int64_t i = 0; i < table.n; ++i) {
    const double value = table.y[i * table.k + k];
    out[i] = std::isnan(value) ? -1 : static_cast<int32_t>(value);
  }
  return out;
}

Labelled labelled(const CodeTable& table, int64_t k) {
  const auto labels = class_labels(table, k);
  std::vector<int64_t> known;
  std::vector<int32_t> number(table.factors[k].classes(), -1);
  for (int64_t i = 0; i < table.n; ++i) {
    if (labels[i] < 0) continue;
    known.push_back(i);
    number[labels[i]] = 0;
  }
  int32_t classes = 0;
  for (auto& c : number)
    if (c == 0) c = classes++;
  Labelled out{static_cast<int64_t>(known.size()), classes, take_rows(table.z, table.d, known), {}};
  for (const auto i : known) out.labels.push_back(number[labels[i]]);
  return out;
}

std::vector<int64_t> random_rows(const CodeTable& table, int64_t count, const Stream& stream) {
  std::vector<int64_t> out(count);
  for (int64_t i = 0; i < count; ++i) out[i] = stream.below(table.n, i);
  return out;
}

std::vector<double> codes_of_rows(const CodeTable& table, std::span<const int64_t> rows, const Stream& noise,
                                  int64_t first) {
  auto codes = take_rows(table.z, table.d, rows);
  if (!table.sampled) return codes;
  const auto spread = take_rows(table.spread, table.d, rows);
  std::vector<float> normal(codes.size());
  noise.normal(first, table.d, normal);
  for (size_t i = 0; i < codes.size(); ++i) codes[i] += static_cast<double>(spread[i]) * normal[i];
  return codes;
}

CodeTable take_items(const CodeTable& table, std::span<const int64_t> rows, const Stream& noise) {
  CodeTable out;
  out.n = static_cast<int64_t>(rows.size());
  out.d = table.d;
  out.k = table.k;
  out.factors = table.factors;
  out.unit = table.unit;
  out.z = codes_of_rows(table, rows, noise);
  out.y = take_rows(table.y, table.k, rows);
  if (!table.spread.empty() && !table.sampled) out.spread = take_rows(table.spread, table.d, rows);
  if (!table.kl.empty()) out.kl = take_rows(table.kl, table.d, rows);
  return out;
}

namespace {

std::vector<int64_t> rows_from(int64_t first, int64_t count) {
  std::vector<int64_t> rows(count);
  std::iota(rows.begin(), rows.end(), first);
  return rows;
}

// Streams that read other words than the one that chooses rows.
Stream noise_of(const Stream& stream) { return stream.named("noise"); }

}  // namespace

CodeTable drawn(Evidence& evidence, int64_t samples, const Stream& stream) {
  const CodeTable& table = evidence.table();
  if (const auto split = evidence.split()) return take_items(table, rows_from(0, split->train), noise_of(stream));
  if (samples == 0) {
    if (!table.sampled) return table;
    auto all = take_items(table, rows_from(0, table.n), noise_of(stream));
    all.full_grid = table.full_grid;
    return all;
  }
  if (table.full_grid) return take_items(table, random_rows(table, samples, stream), noise_of(stream));
  auto rows = stream.permutation(table.n);
  rows.resize(std::min(samples, table.n));
  return take_items(table, rows, noise_of(stream));
}

TrainTest train_test(Evidence& evidence, int64_t train, int64_t test, const Stream& stream) {
  const CodeTable& table = evidence.table();
  std::vector<int64_t> rows;
  if (const auto split = evidence.split()) {
    train = split->train;
    test = split->test;
    rows = rows_from(0, train + test);
  } else if (table.full_grid) {
    rows = random_rows(table, train + test, stream);
  } else {
    if (train + test > table.n) {
      train = static_cast<int64_t>(static_cast<double>(train) / static_cast<double>(train + test) *
                                   static_cast<double>(table.n));
      test = table.n - train;
    }
    if (train < 1 || test < 1)
      throw Error("there are too few items for a part to train on and another to test on",
                  "At least two are needed, and a number that says something needs hundreds.");
    rows = stream.permutation(table.n);
    rows.resize(train + test);
  }
  auto all = take_items(table, rows, noise_of(stream));
  const auto part = [&](int64_t first, int64_t count) { return take_items(all, rows_from(first, count), stream); };
  return {part(0, train), part(train, test)};
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
    for (const auto label : labels)
      if (label >= 0) ++held.starts[label + 1];
    for (int64_t c = 0; c < classes; ++c)
      if (held.starts[c + 1] > 0) held.occurring.push_back(c);
    std::partial_sum(held.starts.begin(), held.starts.end(), held.starts.begin());
    auto next = held.starts;
    held.rows.resize(held.starts.back());
    for (int64_t i = 0; i < table.n; ++i)
      if (labels[i] >= 0) held.rows[next[labels[i]]++] = i;
  }
}

int64_t FixedFactorRows::draw_item(int64_t k, const Stream& stream, int64_t index) const {
  if (table_.full_grid) return stream.below(table_.n, index);
  const auto& rows = held_[k].rows;
  return rows[stream.below(static_cast<int64_t>(rows.size()), index)];
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

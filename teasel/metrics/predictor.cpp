#include "teasel/metrics/predictor.hpp"

#include <cmath>
#include <utility>

#include "teasel/stats/columns.hpp"
#include "teasel/stats/interval.hpp"

namespace teasel {

TEASEL_DEFINE_REGISTRY(Predictor);

LabelledParts labelled(const TrainTest& tables, int64_t k) {
  std::vector<int32_t> number(tables.train.factors[k].classes(), -1);
  for (auto* table : {&tables.train, &tables.test})
    for (const auto label : class_labels(*table, k))
      if (label >= 0) number[label] = 0;
  LabelledParts out;
  for (auto& c : number)
    if (c == 0) c = static_cast<int32_t>(out.classes++);
  const auto part = [&](const CodeTable& table) {
    const auto labels = class_labels(table, k);
    Labelled known;
    std::vector<int64_t> rows;
    for (int64_t i = 0; i < table.n; ++i) {
      if (labels[i] < 0) continue;
      rows.push_back(i);
      known.labels.push_back(number[labels[i]]);
    }
    known.n = static_cast<int64_t>(rows.size());
    known.classes = out.classes;
    known.z = take_rows(table.z, table.d, rows);
    return known;
  };
  out.train = part(tables.train);
  out.test = part(tables.test);
  return out;
}

void GroupedShare::add(const GroupedShare& other, double weight) {
  all += weight * other.all;
  for (int64_t g = 0; g < groups; ++g) without[g] += weight * other.without[g];
}

Score::Output GroupedShare::output(std::string name) const {
  const double half = jackknife_half_width(without);
  return {std::move(name), all, all - half, all + half};
}

GroupedShare GroupedShare::share(std::span<const char> right, std::span<const int32_t> group) {
  std::vector<double> hits(groups), items(groups);
  double all_hits = 0;
  for (size_t i = 0; i < right.size(); ++i) {
    hits[group[i]] += right[i];
    ++items[group[i]];
    all_hits += right[i];
  }
  const auto n = static_cast<double>(right.size());
  GroupedShare out{n > 0 ? all_hits / n : 0};
  for (int64_t g = 0; g < groups; ++g) out.without[g] = n > items[g] ? (all_hits - hits[g]) / (n - items[g]) : out.all;
  return out;
}

std::vector<int32_t> item_groups(const CodeTable& table, int64_t k, const Stream& stream) {
  const auto order = stream.permutation(table.n);
  std::vector<int32_t> out;
  for (int64_t i = 0; i < table.n; ++i)
    if (!std::isnan(table.y[i * table.k + k])) out.push_back(static_cast<int32_t>(order[i] % GroupedShare::groups));
  return out;
}

}  // namespace teasel

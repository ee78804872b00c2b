#include "teasel/metrics/predictor.hpp"

#include "teasel/stats/columns.hpp"

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

}  // namespace teasel

// Predictors of factors: components of metrics that train.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "teasel/core/registry.hpp"
#include "teasel/metrics/sampling.hpp"

namespace teasel {

// A classifier. One file each in metrics/predictors/.
class Predictor {
 public:
  static constexpr const char* kind = "predictor";
  struct Setup {};
  virtual ~Predictor() = default;
  // Learns from codes [n, D], n >= 1, and labels 0 .. classes - 1, some of which may not occur. The seed is the only
  // source of chance.
  virtual void fit(std::span<const double> codes, std::span<const int32_t> labels, int64_t classes, uint64_t seed) = 0;
  // The class of each row of codes [n, D].
  virtual std::vector<int32_t> predict(std::span<const double> codes) const = 0;
};

// Of both parts the items whose value of factor `k` is known, with one numbering of the classes: those that occur in
// either part, in their order.
struct LabelledParts {
  int64_t classes = 0;
  Labelled train, test;
};
LabelledParts labelled(const TrainTest& tables, int64_t k);

// A number read off all items, and off those outside of each of some random groups: what the jackknife makes an
// interval of. Sums of such numbers with weights are such numbers.
struct GroupedShare {
  static constexpr int64_t groups = 30;
  double all = 0;
  std::vector<double> without = std::vector<double>(groups);

  void add(const GroupedShare& other, double weight);
  // With an interval of 95 % for other items that the same models are judged on.
  Score::Output output(std::string name) const;

  // The share of items [n] that are right, with the group of each.
  static GroupedShare share(std::span<const char> right, std::span<const int32_t> group);
};

// The random group of each item whose value of factor `k` is known: an item is in the same one for all factors.
std::vector<int32_t> item_groups(const CodeTable& table, int64_t k, const Stream& stream);

}  // namespace teasel

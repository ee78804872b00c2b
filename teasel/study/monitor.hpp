// Scores of a model while it trains.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "teasel/data/dataset.hpp"
#include "teasel/metrics/metric.hpp"
#include "teasel/models/model.hpp"
#include "teasel/train/trainer.hpp"

namespace teasel {

// Encodes a sample of items, drawn once from the training split, and scores it. Reads the model and changes nothing in
// it, so that a training goes on as if it had not been looked at.
class Monitor {
 public:
  // Error where a metric or the protocol is unknown, or a metric needs what a sample of this data set cannot have.
  Monitor(const Model& model, const Dataset& data, const TrainOptions& options);
  // The scores, as eval.NAME.
  std::vector<Measured> operator()(int64_t steps_done);
  // Whether a value of this name came from a metric that reads the factors.
  bool uses_labels(const std::string& name) const;

 private:
  void check(const std::string& metric) const;

  const Model& model_;
  const Dataset& data_;
  EvaluationOptions options_;
  uint64_t seed_;
  Protocol protocol_;
  std::vector<int64_t> items_;
  int64_t distortion_items_ = 0;          // decoded as well, where a metric asks for it
  std::map<std::string, bool> labelled_;  // by the name of a value
};

}  // namespace teasel

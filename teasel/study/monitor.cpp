#include "teasel/study/monitor.hpp"

#include <algorithm>

#include "teasel/core/random.hpp"
#include "teasel/explore/encode.hpp"

namespace teasel {
namespace {

Needs needs_of(const std::string& metric, const Protocol& protocol) {
  const auto& entry = Registry<Metric>::get().at(metric);
  const Value* given = protocol.metrics.as<Value::Table>() ? protocol.metrics.find(metric) : nullptr;
  return entry.make(entry.resolve(given ? *given : Value(), metric), {})->needs();
}

std::vector<int64_t> drawn(std::vector<int64_t> items, int64_t count, uint64_t seed) {
  const auto size = static_cast<int64_t>(items.size());
  if (size <= count) return items;
  const auto order = Stream(seed, "items of the evaluation").permutation(size);
  std::vector<int64_t> out;
  for (int64_t i = 0; i < count; ++i) out.push_back(items[static_cast<size_t>(order[static_cast<size_t>(i)])]);
  std::ranges::sort(out);
  return out;
}

}  // namespace

Monitor::Monitor(const Model& model, const Dataset& data, const TrainOptions& options)
    : model_(model),
      data_(data),
      options_(options.evaluate),
      seed_(static_cast<uint64_t>(options.seed)),
      protocol_(load_protocol(options.evaluate.protocol)),
      items_(drawn(data.split(options.split), options.evaluate.items, seed_)) {
  for (auto& metric : options_.metrics) {
    check(metric);
    if (needs_of(metric, protocol_).distortion) distortion_items_ = options_.items;
  }
}

void Monitor::check(const std::string& metric) const {
  const Needs needs = needs_of(metric, protocol_);
  const auto refuse = [&](bool met, const std::string& what) {
    if (!met)
      throw Error("train.evaluate.metrics names " + metric + ", which needs " + what,
                  "Score the finished run instead: teasel eval RUN --metrics " + metric);
  };
  refuse(!needs.factors || !data_.spec().factors.empty(), "factors, and this data set has none");
  refuse(!needs.full_grid, "every combination of factor values, and not a sample");
  refuse(needs.runs < 2, "several runs");
  refuse(needs.interventions.empty(), "judged edits");
}

std::vector<Measured> Monitor::operator()(int64_t) {
  const Codes codes = encode(model_, data_, calibrate(model_, data_),
                             {.distortion_items = distortion_items_, .progress = false, .items = items_});
  CodesEvidence evidence(codes);
  std::vector<Measured> measured;
  for (auto& metric : options_.metrics) {
    const bool labels = needs_of(metric, protocol_).factors;
    for (auto& output : score(metric, evidence, protocol_, seed_).outputs) {
      measured.push_back({"eval." + output.name, output.value});
      labelled_["eval." + output.name] = labels;
    }
  }
  return measured;
}

bool Monitor::uses_labels(const std::string& name) const {
  const auto found = labelled_.find(name);
  return found != labelled_.end() && found->second;
}

}  // namespace teasel

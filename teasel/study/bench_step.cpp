#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>

#include "teasel/core/error.hpp"
#include "teasel/study/bench.hpp"
#include "teasel/study/training.hpp"

namespace teasel {
namespace {

// A network: parameters whose names share what stands before the first dot.
struct Network {
  std::string name;
  double multiply_adds = 0, first_layer = 0;  // of one row
};

int64_t pixels_of(const FieldSpec& image) { return image.shape.size() == 3 ? image.shape[1] * image.shape[2] : 1; }

std::vector<Network> networks_of(ParameterStore& store, const FieldSpec& image) {
  std::map<std::string, int> convolutions, seen;
  auto name_of = [](const ParameterStore::Slot& slot) { return slot.name.substr(0, slot.name.find('.')); };
  for (auto& slot : store.slots()) convolutions[name_of(slot)] += slot.trained && slot.value.dim() == 4;
  std::vector<Network> networks;
  for (auto& slot : store.slots()) {
    if (!slot.trained || (slot.value.dim() != 2 && slot.value.dim() != 4)) continue;
    const std::string name = name_of(slot);
    if (networks.empty() || networks.back().name != name) networks.push_back({name});
    double multiply_adds = static_cast<double>(slot.value.numel());
    if (slot.value.dim() == 4) {
      const int number = seen[name]++;
      const int halvings = name == "decoder" ? convolutions[name] - number : number + 1;
      multiply_adds *= static_cast<double>(pixels_of(image) >> (2 * halvings));
    }
    if (networks.back().multiply_adds == 0) networks.back().first_layer = multiply_adds;
    networks.back().multiply_adds += multiply_adds;
  }
  return networks;
}

bool trains(const Phase& phase, const Network& network) {
  const std::string prefixes = "|" + phase.trains;
  return prefixes.find("|" + network.name + ".") != std::string::npos;
}

}  // namespace

Timing timing_of(std::vector<double> values) {
  std::ranges::sort(values);
  auto quantile = [&](double q) {
    const double place = q * static_cast<double>(values.size() - 1);
    const auto below = static_cast<size_t>(place);
    const size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (place - static_cast<double>(below)) * (values[above] - values[below]);
  };
  return {values.front(), quantile(0.25), quantile(0.5), quantile(0.75)};
}

Value to_value(const Timing& timing) {
  return Value(Value::Table{
      {"least", timing.least}, {"lower", timing.lower}, {"median", timing.median}, {"upper", timing.upper}});
}

std::optional<double> step_multiply_adds(Trainable& what, const FieldSpec& image, int64_t batch_size) {
  for (auto& slot : what.parameters().slots())
    if (slot.value.dim() == 4 && slot.value.size(2) != 2 && slot.value.size(2) != 4) return {};
  const auto networks = networks_of(what.parameters(), image);
  const auto phases = what.phases();
  const auto batch = static_cast<double>(batch_size);
  double sum = networks.empty() ? 0 : networks[0].multiply_adds * batch * (what.batches() - 1);
  for (size_t p = 0; p < phases.size(); ++p) {
    const double rows = p == 0 ? batch : batch * what.batches();
    bool first = true;
    for (auto& network : networks) {
      if (trains(phases[p], network)) {
        sum += rows * (3 * network.multiply_adds - (first ? network.first_layer : 0));
        first = false;
      } else if (p == 0) {
        sum += rows * 2 * network.multiply_adds;
      }
    }
  }
  return sum;
}

// Reads the clock as each part of a step ends. What follows the last update (logging) counts in the step alone.
class StepBench::Clock : public Observer {
 public:
  using Now = std::chrono::steady_clock;
  void begin() {
    steps.clear(), parts = {};
    mark_ = started_ = Now::now();
  }
  void after_part(StepPart part) override { sums_[static_cast<size_t>(part)] += since(mark_); }
  void after_step(int64_t) override {
    steps.push_back(since(started_));
    for (size_t part = 0; part < sums_.size(); ++part) parts[part].push_back(sums_[part]);
    sums_ = {};
    mark_ = started_;
  }

  std::vector<double> steps;
  std::array<std::vector<double>, 3> parts;

 private:
  // Milliseconds since a mark, which moves to now.
  static double since(Now::time_point& mark) {
    const auto now = Now::now();
    const double passed = std::chrono::duration<double, std::milli>(now - mark).count();
    mark = now;
    return passed;
  }
  Now::time_point mark_, started_;
  std::array<double, 3> sums_{};
};

StepBench::StepBench(const Value& config) {
  opened_ = open_config(config);
  fix_threads(opened_);
  prepare_process(opened_.train.threads);
  opened_.train.steps = std::numeric_limits<int64_t>::max();  // none is the last, which would be logged
  clock_ = std::make_unique<Clock>();
  trainer_ =
      std::make_unique<Trainer>(*opened_.model, *opened_.data, opened_.train, std::vector<Observer*>{clock_.get()});
}

StepBench::~StepBench() = default;

StepBench::Result StepBench::run(int64_t warm_up, int64_t steps) {
  for (int64_t i = 0; i < warm_up; ++i) trainer_->run_step();
  clock_->begin();
  for (int64_t i = 0; i < steps; ++i) trainer_->run_step();
  auto sum = [](const std::vector<double>& values) {
    double out = 0;
    for (double v : values) out += v;
    return out;
  };
  const auto& [data, gradients, update] = clock_->parts;
  return {timing_of(clock_->steps), timing_of(data), timing_of(gradients), timing_of(update),
          100 * sum(data) / sum(clock_->steps)};
}

double StepBench::gflop() const {
  const auto& image = opened_.data->spec().field("x");
  return 2e-9 * step_multiply_adds(*opened_.model, image, opened_.train.batch_size).value_or(0);
}

}  // namespace teasel

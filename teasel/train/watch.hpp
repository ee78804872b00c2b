// Values that a training is watched by: what is best so far, and when it stopped getting better.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "teasel/core/value.hpp"
#include "teasel/train/options.hpp"

namespace teasel {

// A named number that was measured during training.
struct Measured {
  std::string name;
  double value = 0;
  bool operator==(const Measured&) const = default;
};

// Collects one named value and gives its mean when it is time to look. Its state is a table of a checkpoint's counters,
// so that a resumed training looks at the same means.
class Watch {
 public:
  explicit Watch(const WatchOptions& options) : options_(options) {}
  bool on() const { return !options_.value.empty(); }
  const std::string& value() const { return options_.value; }
  // Takes over the value where it is among these. Numbers that are not finite are left out.
  void hear(std::span<const Measured> measured);
  // The mean of what was heard since the last look; nothing where looking is not due or nothing was heard.
  std::optional<double> look(int64_t steps_done);
  // Whether a is better than b by more than this part of |b|.
  bool better(double a, double b, double threshold = 0) const;

  void store(Value& table) const;
  void restore(const Value* table);

 private:
  WatchOptions options_;
  double sum_ = 0;
  int64_t count_ = 0;
};

// The best value so far, and after which step it was seen.
class BestRule {
 public:
  explicit BestRule(const WatchOptions& options) : watch_(options) {}
  bool on() const { return watch_.on(); }
  const std::string& value() const { return watch_.value(); }
  void hear(std::span<const Measured> measured) { watch_.hear(measured); }
  // Whether the state after this many steps is better than every one before.
  bool improved(int64_t steps_done);

  Value state() const;
  void restore(const Value* state);

 private:
  Watch watch_;
  std::optional<double> best_;
  int64_t step_ = 0;
};

// Multiplies learning rates by a factor each time the watched value has not got better for `patience` looks.
class Plateau {
 public:
  explicit Plateau(const PlateauOptions& options) : options_(options), watch_(options) {}
  bool on() const { return watch_.on(); }
  const std::string& value() const { return watch_.value(); }
  void hear(std::span<const Measured> measured) { watch_.hear(measured); }
  // Looks at the value, where that is due.
  void update(int64_t steps_done);
  // What learning rates are multiplied by now.
  double scale() const { return scale_; }

  Value state() const;
  void restore(const Value* state);

 private:
  PlateauOptions options_;
  Watch watch_;
  std::optional<double> best_;
  int64_t bad_ = 0, cooling_ = 0;
  double scale_ = 1;
};

}  // namespace teasel

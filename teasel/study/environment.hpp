// What a run ran on.
#pragma once
#include <map>
#include <optional>
#include <string>

#include "teasel/core/value.hpp"
#include "teasel/data/dataset.hpp"
#include "teasel/report/table.hpp"

namespace teasel {

// Versions, machine, processor, memory, graphics cards, threads: a table for run.json. A fact that the machine does not
// tell is left out.
Value environment();
// The same as a table for a page; what has no words here keeps its key.
Table environment_table(const Value& environment);

// 16 hexadecimal digits of a data set: of its size, fields and factors, and of the bytes of up to 256 items evenly
// spread over it.
std::string hash_of_data(const Dataset& data);

// The largest resident size of this process so far, bytes.
int64_t peak_memory();

// The energy that the processors took, from the counters that Linux shows where it may be read (Intel and AMD; often by
// the administrator alone).
class EnergyMeter {
 public:
  // Reads the counters below this folder.
  explicit EnergyMeter(std::string folder = "/sys/class/powercap");
  // Adds up what was taken since the last call; call it more often than the counters overflow (minutes).
  void update();
  // Joules since the beginning, up to the last update; nothing where there is no counter.
  std::optional<double> joules() const;

 private:
  struct Counter {
    double last, range;  // microjoules
  };
  std::map<std::string, Counter> counters_;  // by folder
  double taken_ = 0;
};

}  // namespace teasel

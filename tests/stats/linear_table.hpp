// The table of tests/golden/linear.py, and its recorded results.
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "teasel/core/file.hpp"
#include "teasel/core/value.hpp"

namespace teasel::testing {

struct LinearTable {
  static constexpr int64_t n = 400, d = 4, classes = 4;
  std::vector<double> x;        // [n, d]
  std::vector<int32_t> labels;  // 0 .. 3
  std::vector<int32_t> two;     // whether a label is 2 or 3

  std::vector<double> column(int64_t j) const {
    std::vector<double> out;
    for (int64_t i = 0; i < n; ++i) out.push_back(x[i * d + j]);
    return out;
  }
};

inline LinearTable linear_table() {
  LinearTable table;
  for (uint32_t i = 0; i < LinearTable::n; ++i) {
    double u[5];
    for (uint32_t m = 0; m < 5; ++m) {
      uint32_t h = i * 5 + m + 1;
      h = (h ^ (h >> 16)) * 0x7FEB352Du;
      h = (h ^ (h >> 15)) * 0x846CA68Bu;
      u[m] = static_cast<double>((h ^ (h >> 16)) >> 20) / 1024;
    }
    for (const double value : {u[0], static_cast<double>(static_cast<int>(2 * u[1])) / 2, u[2] - 2, 8 * u[3] + u[0]})
      table.x.push_back(value);
    table.labels.push_back(std::min(3, static_cast<int>((u[0] + u[1] / 2 + u[4]) / 3) + (u[4] > 3)));
    table.two.push_back(table.labels.back() >= 2);
  }
  return table;
}

inline const Value& linear_golden(const std::string& key) {
  static const Value root = parse_json(read_file("tests/golden/linear.json"), "tests/golden/linear.json");
  if (const Value* found = root.find(key)) return *found;
  throw std::out_of_range("no golden value " + key);
}

// The numbers of a list, or of lists one after the other.
inline std::vector<double> flat(const Value& list) {
  double number = 0;
  if (list.number(number)) return {number};
  std::vector<double> out;
  for (auto& entry : *list.as<Value::List>())
    for (const double inner : flat(entry)) out.push_back(inner);
  return out;
}
inline std::vector<double> flat_golden(const std::string& key) { return flat(linear_golden(key)); }

}  // namespace teasel::testing

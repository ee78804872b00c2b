#include "teasel/metrics/units.hpp"

#include <algorithm>
#include <vector>

#include "teasel/stats/pca.hpp"

namespace teasel {
namespace {

// The columns of each unit, units in the order of their first columns.
std::vector<std::vector<int64_t>> columns_by_unit(const CodeTable& table) {
  std::vector<int32_t> numbers;
  std::vector<std::vector<int64_t>> out;
  for (int64_t j = 0; j < table.d; ++j) {
    const auto found = std::ranges::find(numbers, table.unit[j]);
    const auto at = static_cast<size_t>(found - numbers.begin());
    if (found == numbers.end()) {
      numbers.push_back(table.unit[j]);
      out.emplace_back();
    }
    out[at].push_back(j);
  }
  return out;
}

// The coordinates [n, width] of one unit.
std::vector<double> coordinates(const CodeTable& table, const std::vector<int64_t>& columns, int64_t width) {
  const auto size = static_cast<int64_t>(columns.size());
  std::vector<double> codes(table.n * size);
  for (int64_t i = 0; i < table.n; ++i)
    for (int64_t c = 0; c < size; ++c) codes[i * size + c] = table.z[i * table.d + columns[c]];
  return principal_components(codes, table.n, size).project(codes, table.n, width);
}

}  // namespace

CodeTable with_components(const CodeTable& table, int64_t components) {
  if (table.unit.empty()) return table;
  CodeTable out = table;
  out.spread.clear();
  out.kl.clear();
  out.unit.clear();
  std::vector<std::vector<double>> parts;
  std::vector<int64_t> widths;
  int32_t unit = 0;
  for (auto& columns : columns_by_unit(table)) {
    widths.push_back(std::min(components, static_cast<int64_t>(columns.size())));
    parts.push_back(coordinates(table, columns, widths.back()));
    out.unit.insert(out.unit.end(), static_cast<size_t>(widths.back()), unit++);
  }
  out.d = static_cast<int64_t>(out.unit.size());
  out.z.assign(out.n * out.d, 0);
  int64_t at = 0;
  for (size_t part = 0; part < parts.size(); at += widths[part], ++part)
    for (int64_t i = 0; i < out.n; ++i)
      std::copy_n(parts[part].begin() + i * widths[part], widths[part], out.z.begin() + i * out.d + at);
  return out;
}

}  // namespace teasel

#include "tests/metrics/tables.hpp"

#include <map>
#include <stdexcept>

#include "teasel/core/file.hpp"
#include "teasel/core/random.hpp"

namespace teasel::testing {

CodeTable factor_grid(const std::vector<int64_t>& classes) {
  CodeTable table;
  table.k = static_cast<int64_t>(classes.size());
  table.n = 1;
  for (int64_t k = 0; k < table.k; ++k) {
    FactorSpec factor;
    factor.name = std::string(1, static_cast<char>('a' + k));
    for (int64_t c = 0; c < classes[k]; ++c) factor.values.push_back(static_cast<double>(c));
    table.factors.push_back(factor);
    table.n *= classes[k];
  }
  table.full_grid = true;
  table.y.resize(table.n * table.k);
  for (int64_t i = 0; i < table.n; ++i)
    for (int64_t k = table.k - 1, rest = i; k >= 0; rest /= classes[k--])
      table.y[i * table.k + k] = static_cast<double>(rest % classes[k]);
  return table;
}

CodeTable dsprites_grid(int64_t orientations, int64_t positions) {
  auto table = factor_grid({3, 6, orientations, positions, positions});
  const char* names[] = {"shape", "scale", "orientation", "position_x", "position_y"};
  for (int64_t k = 0; k < table.k; ++k) table.factors[k].name = names[k];
  return table;
}

CodeTable with_factors_as_codes(CodeTable grid) {
  grid.d = grid.k;
  grid.z = grid.y;
  return grid;
}

CodeTable with_noise_as_codes(CodeTable grid, int64_t d, uint64_t seed) {
  grid.d = d;
  std::vector<float> noise(grid.n * d);
  Stream(seed, "tests/noise").normal(0, d, noise);
  grid.z.assign(noise.begin(), noise.end());
  return grid;
}

CodeTable golden_table() {
  auto table = factor_grid({3, 4, 5, 4});
  table.d = 5;
  for (int64_t i = 0; i < table.n; ++i) {
    const double* y = &table.y[i * table.k];
    float u[4];
    for (uint32_t m = 0; m < 4; ++m)
      u[m] = static_cast<float>(((static_cast<uint32_t>(i) * 4 + m + 1) * 2654435761u) >> 22) / 1024;
    for (const double z : {2 * y[0] + u[0], y[1] - 3 * u[1], y[2] + y[0] / 2 + u[2] / 4, 0.5, 3 * u[3] - y[3] / 4})
      table.z.push_back(z);
  }
  return table;
}

CodeTable golden_posteriors() {
  auto table = golden_table();
  for (int64_t i = 0; i < table.n; ++i)
    for (int64_t j = 0; j < table.d; ++j) table.spread.push_back(static_cast<float>(1 + (7 * i + 3 * j) % 11) / 16);
  return table;
}

const Value& golden(const std::string& path, const std::string& script) {
  static std::map<std::string, Value> roots;
  const std::string file = "tests/golden/" + script + ".json";
  if (!roots.contains(script)) roots[script] = parse_json(read_file(file), file);
  if (const Value* found = roots[script].find(path)) return *found;
  throw std::out_of_range("no golden value " + path + " in " + file);
}

std::vector<double> numbers(const Value& list) {
  std::vector<double> out;
  for (auto& entry : *list.as<Value::List>()) {
    double number = 0;
    if (entry.number(number)) {
      out.push_back(number);
      continue;
    }
    for (const double inner : numbers(entry)) out.push_back(inner);
  }
  return out;
}

CodeTable part_of(const CodeTable& table) {
  CodeTable part = table;
  part.n = 0;
  part.z.clear();
  part.y.clear();
  part.spread.clear();
  part.full_grid = false;
  for (int64_t i = 0; i < table.n; ++i) {
    if (i % 7 % 3 == 1) continue;
    ++part.n;
    part.z.insert(part.z.end(), table.z.begin() + i * table.d, table.z.begin() + (i + 1) * table.d);
    part.y.insert(part.y.end(), table.y.begin() + i * table.k, table.y.begin() + (i + 1) * table.k);
    if (!table.spread.empty())
      part.spread.insert(part.spread.end(), table.spread.begin() + i * table.d,
                         table.spread.begin() + (i + 1) * table.d);
  }
  return part;
}

}  // namespace teasel::testing

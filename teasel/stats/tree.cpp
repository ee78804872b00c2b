#include "teasel/stats/tree.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "teasel/stats/kernels/tree_kernel.hpp"

namespace teasel {

int32_t Tree::add_leaf() {
  const auto node = static_cast<int32_t>(child.size());
  feature.push_back(0);
  child.push_back(node);
  threshold.push_back(std::numeric_limits<float>::infinity());
  return node;
}

int32_t Tree::split(int32_t node, int32_t on, float at, int64_t edges) {
  const int32_t first = add_leaf();
  add_leaf();
  feature[node] = on;
  threshold[node] = at;
  child[node] = first;
  depth = std::max(depth, edges + 1);
  return first;
}

void Tree::find_leaves(std::span<const float> columns, int64_t n, std::span<int32_t> leaves) const {
  follow_tree({feature.data(), child.data(), threshold.data(), depth}, columns.data(), n, leaves.data());
}

SortedColumns sort_columns(std::span<const double> x, int64_t n, int64_t d) {
  SortedColumns out{n, d, std::vector<SortedItem>(n * d)};
#pragma omp parallel for schedule(dynamic)
  for (int64_t f = 0; f < d; ++f) {
    SortedItem* column = out.items.data() + f * n;
    for (int64_t i = 0; i < n; ++i) column[i] = {static_cast<float>(x[i * d + f]), static_cast<uint32_t>(i)};
    std::sort(column, column + n, [](const SortedItem& a, const SortedItem& b) {
      return std::tie(a.value, a.row) < std::tie(b.value, b.row);
    });
  }
  return out;
}

float threshold_between(float below, float above) {
  const double middle = static_cast<double>(below) / 2 + static_cast<double>(above) / 2;
  const auto nearest = static_cast<float>(middle);
  return nearest <= middle ? nearest : std::nextafter(nearest, -std::numeric_limits<float>::infinity());
}

std::vector<float> as_columns(std::span<const double> x, int64_t n, int64_t d) {
  std::vector<float> out(n * d);
  for (int64_t i = 0; i < n; ++i)
    for (int64_t f = 0; f < d; ++f) out[f * n + i] = static_cast<float>(x[i * d + f]);
  return out;
}

}  // namespace teasel

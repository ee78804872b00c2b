// What is known of latents from their layout and the codes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "teasel/explore/encode.hpp"
#include "teasel/explore/traverse.hpp"

namespace teasel {

std::vector<LatentName> latent_names(const LatentLayout& layout) {
  std::vector<LatentName> names;
  int64_t table = 0;
  for (size_t b = 0; b < layout.blocks.size(); ++b) {
    const LatentBlock& block = layout.blocks[b];
    if (block.role != LatentRole::unseen)
      for (int64_t j = 0; j < block.size; ++j) names.push_back({b, j, table + j, block.name + std::to_string(j)});
    table += block.size;
  }
  return names;
}

std::vector<double> mean_kl(const LatentLayout& layout, const Codes& codes) {
  const auto samples = static_cast<size_t>(codes.samples);
  const size_t columns = samples ? codes.kl.size() / samples : 0;
  std::vector<double> mean(columns);
  for (size_t i = 0; i < samples; ++i)
    for (size_t j = 0; j < columns; ++j) mean[j] += codes.kl[i * columns + j] / static_cast<double>(samples);
  // Only some blocks have columns among the KL divergences.
  std::vector<size_t> first(codes.blocks.size(), columns);
  for (size_t b = 0, next = 0; b < codes.blocks.size(); ++b)
    if (has_kl(codes.blocks[b])) first[b] = next, next += static_cast<size_t>(codes.blocks[b].about.size);
  std::vector<double> out;
  for (auto& name : latent_names(layout)) {
    const size_t column = name.block < first.size() ? first[name.block] + static_cast<size_t>(name.column) : columns;
    out.push_back(column < columns ? mean[column] : std::nan(""));
  }
  return out;
}

std::vector<size_t> by_falling_kl(const std::vector<double>& kl) {
  std::vector<size_t> order(kl.size());
  std::iota(order.begin(), order.end(), size_t{0});
  auto rank = [&](size_t i) { return std::isnan(kl[i]) ? -1.0 : kl[i]; };
  std::ranges::stable_sort(order, [&](size_t a, size_t b) { return rank(a) > rank(b); });
  return order;
}

std::vector<TraverseAxis> ranked_axes(const LatentLayout& layout, const std::vector<double>& kl) {
  const auto axes = traverse_axes(layout);
  std::vector<TraverseAxis> ranked;
  for (size_t latent : by_falling_kl(kl))
    for (auto& axis : axes)
      if (axis.latent == latent) ranked.push_back(axis);
  return ranked;
}

std::string kl_label(const TraverseAxis& axis, const std::vector<double>& kl) {
  return std::isnan(kl[axis.latent]) ? axis.text : fmt::format("{}  KL={:.2f}", axis.text, kl[axis.latent]);
}

std::vector<float> factor_map(const CodeTable& table, size_t latent, size_t row_factor, size_t column_factor) {
  const auto rows = static_cast<size_t>(table.factors[row_factor].classes()),
             columns = static_cast<size_t>(table.factors[column_factor].classes());
  std::vector<double> sum(rows * columns);
  std::vector<int64_t> count(rows * columns);
  for (int64_t i = 0; i < table.n; ++i) {
    const double* y = table.y.data() + i * table.k;
    const size_t cell = static_cast<size_t>(y[row_factor]) * columns + static_cast<size_t>(y[column_factor]);
    sum[cell] += table.z[static_cast<size_t>(i * table.d) + latent];
    ++count[cell];
  }
  std::vector<float> mean(sum.size());
  for (size_t c = 0; c < sum.size(); ++c)
    mean[c] = static_cast<float>(count[c] ? sum[c] / static_cast<double>(count[c]) : 0);
  return mean;
}

std::vector<LatentMoments> latent_moments(const LatentLayout& layout, const CodeTable& table) {
  std::vector<LatentMoments> out;
  const auto d = static_cast<size_t>(table.d), n = static_cast<size_t>(table.n);
  for (auto& name : latent_names(layout)) {
    const auto column = static_cast<size_t>(name.table);
    double sum = 0, squares = 0, posterior = 0;
    for (size_t i = 0; i < n; ++i) sum += table.z[i * d + column];
    const double mean = sum / static_cast<double>(n);
    for (size_t i = 0; i < n; ++i) {
      const double z = table.z[i * d + column] - mean;
      squares += z * z;
      const double spread = table.spread.empty() ? std::nan("") : table.spread[i * d + column];
      posterior += spread * spread;
    }
    out.push_back({squares / static_cast<double>(n), posterior / static_cast<double>(n)});
  }
  return out;
}

}  // namespace teasel

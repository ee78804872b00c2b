#include "teasel/metrics/metric.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace teasel {

TEASEL_DEFINE_REGISTRY(Metric);

const Interventions& Evidence::interventions(std::string_view name) {
  throw Error("there are no judged interventions called '" + std::string(name) + "'",
              "They are made from a run and a trained judge.");
}

std::vector<const CodeTable*> Evidence::runs() { return {&table()}; }

TableEvidence::TableEvidence(CodeTable table) : table_(std::move(table)) {}
TableEvidence::TableEvidence(CodeTable table, Codes codes) : table_(std::move(table)), codes_(std::move(codes)) {}
TableEvidence::TableEvidence(CodeTable table, Split split) : table_(std::move(table)), split_(split) {
  if (split.train < 1 || split.test < 1 || split.train > table_.n || split.test > table_.n - split.train)
    throw Error(fmt::format("a split of {} and {} rows does not fit a table of {}", split.train, split.test, table_.n),
                "Both parts need at least one row, and together they have at most as many as the table.");
}

namespace {

// Writes the mean over time of a block [n, times, size] into the columns from `at` of a table [n, d].
template <class T>
void pool_block(const std::vector<float>& block, int64_t n, int64_t size, int64_t d, int64_t at, std::vector<T>& out) {
  const int64_t times = n * size > 0 ? static_cast<int64_t>(block.size()) / (n * size) : 0;
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < size; ++j) {
      double sum = 0;
      for (int64_t t = 0; t < times; ++t) sum += block[(i * times + t) * size + j];
      out[i * d + at + j] = static_cast<T>(sum / static_cast<double>(times));
    }
}

// The factors that one row for an item can state: all of them, or those that keep still where the codes have frames.
void pool_factors(const Codes& codes, CodeTable& table) {
  const auto all = static_cast<int64_t>(codes.factor_specs.size());
  if (all == 0 || codes.factors.empty()) return;
  const int64_t rows_of_item = static_cast<int64_t>(codes.factors.size()) / (table.n * all);
  std::vector<int64_t> chosen;
  for (int64_t k = 0; k < all; ++k)
    if (rows_of_item == 1 || !codes.factor_specs[k].dynamic) chosen.push_back(k);
  for (const auto k : chosen) table.factors.push_back(codes.factor_specs[k]);
  table.k = static_cast<int64_t>(chosen.size());
  for (int64_t i = 0; i < table.n; ++i)
    for (const auto k : chosen) table.y.push_back(codes.factors[i * rows_of_item * all + k]);
}

}  // namespace

CodeTable pool(const Codes& codes) {
  std::vector<const Codes::Block*> blocks;
  for (auto& block : codes.blocks)
    if (!block.location.empty()) blocks.push_back(&block);
  CodeTable table;
  table.n = codes.samples;
  table.full_grid = codes.full_grid;
  for (auto* block : blocks) table.d += block->about.size;
  table.z.resize(table.n * table.d);
  // The spread of a mean over time depends on how the frames hang together, which the codes do not say.
  const bool has_spread =
      std::ranges::all_of(blocks, [](auto* b) { return b->about.time == LatentTime::item && !b->spread.empty(); });
  if (has_spread) table.spread.resize(table.z.size());
  int64_t at = 0;
  for (auto* block : blocks) {
    pool_block(block->location, table.n, block->about.size, table.d, at, table.z);
    if (has_spread) pool_block(block->spread, table.n, block->about.size, table.d, at, table.spread);
    at += block->about.size;
  }
  if (codes.kl.size() == table.z.size()) table.kl = codes.kl;
  pool_factors(codes, table);
  return table;
}

}  // namespace teasel

// Flatness (Michlo et al., the library disent, 2021): how straight the codes run while one factor goes through its
// values. Of each traversal the width is the greatest distance between two of its codes, and the length the sum of
// steps from value to value, the way back to the first counted and the greatest step left out (a factor may be cyclic).
// Mean width over mean length for every factor; the mean over factors.
//
// `flatness` takes widths as Euclidean and lengths as L1 distances, so that straight lines that are no axes lose too;
// `flatness.l1` and `flatness.l2` take one distance for both. Range 0 to 1; a straight path in one latent with steps of
// one direction reaches 1; noise reaches about .2 on dSprites. Codes of a cyclic factor that go round a circle reach
// about 1 / pi. A factor that codes ignore counts as 0. Traversals are drawn at random from a full grid.
//
// Use it on full grids, to see whether a factor moves codes along straight lines of even steps, as edits by adding a
// direction presume.
//
// Criticism: it has a library and no paper of its own, and rewards a metric map, not disentanglement: a straight path
// across all latents is flat, too. Categorical factors have no steps.
//
// detail: flatness_of_factor, width, length [factors] (0 for factors that were left out; units of the codes),
// factors_used (factor numbers).
#include <algorithm>
#include <cmath>

#include "teasel/metrics/sampling.hpp"
#include "teasel/metrics/traversals.hpp"

namespace teasel {
namespace {

struct FlatnessOptions {
  int64_t repeats = 1024;

  void describe(Fields& f) { f.field("repeats", repeats, "traversals of every factor", at_least(2)); }
};

struct Distances {
  double l1 = 0, l2 = 0;
};

Distances distances(const double* a, const double* b, int64_t d) {
  Distances out;
  for (int64_t j = 0; j < d; ++j) {
    out.l1 += std::abs(a[j] - b[j]);
    out.l2 += (a[j] - b[j]) * (a[j] - b[j]);
  }
  return {out.l1, std::sqrt(out.l2)};
}

// Of one traversal: its width, and its length less the greatest step.
struct Path {
  Distances width, length;
};

Path path_of(const std::vector<double>& codes, int64_t n, int64_t d) {
  Path out;
  Distances greatest;
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = 0; j < i; ++j) {
      const auto apart = distances(&codes[i * d], &codes[j * d], d);
      out.width = {std::max(out.width.l1, apart.l1), std::max(out.width.l2, apart.l2)};
    }
    const auto step = distances(&codes[i * d], &codes[(i + 1) % n * d], d);
    out.length = {out.length.l1 + step.l1, out.length.l2 + step.l2};
    greatest = {std::max(greatest.l1, step.l1), std::max(greatest.l2, step.l2)};
  }
  out.length = {out.length.l1 - greatest.l1, out.length.l2 - greatest.l2};
  return out;
}

class Flatness : public Metric {
 public:
  using Options = FlatnessOptions;
  Flatness(const Options& options, const Setup&) : o_(options) {}

  Expected expected() const override {
    return {.perfect = 0.999, .noise = 0.25, .unchanged = {.order = true, .sign = true, .shift = true}};
  }
  Needs needs() const override { return {.full_grid = true}; }
  Score compute(Evidence& evidence, uint64_t seed) const override {
    const CodeTable& table = evidence.table();
    const auto factors = traversed_factors(table, "flatness");
    std::vector<std::vector<Path>> paths;  // [factors used][repeats]
    for (const auto k : factors) paths.push_back(paths_of(table, k, seed));
    Score score;
    const auto values = [&](int64_t first, int64_t last) {
      double mixed = 0, l1 = 0, l2 = 0;
      for (auto& of_factor : paths) {
        const Path sum = sum_of(of_factor, first, last);
        mixed += ratio(sum.width.l2, sum.length.l1);
        l1 += ratio(sum.width.l1, sum.length.l1);
        l2 += ratio(sum.width.l2, sum.length.l2);
      }
      const auto k = static_cast<double>(paths.size());
      return std::vector<double>{mixed / k, l1 / k, l2 / k};
    };
    score.outputs = outputs_of_batches({"flatness", "flatness.l1", "flatness.l2"}, o_.repeats, values);
    for (const char* name : {"flatness_of_factor", "width", "length"}) score.detail[name].resize(table.k);
    for (size_t f = 0; f < factors.size(); ++f) {
      const Path sum = sum_of(paths[f], 0, o_.repeats);
      score.detail["flatness_of_factor"][factors[f]] = ratio(sum.width.l2, sum.length.l1);
      score.detail["width"][factors[f]] = sum.width.l2 / static_cast<double>(o_.repeats);
      score.detail["length"][factors[f]] = sum.length.l1 / static_cast<double>(o_.repeats);
    }
    score.detail["factors_used"].assign(factors.begin(), factors.end());
    for (const auto k : factors) score.samples += o_.repeats * table.factors[k].classes();
    return score;
  }

 private:
  std::vector<Path> paths_of(const CodeTable& table, int64_t k, uint64_t seed) const {
    const Stream base(seed, "flatness/base", k), noise(seed, "flatness/noise", k);
    std::vector<Path> out(o_.repeats);
    const int64_t classes = table.factors[k].classes();
#pragma omp parallel for schedule(static, 16)
    for (int64_t repeat = 0; repeat < o_.repeats; ++repeat) {
      const auto rows = traversal(table, k, base, repeat);
      out[repeat] = path_of(codes_of_rows(table, rows, noise, repeat * classes), classes, table.d);
    }
    return out;
  }
  static Path sum_of(const std::vector<Path>& paths, int64_t first, int64_t last) {
    Path out;
    for (int64_t i = first; i < last; ++i) {
      out.width = {out.width.l1 + paths[i].width.l1, out.width.l2 + paths[i].width.l2};
      out.length = {out.length.l1 + paths[i].length.l1, out.length.l2 + paths[i].length.l2};
    }
    return out;
  }
  // Rounding may leave a straight path shorter than it is wide.
  static double ratio(double width, double length) { return length > 0 ? std::min(1.0, width / length) : 0; }

  Options o_;
};

TEASEL_REGISTER(Metric, Flatness, "flatness: how straight codes run while one factor goes through its values");

}  // namespace
}  // namespace teasel

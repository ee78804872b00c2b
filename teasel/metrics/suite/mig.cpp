// Mutual information gap (Chen et al. 2018, "Isolating sources of disentanglement", equation 6, with the estimator of
// disentanglement_lib, Locatello et al. 2019): codes are cut into equal-width bins, and of every factor the gap between
// the two latents that tell most about it is divided by the factor's entropy; the mean over factors.
//
// Bins span each latent's own range; for them see stats/histogram.hpp. Estimates are plug-in, in nats. Binning bounds
// the score: 20 bins cannot hold a factor of 32 or 40 values, so the factors of dSprites themselves reach .902 on all
// its items and about .896 on 10,000 (not 1). Two latents that share a factor, as a cyclic one often needs, close its
// gap. The score is the same for codes that are stretched, shifted or mirrored one by one. Factors that are continuous,
// nuisances or constant are left out; a single latent has no gap and is refused.
//
// detail: mutual_information [latents, factors] (nats), entropy [factors] (nats), gap [factors] (0 for factors that
// were left out), factors_used (factor numbers).
#include <algorithm>
#include <cmath>

#include "teasel/metrics/metric.hpp"
#include "teasel/metrics/sampling.hpp"
#include "teasel/stats/columns.hpp"
#include "teasel/stats/entropy.hpp"
#include "teasel/stats/histogram.hpp"

namespace teasel {
namespace {

struct MigOptions {
  int64_t bins = 20, samples = 0;

  void describe(Fields& f) {
    f.field("bins", bins, "equal-width bins of every latent", between(2, 10000));
    f.field("samples", samples, "items drawn with replacement; 0: every item once", at_least(0));
  }
};

// What one set of items says.
struct Gaps {
  std::vector<double> information;   // [latents, factors], nats
  std::vector<double> entropy, gap;  // [factors]
  double mean = 0;
};

class Mig : public Metric {
 public:
  using Options = MigOptions;
  Mig(const Options& options, const Setup&) : o_(options) {}

  Expected expected() const override {
    return {.perfect = 0.9, .noise = 0.02, .unchanged = {.order = true, .sign = true, .scale = true, .shift = true}};
  }
  Needs needs() const override { return {}; }
  Score compute(Evidence& evidence, uint64_t seed) const override;

 private:
  Gaps gaps(const CodeTable& table, const std::vector<int64_t>& factors) const;
  CodeTable draw(const CodeTable& table, const Stream& stream) const;

  Options o_;
};

// The gap between the two greatest entries of column `k`.
double top_gap(const std::vector<double>& matrix, int64_t rows, int64_t columns, int64_t k) {
  double first = 0, second = 0;
  for (int64_t j = 0; j < rows; ++j) {
    const double value = matrix[j * columns + k];
    second = std::max(second, std::min(first, value));
    first = std::max(first, value);
  }
  return first - second;
}

Gaps Mig::gaps(const CodeTable& table, const std::vector<int64_t>& factors) const {
  Gaps out{std::vector<double>(table.d * table.k), std::vector<double>(table.k), std::vector<double>(table.k)};
  std::vector<std::vector<int32_t>> classes(table.k);
  for (const auto k : factors) {
    classes[k] = class_labels(table, k);
    out.entropy[k] = entropy(contingency(std::vector<int32_t>(table.n), 1, classes[k], table.factors[k].classes()));
  }
  for (int64_t j = 0; j < table.d; ++j) {
    const auto codes = column(table.z, table.n, table.d, j);
    const auto labels = bin_labels(codes, equal_width_edges(codes, o_.bins));
    for (const auto k : factors) {
      const int64_t values = table.factors[k].classes();
      out.information[j * table.k + k] =
          mutual_information(contingency(labels, o_.bins, classes[k], values), o_.bins, values);
    }
  }
  for (const auto k : factors) {
    // A small draw may hold a single value of a factor: then nothing can tell about it.
    out.gap[k] = out.entropy[k] > 0 ? top_gap(out.information, table.d, table.k, k) / out.entropy[k] : 0;
    out.mean += out.gap[k] / static_cast<double>(factors.size());
  }
  return out;
}

CodeTable Mig::draw(const CodeTable& table, const Stream& stream) const {
  const auto rows = random_rows(table, o_.samples, stream);
  CodeTable drawn;
  drawn.n = o_.samples;
  drawn.d = table.d;
  drawn.k = table.k;
  drawn.factors = table.factors;
  drawn.z = take_rows(table.z, table.d, rows);
  drawn.y = take_rows(table.y, table.k, rows);
  return drawn;
}

Score Mig::compute(Evidence& evidence, uint64_t seed) const {
  const CodeTable& table = evidence.table();
  if (table.d < 2) throw Error("mig compares the two latents that tell most about a factor, and these codes have one");
  const auto factors = scored_factors(table);
  if (factors.empty())
    throw Error("mig needs a factor with classes of which at least two occur, and these codes have none");
  const auto drawn = [&](int64_t round) { return gaps(draw(table, Stream(seed, "mig/row", round)), factors); };
  const Gaps gaps_of_score = o_.samples > 0 ? drawn(0) : gaps(table, factors);

  double half = 0;
  if (o_.samples > 0) {
    // What another draw of items may bring, seen from further draws: resampling a draw would add to its plug-in bias.
    constexpr int64_t draws = 30;
    constexpr double student_975 = 2.0452;  // the .975 quantile of Student's t with 29 degrees of freedom
    std::vector<float> others;
    for (int64_t round = 1; round <= draws; ++round) others.push_back(static_cast<float>(drawn(round).mean));
    half = student_975 * std::sqrt(column_moments(others, draws, 1).variance[0]);
  }
  Score score;
  score.outputs = {{"mig", gaps_of_score.mean, gaps_of_score.mean - half, gaps_of_score.mean + half}};
  score.detail = {{"mutual_information", gaps_of_score.information},
                  {"entropy", gaps_of_score.entropy},
                  {"gap", gaps_of_score.gap}};
  score.detail["factors_used"].assign(factors.begin(), factors.end());
  score.samples = o_.samples > 0 ? o_.samples : table.n;
  return score;
}

TEASEL_REGISTER(Metric, Mig, "mutual information gap: how much more one latent tells about a factor than any other");

}  // namespace
}  // namespace teasel

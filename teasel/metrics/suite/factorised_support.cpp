// Factorised support (Roth et al. 2023, "Disentanglement of correlated factors via Hausdorff factorized support",
// section 4): how far the set of codes is from a product of its projections. In a batch of items and for two latents,
// every combination of one item's code of the first and another's of the second should lie near some item: the greatest
// of these least squared distances (Hausdorff), summed over all pairs of latents; the mean over batches.
//
// Lower is better, 0 is exact; factors may correlate without being punished, as long as all combinations occur. The
// distance of noise is not 0 either: it is what a batch of this size leaves open, and the greatest of the batch is
// outlier-driven, so that scores compare only under one size of batch. Codes are divided by their standard deviations
// first, or, as in the authors' code, not (`standardise`). No labels are read. At least two latents that vary are
// needed.
//
// Use it where factors of the data correlate: independence of latents is then wrong to ask for, a product support is
// not.
//
// Criticism: it is the greatest distance in a batch, so that outliers decide and batches of other sizes give other
// numbers; it reads no labels: Gaussian codes keep a product support under any rotation, and so does noise.
//
// detail: hausdorff [latents, latents] (the mean over batches of the greatest least squared distance).
#include <algorithm>
#include <cmath>
#include <limits>

#include "teasel/metrics/sampling.hpp"
#include "teasel/stats/columns.hpp"
#include "teasel/stats/interval.hpp"
#include "teasel/stats/kernels/support_kernel.hpp"

namespace teasel {
namespace {

struct SupportOptions {
  int64_t batch = 128, batches = 30;
  bool standardise = true;

  void describe(Fields& f) {
    f.field("batch", batch, "items of a batch", between(2, 2000));
    f.field("batches", batches, "random batches; 0: as many as the items make, in their order", at_least(0));
    f.field("standardise", standardise, "divide every latent by its standard deviation over the data set");
  }
};

// max over combinations (x_i, y_j) of min over items l of (x_i - x_l)^2 + (y_j - y_l)^2.
double hausdorff(const std::vector<float>& x, const std::vector<float>& y, std::vector<float>& of_x) {
  const size_t n = x.size();
  float greatest = 0;
  for (size_t i = 0; i < n; ++i) {
    for (size_t l = 0; l < n; ++l) of_x[l] = (x[i] - x[l]) * (x[i] - x[l]);
    for (size_t j = 0; j < n; ++j)
      greatest = std::max(greatest, least_distance(of_x.data(), y.data(), static_cast<int64_t>(n), y[j]));
  }
  return greatest;
}

class FactorisedSupport : public Metric {
 public:
  using Options = SupportOptions;
  FactorisedSupport(const Options& options, const Setup&) : o_(options) {}

  Expected expected() const override {
    return {.better = Expected::Better::lower,
            .low = 0,
            .high = std::numeric_limits<double>::infinity(),
            .perfect = 5,
            .noise = 0,
            .unchanged = {.order = true, .sign = true, .scale = o_.standardise, .shift = true}};
  }
  Needs needs() const override { return {.factors = false}; }
  Score compute(Evidence& evidence, uint64_t seed) const override;

 private:
  // The codes of one batch by latent, those of `kept`.
  std::vector<std::vector<float>> batch_of(const CodeTable& table, const std::vector<int64_t>& kept,
                                           const std::vector<double>& scale, const Stream& stream, int64_t b) const;

  Options o_;
};

std::vector<std::vector<float>> FactorisedSupport::batch_of(const CodeTable& table, const std::vector<int64_t>& kept,
                                                            const std::vector<double>& scale, const Stream& stream,
                                                            int64_t b) const {
  const int64_t size = std::min(o_.batch, table.n);
  std::vector<int64_t> rows(size);
  for (int64_t i = 0; i < size; ++i)
    rows[i] = o_.batches == 0 ? (b * size + i) % table.n : stream.below(table.n, b * size + i);
  const auto codes = codes_of_rows(table, rows, stream.named("noise"), b * size);
  std::vector<std::vector<float>> out;
  for (const auto j : kept) {
    auto& column = out.emplace_back();
    for (int64_t i = 0; i < size; ++i) column.push_back(static_cast<float>(codes[i * table.d + j] * scale[j]));
  }
  return out;
}

Score FactorisedSupport::compute(Evidence& evidence, uint64_t seed) const {
  const CodeTable& table = evidence.table();
  const auto moments = column_moments(table.z, table.n, table.d);
  std::vector<int64_t> kept;
  std::vector<double> scale(table.d, 1);
  for (int64_t j = 0; j < table.d; ++j) {
    if (moments.variance[j] <= 0) continue;
    kept.push_back(j);
    if (o_.standardise) scale[j] = 1 / std::sqrt(moments.variance[j]);
  }
  if (kept.size() < 2)
    throw Error("factorised_support compares latents that vary, and these codes have fewer than two");

  const Stream stream(seed, "factorised_support");
  const int64_t whole = (table.n + o_.batch - 1) / o_.batch, batches = o_.batches > 0 ? o_.batches : whole;
  const auto width = static_cast<int64_t>(kept.size());
  std::vector<double> distances(batches * width * width), sums(batches);
#pragma omp parallel for schedule(dynamic)
  for (int64_t b = 0; b < batches; ++b) {
    const auto codes = batch_of(table, kept, scale, stream, b);
    std::vector<float> scratch(codes[0].size());
    for (int64_t i = 0; i < width; ++i)
      for (int64_t j = 0; j < i; ++j)
        sums[b] += distances[(b * width + i) * width + j] = hausdorff(codes[i], codes[j], scratch);
  }
  const auto mean = column_moments(sums, batches, 1);
  const double half =
      batches > 3 ? student_975(batches - 1) * std::sqrt(mean.variance[0] / static_cast<double>(batches)) : 0;
  Score score;
  score.outputs = {{"factorised_support", mean.mean[0], mean.mean[0] - half, mean.mean[0] + half}};
  auto& matrix = score.detail["hausdorff"] = std::vector<double>(table.d * table.d);
  for (int64_t b = 0; b < batches; ++b)
    for (int64_t i = 0; i < width; ++i)
      for (int64_t j = 0; j < i; ++j) {
        const double share = distances[(b * width + i) * width + j] / static_cast<double>(batches);
        matrix[kept[i] * table.d + kept[j]] += share;
        matrix[kept[j] * table.d + kept[i]] += share;
      }
  score.samples = batches * std::min(o_.batch, table.n);
  return score;
}

TEASEL_REGISTER(Metric, FactorisedSupport, "factorised support: how far the set of codes is from a product");

}  // namespace
}  // namespace teasel

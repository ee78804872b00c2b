// Active units: how many latents the encoder uses (Burda, Grosse and Salakhutdinov 2016, "Importance weighted
// autoencoders", section 5.2): those whose posterior mean has a variance over the data above a threshold. Where the
// codes hold the KL divergence of every latent, `active_units.by_kl` counts those whose mean over the data is above its
// own threshold (the rule by which CascadeVAE's evaluation drops latents).
//
// Neither more nor fewer is better: it is read beside the other scores.
//
// Use it to see how much of a code is used before any other score is read: what averages over latents counts idle ones
// too.
//
// Criticism: the threshold is a convention in units of the codes, so that it means something only for a standard normal
// prior; and a latent may move and tell nothing of any factor.
//
// detail: variance [latents], mean_kl [latents] (nats, where there are any), active [latents] (0 or 1, by variance).
#include <limits>

#include "teasel/metrics/metric.hpp"
#include "teasel/stats/columns.hpp"

namespace teasel {
namespace {

struct ActiveUnitsOptions {
  double min_variance = 0.01, min_kl = 0.1;

  void describe(Fields& f) {
    f.field("min_variance", min_variance, "a latent is active if the variance of its mean over the data is above this",
            at_least(0));
    f.field("min_kl", min_kl, "by KL divergence, a latent is active if its mean over the data is above this (nats)",
            at_least(0));
  }
};

class ActiveUnits : public Metric {
 public:
  using Options = ActiveUnitsOptions;
  ActiveUnits(const Options& options, const Setup&) : o_(options) {}

  Expected expected() const override {
    return {.better = Expected::Better::neither,
            .low = 0,
            .high = std::numeric_limits<double>::infinity(),
            .unchanged = {.order = true, .sign = true, .shift = true}};
  }
  Needs needs() const override { return {.factors = false}; }
  Score compute(Evidence& evidence, uint64_t) const override {
    const CodeTable& table = evidence.table();
    Score score;
    const auto& variance = score.detail["variance"] = column_moments(table.z, table.n, table.d).variance;
    auto& active = score.detail["active"];
    for (const double v : variance) active.push_back(v > o_.min_variance ? 1 : 0);
    add_count(score, "active_units", variance, o_.min_variance);
    if (!table.kl.empty()) {
      const auto& mean_kl = score.detail["mean_kl"] = column_moments(table.kl, table.n, table.d).mean;
      add_count(score, "active_units.by_kl", mean_kl, o_.min_kl);
    }
    score.samples = table.n;
    return score;
  }

 private:
  static void add_count(Score& score, const char* name, const std::vector<double>& values, double threshold) {
    double count = 0;
    for (const double value : values) count += value > threshold ? 1 : 0;
    score.outputs.push_back({name, count, count, count});
  }

  Options o_;
};

TEASEL_REGISTER(Metric, ActiveUnits, "active units: how many latents the encoder uses");

}  // namespace
}  // namespace teasel

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "teasel/metrics/metric.hpp"
#include "teasel/metrics/units.hpp"

namespace teasel {
namespace {

void require(bool met, const std::string& metric, const char* what, const char* hint) {
  if (!met) throw Error(fmt::format("{} needs {}", metric, what), hint);
}

// Refuses a metric whose needs the evidence does not meet.
void check_needs(const std::string& metric, const Needs& needs, Evidence& evidence) {
  const CodeTable& table = evidence.table();
  require(!needs.factors || (table.k > 0 && !table.y.empty()), metric,
          "the factors of every item, which this evidence does not hold",
          "Score codes of a data set with factors, or give them with --factors.");
  require(!needs.spread || !table.spread.empty(), metric,
          "the posterior standard deviation of every latent, which these codes do not hold",
          "Only models with a posterior (variational autoencoders) have it.");
  require(!needs.kl || !table.kl.empty(), metric,
          "the KL divergence of every latent of every item, which these codes do not hold",
          "Score the run itself, or take a protocol whose options for this metric do not ask for it.");
  require(!needs.distortion || !evidence.codes().distortion.empty(), metric,
          "measured reconstructions, which this evidence does not hold",
          "Score the run itself: a table of codes has no decoder.");
  require(!needs.full_grid || table.full_grid, metric,
          "every combination of factor values exactly once, and these codes are no full grid",
          "Score the data set's split \"all\" without a subset.");
  for (auto& name : needs.interventions) evidence.interventions(name);
  if (needs.runs < 2) return;
  if (const auto runs = evidence.runs().size(); runs < static_cast<size_t>(needs.runs))
    throw Error(fmt::format("{} compares at least {} runs, and {} given", metric, needs.runs,
                            runs == 1 ? "1 is" : fmt::format("{} are", runs)),
                "Name several runs of one configuration with different seeds.");
}

void check_latents(const CodeTable& table) {
  if (table.n < 1 || table.d < 1)
    throw Error("there are no codes to score",
                "A table of codes has one row for each item and one column for each latent.");
  if (static_cast<int64_t>(table.z.size()) != table.n * table.d)
    throw Error(fmt::format("{} codes do not make {} rows of {} latents", table.z.size(), table.n, table.d));
  for (int64_t i = 0; i < table.n * table.d; ++i)
    if (!std::isfinite(table.z[i]))
      throw Error(fmt::format("the code of latent {} is {} at item {}", i % table.d, table.z[i], i / table.d),
                  "A model that was trained to the end encodes to finite numbers: look at its loss.");
}

void check_classes(const CodeTable& table, int64_t k) {
  const FactorSpec& factor = table.factors[k];
  const bool continuous = factor.classes() == 0;
  for (int64_t i = 0; i < table.n; ++i) {
    const double value = table.y[i * table.k + k];
    if (std::isnan(value)) continue;  // not known
    const bool fine = continuous
                          ? std::isfinite(value)
                          : value >= 0 && value < static_cast<double>(factor.classes()) && value == std::floor(value);
    if (fine) continue;
    throw Error(fmt::format("factor '{}' is {} at item {}", factor.name, value, i),
                continuous ? "Values of factors are finite numbers."
                           : fmt::format("It is a class number from 0 to {}.", factor.classes() - 1));
  }
}

void check_factors(const CodeTable& table) {
  if (table.k == 0) return;
  if (static_cast<int64_t>(table.y.size()) != table.n * table.k ||
      static_cast<int64_t>(table.factors.size()) != table.k)
    throw Error(fmt::format("{} values of factors do not make {} rows of {} factors", table.y.size(), table.n, table.k),
                "Codes and factors have one row for each item, in the same order.");
  int64_t rest = table.n;  // divided by the classes of each factor: their product may be too large for any number
  for (auto& factor : table.factors)
    rest = factor.classes() > 0 && rest % factor.classes() == 0 ? rest / factor.classes() : 0;
  if (table.full_grid && rest != 1)
    throw Error(fmt::format("{} items are no full grid: the factors have other combinations", table.n));
  for (int64_t k = 0; k < table.k; ++k) check_classes(table, k);
}

// The evidence as a protocol wants it.
class Prepared : public Evidence {
 public:
  Prepared(Evidence& evidence, const EvidenceOptions& options) : evidence_(evidence), table_(evidence.table()) {
    table_.sampled = options.representation == "sampled";
    for (auto& name : options.without) leave_out(name);
    if (options.components > 0) table_ = with_components(table_, options.components);
  }
  const CodeTable& table() override { return table_; }
  const Codes& codes() override { return evidence_.codes(); }
  const Interventions& interventions(std::string_view name) override { return evidence_.interventions(name); }
  std::vector<const CodeTable*> runs() override { return evidence_.runs(); }
  std::optional<Split> split() const override { return evidence_.split(); }

 private:
  // The factor goes on to vary, as a nuisance.
  void leave_out(const std::string& name) {
    const auto found = std::ranges::find(table_.factors, name, &FactorSpec::name);
    if (found != table_.factors.end()) found->nuisance = true;
  }

  Evidence& evidence_;
  CodeTable table_;
};

Value evidence_value(EvidenceOptions options) {
  return write_options([&](Fields& f) { options.describe(f); });
}

Score compute(const Metric& metric, Evidence& evidence, const EvidenceOptions& options, uint64_t seed) {
  const bool units = options.components > 0 && !evidence.table().unit.empty();
  if (options.representation == "mean" && options.without.empty() && !units) return metric.compute(evidence, seed);
  if (options.representation == "sampled" && units)
    throw Error("principal components of units are taken of means, and codes are to be sampled",
                "Take means, or a protocol without evidence.components.");
  if (options.representation == "sampled" && evidence.table().spread.empty())
    throw Error("codes cannot be sampled without the posterior standard deviation of every latent",
                "Give log-variances beside the means, or take a protocol that reads means.");
  Prepared prepared(evidence, options);
  return metric.compute(prepared, seed);
}

// Intervals by the normal law or Student's may reach past what a score can be.
void keep_in_range(Score& score, const Expected& expected) {
  for (auto& output : score.outputs) {
    const auto range = expected.range_of(output.name);
    output.low = std::min(output.value, std::max(output.low, range.low));
    output.high = std::max(output.value, std::min(output.high, range.high));
  }
}

}  // namespace

Score score(const std::string& metric, Evidence& evidence, const Protocol& protocol, uint64_t seed) {
  const auto& entry = Registry<Metric>::get().at(metric);
  const Value* given = protocol.metrics.as<Value::Table>() ? protocol.metrics.find(metric) : nullptr;
  const Value options = entry.resolve(given ? *given : Value(), metric);
  const auto scorer = entry.make(options, {});
  check_latents(evidence.table());
  check_factors(evidence.table());
  check_needs(metric, scorer->needs(), evidence);
  Score score = compute(*scorer, evidence, protocol.evidence, seed);
  keep_in_range(score, scorer->expected());
  score.metric = metric;
  score.protocol = protocol.name;
  score.representation = protocol.evidence.representation;
  score.hash = hash_of(
      Value(Value::Table{{"metric", metric}, {"options", options}, {"evidence", evidence_value(protocol.evidence)}}));
  return score;
}

}  // namespace teasel

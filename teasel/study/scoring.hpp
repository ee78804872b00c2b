// Many scores of one evidence: which metrics, under which protocols, how often.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "teasel/metrics/metric.hpp"

namespace teasel {

// Metrics of one table of codes, or those that compare the tables of several runs.
enum class Comparing { either, one, several };

struct ScoringOptions {
  std::vector<std::string> metrics;    // empty: all that the evidence allows
  std::vector<std::string> protocols;  // empty: every one that has settings for a metric, `teasel` for slow and others
  std::string representation;          // "mean" or "sampled" instead of what the protocol says; empty: as it says
  int64_t seed = 0;
  int64_t seeds = 1;  // of the metric: seed, seed + 1, ...
  Comparing comparing = Comparing::either;
  bool quick = false;  // leave out slow metrics
  bool progress = false;
  std::vector<std::pair<std::string, std::string>> known = {};  // metrics and protocols that need not be computed
};

// A metric that the evidence does not allow.
struct LeftOut {
  std::string metric, protocol, reason;
  bool operator==(const LeftOut&) const = default;
};

struct Scores {
  std::vector<Score> list;
  std::vector<LeftOut> left_out;
};

// Throws what compute_scores() would for names that are not known, and for metrics that no protocol which was asked for
// has settings for: for asking before codes are read.
void check_names(const ScoringOptions& options);

// Scores the evidence. A metric that was asked for by name and that no protocol can score is an Error; others are left
// out with the reason. With several seeds a score is their mean, from the mean low end to the mean high end of their
// intervals, with the standard deviation as `spread`; detail is the first seed's.
Scores compute_scores(Evidence& evidence, const ScoringOptions& options);

// One line on stderr for each reason, with the metrics that were left out for it.
void log_left_out(const std::vector<LeftOut>& left_out);

}  // namespace teasel

// The interface of metrics: what a metric states about itself, reads and returns.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "teasel/core/codes.hpp"
#include "teasel/core/registry.hpp"

namespace teasel {

// What a metric needs; where it is missing the engine refuses with the reason, and the metric is not called.
struct Needs {
  bool factors = true, spread = false, kl = false, distortion = false, full_grid = false;
  int runs = 1;
  std::vector<std::string> interventions = {};
};

// What the contract tests hold a metric to, under its default options, on the factor grid of dSprites: codes that are
// the factors themselves reach `perfect_at_least` (at most, where lower is better), independent Gaussian noise stays at
// or below `noise_at_most` (at least, where lower is better).
struct Expected {
  enum class Better { higher, lower, neither } better = Better::higher;
  double low = 0, high = 1;  // what values may be; the engine cuts intervals to it
  double perfect = 1, noise = 0.5;
  // What may be done to latents one by one without changing the score (but for what is drawn at random): another order,
  // another sign, another unit (by a positive number), another zero, any rising map.
  struct Unchanged {
    bool order = false, sign = false, scale = false, shift = false, monotone = false;
  } unchanged = {};
  // Outputs whose range is another than low .. high.
  struct Range {
    double low = 0, high = 1;
  };
  std::map<std::string, Range> ranges = {};

  // Of the output of this name.
  Range range_of(const std::string& output) const {
    const auto own = ranges.find(output);
    return own == ranges.end() ? Range{low, high} : own->second;
  }
};

// Rows to train on and rows to test on, in the order of the table: the first `train`, and the `test` that follow.
struct Split {
  int64_t train = 0, test = 0;
};

// What metrics read: made by `explore`, cached in the run folder.
class Evidence {
 public:
  virtual ~Evidence() = default;
  virtual const CodeTable& table() = 0;
  virtual const Codes& codes() = 0;
  // Judged edits by name; Error where there are none.
  virtual const Interventions& interventions(std::string_view name);
  // The tables of several runs (UDR, ModelCentrality).
  virtual std::vector<const CodeTable*> runs();
  // Rows that the user fixed: nothing is drawn at random then, and metrics that do not train read the rows to train on.
  virtual std::optional<Split> split() const { return {}; }
};

// Codes as one table: the blocks with a location side by side, one row per item.
CodeTable pool(const Codes& codes);

// Evidence from codes, which must outlive it; they are pooled when a metric asks for the table.
class CodesEvidence : public Evidence {
 public:
  explicit CodesEvidence(const Codes& codes) : codes_(codes) {}
  const CodeTable& table() override { return table_ ? *table_ : table_.emplace(pool(codes_)); }
  const Codes& codes() override { return codes_; }

 private:
  const Codes& codes_;
  std::optional<CodeTable> table_;
};

// Evidence that is a table made elsewhere (`teasel score`, tests).
class TableEvidence : public Evidence {
 public:
  explicit TableEvidence(CodeTable table);
  // With the codes it was pooled from (distortion, KL).
  TableEvidence(CodeTable table, Codes codes);
  // With rows to train and to test on. Error where the table has fewer, or where a part has none.
  TableEvidence(CodeTable table, Split split);
  const CodeTable& table() override { return table_; }
  const Codes& codes() override { return codes_; }
  std::optional<Split> split() const override { return split_; }

 private:
  CodeTable table_;
  Codes codes_;
  std::optional<Split> split_;
};

// A metric. Its options are what a protocol fixes: sample counts, bins, thresholds, classifiers.
class Metric {
 public:
  static constexpr const char* kind = "metric";
  struct Setup {};
  virtual ~Metric() = default;
  virtual Expected expected() const = 0;
  virtual Needs needs() const = 0;
  // Whether it takes seconds rather than a blink, as where predictors are trained: reports do not ask for it by
  // themselves, and without a protocol it is computed under our own alone.
  virtual bool slow() const { return false; }
  // Fills outputs, detail and samples; the engine fills the rest. The same seed gives the same score.
  virtual Score compute(Evidence& evidence, uint64_t seed) const = 0;
};

// What a protocol makes of codes before any metric reads them: the table [evidence] of its file.
struct EvidenceOptions {
  std::string representation = "mean";
  std::vector<std::string> without = {};
  int64_t components = 0;

  void describe(Fields& f);
};

// A protocol: a data file that fixes options of metrics, with its source. TOML: name, summary, source, perhaps aliases
// (other names it goes by) and [evidence], and a table per metric.
struct Protocol {
  std::string name, summary, source;
  Value metrics;  // metric name -> table of options
  std::vector<std::string> aliases = {};
  EvidenceOptions evidence = {};
  // The metrics it has settings for.
  std::vector<std::string> metric_names() const;
};

std::vector<std::string> protocol_names();
// A built-in protocol by its name or an alias, or a user's file (ends in .toml). Error otherwise.
Protocol load_protocol(const std::string& name_or_file);

// Computes one metric under a protocol (metrics that it does not name run on their defaults); intervals end where the
// metric's range does. Error with the reason where the evidence lacks what the metric needs.
Score score(const std::string& metric, Evidence& evidence, const Protocol& protocol, uint64_t seed);

}  // namespace teasel

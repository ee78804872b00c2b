// Votes of latents for factors, and the majority rule that they are read by (Kim and Mnih 2018).
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "teasel/metrics/sampling.hpp"

namespace teasel {

// The items that a rule is made from and those that judge it: the same, unless the evidence is split. With
// `factor_bins` > 0 the classes of every factor are so many bins of equal width, as factor_classes cuts them; the value
// of an item that is alone in its bin counts as not known, since one item has no variance. Keeps a reference to the
// evidence's table.
class VotingItems {
 public:
  explicit VotingItems(Evidence& evidence, int64_t factor_bins = 0);
  const CodeTable& rule() const { return rule_ ? *rule_ : all_; }
  const CodeTable& judges() const { return judges_ ? *judges_ : rule(); }

 private:
  const CodeTable& all_;
  std::optional<CodeTable> rule_, judges_;
};

// How often each latent was named for each factor.
struct Votes {
  int64_t latents = 0, factors = 0;
  std::vector<int64_t> count;  // [latents, factors]

  Votes(int64_t latents, int64_t factors) : latents(latents), factors(factors), count(latents * factors) {}
  void add(int64_t latent, int64_t factor) { ++count[latent * factors + factor]; }
  int64_t at(int64_t latent, int64_t factor) const { return count[latent * factors + factor]; }
};

// Each latent stands for the factor that it was named for most often among `candidates` (the first of equals, and the
// first of all where it was never named, as the argmax of zeros in disentanglement_lib): [latents].
std::vector<int64_t> majority(const Votes& votes, std::span<const int64_t> candidates);

// How many of some votes a rule explains, by factor.
struct Judgement {
  std::vector<int64_t> right, cast;  // [factors]
};
Judgement judge(const Votes& votes, std::span<const int64_t> rule);

// The votes behind a score.
struct Election {
  Votes rule, judged;
  std::vector<int64_t> factors;  // the candidates
  bool judged_again = true;      // false: the votes that the rule was made from judge it
  bool balanced = false;         // every factor has its fixed number of votes
};

// The share of judged votes that the rule explains, with its interval of 95 %: Wilson's, and, where votes are balanced,
// by the variance that is left within factors; both widened by what the choice of the rule adds to the variance. That
// is told by cuts of all votes into halves and quarters, each with a rule of its own (extrapolated_variance).
Score::Output accuracy_output(std::string name, const Election& election, const Stream& stream);

// The same where chance is 0: (accuracy - 1 / #factors) / (1 - 1 / #factors). Of a single factor it is the accuracy.
Score::Output above_chance(Score::Output accuracy, size_t factors);

// detail: votes [latents, factors] (of the rule), majority [latents] (factor number; -1: never named), judged [factors]
// (how many votes on each factor the score rests on), accuracy_by_factor [factors] (the share of these that the rule
// explains; 0 for factors without a vote).
void put_votes(Score& score, const Votes& votes, std::span<const int64_t> rule, const Judgement& judgement);

}  // namespace teasel

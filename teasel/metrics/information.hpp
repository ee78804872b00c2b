// Mutual information of latents and factors from histograms, as many metrics read it.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "teasel/metrics/matrix.hpp"
#include "teasel/stats/entropy.hpp"

namespace teasel {

// How latents and factors become classes, and how information is estimated from their counts.
struct InformationOptions {
  int64_t bins = 20, factor_bins = 0;
  std::string estimator = "both";

  void describe(Fields& f);
  // The same as a table of options, for a component that reads them.
  Value value() const;
  // "both" asks for a score from plug-in estimates, as publications have it, and for a corrected one beside it: whether
  // it does, the options of the first and those of the second.
  bool both() const { return estimator == "both"; }
  InformationOptions published() const { return with(both() ? "plug_in" : estimator); }
  InformationOptions corrected() const { return with("auto"); }
  // The estimator for these items: where every item of a full grid is counted, shares are what they are, and there is
  // no bias to correct.
  EntropyEstimator estimator_for(const CodeTable& table) const;

 private:
  InformationOptions with(std::string other) const { return {bins, factor_bins, std::move(other)}; }
};

// Of a metric on so many items.
struct SampledInformationOptions : InformationOptions {
  int64_t samples = 0;

  void describe(Fields& f);
};

// Of a metric on information that is a share of an entropy.
struct NormalisedInformationOptions : InformationOptions {
  std::string normalise = "factor";
  int64_t samples = 0;

  void describe(Fields& f);
  // Of the matrix `mutual_information`, whose entries are shares only where latents' entropies divide them: those of
  // factors are left to the aggregation.
  Value matrix_options() const;
};

// A factor as classes: the items whose value is known, and their class numbers.
struct FactorClasses {
  int64_t factor = 0, classes = 0;
  bool all = true;            // every item's value is known
  std::vector<int64_t> rows;  // the items that are, where not all
  std::vector<int32_t> labels;
};

// The factors that metrics on classes score: those of scored_factors as they are, or, with `factor_bins` > 0, all that
// vary and are no nuisances (continuous ones too), each cut into so many bins of equal width over its own range.
std::vector<FactorClasses> factor_classes(const CodeTable& table, int64_t factor_bins);

// The latent's codes of the items whose value of the factor is known, cut into bins of equal width over their range.
// `codes`: the latent's column.
std::vector<int32_t> binned_codes(const std::vector<double>& codes, const FactorClasses& factor, int64_t bins);

// I(z_j; v_k) of every latent and factor, nats, and the entropies of factors by the same estimator.
ScoreMatrix information_matrix(const CodeTable& table, const InformationOptions& options);
// H(z_j, v_k) of every latent and factor, nats; 0 in columns that were left out.
std::vector<double> joint_entropies(const CodeTable& table, const InformationOptions& options);
// H(z_j) of every latent in its bins, over all items (nats).
std::vector<double> latent_entropies(const CodeTable& table, const InformationOptions& options);
// I(z_i; z_j) of every two latents in their bins, over all items: [latents, latents], nats.
std::vector<double> latent_information(const CodeTable& table, const InformationOptions& options);

}  // namespace teasel

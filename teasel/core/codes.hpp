// Codes: what a model makes of a data set, as plain arrays. Made once per checkpoint; metrics read nothing else.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "teasel/core/item.hpp"
#include "teasel/core/latents.hpp"

namespace teasel {

struct Codes {
  struct Block {
    LatentBlock about;
    std::vector<float> location;  // [N, n] or [N, T, n]; means, or class probabilities
    std::vector<float> spread;    // standard deviations, same shape; empty for point and categorical laws
  };
  int64_t samples = 0, frames = 1;
  std::vector<Block> blocks;
  std::vector<FactorSpec> factor_specs;
  bool full_grid = false;
  std::vector<float> factors;  // [N, K], or [N, T, K] when a factor is dynamic: class number, or value if continuous
  std::vector<int64_t> distortion_of;  // the items whose reconstruction was measured
  std::vector<float> distortion;       // their negative log-likelihood at the posterior mean, nats per item
  std::vector<float> kl;               // [N, n]: KL divergence of every latent of the blocks with a prior, nats
  std::vector<int32_t> group;          // for a basis of the batch: the batch of each item
  std::vector<int32_t> unit;           // columns that only move together; empty: all alone
};

// Codes as one table [N, D] with one row of factors [N, K] each, for metrics on vectors.
struct CodeTable {
  int64_t n = 0, d = 0, k = 0;
  std::vector<double> z;            // [N, D] locations
  std::vector<float> spread;        // [N, D] standard deviations, or empty
  std::vector<float> kl;            // [N, D] nats, or empty
  std::vector<double> y;            // [N, K] factors: class number, or value if continuous; NaN: not known
  std::vector<FactorSpec> factors;  // K of them
  bool full_grid = false;
  bool sampled = false;       // z are means, and a code is drawn from N(z, spread^2) whenever a row is taken
  std::vector<int32_t> unit;  // [D] the vector-valued unit that a column belongs to, from 0; empty: each one alone
};

// Judged results of edits: what a judge saw after some latents were kept and the others came from a donor.
struct Interventions {
  std::vector<std::string> kept, factors;
  std::vector<int> classes;
  std::vector<int32_t> predicted;      // [kept, factor, item]
  std::vector<int32_t> source, donor;  // [factor, item]
  std::vector<float> judge_accuracy;   // [factor]
};

// A metric's answer: named outputs with intervals, and what they rest on.
struct Score {
  struct Output {
    std::string name;  // "factor_vae_score", "dci.completeness"
    double value = 0, low = 0,
           high = 0;    // low..high: an interval of 95 %, or the value itself where there is no chance in it
    double spread = 0;  // the standard deviation over seeds of the metric, where it was computed with several
  };
  std::string metric;
  std::vector<Output> outputs;
  std::map<std::string, std::vector<double>> detail;  // matrices row-major, per-factor values, ...
  int64_t samples = 0;
  std::string protocol, hash;           // the protocol's name and the hash of the options it set
  std::string representation = "mean";  // what stood for an item: the mean of its posterior, or a draw ("sampled")
};

}  // namespace teasel

// Matrices of latents and factors, and what is read off them: kept apart, so that any pair makes a score.
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "teasel/core/registry.hpp"
#include "teasel/metrics/sampling.hpp"

namespace teasel {

// How much each latent has to do with each factor; all numbers are at least 0.
struct ScoreMatrix {
  int64_t latents = 0, factors = 0;
  std::vector<double> values;          // [latents, factors]; columns that were left out are 0
  std::vector<int64_t> used;           // the factors that have a column
  std::vector<double> entropy;         // [factors] of the factor's values among the items to train on, nats
  std::vector<double> accuracy;        // [factors] on the items to test on; empty where nothing was trained
  std::vector<double> accuracy_train;  // [factors]; likewise

  double at(int64_t latent, int64_t factor) const { return values[latent * factors + factor]; }
  // The entries of a factor for all latents, and of a latent for the factors that are used, in their order.
  std::vector<double> column(int64_t factor) const;
  std::vector<double> row(int64_t latent) const;
};

// The two greatest of some values that are at least 0 (0 where there are fewer).
struct TopTwo {
  double first = 0, second = 0;
};
TopTwo top_two(std::span<const double> values);
// By how much the two greatest entries of each factor differ: [factors]; 0 for those that were left out.
std::vector<double> top_gaps(const ScoreMatrix& matrix);
// The mean over the factors that are used of a number for each of all factors.
double mean_over_factors(const ScoreMatrix& matrix, std::span<const double> by_factor);
// What a metric's detail holds of its matrix: the values under `name`, `entropy` and `factors_used`.
void put_matrix(Score& score, const std::string& name, const ScoreMatrix& matrix);

// Makes a matrix. One file each in metrics/matrices/.
class MatrixSource {
 public:
  static constexpr const char* kind = "matrix";
  struct Setup {};
  virtual ~MatrixSource() = default;
  // Whether the items to test on are read.
  virtual bool trains() const = 0;
  virtual ScoreMatrix compute(const TrainTest& tables, uint64_t seed) const = 0;
};

struct NamedValue {
  std::string name;  // "disentanglement"; empty: the aggregation has one number only
  double value = 0;
};

// Reads scores off a matrix. One file each in metrics/aggregations/.
class Aggregation {
 public:
  static constexpr const char* kind = "aggregation";
  struct Setup {};
  virtual ~Aggregation() = default;
  // The same names in the same order for every matrix. NaN where the matrix is too small for the number to be defined.
  virtual std::vector<NamedValue> aggregate(const ScoreMatrix& matrix) const = 0;
  // What the numbers are made of, by latent or by factor, for a metric's detail.
  using Parts = std::map<std::string, std::vector<double>>;
  virtual Parts parts(const ScoreMatrix&) const { return {}; }
};

// The same with one row for each vector-valued unit: the sum over its latents. `unit`: [latents], as in CodeTable;
// empty: the matrix itself.
ScoreMatrix by_unit(ScoreMatrix matrix, const std::vector<int32_t>& unit);

// An empty matrix for these tables: factors as scored_factors gives them, with their entropies.
ScoreMatrix empty_matrix(const CodeTable& table);

}  // namespace teasel

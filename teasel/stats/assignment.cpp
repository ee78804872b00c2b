#include "teasel/stats/assignment.hpp"

#include <algorithm>
#include <limits>

namespace teasel {
namespace {

constexpr int64_t nobody = -1;

// Rows are matched one after the other; potentials keep reduced costs at or above zero, so that each new row finds its
// place along a shortest path. rows <= columns. Column `columns` is where a path starts.
class Matching {
 public:
  Matching(std::span<const double> cost, int64_t rows, int64_t columns)
      : cost_(cost), columns_(columns), of_row_(rows), of_column_(columns + 1), holder_(columns + 1, nobody) {}

  std::vector<int64_t> run() {
    const auto rows = static_cast<int64_t>(of_row_.size());
    for (int64_t row = 0; row < rows; ++row) place(row);
    std::vector<int64_t> out(rows, nobody);
    for (int64_t c = 0; c < columns_; ++c)
      if (holder_[c] != nobody) out[holder_[c]] = c;
    return out;
  }

 private:
  void place(int64_t row) {
    std::vector<double> distance(columns_, std::numeric_limits<double>::infinity());
    std::vector<int64_t> before(columns_, columns_);
    std::vector<char> done(columns_ + 1);
    holder_[columns_] = row;
    int64_t at = columns_;
    do {
      done[at] = 1;
      const int64_t next = step(at, distance, before, done);
      shift(distance[next], distance, done);
      at = next;
    } while (holder_[at] != nobody);
    while (at != columns_) {
      holder_[at] = holder_[before[at]];
      at = before[at];
    }
  }

  // The nearest column that is not done, after those reachable from column `at` were looked at.
  int64_t step(int64_t at, std::vector<double>& distance, std::vector<int64_t>& before,
               const std::vector<char>& done) const {
    const int64_t row = holder_[at];
    int64_t nearest = nobody;
    for (int64_t c = 0; c < columns_; ++c) {
      if (done[c]) continue;
      const double reduced = cost_[row * columns_ + c] - of_row_[row] - of_column_[c];
      if (reduced < distance[c]) distance[c] = reduced, before[c] = at;
      if (nearest == nobody || distance[c] < distance[nearest]) nearest = c;
    }
    return nearest;
  }

  void shift(double by, std::vector<double>& distance, const std::vector<char>& done) {
    for (int64_t c = 0; c <= columns_; ++c) {
      if (done[c]) {
        of_row_[holder_[c]] += by;
        of_column_[c] -= by;
      } else {
        distance[c] -= by;
      }
    }
  }

  std::span<const double> cost_;
  int64_t columns_;
  std::vector<double> of_row_, of_column_;  // potentials
  std::vector<int64_t> holder_;             // the row that holds a column
};

}  // namespace

std::vector<int64_t> least_cost_assignment(std::span<const double> cost, int64_t rows, int64_t columns) {
  if (rows <= columns) return Matching(cost, rows, columns).run();
  std::vector<double> turned(cost.size());
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c) turned[c * rows + r] = cost[r * columns + c];
  const auto row_of = Matching(turned, columns, rows).run();
  std::vector<int64_t> out(rows, nobody);
  for (int64_t c = 0; c < columns; ++c) out[row_of[c]] = c;
  return out;
}

std::vector<int64_t> greatest_weight_assignment(std::span<const double> weight, int64_t rows, int64_t columns) {
  std::vector<double> cost(weight.begin(), weight.end());
  for (auto& entry : cost) entry = -entry;
  return least_cost_assignment(cost, rows, columns);
}

}  // namespace teasel

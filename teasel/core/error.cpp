#include "teasel/core/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace teasel {
namespace {

// Edit distance with insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

std::string nearest(std::string_view word, std::span<const std::string> known) {
  std::string best;
  size_t best_distance = std::max<size_t>(1, word.size() / 3) + 1;
  for (const auto& candidate : known) {
    size_t distance = edit_distance(word, candidate);
    // "steps" for "step", "factor_vae_score" for "factor_vae": a word that was cut short counts as one slip.
    if (word.size() >= 3 && candidate.starts_with(word)) distance = std::min<size_t>(distance, 1);
    if (distance < best_distance) best_distance = distance, best = candidate;
  }
  return best;
}

std::string hint_for_unknown(std::string_view word, std::span<const std::string> known) {
  std::string hint;
  if (auto near = nearest(word, known); !near.empty()) hint = "Did you mean '" + near + "'? ";
  if (known.empty()) return hint + "None is known.";
  hint += "Known: ";
  for (size_t i = 0; i < known.size(); ++i) hint += (i ? ", " : "") + known[i];
  return hint + ".";
}

void throw_unknown_name(std::string_view kind, std::string_view name, std::span<const std::string> known) {
  throw Error(fmt::format("unknown {} '{}'", kind, name), hint_for_unknown(name, known));
}

void throw_name_clash(std::string_view kind, std::string_view name, std::string_view file, std::string_view other) {
  throw Error(fmt::format("two files register the {} '{}': {} and {}", kind, name, file, other));
}

}  // namespace teasel

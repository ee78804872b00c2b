// Scores on one self-contained page.
#pragma once
#include <string>
#include <vector>

#include "teasel/study/score_output.hpp"

namespace teasel {

struct ScorePage {
  std::string title;
  std::vector<ScoredCodes> scored;
  std::vector<std::string> remarks;
};

// Scores as bars with their intervals and as a table; every matrix, and every list of numbers by factor or by latent,
// of their detail; what was left out and why. What an entry of detail is, a metric's head comment says (about.hpp);
// where it does not, the number of its numbers.
std::string score_page(const ScorePage& page);

}  // namespace teasel

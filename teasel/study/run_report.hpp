// The report of one run, or of several side by side: one self-contained page.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "teasel/study/evaluate.hpp"
#include "teasel/study/tiles.hpp"

namespace teasel {

struct ReportOptions {
  std::filesystem::path out;  // the page; empty: report.html in the first run's folder, or report_best.html and so on
  std::string title, introduction;
  Colours colours = Colours::grey;
  std::string weights = "last";  // of every run: one of weight_names
};

// Encodes and scores each run where that has not been done for its checkpoint, draws its pictures into images/,
// and writes the page. Returns its path.
std::filesystem::path write_report(const std::vector<std::filesystem::path>& runs, const ReportOptions& options = {});

// Which latent follows which factor: one line per factor with its best latent and Spearman's correlation.
struct Following {
  std::string factor, latent;
  double correlation = 0;
  bool ordered = true;  // false: categorical or cyclic, where a rank correlation means little
};
std::vector<Following> followings(const LoadedRun& run, const std::vector<Score>& scores);

}  // namespace teasel

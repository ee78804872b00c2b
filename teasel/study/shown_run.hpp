// A run as a report shows it, and the parts of the page that are about one run.
#pragma once
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "teasel/report/page.hpp"
#include "teasel/study/pictures.hpp"
#include "teasel/study/run_report.hpp"

namespace teasel {

// Everything that the page says of a run; its codes are not kept, so that many runs fit into memory.
struct ShownRun {
  LoadedRun run;
  std::vector<Score> scores;
  Value info;  // run.json
  std::vector<Following> followings;
  std::vector<double> kl;              // mean of every latent of latent_names(), nats
  std::vector<LatentMoments> moments;  // of the same
  std::vector<RunPicture> pictures;    // also written to images/

  std::string name() const { return run.folder.name(); }
  std::string model() const { return run.config.resolved.text_at("model.name"); }
  // A number of run.json; NaN where there is none.
  double number(const char* path) const;
  std::string duration() const;  // of its training
};

// Encodes, scores and draws. `few`: only the pictures that a page of many runs has room for.
ShownRun look_at(const std::filesystem::path& run, const ReportOptions& options, bool few);

// The score of a metric; the first protocol's where there are several; nullptr where there is none.
const Score* find_score(const std::vector<Score>& scores, const std::string& metric);

// A table's entries with dotted keys and their values as text, in order.
std::vector<std::pair<std::string, std::string>> flattened(const Value& table);

// ---- parts of the page -------------------------------------------------------------------------------------------
Table following_table(const std::vector<Following>& list);
Table score_table(const std::vector<Score>& scores);
// Matrices of latents and factors, KL divergences, and how wide the posteriors are.
std::vector<Figure> latent_figures(const ShownRun& shown);
void add_pictures(Page& page, const ShownRun& shown);
// Curves of the terms; with `lists_only` of those that are one per latent. Also written to images/.
void add_curves(Page& page, const ShownRun& shown, bool lists_only);
// Steps, time and memory in a sentence.
std::string training_text(const ShownRun& shown);
// What happened in training; the configuration and the machine, folded away.
void add_settings(Page& page, const ShownRun& shown);

}  // namespace teasel

#include "teasel/study/run_report.hpp"

#include <fmt/format.h>

#include <map>

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/version.hpp"
#include "teasel/report/page.hpp"
#include "teasel/study/comparison.hpp"
#include "teasel/study/shown_run.hpp"

namespace teasel {
namespace fs = std::filesystem;
namespace {

constexpr size_t most_in_full = 4;  // runs with all their pictures: a page of more would be too large to send

void add_cards(Page& page, const ShownRun& shown) {
  page.card("model", shown.model(), shown.run.config.data->spec().name);
  page.card("steps", number_text(static_cast<double>(shown.run.step), 0), shown.duration());
  for (auto* metric : {"factor_vae_score", "mig", "reconstruction_error"}) {
    const Score* s = find_score(shown.scores, metric);
    for (auto& other : shown.scores)
      if (other.metric == metric && other.protocol == "teasel") s = &other;
    if (s) page.card(s->outputs.front().name, number_text(s->outputs.front().value, 3), s->protocol);
  }
}

// The whole page of one run.
void add_run(Page& page, const ShownRun& shown) {
  add_cards(page, shown);
  if (!shown.followings.empty()) {
    page.section("Which latent follows which factor", "Factors");
    page.table(following_table(shown.followings));
    page.figures(latent_figures(shown), 360);
  } else if (const auto figures = latent_figures(shown); !figures.empty()) {
    page.section("Latents");
    page.figures(figures, 360);
  }
  if (!shown.pictures.empty()) {
    page.section("Pictures");
    add_pictures(page, shown);
  }
  page.section("Scores");
  page.table(score_table(shown.scores));
  page.section("Training");
  page.paragraph(training_text(shown));
  add_curves(page, shown, false);
  add_settings(page, shown);
}

// A run's section on a page of several: the tables and curves of all stand before.
void add_run_of_many(Page& page, const ShownRun& shown) {
  page.section(shown.name());
  page.paragraph(
      fmt::format("`{}` on `{}`, {}", shown.model(), shown.run.config.data->spec().name, training_text(shown)));
  page.figures(latent_figures(shown), 360);
  add_pictures(page, shown);
  page.fold("All scores with intervals and hashes", [&](Page& inside) { inside.table(score_table(shown.scores)); });
  page.fold("Curves of every latent", [&](Page& inside) { add_curves(inside, shown, true); });
  add_settings(page, shown);
}

}  // namespace

std::vector<Following> followings(const LoadedRun& run, const std::vector<Score>& scores) {
  std::vector<Following> out;
  const Score* s = find_score(scores, "factor_correlation");
  if (!s) return out;
  std::map<int64_t, std::string> names;
  for (auto& name : latent_names(run.config.model->latents())) names[name.table] = name.text;
  const auto& factors = run.config.data->spec().factors;
  const auto &best = s->detail.at("best_latent"), &matrix = s->detail.at("spearman");
  for (size_t f = 0; f < factors.size(); ++f) {
    if (best[f] < 0) continue;
    const auto latent = static_cast<size_t>(best[f]);
    const bool ordered = factors[f].scale != FactorSpec::Scale::categorical && !factors[f].cyclic;
    out.push_back({factors[f].name, names[static_cast<int64_t>(latent)], matrix[latent * factors.size() + f], ordered});
  }
  return out;
}

fs::path write_report(const std::vector<fs::path>& paths, const ReportOptions& options) {
  if (paths.empty()) throw Error("no run to report on", "teasel report RUN");
  // Before the codes of the first are made.
  for (auto& path : paths) RunFolder::open(path);
  if (!options.out.empty()) check_place(options.out);
  const bool alone = paths.size() == 1;
  std::vector<ShownRun> runs;
  for (auto& path : paths) runs.push_back(look_at(path, options, paths.size() > most_in_full));
  const std::string title = !options.title.empty() ? options.title : alone ? runs[0].name() : "Runs compared";
  Page page(title, alone ? fmt::format("{} on {}", runs[0].model(), runs[0].run.config.data->spec().name) : "");
  if (!options.introduction.empty()) page.paragraph(options.introduction);
  if (options.weights != "last") page.note("Scores and pictures are of " + weights_text(options.weights) + ".");
  if (alone) {
    add_run(page, runs[0]);
  } else {
    add_comparison(page, runs, options.colours);
    for (auto& shown : runs) add_run_of_many(page, shown);
  }
  page.footer(fmt::format("teasel {} {}", version(), revision()));
  const fs::path file =
      options.out.empty() ? runs[0].run.folder.path() / (runs[0].run.named("report") + ".html") : options.out;
  write_file(file, page.html());
  return file;
}

}  // namespace teasel

#include "teasel/study/run_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/progress.hpp"
#include "teasel/core/version.hpp"
#include "teasel/explore/encode.hpp"
#include "teasel/report/page.hpp"
#include "teasel/study/curves.hpp"
#include "teasel/study/environment.hpp"
#include "teasel/study/pictures.hpp"
#include "teasel/study/run_record.hpp"

namespace teasel {
namespace fs = std::filesystem;
namespace {

// A run with everything that its part of the page shows.
struct Shown {
  LoadedRun run;
  Codes codes;
  std::vector<Score> scores;
  Value info;
};

Shown look_at(const fs::path& path) {
  LoadedRun run = load_run(path);
  Codes codes = codes_of(run);
  auto scores = all_scores(run, codes);
  Value info = run.folder.info();
  return {std::move(run), std::move(codes), std::move(scores), std::move(info)};
}

double info_number(const Shown& shown, const char* path) {
  double out = std::nan("");
  if (const Value* found = shown.info.find(path)) found->number(out);
  return out;
}

std::string model_name(const Shown& shown) { return shown.run.config.resolved.text_at("model.name"); }

const Score* find_score(const std::vector<Score>& scores, const std::string& metric) {
  for (auto& s : scores)
    if (s.metric == metric) return &s;
  return nullptr;
}

std::string interval_note(const Score::Output& o) {
  if (!(o.high > o.low)) return "";
  return number_text(o.low, 3) + " to " + number_text(o.high, 3);
}

// ---- tables -------------------------------------------------------------------------------------------------------

Table score_table(const std::vector<Score>& scores) {
  Table table;
  table.caption = "Scores of all codes. The hash names the protocol's exact settings; intervals are of 95 %.";
  table.columns = {{"score"}, {"value"}, {"interval"}, {"protocol"}, {"hash"}, {"items"}};
  for (auto& s : scores)
    for (auto& o : s.outputs)
      table.rows.push_back({o.name, Cell(o.value, 3), interval_note(o), s.protocol, s.hash.substr(0, 8),
                            Cell(static_cast<double>(s.samples), 0)});
  return table;
}

Table following_table(const std::vector<Following>& list) {
  Table table;
  table.caption = "For each factor the latent whose mean has the greatest rank correlation (Spearman) with it.";
  table.columns = {{"factor"}, {"latent"}, {"Spearman"}, {"note"}};
  for (auto& f : list)
    table.rows.push_back({f.factor, f.latent, Cell(f.correlation, 3),
                          f.ordered ? "" : "not an ordered factor: a rank correlation means little"});
  return table;
}

// One row of the comparison: what is compared, and which end of the scale is better.
struct Compared {
  std::string title, metric, protocol, output;
  Expected::Better better;
};

std::vector<Compared> compared_scores(const std::vector<Score>& scores) {
  std::vector<Compared> rows;
  for (auto& s : scores) {
    if (std::ranges::count(Registry<Metric>::get().names(), s.metric) == 0)
      continue;  // of a plug-in that is not loaded
    const auto better = Registry<Metric>::get().make(s.metric, Value(), {})->expected().better;
    const bool several = std::ranges::count_if(scores, [&](auto& other) { return other.metric == s.metric; }) > 1;
    for (auto& o : s.outputs) {
      // What a lower metric reports besides itself (the KL divergence beside the reconstruction error) is not better
      // for being low.
      const auto direction =
          o.name == s.metric || better == Expected::Better::higher ? better : Expected::Better::neither;
      rows.push_back({several ? o.name + ", " + s.protocol : o.name, s.metric, s.protocol, o.name, direction});
    }
  }
  return rows;
}

double value_of(const Shown& shown, const Compared& row) {
  for (auto& s : shown.scores)
    if (s.metric == row.metric && s.protocol == row.protocol)
      for (auto& o : s.outputs)
        if (o.name == row.output) return o.value;
  return std::nan("");
}

// The run with the best value of a row; none where nothing is better, or all are equal.
std::optional<size_t> best_run(const std::vector<double>& values, Expected::Better better) {
  std::optional<size_t> best;
  if (better == Expected::Better::neither) return best;
  for (size_t r = 0; r < values.size(); ++r)
    if (std::isfinite(values[r]) &&
        (!best || (better == Expected::Better::higher ? values[r] > values[*best] : values[r] < values[*best])))
      best = r;
  const bool all_equal = best && std::ranges::all_of(values, [&](double v) { return v == values[*best]; });
  return all_equal ? std::nullopt : best;
}

Table comparison_table(const std::vector<Shown>& runs) {
  Table table;
  table.caption = "The runs side by side.";
  table.columns = {{""}};
  std::vector<Cell> models{"model"}, steps{"steps"}, minutes{"minutes of training"};
  for (auto& shown : runs) {
    table.columns.push_back({shown.run.folder.name(), Column::Align::right});
    models.emplace_back(model_name(shown));
    steps.emplace_back(static_cast<double>(shown.run.step), 0);
    minutes.emplace_back(info_number(shown, "training.seconds") / 60, 1);
  }
  table.columns.push_back({"better"});
  table.rows = {models, steps, minutes};
  for (auto& compared : compared_scores(runs.front().scores)) {
    std::vector<double> values;
    for (auto& shown : runs) values.push_back(value_of(shown, compared));
    std::vector<Cell> row{compared.title};
    for (double v : values) row.emplace_back(v, 3);
    if (const auto best = best_run(values, compared.better)) row.emplace_back(runs[*best].run.folder.name());
    table.rows.push_back(std::move(row));
  }
  return table;
}

// ---- figures ------------------------------------------------------------------------------------------------------

std::vector<std::string> latent_texts(const Shown& shown) {
  std::vector<std::string> out;
  for (auto& name : latent_names(shown.run.config.model->latents())) out.push_back(name.text);
  return out;
}

std::vector<std::string> factor_texts(const Shown& shown) {
  std::vector<std::string> out;
  for (auto& factor : shown.run.config.data->spec().factors) out.push_back(factor.name);
  return out;
}

void add_matrix(const Shown& shown, const char* metric, const char* detail, const char* caption,
                std::vector<Figure>& figures) {
  const Score* s = find_score(shown.scores, metric);
  if (!s || !s->detail.contains(detail)) return;
  HeatMap map{.title = caption,
              .row_title = "latent",
              .column_title = "factor",
              .rows = latent_texts(shown),
              .columns = factor_texts(shown)};
  map.values = s->detail.at(detail);
  map.mark_columns = true;
  if (map.values.size() == map.rows.size() * map.columns.size()) figures.push_back({heat_map(map), caption});
}

Figure kl_figure(const Shown& shown) {
  const auto kl = mean_kl(shown.run.config.model->latents(), shown.codes);
  const auto names = latent_texts(shown);
  BarChart chart{.title = "KL divergence of every latent", .value_label = "mean KL divergence (nats)"};
  chart.decimals = 2;
  for (size_t latent : by_falling_kl(kl)) chart.bars.push_back({names[latent], kl[latent]});
  return {bar_chart(chart), "What each latent tells of an item, on average."};
}

void add_pictures(Page& page, const Shown& shown) {
  const auto pictures = all_pictures(shown.run, shown.codes);
  write_pictures(shown.run.folder, pictures);
  for (auto& picture : pictures) page.figure({.content = picture.grid, .caption = picture.caption});
}

void add_curves(Page& page, const Shown& shown) {
  std::vector<Figure> figures;
  for (auto& [stem, chart] : training_curves(shown.run.folder.metrics())) {
    const std::string svg = line_chart(chart);
    write_file(shown.run.folder.images() / (stem + ".svg"), svg);
    figures.push_back({svg, chart.y_label});
  }
  page.figures(figures, 380);
}

// ---- parts of the page --------------------------------------------------------------------------------------------

void add_run(Page& page, const Shown& shown, bool alone) {
  const std::string name = shown.run.folder.name();
  page.section(alone ? "Which latent follows which factor" : name + ": which latent follows which factor",
               alone ? "Factors" : name);
  page.table(following_table(followings(shown.run, shown.scores)));
  std::vector<Figure> matrices;
  add_matrix(shown, "factor_correlation", "spearman", "Spearman's correlation of latents and factors.", matrices);
  add_matrix(shown, "mig", "mutual_information", "Mutual information of latents and factors (nats).", matrices);
  matrices.push_back(kl_figure(shown));
  page.figures(matrices, 360);
  page.section(alone ? "Scores" : name + ": scores", alone ? "" : "scores");
  page.table(score_table(shown.scores));
  page.section(alone ? "Pictures" : name + ": pictures", alone ? "" : "pictures");
  add_pictures(page, shown);
  page.section(alone ? "Training" : name + ": training", alone ? "" : "training");
  page.paragraph(fmt::format("{} steps in {} ({} ms a step), at most {} MiB of memory.",
                             number_text(static_cast<double>(shown.run.step), 0),
                             duration_text(info_number(shown, "training.seconds")),
                             number_text(info_number(shown, "training.milliseconds_per_step"), 1),
                             number_text(info_number(shown, "training.peak_memory_mib"), 0)));
  for (auto& note : training_notes(shown.info)) page.paragraph(note);
  add_curves(page, shown);
  page.fold("Configuration", [&](Page& inside) { inside.code(read_file(shown.run.folder.config())); });
  if (const Value* environment = shown.info.find("environment"))
    page.fold("Environment", [&](Page& inside) { inside.table(environment_table(*environment)); });
}

void add_cards(Page& page, const Shown& shown) {
  page.card("model", model_name(shown), shown.run.config.data->spec().name);
  page.card("steps", number_text(static_cast<double>(shown.run.step), 0),
            duration_text(info_number(shown, "training.seconds")));
  for (auto& s : shown.scores)
    if (s.metric == "factor_vae_score" || s.metric == "mig" || s.metric == "reconstruction_error")
      page.card(s.outputs.front().name, number_text(s.outputs.front().value, 3), s.protocol);
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
  std::vector<Shown> runs;
  for (auto& path : paths) runs.push_back(look_at(path));
  const bool alone = runs.size() == 1;
  Page page(!options.title.empty() ? options.title
            : alone                ? runs[0].run.folder.name()
                                   : "Runs compared",
            alone ? fmt::format("{} on {}", model_name(runs[0]), runs[0].run.config.data->spec().name) : "");
  if (!options.introduction.empty()) page.paragraph(options.introduction);
  if (alone) {
    add_cards(page, runs[0]);
  } else {
    page.section("Comparison");
    page.table(comparison_table(runs));
  }
  for (auto& shown : runs) add_run(page, shown, alone);
  page.footer(fmt::format("teasel {} {}", version(), revision()));
  const fs::path file = options.out.empty() ? runs[0].run.folder.report() : options.out;
  write_file(file, page.html());
  return file;
}

}  // namespace teasel

#include "teasel/study/shown_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "teasel/core/file.hpp"
#include "teasel/core/progress.hpp"
#include "teasel/report/plot.hpp"
#include "teasel/study/curves.hpp"
#include "teasel/study/environment.hpp"
#include "teasel/study/run_record.hpp"
#include "teasel/study/telescope.hpp"

namespace teasel {
namespace fs = std::filesystem;

double ShownRun::number(const char* path) const { return info.number_at(path, std::nan("")); }

std::string ShownRun::duration() const {
  const double seconds = number("training.seconds");
  return std::isnan(seconds) ? "" : duration_text(seconds);
}

ShownRun look_at(const fs::path& path, const ReportOptions& options, bool few) {
  ShownRun shown{.run = load_run(path, options.weights),
                 .scores = {},
                 .info = {},
                 .followings = {},
                 .kl = {},
                 .moments = {},
                 .pictures = {}};
  const LoadedRun& run = shown.run;
  const Codes codes = codes_of(run);
  shown.scores = all_scores(run, codes);
  shown.info = run.folder.info();
  shown.followings = followings(run, shown.scores);
  shown.kl = mean_kl(run.config.model->latents(), codes);
  shown.moments = latent_moments(run.config.model->latents(), pool(codes));
  shown.pictures = all_pictures(run, codes, {.colours = options.colours});
  write_pictures(run, shown.pictures);
  if (few)
    std::erase_if(shown.pictures, [](auto& p) { return p.stem != "traversal_prior" && p.stem != "reconstructions"; });
  return shown;
}

const Score* find_score(const std::vector<Score>& scores, const std::string& metric) {
  const auto found = std::ranges::find(scores, metric, &Score::metric);
  return found == scores.end() ? nullptr : &*found;
}

namespace {

std::string text_of(const Value& value) {
  double number = 0;
  if (auto* text = value.as<std::string>()) return *text;
  if (value.as<double>() && value.number(number)) return fmt::format("{:.6g}", number);
  return to_json(value);
}

void flatten(const Value& value, const std::string& key, std::vector<std::pair<std::string, std::string>>& out) {
  const auto* table = value.as<Value::Table>();
  if (!table) return out.emplace_back(key, text_of(value)), void();
  for (auto& [name, entry] : *table) flatten(entry, key.empty() ? name : key + "." + name, out);
}

std::vector<std::string> latent_texts(const ShownRun& shown) {
  std::vector<std::string> out;
  for (auto& name : latent_names(shown.run.config.model->latents())) out.push_back(name.text);
  return out;
}

std::string interval_note(const Score::Output& o) {
  return o.high > o.low ? number_text(o.low, 3) + "\u00a0to\u00a0" + number_text(o.high, 3) : "";
}

}  // namespace

std::vector<std::pair<std::string, std::string>> flattened(const Value& table) {
  std::vector<std::pair<std::string, std::string>> out;
  flatten(table, "", out);
  return out;
}

Table following_table(const std::vector<Following>& list) {
  Table table;
  table.caption = "For each factor the latent whose mean has the greatest rank correlation (Spearman) with it.";
  table.columns = {{"factor"}, {"latent"}, {"Spearman"}, {"note"}};
  bool all_ordered = true;
  for (auto& f : list) {
    table.rows.push_back(
        {f.factor, f.latent, Cell(f.correlation, 3), f.ordered ? "" : "no order: a rank correlation means little"});
    all_ordered = all_ordered && f.ordered;
  }
  if (all_ordered) table.columns.pop_back();
  for (auto& row : table.rows) row.resize(table.columns.size());
  return table;
}

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

// ---- figures ------------------------------------------------------------------------------------------------------

namespace {

void add_matrix(const ShownRun& shown, const char* metric, const char* detail, const char* caption,
                std::vector<Figure>& figures) {
  const Score* s = find_score(shown.scores, metric);
  if (!s || !s->detail.contains(detail)) return;
  HeatMap map{.title = caption, .row_title = "latent", .column_title = "factor", .rows = latent_texts(shown)};
  for (auto& factor : shown.run.config.data->spec().factors) map.columns.push_back(factor.name);
  map.values = s->detail.at(detail);
  map.mark_columns = true;
  if (map.values.size() == map.rows.size() * map.columns.size()) figures.push_back({heat_map(map), caption});
}

Figure kl_figure(const ShownRun& shown) {
  const auto names = latent_texts(shown);
  BarChart chart{.title = "KL divergence of every latent", .value_label = "mean KL divergence (nats)"};
  chart.decimals = 2;
  for (size_t latent : by_falling_kl(shown.kl)) chart.bars.push_back({names[latent], shown.kl[latent]});
  return {bar_chart(chart), "What each latent tells of an item, on average."};
}

Figure width_figure(const ShownRun& shown) {
  ScatterChart chart{.title = "Means and widths of the posteriors",
                     .x_label = "variance of the posterior means",
                     .y_label = "mean posterior variance"};
  Series points;
  const auto names = latent_texts(shown);
  // The latents that tell most keep their names where names would lie over each other.
  for (size_t latent : by_falling_kl(shown.kl)) {
    points.x.push_back(shown.moments[latent].mean_variance);
    points.y.push_back(shown.moments[latent].posterior_variance);
    points.labels.push_back(names[latent]);
  }
  chart.series = {std::move(points)};
  return {
      scatter_chart(chart),
      "How far the means of each latent spread, and how wide its posteriors are. Idle latents lie at the upper left: "
      "their means stay put and their posteriors are the prior. What tells much lies at the lower right."};
}

Figure telescoping_figure(const ShownRun& shown, const Score& score) {
  const auto names = latent_names(shown.run.config.model->latents());
  std::string order;
  for (const double latent : score.detail.at("order")) {
    const auto name = std::ranges::find(names, static_cast<int64_t>(latent), &LatentName::table);
    if (name != names.end()) order += (order.empty() ? "" : ", ") + name->text;
  }
  return {
      line_chart(telescoping_chart(score)),
      "Latents taken one after the other, by falling KL divergence (" + order +
          "): what they tell of the item together, and what they share, which is how far that stays below the sum of "
          "what each tells alone."};
}

}  // namespace

std::vector<Figure> latent_figures(const ShownRun& shown) {
  std::vector<Figure> figures;
  add_matrix(shown, "factor_correlation", "spearman", "Spearman's correlation of latents and factors.", figures);
  add_matrix(shown, "mig", "mutual_information", "Mutual information of latents and factors (nats).", figures);
  if (std::ranges::any_of(shown.kl, [](double kl) { return !std::isnan(kl); })) figures.push_back(kl_figure(shown));
  if (std::ranges::any_of(shown.moments, [](auto& m) { return !std::isnan(m.posterior_variance); }))
    figures.push_back(width_figure(shown));
  if (const Score* score = find_score(shown.scores, "telescoping"))
    figures.push_back(telescoping_figure(shown, *score));
  return figures;
}

void add_pictures(Page& page, const ShownRun& shown) {
  for (auto& picture : shown.pictures) page.figure({.content = picture.grid, .caption = picture.caption});
}

void add_curves(Page& page, const ShownRun& shown, bool lists_only) {
  std::vector<Figure> figures;
  for (auto& [stem, chart] : training_curves(shown.run.folder.metrics())) {
    const std::string svg = line_chart(chart);
    write_file(shown.run.folder.images() / (stem + ".svg"), svg);
    if (!lists_only || chart.series.size() > 1) figures.push_back({svg, chart.y_label});
  }
  if (!figures.empty()) page.figures(figures, 380);
}

// ---- words --------------------------------------------------------------------------------------------------------

std::string training_text(const ShownRun& shown) {
  std::string text = number_text(static_cast<double>(shown.run.step), 0) + " steps";
  if (const std::string time = shown.duration(); !time.empty()) text += " in " + time;
  if (const double ms = shown.number("training.milliseconds_per_step"); !std::isnan(ms))
    text += " (" + number_text(ms, 1) + " ms a step)";
  if (const double memory = shown.number("training.peak_memory_mib"); !std::isnan(memory))
    text += ", at most " + number_text(memory, 0) + " MiB of memory";
  return text + ".";
}

void add_settings(Page& page, const ShownRun& shown) {
  for (auto& note : training_notes(shown.info)) page.note(note);
  page.fold("Configuration", [&](Page& inside) { inside.code(read_file(shown.run.folder.config())); });
  if (const Value* environment = shown.info.find("environment"); environment)
    page.fold("Environment", [&](Page& inside) { inside.table(environment_table(*environment)); });
}

}  // namespace teasel

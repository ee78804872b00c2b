#include "teasel/study/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "teasel/report/plot.hpp"
#include "teasel/study/curves.hpp"

namespace teasel {
namespace {

Table table_of_runs(const std::vector<ShownRun>& runs, std::string caption) {
  Table table{.caption = std::move(caption), .columns = {{""}}};
  for (auto& shown : runs) table.columns.push_back({shown.name(), Column::Align::right});
  return table;
}

}  // namespace

// ---- configuration ------------------------------------------------------------------------------------------------

Table difference_table(const std::vector<ShownRun>& runs) {
  Table table = table_of_runs(runs, "Where the configurations differ.");
  for (auto& column : table.columns) column.align = Column::Align::left;
  std::vector<std::string> keys;
  std::vector<std::map<std::string, std::string>> values;
  for (auto& shown : runs) {
    const auto flat = flattened(shown.run.config.resolved);
    values.emplace_back(flat.begin(), flat.end());
    for (auto& [key, value] : flat)
      if (std::ranges::count(keys, key) == 0) keys.push_back(key);
  }
  for (auto& key : keys) {
    std::vector<Cell> row{key};
    std::set<std::string> different;
    for (auto& run : values) {
      const auto found = run.find(key);
      row.emplace_back(found == run.end() ? "–" : found->second);
      different.insert(row.back().text);
    }
    if (different.size() > 1) table.rows.push_back(std::move(row));
  }
  return table;
}

// ---- scores -------------------------------------------------------------------------------------------------------

namespace {

// One row of the comparison: what is compared, and which end of the scale is better.
struct Compared {
  std::string metric, protocol, output;
  Expected::Better better;
  bool operator==(const Compared&) const = default;
};

Expected::Better direction_of(const std::string& metric, const std::string& output) {
  if (std::ranges::count(Registry<Metric>::get().names(), metric) == 0)  // of a plug-in that is not loaded
    return Expected::Better::neither;
  const auto better = Registry<Metric>::get().make(metric, Value(), {})->expected().better;
  // What a lower metric reports besides itself (the KL divergence beside the reconstruction error) is not better for
  // being low.
  return output == metric || better == Expected::Better::higher ? better : Expected::Better::neither;
}

std::vector<Compared> compared_scores(const std::vector<ShownRun>& runs) {
  std::vector<Compared> rows;
  for (auto& shown : runs)
    for (auto& s : shown.scores)
      for (auto& o : s.outputs) {
        Compared row{s.metric, s.protocol, o.name, direction_of(s.metric, o.name)};
        if (std::ranges::count(rows, row) == 0) rows.push_back(std::move(row));
      }
  return rows;
}

double value_of(const ShownRun& shown, const Compared& row) {
  for (auto& s : shown.scores)
    if (s.metric == row.metric && s.protocol == row.protocol)
      for (auto& o : s.outputs)
        if (o.name == row.output) return o.value;
  return std::nan("");
}

void mark_best(std::vector<Cell>& cells, Expected::Better better) {
  if (better == Expected::Better::neither) return;
  std::vector<double> values;
  for (auto& cell : cells)
    if (std::isfinite(cell.value)) values.push_back(cell.value);
  if (values.empty()) return;
  const auto [low, high] = std::ranges::minmax(values);
  if (low == high) return;
  for (auto& cell : cells) cell.marked = cell.value == (better == Expected::Better::higher ? high : low);
}

}  // namespace

Table comparison_table(const std::vector<ShownRun>& runs) {
  Table table = table_of_runs(
      runs,
      "The runs side by side; ↑ more is better, ↓ less is better, the best is marked. Protocols are in small type.");
  std::vector<Cell> models{"model"}, data{"data"}, steps{"steps"}, times{"time of training"};
  for (auto& shown : runs) {
    models.emplace_back(shown.model());
    data.emplace_back(shown.run.config.data->spec().name);
    steps.emplace_back(static_cast<double>(shown.run.step), 0);
    times.emplace_back(shown.duration());
  }
  table.rows = {models, data, steps, times};
  for (auto& compared : compared_scores(runs)) {
    std::vector<Cell> row;
    for (auto& shown : runs) row.emplace_back(value_of(shown, compared), 3);
    mark_best(row, compared.better);
    Cell title(compared.output + (compared.better == Expected::Better::higher  ? " ↑"
                                  : compared.better == Expected::Better::lower ? " ↓"
                                                                               : ""));
    title.note = compared.protocol;
    row.insert(row.begin(), std::move(title));
    table.rows.push_back(std::move(row));
  }
  return table;
}

// ---- factors ------------------------------------------------------------------------------------------------------

namespace {

std::vector<std::string> factors_of(const std::vector<ShownRun>& runs) {
  std::vector<std::string> factors;
  for (auto& shown : runs)
    for (auto& f : shown.followings)
      if (std::ranges::count(factors, f.factor) == 0) factors.push_back(f.factor);
  return factors;
}

const Following* following(const ShownRun& shown, const std::string& factor) {
  const auto found = std::ranges::find(shown.followings, factor, &Following::factor);
  return found == shown.followings.end() ? nullptr : &*found;
}

}  // namespace

Table followings_table(const std::vector<ShownRun>& runs) {
  Table table = table_of_runs(runs,
                              "For each factor the greatest rank correlation (Spearman) that the mean of a latent has "
                              "with it, and that latent. Of factors without an order it means little.");
  for (auto& factor : factors_of(runs)) {
    std::vector<Cell> row{factor};
    double best = 0;
    bool ordered = true;
    for (auto& shown : runs) {
      const Following* f = following(shown, factor);
      row.push_back(f ? Cell(f->correlation, 3, f->latent) : Cell("–"));
      if (f) best = std::max(best, std::abs(f->correlation)), ordered = ordered && f->ordered;
    }
    for (auto& cell : row) cell.marked = ordered && std::abs(cell.value) == best;
    table.rows.push_back(std::move(row));
  }
  return table;
}

// ---- pictures -----------------------------------------------------------------------------------------------------

namespace {

std::optional<TraverseAxis> axis_of_latent(const LatentLayout& layout, const std::string& latent) {
  const auto names = latent_names(layout);
  const auto name = std::ranges::find(names, latent, &LatentName::text);
  if (name == names.end()) return {};
  for (auto& axis : traverse_axes(layout))
    if (axis.block == name->block && (axis.column < 0 || axis.column == name->column)) return axis;
  return {};
}

Latents anchor_of(const ShownRun& shown) {
  const Model& model = *shown.run.config.model;
  return model.latents().prior ? prior_mean(model)
                               : posterior_mean(model, *shown.run.config.data, middle_item(*shown.run.config.data),
                                                shown.run.calibration);
}

constexpr int64_t aligned_steps = 5, most_ranks = 6;

// The label of a latent and its strip; as many empty places where there is none.
void append_strip(GridRow& row, const ShownRun& shown, const std::optional<TraverseAxis>& axis,
                  const std::string& label, Colours colours) {
  const size_t before = row.tiles.size();
  Tile words;
  words.text = label;
  row.tiles.push_back(std::move(words));
  if (axis)
    for (auto& tile :
         tiles_of(traverse(*shown.run.config.model, anchor_of(shown), {*axis}, {.steps = aligned_steps})[0],
                  shown.run.config.data->spec(), colours))
      row.tiles.push_back(std::move(tile));
  row.tiles.resize(before + 1 + aligned_steps);
}

}  // namespace

Grid aligned_traversals(const std::vector<ShownRun>& runs, Colours colours) {
  Grid grid;
  for (auto& shown : runs)
    if (shown.run.config.data->spec().modality != Modality::image) return grid;
  grid.scale = scale_for(runs[0].run.config.data->spec());
  for (auto& shown : runs) {
    grid.columns.push_back(shown.name());
    for (double v : traverse_points({.steps = aligned_steps})) grid.columns.push_back(fmt::format("{:.1f}", v));
  }
  const auto factors = factors_of(runs);
  for (auto& factor : factors) {
    GridRow row{.label = factor, .tiles = {}};
    for (auto& shown : runs) {
      const Following* f = following(shown, factor);
      const auto axis = f ? axis_of_latent(shown.run.config.model->latents(), f->latent) : std::nullopt;
      append_strip(row, shown, axis, f ? fmt::format("{} {:+.2f}", f->latent, f->correlation) : "–", colours);
    }
    grid.rows.push_back(std::move(row));
  }
  for (size_t rank = 0; factors.empty() && rank < most_ranks; ++rank) {
    GridRow row{.label = fmt::format("{}.", rank + 1), .tiles = {}};
    bool any = false;
    for (auto& shown : runs) {
      const auto axes = ranked_axes(shown.run.config.model->latents(), shown.kl);
      const auto axis = rank < axes.size() ? std::optional(axes[rank]) : std::nullopt;
      append_strip(row, shown, axis, axis ? kl_label(*axis, shown.kl) : "–", colours);
      any = any || axis;
    }
    if (any) grid.rows.push_back(std::move(row));
  }
  return grid;
}

namespace {

std::vector<Figure> curve_figures(const std::vector<ShownRun>& runs) {
  std::vector<std::pair<std::string, std::filesystem::path>> logs;
  for (auto& shown : runs) logs.emplace_back(shown.name(), shown.run.folder.metrics());
  std::vector<Figure> figures;
  LineChart spectrum{.title = "KL divergence by rank", .x_label = "rank of the latent", .y_label = "mean KL (nats)"};
  for (auto& shown : runs) {
    Series series{.name = shown.name(), .x = {}, .y = {}};
    for (size_t latent : by_falling_kl(shown.kl))
      series.x.push_back(static_cast<double>(series.x.size() + 1)), series.y.push_back(shown.kl[latent]);
    spectrum.series.push_back(std::move(series));
  }
  figures.push_back({line_chart(spectrum), "What the latents tell, from the one that tells most to the idle ones."});
  for (auto& chart : overlaid_curves(logs)) figures.push_back({line_chart(chart), chart.y_label});
  return figures;
}

}  // namespace

void add_comparison(Page& page, const std::vector<ShownRun>& runs, Colours colours) {
  page.section("Comparison");
  page.table(comparison_table(runs));
  if (const Table table = followings_table(runs); !table.rows.empty()) page.table(table);
  if (Grid grid = aligned_traversals(runs, colours); !grid.rows.empty())
    page.figure({.content = std::move(grid),
                 .caption = factors_of(runs).empty()
                                ? "The latents by falling KL divergence, moved from -2 to 2 while all others stay."
                                : "For each factor the latent that follows it best, with its rank correlation, moved "
                                  "from -2 to 2 while all others stay."});
  page.section("Curves");
  page.figures(curve_figures(runs), 380);
  page.section("Settings");
  if (const Table table = difference_table(runs); table.rows.empty())
    page.paragraph("All runs have the same configuration.");
  else
    page.table(table);
}

}  // namespace teasel

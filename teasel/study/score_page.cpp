#include "teasel/study/score_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "teasel/core/version.hpp"
#include "teasel/metrics/about.hpp"
#include "teasel/report/page.hpp"
#include "teasel/report/plot.hpp"

namespace teasel {
namespace {

constexpr size_t most_rows = 60;  // of a figure: a page of wider codes would be too long to read

// An entry of detail with its shape. `axes`: names of its rows and columns; a list has columns alone.
struct Entry {
  std::string name, of;  // "gap"; the metrics and protocols that have these numbers
  std::string row_title, column_title;
  const std::vector<std::string>*rows = nullptr, *columns = nullptr;
  const std::vector<double>* values = nullptr;
};

const std::vector<std::string>* axis_of(const std::string& name, const ScoredCodes& codes) {
  return name == "latents" ? &codes.latents : name == "factors" ? &codes.factors : nullptr;
}

// "latent" of "latents".
std::string singular(const std::string& axis) { return axis.substr(0, axis.size() - 1); }

std::optional<Entry> entry_of(const std::string& name, const std::vector<double>& values, std::vector<std::string> axes,
                              const ScoredCodes& codes) {
  const size_t latents = codes.latents.size(), factors = codes.factors.size();
  if (axes.empty() && values.size() == latents * factors) axes = {"latents", "factors"};
  if (axes.empty() && latents != factors && (values.size() == latents || values.size() == factors))
    axes = {values.size() == latents ? "latents" : "factors"};
  Entry entry{name, "", "", "", nullptr, nullptr, &values};
  if (axes.empty() || axes.size() > 2) return {};
  entry.columns = axis_of(axes.back(), codes);
  if (!entry.columns || entry.columns->empty()) return {};
  entry.column_title = singular(axes.back());
  size_t size = entry.columns->size();
  if (axes.size() == 2) {
    entry.rows = axis_of(axes[0], codes);
    if (!entry.rows || entry.rows->empty()) return {};
    entry.row_title = singular(axes[0]);
    size *= entry.rows->size();
  }
  if (size != values.size()) return {};
  return entry;
}

// All entries with a shape; those with the same numbers under the same name once.
std::vector<Entry> entries_of(const ScoredCodes& codes) {
  std::vector<Entry> out;
  for (auto& score : codes.scores.list) {
    const auto about = about_metric(score.metric);
    for (auto& [name, values] : score.detail) {
      if (name == "factors_used") continue;
      const bool said = about && about->axes.contains(name);
      if (said && about->axes.at(name).empty()) continue;
      auto entry = entry_of(name, values, said ? about->axes.at(name) : std::vector<std::string>(), codes);
      if (!entry) continue;
      const std::string of = fmt::format("{} ({}{})", score.metric, score.protocol,
                                         score.representation == "mean" ? "" : ", " + score.representation);
      const auto same =
          std::ranges::find_if(out, [&](auto& other) { return other.name == name && *other.values == values; });
      if (same != out.end()) {
        same->of += ", " + of;
        continue;
      }
      entry->of = of;
      out.push_back(std::move(*entry));
    }
  }
  return out;
}

// The rows that a figure shows: all, or those with the greatest numbers, in their order.
std::vector<size_t> shown_rows(const Entry& entry, size_t rows) {
  std::vector<size_t> order(rows);
  std::iota(order.begin(), order.end(), size_t{0});
  if (rows <= most_rows) return order;
  const size_t width = entry.values->size() / rows;
  const auto greatest = [&](size_t row) {
    double most = 0;
    for (size_t c = 0; c < width; ++c) {
      const double value = std::abs((*entry.values)[row * width + c]);
      if (std::isfinite(value)) most = std::max(most, value);
    }
    return most;
  };
  std::ranges::stable_sort(order, std::ranges::greater(), greatest);
  order.resize(most_rows);
  std::ranges::sort(order);
  return order;
}

std::string caption_of(const Entry& entry, size_t shown, size_t all) {
  std::string out = fmt::format("`{}` of {}", entry.name, entry.of);
  if (shown < all)
    out += fmt::format("; the {} of {} {}s with the greatest numbers", shown, all,
                       entry.rows ? entry.row_title : entry.column_title);
  return out + ".";
}

Figure matrix_figure(const Entry& entry) {
  const auto rows = shown_rows(entry, entry.rows->size());
  const size_t width = entry.columns->size();
  HeatMap map{.title = entry.name, .row_title = entry.row_title, .column_title = entry.column_title};
  map.columns = *entry.columns;
  map.mark_columns = entry.column_title == "factor";
  const bool whole = std::ranges::all_of(*entry.values, [](double v) { return v == std::floor(v); });
  map.decimals = width > 16 ? -1 : whole ? 0 : 2;
  for (const size_t row : rows) {
    map.rows.push_back((*entry.rows)[row]);
    const auto first = entry.values->begin() + static_cast<ptrdiff_t>(row * width);
    map.values.insert(map.values.end(), first, first + static_cast<ptrdiff_t>(width));
  }
  return {heat_map(map), caption_of(entry, rows.size(), entry.rows->size())};
}

Figure list_figure(const Entry& entry) {
  const auto shown = shown_rows(entry, entry.columns->size());
  BarChart chart{.title = entry.name, .value_label = entry.name};
  for (const size_t i : shown) chart.bars.push_back({(*entry.columns)[i], (*entry.values)[i]});
  return {bar_chart(chart), caption_of(entry, shown.size(), entry.columns->size())};
}

void add_details(Page& page, const ScoredCodes& codes) {
  std::vector<Figure> matrices, by_factor, by_latent;
  for (auto& entry : entries_of(codes)) {
    if (entry.rows)
      matrices.push_back(matrix_figure(entry));
    else
      (entry.column_title == "factor" ? by_factor : by_latent).push_back(list_figure(entry));
  }
  const auto add = [&](const char* title, const std::vector<Figure>& figures) {
    if (figures.empty()) return;
    page.heading(title);
    page.figures(figures, 360);
  };
  add("Matrices", matrices);
  add("Factor by factor", by_factor);
  add("Latent by latent", by_latent);
}

// Whether a bar from 0 to 1 says what the score says.
bool from_0_to_1(const Score& score) {
  if (!std::ranges::count(Registry<Metric>::get().names(), score.metric)) return false;
  const Expected expected = Registry<Metric>::get().make(score.metric, Value(), {})->expected();
  return expected.better != Expected::Better::neither && expected.low >= 0 && expected.high <= 1;
}

Figure score_bars(const ScoredCodes& codes, const std::string& protocol, const std::string& representation) {
  BarChart chart{.title = "scores of " + protocol, .value_label = "score"};
  chart.low = 0, chart.high = 1, chart.decimals = 3;
  for (auto& score : codes.scores.list)
    if (score.protocol == protocol && score.representation == representation && from_0_to_1(score))
      for (auto& output : score.outputs) {
        Bar bar{output.name, output.value};
        if (output.high > output.low) bar.low = output.low, bar.high = output.high;
        if (output.value >= 0 && output.value <= 1) chart.bars.push_back(bar);
      }
  if (chart.bars.empty()) return {};
  return {bar_chart(chart),
          fmt::format("Scores that range from 0 to 1, protocol `{}`, {} codes; whiskers are intervals "
                      "of 95 %.",
                      protocol, representation)};
}

void add_bars(Page& page, const ScoredCodes& codes) {
  std::vector<std::pair<std::string, std::string>> groups;
  for (auto& score : codes.scores.list)
    if (const std::pair group(score.protocol, score.representation); !std::ranges::count(groups, group))
      groups.push_back(group);
  std::vector<Figure> figures;
  for (auto& [protocol, representation] : groups)
    if (Figure figure = score_bars(codes, protocol, representation); !figure.caption.empty())
      figures.push_back(std::move(figure));
  if (!figures.empty()) page.figures(figures, 420);
}

void add_left_out(Page& page, const std::vector<ScoredCodes>& scored) {
  Table table;
  table.columns = {{"score"}, {"protocol"}, {"reason"}};
  for (auto& codes : scored)
    for (auto& out : codes.scores.left_out) table.rows.push_back({out.metric, out.protocol, out.reason});
  if (table.rows.empty()) return;
  page.section("Left out");
  page.fold(fmt::format("{} scores that these codes do not allow", table.rows.size()),
            [&](Page& inside) { inside.table(table); });
}

}  // namespace

std::string score_page(const ScorePage& content) {
  Page page(content.title, "Scores of codes");
  const ScoredCodes& first = content.scored.front();
  page.card("items", number_text(static_cast<double>(first.items), 0), first.full_grid ? "a full grid" : "");
  page.card("latents", fmt::format("{}", first.latents.size()));
  page.card("factors", fmt::format("{}", first.factors.size()));
  for (auto& remark : content.remarks) page.note(remark);
  for (auto& codes : content.scored) {
    const bool alone = content.scored.size() == 1;
    page.section(alone ? "Scores" : codes.name);
    add_bars(page, codes);
    Table table = scores_table({codes}, false);
    table.caption = "All scores with intervals of 95 %. The hash names the protocol's exact settings.";
    page.table(table);
    if (alone) page.section("Latents and factors");
    add_details(page, codes);
  }
  add_left_out(page, content.scored);
  page.footer(fmt::format("teasel {} {}", version(), revision()));
  return page.html();
}

}  // namespace teasel

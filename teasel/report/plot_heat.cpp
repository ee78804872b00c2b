// Matrices as coloured cells.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "teasel/report/plot.hpp"
#include "teasel/report/svg.hpp"

namespace teasel {

namespace {

constexpr double row_height = 28;

struct Measures {
  double left, top, cell, limit;
};

Measures measure(const HeatMap& map) {
  double labels = 0, cell = map.decimals < 0 ? 24 : 46, limit = 0;
  for (auto& row : map.rows) labels = std::max(labels, text_pixels(row));
  for (auto& column : map.columns) cell = std::max(cell, text_pixels(column) + 12);
  for (double value : map.values) {
    if (!std::isfinite(value)) continue;
    limit = std::max(limit, std::abs(value));
    if (map.decimals >= 0) cell = std::max(cell, text_pixels(shown(value, map.decimals)) + 12);
  }
  labels = std::max(labels, text_pixels(map.row_title));
  return {labels + 10, map.column_title.empty() ? 24.0 : 44.0, cell, map.limit > 0 ? map.limit : limit};
}

void draw_cell(Svg& svg, const HeatMap& map, const Measures& m, size_t row, size_t column) {
  const double value = map.values[row * map.columns.size() + column];
  const double x = m.left + m.cell * static_cast<double>(column), y = m.top + row_height * static_cast<double>(row);
  std::string hint = fmt::format("{}, {}: {}", map.rows[row], map.columns[column], shown(value));
  double depth = std::isnan(value) || m.limit == 0 ? 0 : std::min(std::abs(value) / m.limit, 1.0);
  svg.rect(x + 1, y + 1, m.cell - 2, row_height - 2, value < 0 ? "cold" : "heat", hint,
           fmt::format("fill-opacity=\"{}\" rx=\"3\"", px(0.04 + 0.92 * depth)));
  if (map.decimals >= 0)
    svg.text(x + m.cell / 2, y + row_height / 2 + 4, "middle", depth > 0.6 ? "on" : "", shown(value, map.decimals));
}

void mark_columns(Svg& svg, const HeatMap& map, const Measures& m) {
  for (size_t column = 0; column < map.columns.size(); ++column) {
    size_t best = map.rows.size();
    auto size = [&](size_t row) { return std::abs(map.values[row * map.columns.size() + column]); };
    for (size_t row = 0; row < map.rows.size(); ++row)
      if (std::isfinite(size(row)) && (best == map.rows.size() || size(row) > size(best))) best = row;
    if (best < map.rows.size())
      svg.rect(m.left + m.cell * static_cast<double>(column) + 1, m.top + row_height * static_cast<double>(best) + 1,
               m.cell - 2, row_height - 2, "mark", {}, "rx=\"3\"");
  }
}

void draw_scale(Svg& svg, const HeatMap& map, const Measures& m, double y) {
  bool negative = std::ranges::any_of(map.values, [](double v) { return v < 0; });
  constexpr int steps = 8;
  double x = m.left;
  auto end = [&](double value) {
    std::string text = shown(value);
    svg.text(x, y + 10, "start", "muted", text);
    x += text_pixels(text) + 6;
  };
  end(negative ? -m.limit : 0);
  for (int i = negative ? -steps : 0; i < steps; ++i) {
    double depth = std::abs(i + 0.5) / steps;
    svg.rect(x, y, 8, 12, i < 0 ? "cold" : "heat", {}, fmt::format("fill-opacity=\"{}\"", px(0.04 + 0.92 * depth)));
    x += 8;
  }
  x += 6;
  end(m.limit);
}

}  // namespace

std::string heat_map(const HeatMap& map) {
  if (map.values.size() != map.rows.size() * map.columns.size())
    throw std::invalid_argument("a heat map needs rows * columns values");
  if (map.values.empty()) return empty_plot(320, 120, map.title);
  Measures m = measure(map);
  const double bottom = m.top + row_height * static_cast<double>(map.rows.size());
  const double width =
      std::max(m.left + m.cell * static_cast<double>(map.columns.size()) + 4, map.decimals < 0 ? m.left + 260 : 0.0);
  Svg svg(width, bottom + (map.decimals < 0 ? 30 : 6), map.title);
  svg.text(m.left + m.cell * static_cast<double>(map.columns.size()) / 2, 14, "middle", "muted", map.column_title);
  svg.text(m.left - 10, m.top - 8, "end", "muted", map.row_title);
  for (size_t column = 0; column < map.columns.size(); ++column)
    svg.text(m.left + m.cell * (static_cast<double>(column) + 0.5), m.top - 8, "middle", "", map.columns[column]);
  for (size_t row = 0; row < map.rows.size(); ++row) {
    svg.text(m.left - 10, m.top + row_height * (static_cast<double>(row) + 0.5) + 4, "end", "", map.rows[row]);
    for (size_t column = 0; column < map.columns.size(); ++column) draw_cell(svg, map, m, row, column);
  }
  if (map.mark_columns) mark_columns(svg, map, m);
  if (map.decimals < 0) draw_scale(svg, map, m, bottom + 12);
  return svg.finish();
}

}  // namespace teasel

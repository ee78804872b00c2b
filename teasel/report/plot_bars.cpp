// Bar charts, lying and standing.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "teasel/report/plot.hpp"
#include "teasel/report/svg.hpp"
#include "teasel/report/ticks.hpp"

namespace teasel {

namespace {

constexpr double pitch = 24, thickness = 15;

bool has_whisker(const Bar& bar) { return plottable(bar.low) && plottable(bar.high); }

std::string hint_of(const Bar& bar, int decimals) {
  std::string hint = bar.label + ": " + shown(bar.value, decimals);
  return has_whisker(bar) ? hint + fmt::format(" ({} to {})", shown(bar.low, decimals), shown(bar.high, decimals))
                          : hint;
}

// The range of the values with 0, or false where there are none.
bool range_of(const BarChart& chart, double& low, double& high, double& step) {
  bool any = false;
  low = high = 0;
  for (auto& bar : chart.bars) {
    if (!plottable(bar.value)) continue;
    any = true;
    low = std::min({low, bar.value, has_whisker(bar) ? bar.low : bar.value});
    high = std::max({high, bar.value, has_whisker(bar) ? bar.high : bar.value});
  }
  step = settle_range(low, high, false, true);
  low = chart.low.value_or(low);
  high = chart.high.value_or(high);
  if (chart.low || chart.high) {
    settle_range(low, high, false, false);
    step = tick_step(low, high, 5);
  }
  return any;
}

double clamped(const Axis& axis, double value) { return axis(std::clamp(value, axis.low, axis.high)); }

std::string lying(const BarChart& chart, double low, double high) {
  double labels = 0, numbers = 0;
  for (auto& bar : chart.bars) {
    labels = std::max(labels, text_pixels(bar.label));
    numbers = std::max(numbers, text_pixels(shown(bar.value, chart.decimals)));
  }
  const double top = 6, bottom = top + pitch * static_cast<double>(chart.bars.size()) + 4;
  const double left = labels + 10, right = chart.width - numbers - 12,
               height = bottom + (chart.value_label.empty() ? 24 : 44);
  Svg svg(chart.width, height, chart.title);
  Axis axis{low, high, left, right};
  auto marks = ticks(low, high, std::max(2, static_cast<int>((right - left) / 80)));
  auto texts = tick_labels(marks);
  for (size_t i = 0; i < marks.size(); ++i) {
    svg.line(axis(marks[i]), top, axis(marks[i]), bottom, "rule");
    svg.text(axis(marks[i]), bottom + 16, "middle", "muted", texts[i]);
  }
  const double zero = clamped(axis, 0);
  for (size_t i = 0; i < chart.bars.size(); ++i) {
    const Bar& bar = chart.bars[i];
    double middle = top + pitch * (static_cast<double>(i) + 0.5) + 2;
    svg.text(labels, middle + 4, "end", "", bar.label);
    double reach = zero;
    if (plottable(bar.value)) {
      double end = clamped(axis, bar.value);
      svg.rect(std::min(zero, end), middle - thickness / 2, std::abs(end - zero), thickness,
               "bar " + series_class(bar.series), hint_of(bar, chart.decimals));
      reach = std::max(zero, end);
    }
    if (has_whisker(bar)) {
      double from = clamped(axis, bar.low), to = clamped(axis, bar.high);
      svg.line(from, middle, to, middle, "whisker");
      for (double end : {from, to}) svg.line(end, middle - 3, end, middle + 3, "whisker");
      reach = std::max(reach, to);
    }
    svg.text(reach + 6, middle + 4, "start", "muted", shown(bar.value, chart.decimals));
  }
  svg.line(zero, top, zero, bottom, "axis");
  svg.text((left + right) / 2, height - 8, "middle", "muted", chart.value_label);
  return svg.finish();
}

std::string standing(const BarChart& chart, double low, double high, double step) {
  auto marks = multiples(step, low, high);
  auto texts = tick_labels(marks);
  double left = 8;
  for (auto& text : texts) left = std::max(left, text_pixels(text) + 14);
  const double right = chart.width - 8, top = chart.value_label.empty() ? 24 : 40, bottom = chart.height - 26;
  const double slot = (right - left) / static_cast<double>(chart.bars.size()), wide = std::min(slot * 0.66, 56.0);
  Svg svg(chart.width, chart.height, chart.title);
  svg.text(0, 14, "start", "muted", chart.value_label);
  Axis axis{low, high, bottom, top};
  for (size_t i = 0; i < marks.size(); ++i) {
    svg.line(left, axis(marks[i]), right, axis(marks[i]), "rule");
    svg.text(left - 8, axis(marks[i]) + 4, "end", "muted", texts[i]);
  }
  const double zero = clamped(axis, 0);
  double widest = 0;
  for (auto& bar : chart.bars)
    widest = std::max({widest, text_pixels(bar.label) + 6, text_pixels(shown(bar.value, chart.decimals)) + 6});
  // Labels that would run into each other are thinned; the pointer still finds every bar's name.
  const size_t every = static_cast<size_t>(std::max(1.0, std::ceil(widest / slot)));
  for (size_t i = 0; i < chart.bars.size(); ++i) {
    const Bar& bar = chart.bars[i];
    double middle = left + slot * (static_cast<double>(i) + 0.5),
           end = plottable(bar.value) ? clamped(axis, bar.value) : zero, reach = std::min(zero, end);
    if (plottable(bar.value))
      svg.rect(middle - wide / 2, std::min(zero, end), wide, std::abs(end - zero), "bar " + series_class(bar.series),
               hint_of(bar, chart.decimals));
    if (has_whisker(bar)) {
      double from = clamped(axis, bar.low), to = clamped(axis, bar.high);
      svg.line(middle, from, middle, to, "whisker");
      for (double tip : {from, to}) svg.line(middle - 3, tip, middle + 3, tip, "whisker");
      reach = std::min(reach, to);
    }
    if (i % every != 0) continue;
    svg.text(middle, reach - 6, "middle", "muted", shown(bar.value, chart.decimals));
    svg.text(middle, bottom + 18, "middle", "", bar.label);
  }
  svg.line(left, zero, right, zero, "axis");
  return svg.finish();
}

}  // namespace

std::string bar_chart(const BarChart& chart) {
  double low, high, step;
  if (!range_of(chart, low, high, step))
    return empty_plot(chart.width, chart.horizontal ? 120 : chart.height, chart.title);
  return chart.horizontal ? lying(chart, low, high) : standing(chart, low, high, step);
}

}  // namespace teasel

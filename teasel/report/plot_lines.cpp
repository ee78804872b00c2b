// Line charts and scatter plots.
#include <algorithm>
#include <cmath>

#include "teasel/report/plot.hpp"
#include "teasel/report/svg.hpp"

namespace teasel {

namespace {

struct Span {
  double low = INFINITY, high = -INFINITY;
  void add(double value) { low = std::min(low, value), high = std::max(high, value); }
  bool empty() const { return !(low <= high); }
};

size_t length(const Series& series) { return std::min(series.x.size(), series.y.size()); }

bool drawable(double x, double y, bool log) { return plottable(x) && plottable(y) && (!log || y > 0); }

std::vector<std::string> legend_of(const std::vector<Series>& series) {
  std::vector<std::string> names;
  for (auto& s : series) names.push_back(series.size() > 1 || !s.name.empty() ? s.name : "");
  return names;
}

// Path data of a series; points apart from both neighbours become dots of zero length, which round caps make visible.
std::string path_of(const Series& series, const std::vector<double>& y, const Axes& axes, const LineChart& chart) {
  std::string d;
  bool down = false, alone = false;
  std::vector<double> seen(y.begin(), y.begin() + static_cast<ptrdiff_t>(length(series)));
  for (size_t i = 0; i < seen.size(); ++i)
    if (!drawable(series.x[i], seen[i], chart.log_y)) seen[i] = NAN;
  for (size_t i : thinned(seen, chart.points)) {
    if (std::isnan(seen[i])) {
      if (alone) d += "h0";
      down = alone = false;
      continue;
    }
    d += (down ? "L" : "M") + px(axes.x(series.x[i])) + " " + px(axes.y(seen[i]));
    alone = !down;
    down = true;
  }
  return alone ? d + "h0" : d;
}

// Puts names beside points, none over another name or a point.
class Labels {
 public:
  Labels(Svg& svg, const Axes& axes) : svg_(svg), axes_(axes) {}
  void keep_free(double x, double y) { taken_.push_back({x - 3, y - 3, x + 3, y + 3}); }
  void put(double x, double y, const std::string& text) {
    const double wide = text_pixels(text), gap = 6, half = 6;
    const Box spots[] = {{x + gap, y - half, x + gap + wide, y + half},
                         {x - gap - wide, y - half, x - gap, y + half},
                         {x - wide / 2, y - gap - 2 * half, x + wide / 2, y - gap},
                         {x - wide / 2, y + gap, x + wide / 2, y + gap + 2 * half}};
    for (auto& spot : spots) {
      if (!fits(spot)) continue;
      svg_.text((spot.left + spot.right) / 2, spot.bottom - 2, "middle", "muted", text);
      taken_.push_back(spot);
      return;
    }
  }

 private:
  struct Box {
    double left, top, right, bottom;
  };
  bool fits(const Box& b) const {
    return b.left >= axes_.x.from && b.right <= axes_.x.to + 14 && b.top >= axes_.y.to - 7 &&
           b.bottom <= axes_.y.from + 7 && std::ranges::none_of(taken_, [&](const Box& o) {
             return b.left < o.right && o.left < b.right && b.top < o.bottom && o.top < b.bottom;
           });
  }
  Svg& svg_;
  const Axes& axes_;
  std::vector<Box> taken_;
};

void draw_points(Svg& svg, const Axes& axes, const ScatterChart& chart) {
  Labels labels(svg, axes);
  std::vector<std::pair<const Series*, size_t>> named;
  for (size_t s = 0; s < chart.series.size(); ++s) {
    const Series& series = chart.series[s];
    const size_t n = length(series), most = std::max<size_t>(chart.points, 1);
    for (size_t i = 0; i < n; i += std::max<size_t>(1, (n + most - 1) / most)) {
      if (!drawable(series.x[i], series.y[i], false)) continue;
      const bool has_label = i < series.labels.size();
      svg.circle(axes.x(series.x[i]), axes.y(series.y[i]), has_label ? 3.5 : 2.5, "dot " + series_class(s),
                 has_label ? series.labels[i] : "");
      if (!has_label) continue;
      labels.keep_free(axes.x(series.x[i]), axes.y(series.y[i]));
      named.emplace_back(&series, i);
    }
  }
  for (auto& [series, i] : named) labels.put(axes.x(series->x[i]), axes.y(series->y[i]), series->labels[i]);
}

}  // namespace

std::vector<size_t> thinned(const std::vector<double>& y, size_t points) {
  std::vector<size_t> out;
  const size_t n = y.size(), stretches = std::max<size_t>(points / 2, 1);
  if (n <= points || n <= 2) {
    for (size_t i = 0; i < n; ++i) out.push_back(i);
    return out;
  }
  for (size_t s = 0; s < stretches; ++s) {
    size_t begin = n * s / stretches, end = n * (s + 1) / stretches, low = n, high = n;
    for (size_t i = begin; i < end; ++i) {
      if (!std::isfinite(y[i])) continue;
      if (low == n || y[i] < y[low]) low = i;
      if (high == n || y[i] > y[high]) high = i;
    }
    std::vector<size_t> kept = low == n ? std::vector<size_t>{begin} : std::vector<size_t>{low, high};
    if (s == 0) kept.push_back(0);
    if (s + 1 == stretches) kept.push_back(n - 1);
    std::ranges::sort(kept);
    for (size_t i : kept)
      if (out.empty() || out.back() < i) out.push_back(i);
  }
  return out;
}

std::vector<double> smoothed(const std::vector<double>& y, double smooth) {
  std::vector<double> out(y.size(), NAN);
  double sum = 0, weight = 0;
  for (size_t i = 0; i < y.size(); ++i) {
    if (!std::isfinite(y[i])) continue;
    sum = smooth * sum + y[i];
    weight = smooth * weight + 1;
    out[i] = sum / weight;
  }
  return out;
}

std::string line_chart(const LineChart& chart) {
  Span x, y;
  for (auto& series : chart.series)
    for (size_t i = 0; i < length(series); ++i)
      if (drawable(series.x[i], series.y[i], chart.log_y)) x.add(series.x[i]), y.add(series.y[i]);
  if (x.empty()) return empty_plot(chart.width, chart.height, chart.title);
  double step = settle_range(y.low, y.high, chart.log_y, true);
  if (chart.low && drawable(0, *chart.low, chart.log_y)) y.low = *chart.low, step = 0;
  if (chart.high && drawable(0, *chart.high, chart.log_y)) y.high = *chart.high, step = 0;

  Svg svg(chart.width, chart.height, chart.title);
  Axes axes =
      draw_frame(svg, {static_cast<double>(chart.width), static_cast<double>(chart.height), chart.x_label,
                       chart.y_label, legend_of(chart.series), false, x.low, x.high, y.low, y.high, chart.log_y, step});
  // A little more than the frame, so that a line along an edge keeps its full width.
  svg.begin_clip(axes.x.from - 2, axes.y.to - 2, axes.x.to - axes.x.from + 4, axes.y.from - axes.y.to + 4);
  for (bool behind : {true, false})
    for (size_t s = 0; s < chart.series.size(); ++s) {
      if (behind && chart.smooth <= 0) continue;
      const Series& series = chart.series[s];
      std::string d =
          path_of(series, behind || chart.smooth <= 0 ? series.y : smoothed(series.y, chart.smooth), axes, chart);
      if (!d.empty()) svg.path(d, (behind ? "curve faint " : "curve ") + series_class(s));
    }
  svg.end_clip();
  return svg.finish();
}

std::string scatter_chart(const ScatterChart& chart) {
  Span x, y;
  for (auto& series : chart.series)
    for (size_t i = 0; i < length(series); ++i)
      if (drawable(series.x[i], series.y[i], false)) x.add(series.x[i]), y.add(series.y[i]);
  if (x.empty()) return empty_plot(chart.width, chart.height, chart.title);
  settle_range(x.low, x.high, false, true);
  double step = settle_range(y.low, y.high, false, true);
  Svg svg(chart.width, chart.height, chart.title);
  Axes axes =
      draw_frame(svg, {static_cast<double>(chart.width), static_cast<double>(chart.height), chart.x_label,
                       chart.y_label, legend_of(chart.series), true, x.low, x.high, y.low, y.high, false, step});
  draw_points(svg, axes, chart);
  return svg.finish();
}

}  // namespace teasel

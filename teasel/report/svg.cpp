#include "teasel/report/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "teasel/report/markup.hpp"
#include "teasel/report/table.hpp"
#include "teasel/report/ticks.hpp"

namespace teasel {

namespace {

// A <style> inside an inline <svg> holds for the whole page, hence the prefix. The custom properties of the page come
// first and the colours here are what a file alone falls back on. Series: the first four of Okabe and Ito (2008), then
// indigo and grey; all pairs were checked to differ under simulated protanopia, deuteranopia and tritanopia (Machado
// 2009).
constexpr std::string_view style = R"(<style>
.tp{--tp-ink:var(--ink,#22252b);--tp-muted:var(--muted,#5c6370);--tp-rule:var(--rule,#e1e0dc);
--tp-paper:var(--plot-paper,#fff);
--tp-heat:var(--heat,#0072b2);--tp-cold:var(--heat-negative,#c4520a);--tp-on-heat:var(--on-heat,#fff);
--tp-1:var(--series-1,#0072b2);--tp-2:var(--series-2,#d55e00);--tp-3:var(--series-3,#009e73);
--tp-4:var(--series-4,#cc79a7);--tp-5:var(--series-5,#332288);--tp-6:var(--series-6,#7a7a7a);
color:var(--tp-ink);font-variant-numeric:tabular-nums;
font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif}
@media screen and (prefers-color-scheme:dark){
.tp{--tp-ink:var(--ink,#dedcd7);--tp-muted:var(--muted,#9a9da6);--tp-rule:var(--rule,#33353c);
--tp-paper:var(--plot-paper,#16171b);
--tp-heat:var(--heat,#4f9bdb);--tp-cold:var(--heat-negative,#ee8a4c);--tp-on-heat:var(--on-heat,#101114);
--tp-1:var(--series-1,#4f9bdb);--tp-2:var(--series-2,#ee8a4c);--tp-3:var(--series-3,#3bbf98);
--tp-4:var(--series-4,#d58bc0);--tp-5:var(--series-5,#e8c65a);--tp-6:var(--series-6,#a9dcf8)}}
.tp text{fill:currentColor}.tp .muted{fill:var(--tp-muted)}.tp .strong{font-weight:600}.tp .on{fill:var(--tp-on-heat)}
.tp .paper{fill:var(--tp-paper)}.tp .rule{stroke:var(--tp-rule)}.tp .axis{stroke:var(--tp-muted)}
.tp .heat{fill:var(--tp-heat)}.tp .cold{fill:var(--tp-cold)}.tp .cell{fill:none;stroke:var(--tp-rule)}
.tp .mark{fill:none;stroke:var(--tp-ink);stroke-width:1.75}.tp .whisker{stroke:var(--tp-ink);stroke-width:1.25}
.tp .s1{color:var(--tp-1)}.tp .s2{color:var(--tp-2)}.tp .s3{color:var(--tp-3)}
.tp .s4{color:var(--tp-4)}.tp .s5{color:var(--tp-5)}.tp .s6{color:var(--tp-6)}
.tp .curve{fill:none;stroke:currentColor;stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round}
.tp .faint{stroke-width:1;opacity:.28}.tp .d{stroke-dasharray:6 4}.tp .bar{fill:currentColor}
.tp .dot{fill:currentColor;fill-opacity:.55}
</style>)";

constexpr size_t colours = 6;
constexpr double line_height = 18, swatch = 18;

struct LegendSpot {
  size_t series;
  double x, y;
};

// Entries flow from left to right and wrap. Gives the spots, with y relative to the legend's top, and the rows' count.
int place_legend(const std::vector<std::string>& names, double left, double right, std::vector<LegendSpot>& spots) {
  double x = left;
  int row = 0;
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) continue;
    double wide = swatch + 6 + text_pixels(names[i]) + 14;
    if (x > left && x + wide > right) x = left, ++row;
    spots.push_back({i, x, row * line_height});
    x += wide;
  }
  return spots.empty() ? 0 : row + 1;
}

void draw_legend(Svg& svg, const Frame& frame, const std::vector<LegendSpot>& spots, double top) {
  for (auto& spot : spots) {
    double middle = top + spot.y + line_height / 2;
    std::string look = series_class(spot.series);
    if (frame.points)
      svg.circle(spot.x + swatch / 2, middle, 4, "dot " + look);
    else
      svg.line(spot.x, middle, spot.x + swatch, middle, "curve " + look);
    svg.text(spot.x + swatch + 6, middle + 4, "start", "", frame.legend[spot.series]);
  }
}

}  // namespace

bool plottable(double value) { return std::abs(value) <= 1e300; }

std::string px(double value) {
  std::string text = fmt::format("{:.2f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string series_class(size_t index) {
  return fmt::format("s{}{}", index % colours + 1, index / colours % 2 ? " d" : "");
}

std::string shown(double value, int decimals) {
  std::string text = number_text(value, decimals);
  return text.starts_with('-') ? "−" + text.substr(1) : text;
}

double text_pixels(std::string_view text) { return 6.7 * display_width(text); }

Svg::Svg(double width, double height, std::string_view title) {
  std::string name = escape(title);
  out_ = fmt::format(
      "<svg class=\"tp\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
      "role=\"img\""
      " aria-label=\"{2}\">\n<title>{2}</title>\n{3}\n",
      px(width), px(height), name, style);
  rect(0, 0, width, height, "paper");
}

void Svg::line(double x1, double y1, double x2, double y2, std::string_view style_class) {
  out_ += fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" class=\"{}\"/>\n", px(x1), px(y1), px(x2), px(y2),
                      style_class);
}

void Svg::text(double x, double y, std::string_view anchor, std::string_view style_class, std::string_view text) {
  if (text.empty()) return;
  std::string looks = style_class.empty() ? "" : fmt::format(" class=\"{}\"", style_class);
  if (anchor != "start") looks += fmt::format(" text-anchor=\"{}\"", anchor);
  out_ += fmt::format("<text x=\"{}\" y=\"{}\"{}>{}</text>\n", px(x), px(y), looks, escape(text));
}

void Svg::rect(double x, double y, double width, double height, std::string_view style_class, std::string_view hint,
               std::string_view attributes) {
  out_ += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" class=\"{}\"{}{}", px(x), px(y), px(width),
                      px(height), style_class, attributes.empty() ? "" : " ", attributes);
  out_ += hint.empty() ? "/>\n" : fmt::format("><title>{}</title></rect>\n", escape(hint));
}

void Svg::circle(double x, double y, double radius, std::string_view style_class, std::string_view hint) {
  out_ += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"{}\" class=\"{}\"", px(x), px(y), px(radius), style_class);
  out_ += hint.empty() ? "/>\n" : fmt::format("><title>{}</title></circle>\n", escape(hint));
}

void Svg::path(std::string_view d, std::string_view style_class) {
  out_ += fmt::format("<path d=\"{}\" class=\"{}\"/>\n", d, style_class);
}

// A nested <svg> clips without an id, which would have to be unique in the page.
void Svg::begin_clip(double x, double y, double width, double height) {
  out_ += fmt::format(
      "<svg x=\"{0}\" y=\"{1}\" width=\"{2}\" height=\"{3}\" viewBox=\"{0} {1} {2} {3}\" overflow=\"hidden\">\n", px(x),
      px(y), px(width), px(height));
}

void Svg::end_clip() { out_ += "</svg>\n"; }

std::string Svg::finish() { return std::move(out_) + "</svg>\n"; }

double Axis::operator()(double value) const {
  double part = log ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
  return from + part * (to - from);
}

double settle_range(double& low, double& high, bool log, bool round) {
  if (!(high > low)) {
    double reach = log ? 0 : low == 0 ? 1 : std::abs(low) * 0.1;
    low = log ? low / 2 : low - reach;
    high = log ? high * 2 : high + reach;
  }
  if (!round) return 0;
  if (log && high / low >= 10) {
    // Half decades keep a curve from touching the frame without an empty decade above it.
    low = std::pow(10, std::floor(std::log10(low) * 2 + 1e-9) / 2);
    high = std::pow(10, std::ceil(std::log10(high) * 2 - 1e-9) / 2);
  } else if (!log) {
    double step = tick_step(low, high, 5);
    if (!std::isfinite(step) || std::max(std::abs(low), std::abs(high)) / step > 1e12) return 0;
    low = std::floor(low / step + 1e-9) * step;
    high = std::ceil(high / step - 1e-9) * step;
    return step;
  }
  return 0;
}

Axes draw_frame(Svg& svg, Frame frame) {
  settle_range(frame.x_low, frame.x_high, false, false);
  settle_range(frame.y_low, frame.y_high, frame.log_y, false);
  auto y_ticks = frame.log_y        ? log_ticks(frame.y_low, frame.y_high)
                 : frame.y_step > 0 ? multiples(frame.y_step, frame.y_low, frame.y_high)
                                    : ticks(frame.y_low, frame.y_high);
  auto y_texts = tick_labels(y_ticks);
  double left = 8;
  for (auto& text : y_texts) left = std::max(left, text_pixels(text) + 14);
  const double right = frame.width - 16, bottom = frame.height - (frame.x_label.empty() ? 26 : 46);
  std::vector<LegendSpot> spots;
  double legend = place_legend(frame.legend, left, right, spots) * line_height, top = 10;
  draw_legend(svg, frame, spots, top - 4);
  top += legend + (legend > 0 ? 4 : 0);
  if (!frame.y_label.empty()) {
    svg.text(2, top + 10, "start", "muted", frame.y_label);
    top += line_height + 6;
  }
  Axes axes{{frame.x_low, frame.x_high, left, right}, {frame.y_low, frame.y_high, bottom, top, frame.log_y}};
  for (size_t i = 0; i < y_ticks.size(); ++i) {
    double y = axes.y(y_ticks[i]);
    svg.line(left, y, right, y, "rule");
    svg.text(left - 8, y + 4, "end", "muted", y_texts[i]);
  }
  svg.line(left, bottom, right, bottom, "axis");
  auto x_ticks = ticks(frame.x_low, frame.x_high, std::max(2, static_cast<int>((right - left) / 90)));
  auto x_texts = tick_labels(x_ticks);
  for (size_t i = 0; i < x_ticks.size(); ++i) {
    double x = axes.x(x_ticks[i]), half = text_pixels(x_texts[i]) / 2;
    svg.line(x, bottom, x, bottom + 4, "axis");
    svg.text(std::min(x, frame.width - half), bottom + 18, "middle", "muted", x_texts[i]);
  }
  svg.text((left + right) / 2, frame.height - 8, "middle", "muted", frame.x_label);
  return axes;
}

std::string empty_plot(double width, double height, std::string_view title) {
  Svg svg(width, height, title);
  svg.rect(0.5, 0.5, width - 1, height - 1, "cell");
  svg.text(width / 2, height / 2 + 4, "middle", "muted", "no data");
  return svg.finish();
}

}  // namespace teasel

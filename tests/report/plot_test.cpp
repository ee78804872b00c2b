#include "teasel/report/plot.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/report/markup_checks.hpp"

namespace teasel {
namespace {

using test::count_of;
using test::markup_fault;
using test::numbers_after;

const std::string nasty = "<b onload=\"x\">&'\x01 µ";

LineChart chart_of(size_t n) {
  LineChart chart{.title = "Loss", .x_label = "step", .y_label = "nats", .series = {{"a", {}, {}}, {"b", {}, {}}}};
  for (size_t i = 0; i < n; ++i)
    for (auto& s : chart.series)
      s.x.push_back(static_cast<double>(i)), s.y.push_back(std::sin(static_cast<double>(i) * 0.01) + 2);
  return chart;
}

std::vector<std::string> every_plot(const std::string& text) {
  LineChart lines = chart_of(50);
  lines.title = lines.x_label = lines.y_label = lines.series[0].name = text;
  LineChart smooth = lines;
  smooth.smooth = 0.9;
  smooth.log_y = true;
  ScatterChart scatter{.title = text, .x_label = text, .y_label = text, .series = lines.series};
  BarChart bars{.title = text, .value_label = text, .bars = {{text, 1}, {"b", -2, -3, -1}, {"c", NAN}}};
  BarChart standing = bars;
  standing.horizontal = false;
  HeatMap heat{.title = text,
               .row_title = text,
               .column_title = text,
               .rows = {text, "z2"},
               .columns = {text},
               .values = {1, NAN},
               .mark_columns = true};
  HeatMap bare = heat;
  bare.decimals = -1;
  return {line_chart(lines),
          line_chart(smooth),
          scatter_chart(scatter),
          bar_chart(bars),
          bar_chart(standing),
          heat_map(heat),
          heat_map(bare),
          line_chart({.title = text}),
          scatter_chart({.title = text}),
          bar_chart({.title = text}),
          heat_map({.title = text})};
}

TEST(Plot, IsWellFormedAndEscaped) {
  for (auto& svg : every_plot(nasty)) {
    EXPECT_EQ(markup_fault(svg), "");
    EXPECT_EQ(svg.find("<b"), svg.npos);
    EXPECT_EQ(svg.find('\x01'), svg.npos);
    EXPECT_NE(svg.find("<title>&lt;b onload=&quot;x&quot;&gt;&amp;&#39; µ</title>"), svg.npos);
  }
}

TEST(Plot, StandsAlone) {
  for (auto& svg : every_plot("t")) {
    EXPECT_EQ(svg.rfind("<svg ", 0), 0u);
    EXPECT_NE(svg.find("prefers-color-scheme:dark"), svg.npos);
    EXPECT_NE(svg.find("xmlns=\"http://www.w3.org/2000/svg\""), svg.npos);
    EXPECT_EQ(count_of(svg, "http"), 1) << "the name space is the only address";
    EXPECT_EQ(count_of(svg, "url("), 0);
    EXPECT_EQ(count_of(svg, " id=\""), 0) << "ids would clash in a page";
    EXPECT_EQ(count_of(svg, "nan"), 0);
    EXPECT_EQ(count_of(svg, "inf"), 0);
  }
  EXPECT_EQ(every_plot("t"), every_plot("t"));
}

TEST(Plot, SaysWhenThereIsNothing) {
  EXPECT_NE(line_chart({}).find("no data"), std::string::npos);
  EXPECT_NE(line_chart({.series = {{"a", {1, 2}, {NAN, INFINITY}}}}).find("no data"), std::string::npos);
  EXPECT_NE(line_chart({.series = {{"a", {1, 2}, {0, -1}}}, .log_y = true}).find("no data"), std::string::npos);
  EXPECT_NE(bar_chart({.bars = {{"a", NAN}}}).find("no data"), std::string::npos);
  EXPECT_NE(heat_map({}).find("no data"), std::string::npos);
  EXPECT_EQ(line_chart(chart_of(5)).find("no data"), std::string::npos);
  EXPECT_THROW(heat_map({.rows = {"a"}, .columns = {"b"}, .values = {}}), std::invalid_argument);
}

std::string path_of(const std::string& svg, int which = 0) {
  size_t at = 0;
  for (int i = 0; i <= which; ++i) at = svg.find(" d=\"", at) + 4;
  return svg.substr(at, svg.find('"', at) - at);
}

TEST(LineChart, GapsWhereNumbersAreMissing) {
  LineChart chart{.series = {{"a", {0, 1, 2, 3, 4, 5, 6}, {1, 2, NAN, 4, INFINITY, 6, 7}}}};
  std::string d = path_of(line_chart(chart));
  EXPECT_EQ(count_of(d, "M"), 3);
  EXPECT_EQ(count_of(d, "L"), 2);
  EXPECT_EQ(count_of(d, "h0"), 1) << "a point by itself is a dot";
}

TEST(LineChart, LiesInItsFrame) {
  LineChart chart = chart_of(3000);
  chart.log_y = true;
  std::string svg = line_chart(chart), d = path_of(svg);
  for (double x : numbers_after(d, "L")) {
    EXPECT_GE(x, 0);
    EXPECT_LE(x, chart.width);
  }
  for (double y : numbers_after(d, " ")) {
    EXPECT_GE(y, 0);
    EXPECT_LE(y, chart.height);
  }
}

// On a log axis equal ratios are equal distances.
TEST(LineChart, LogAxis) {
  LineChart chart{.series = {{"a", {0, 1, 2}, {1, 10, 100}}}, .log_y = true};
  auto y = numbers_after(path_of(line_chart(chart)), " ");
  ASSERT_EQ(y.size(), 3u);
  EXPECT_NEAR(y[0] - y[1], y[1] - y[2], 0.02);
  chart.log_y = false;
  y = numbers_after(path_of(line_chart(chart)), " ");
  EXPECT_NEAR((y[1] - y[2]) / (y[0] - y[1]), 10, 0.1);
}

TEST(LineChart, SurvivesOddRanges) {
  for (auto& values : std::vector<std::vector<double>>{{5, 5, 5},
                                                       {0, 0, 0},
                                                       {-1e300, 0, 1e300},
                                                       {1e-300, 2e-300, 3e-300},
                                                       {1e15, 1e15 + 1, 1e15 + 2},
                                                       {1e308, -1e308, 0}}) {
    std::string svg = line_chart({.series = {{"a", {0, 1, 2}, values}}});
    EXPECT_EQ(markup_fault(svg), "");
    EXPECT_EQ(svg.find("nan"), svg.npos) << values[0];
    EXPECT_EQ(svg.find("inf"), svg.npos) << values[0];
  }
  EXPECT_EQ(markup_fault(line_chart({.series = {{"one", {7}, {3}}}})), "");
}

TEST(LineChart, DrawsTheRawLineBehindTheSmoothOne) {
  LineChart chart = chart_of(100);
  EXPECT_EQ(count_of(line_chart(chart), "<path"), 2);
  chart.smooth = 0.5;
  std::string svg = line_chart(chart);
  EXPECT_EQ(count_of(svg, "<path"), 4);
  EXPECT_LT(svg.find("curve faint s2"), svg.find("class=\"curve s1\"", svg.find("<path")));
}

TEST(Thinned, KeepsExtremesAndEnds) {
  std::vector<double> y(100000);
  for (size_t i = 0; i < y.size(); ++i) y[i] = std::sin(static_cast<double>(i) * 0.37);
  y[12345] = 9;
  y[54321] = -9;
  std::fill(y.begin() + 70000, y.begin() + 75000, NAN);
  auto kept = thinned(y, 600);
  EXPECT_LE(kept.size(), 602u);
  EXPECT_GE(kept.size(), 500u);
  EXPECT_TRUE(std::ranges::is_sorted(kept));
  EXPECT_EQ(std::ranges::adjacent_find(kept), kept.end());
  for (size_t wanted : {size_t{0}, size_t{12345}, size_t{54321}, y.size() - 1})
    EXPECT_TRUE(std::ranges::binary_search(kept, wanted)) << wanted;
  EXPECT_TRUE(std::ranges::any_of(kept, [&](size_t i) { return std::isnan(y[i]); })) << "the gap stays";
  EXPECT_EQ(thinned(std::vector<double>(600, 1.0), 600).size(), 600u);
  EXPECT_TRUE(thinned({}, 600).empty());
}

TEST(Smoothed, IsTheWeightedMean) {
  std::vector<double> y = {3, 1, NAN, 5, -2}, out = smoothed(y, 0.8);
  std::vector<double> finite;
  for (size_t i = 0; i < y.size(); ++i) {
    if (std::isnan(y[i])) {
      EXPECT_TRUE(std::isnan(out[i]));
      continue;
    }
    finite.push_back(y[i]);
    double sum = 0, weight = 0;
    for (size_t j = 0; j < finite.size(); ++j) {
      double w = std::pow(0.8, static_cast<double>(finite.size() - 1 - j));
      sum += w * finite[j], weight += w;
    }
    EXPECT_NEAR(out[i], sum / weight, 1e-12);
  }
  for (double v : smoothed(std::vector<double>(20, 4.5), 0.99)) EXPECT_NEAR(v, 4.5, 1e-12);
}

// Lengths of the bars are proportional to the values.
TEST(BarChart, LengthsFollowValues) {
  std::string svg = bar_chart({.bars = {{"a", 1}, {"b", 2.5}, {"c", -1}}});
  std::vector<double> lengths;
  for (size_t at = svg.find("class=\"bar"); at != svg.npos; at = svg.find("class=\"bar", at + 1)) {
    size_t from = svg.rfind("<rect", at);
    lengths.push_back(numbers_after(svg.substr(from, at - from), " width=\"")[0]);
  }
  ASSERT_EQ(lengths.size(), 3u);
  EXPECT_NEAR(lengths[1] / lengths[0], 2.5, 0.01);
  EXPECT_NEAR(lengths[2], lengths[0], 0.02);
}

TEST(HeatMap, DepthFollowsMagnitude) {
  std::string svg =
      heat_map({.rows = {"a", "b"}, .columns = {"x", "y"}, .values = {0, 0.5, -1, NAN}, .mark_columns = true});
  auto depth = numbers_after(svg, "fill-opacity=\"");
  ASSERT_EQ(depth.size(), 4u);
  EXPECT_DOUBLE_EQ(depth[0], depth[3]);
  EXPECT_NEAR(depth[1], (depth[0] + depth[2]) / 2, 0.011);
  EXPECT_EQ(count_of(svg, "class=\"cold\""), 1);
  EXPECT_EQ(count_of(svg, "class=\"mark\""), 2);
  EXPECT_NE(svg.find("<title>b, x: −1</title>"), svg.npos);
}

TEST(Scatter, ThinsEvenly) {
  ScatterChart chart{.series = {{"", {}, {}}}, .points = 100};
  for (int i = 0; i < 950; ++i) chart.series[0].x.push_back(i), chart.series[0].y.push_back(i % 7);
  EXPECT_EQ(count_of(scatter_chart(chart), "<circle"), 95);
}

// Points apart keep their names; of points in one place not all names fit, and none lies over another.
TEST(Scatter, NamesPointsWhereThereIsRoom) {
  ScatterChart chart{.series = {{"", {0, 1}, {0, 1}, {"left", "right"}}}};
  std::string svg = scatter_chart(chart);
  EXPECT_EQ(count_of(svg, ">left</text>") + count_of(svg, ">right</text>"), 2);
  EXPECT_EQ(count_of(svg, "<title>left</title>"), 1);
  chart.series = {{"", {}, {}, {}}};
  for (int i = 0; i < 12; ++i) {
    chart.series[0].x.push_back(0.5 + 1e-4 * i), chart.series[0].y.push_back(0.5);
    chart.series[0].labels.push_back("name" + std::to_string(i));
  }
  chart.series[0].x.push_back(2), chart.series[0].y.push_back(2);
  svg = scatter_chart(chart);
  const int drawn = count_of(svg, ">name") - count_of(svg, "<title>name");
  EXPECT_GE(drawn, 3);
  EXPECT_LE(drawn, 6);
  EXPECT_EQ(count_of(svg, ">name0</text>"), 1) << "the first has the first choice";
  EXPECT_EQ(count_of(svg, "<title>name"), 12) << "the pointer finds every name";
}

}  // namespace
}  // namespace teasel

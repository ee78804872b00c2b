// Plots as SVG. Every plot is a whole <svg> element that stands alone as a file and, put into a page, takes the page's
// colours: it reads the custom properties --ink, --muted, --rule, --plot-paper, --series-1 ... --series-6, --heat,
// --heat-negative where they are set, and follows prefers-color-scheme where they are not. Texts are escaped; numbers
// that are not finite (or beyond 1e300) are left out; a plot without numbers says "no data". Equal input gives equal
// bytes.
#pragma once
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace teasel {

// Points (x, y); only as many as both lists have. A y that is not finite (or not positive on a log axis) is a gap in a
// line.
struct Series {
  std::string name;
  std::vector<double> x, y;
  std::vector<std::string> labels = {};  // of the points, in a scatter chart; drawn where there is room
};

struct LineChart {
  std::string title = {};  // read aloud, not drawn: the caption belongs to the page
  std::string x_label = {}, y_label = {};
  std::vector<Series> series = {};
  bool log_y = false;
  double smooth =
      0;  // in [0, 1): weight of the past in a running mean, bias-corrected; the raw line stays behind, faint
  std::optional<double> low = {},
                        high = {};  // ends of the y axis where the data shall not choose them; lines are clipped
  int width = 460, height = 290;    // in CSS pixels at full size
  size_t points = 600;              // a longer series keeps the lowest and highest of each of points/2 stretches
};
std::string line_chart(const LineChart& chart);

struct ScatterChart {
  std::string title = {}, x_label = {}, y_label = {};
  std::vector<Series> series = {};
  int width = 420, height = 360;
  size_t points = 2000;  // a longer series is thinned evenly
};
std::string scatter_chart(const ScatterChart& chart);

struct Bar {
  std::string label;
  double value = 0;
  double low = std::numeric_limits<double>::quiet_NaN(), high = low;  // a whisker where both are finite
  int series = 0;                                                     // which colour: 0 is --series-1
};
struct BarChart {
  std::string title = {}, value_label = {};
  std::vector<Bar> bars = {};
  bool horizontal = true;
  int decimals = -1;                          // of the numbers at the bars; see number_text
  std::optional<double> low = {}, high = {};  // ends of the value axis; 0 is always on it otherwise
  int width = 460;
  int height = 290;  // of a vertical chart; a horizontal one is as high as its bars need
};
std::string bar_chart(const BarChart& chart);

// A matrix as coloured cells. values: [rows, columns], row-major. The colour deepens from 0 to the largest magnitude
// (or to `limit`), in one colour for positive and another for negative values.
struct HeatMap {
  std::string title = {};
  std::string row_title = {}, column_title = {};  // what the rows and columns are ("latent", "factor")
  std::vector<std::string> rows = {}, columns = {};
  std::vector<double> values = {};
  double limit = 0;           // 0: the largest finite magnitude
  int decimals = 2;           // of the numbers in the cells; negative: no numbers, a colour scale instead
  bool mark_columns = false;  // outlines the largest magnitude of every column
};
std::string heat_map(const HeatMap& map);

// Which points of a line are drawn: at most about `points` indices, in order, with the first, the last, and the lowest
// and highest value of every stretch; a stretch without a finite value keeps one of its points, so that its gap stays.
std::vector<size_t> thinned(const std::vector<double>& y, size_t points);

// The bias-corrected running mean m_t = sum of smooth^(t-i) y_i / sum of smooth^(t-i) over finite y_i; NaN where y is
// not finite.
std::vector<double> smoothed(const std::vector<double>& y, double smooth);

}  // namespace teasel

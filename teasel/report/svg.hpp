// The pen behind the plots: SVG elements, scales and the frame of a chart with two axes.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace teasel {

// Whether a number can be drawn: finite, and not so large that differences overflow.
bool plottable(double value);

// A coordinate with at most two decimals: "12.5", "-3".
std::string px(double value);

// "s1" ... "s6", then the same colours dashed: "s1 d", ...
std::string series_class(size_t index);

// number_text with a real minus sign.
std::string shown(double value, int decimals = -1);

// Text of about this many pixels in the plots' font; the reader's font decides, so this errs on the wide side.
double text_pixels(std::string_view text);

class Svg {
 public:
  // Begins the element, with its style, its <title> and its paper.
  Svg(double width, double height, std::string_view title);

  void line(double x1, double y1, double x2, double y2, std::string_view style_class);
  // `anchor`: "start", "middle" or "end". `y` is the base line.
  void text(double x, double y, std::string_view anchor, std::string_view style_class, std::string_view text);
  // `hint` is shown while the pointer rests on the shape; may be empty. `attributes` are raw.
  void rect(double x, double y, double width, double height, std::string_view style_class, std::string_view hint = {},
            std::string_view attributes = {});
  void circle(double x, double y, double radius, std::string_view style_class, std::string_view hint = {});
  // `d`: path data.
  void path(std::string_view d, std::string_view style_class);
  // What is drawn until `end_clip` shows only within the rectangle, in unchanged coordinates.
  void begin_clip(double x, double y, double width, double height);
  void end_clip();
  // Ends the element and gives its text.
  std::string finish();

 private:
  std::string out_;
};

// A number's place along an axis.
struct Axis {
  double low = 0, high = 1;  // what it spans
  double from = 0, to = 1;   // pixels of its ends
  bool log = false;
  double operator()(double value) const;
};

// What a chart's frame is made from. Ranges that are empty or a single number are widened.
struct Frame {
  double width = 0, height = 0;
  std::string x_label, y_label;
  std::vector<std::string> legend;  // names in order of the series; empty names are left out
  bool points = false;              // the legend shows dots, not lines
  double x_low = 0, x_high = 1, y_low = 0, y_high = 1;
  bool log_y = false;
  double y_step = 0;  // of the ticks on a linear axis; 0: from the range
};
struct Axes {
  Axis x, y;  // y.from is the bottom
};

// Draws the grid, tick labels, axis labels and legend, and says where the data goes.
Axes draw_frame(Svg& svg, Frame frame);

// A rectangle's worth of "no data".
std::string empty_plot(double width, double height, std::string_view title);

// Ends of an axis that is to hold low..high: widened where they are equal, and out to whole ticks if `round`. Gives the
// step of those ticks, 0 where there are none: the wider range may ask for another step by itself, whose ticks would
// miss its ends.
double settle_range(double& low, double& high, bool log, bool round);

}  // namespace teasel

// One self-contained HTML page: no fonts, scripts, styles or pictures from elsewhere; light and dark; for screen,
// phone, print.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "teasel/core/picture.hpp"
#include "teasel/report/canvas.hpp"
#include "teasel/report/table.hpp"

namespace teasel {

// A figure with its caption. What it shows is one of
//   std::string  an SVG as plot.hpp makes it. Put into the page as it is: the only text that is not escaped;
//   Picture      a PNG inside the page;
//   Grid         tiles as pictures of their own under headings of the page, which follow its colours and stay sharp.
//                The grid's `scale` holds; its margins, text scale and colours do not.
struct Figure {
  std::variant<std::string, Picture, Grid> content;
  std::string caption = {};
  std::string alt = {};    // what a reader hears instead of a Picture or Grid; the caption where it is empty
  bool pixelated = false;  // a Picture: enlarged pixels stay squares
  int zoom = 1;            // a Picture: CSS pixels for each of its pixels
};

// Builds the page from top to bottom. All texts are escaped. In paragraphs, notes and captions, `backticks` set code.
class Page {
 public:
  explicit Page(std::string title, std::string subtitle = {});

  // A number or word for the summary under the title. All cards stand there, whenever they are added.
  Page& card(std::string_view label, std::string_view value, std::string_view note = {});
  // Begins a section with an entry in the navigation; `short_title` is its text there. What comes before the first
  // section is the page's introduction. Anchors come from titles; equal titles get "-2", "-3", ...
  Page& section(std::string_view title, std::string_view short_title = {});
  Page& heading(std::string_view title);
  Page& paragraph(std::string_view text);
  // A paragraph that stands out: a warning, a caveat.
  Page& note(std::string_view text);
  Page& table(const Table& table);
  Page& figure(const Figure& figure);
  // Side by side where the page is wide enough, each at least `min_width` CSS pixels wide.
  Page& figures(const std::vector<Figure>& figures, int min_width = 400);
  // Text as it is, in a fixed-width font.
  Page& code(std::string_view text);
  // What `inside` adds is folded away behind `summary` (and shown in print). `inside` must not begin sections.
  Page& fold(std::string_view summary, const std::function<void(Page&)>& inside, bool open = false);
  // A line at the very end: what made the page.
  Page& footer(std::string_view text);

  // The whole document. Equal calls give equal bytes.
  std::string html() const;

 private:
  struct Entry {
    std::string anchor, title;
  };

  std::string unique_anchor(std::string_view title) const;
  std::string figure_html(const Figure& figure);

  std::string title_, subtitle_, cards_, body_, footer_;
  std::vector<Entry> sections_;
  int figures_ = 0, tables_ = 0;
};

}  // namespace teasel

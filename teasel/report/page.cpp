#include "teasel/report/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "teasel/core/gif.hpp"
#include "teasel/core/resource.hpp"
#include "teasel/report/markup.hpp"

namespace teasel {

namespace {

std::string_view asset(std::string_view name) {
  auto text = resource(name);
  if (!text) throw std::logic_error(fmt::format("the program lacks its file {}", name));
  return *text;
}

// Escaped text with `code` between pairs of backticks.
std::string inline_html(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    size_t open = text.find('`'), close = open == text.npos ? open : text.find('`', open + 1);
    if (close == text.npos) return out + escape(text);
    out += escape(text.substr(0, open)) + "<code>" + escape(text.substr(open + 1, close - open - 1)) + "</code>";
    text.remove_prefix(close + 1);
  }
  return out;
}

// Numbers get a real minus sign.
std::string number_html(std::string_view text) {
  bool negative = text.size() > 1 && text[0] == '-' && (text[1] == '.' || (text[1] >= '0' && text[1] <= '9'));
  return negative ? "−" + escape(text.substr(1)) : escape(text);
}

std::string png_uri(const Picture& picture) { return "data:image/png;base64," + base64(encode_png(picture)); }

std::string picture_html(const Figure& figure, const Picture& picture) {
  return fmt::format("<img class=\"{}\" src=\"{}\" width=\"{}\" height=\"{}\" alt=\"{}\">",
                     figure.pixelated ? "pixelated" : "smooth", png_uri(picture), picture.width * figure.zoom,
                     picture.height * figure.zoom, escape(figure.alt.empty() ? figure.caption : figure.alt));
}

std::string tile_html(const Tile& tile, int scale) {
  if (tile.values.empty())
    return tile.text.empty() ? "<td></td>" : "<td class=\"words\">" + escape(tile.text) + "</td>";
  auto image = [&](const char* kind, const std::string& source) {
    return fmt::format("<img class=\"pixelated{}{}\" src=\"{}\" width=\"{}\" height=\"{}\" alt=\"\">", kind,
                       tile.marked ? " marked" : "", source, tile.width * scale, tile.height * scale);
  };
  const std::string still = png_uri(tile_picture(tile));
  const auto frames = tile_frames(tile);
  if (std::ranges::all_of(frames, [&](auto& f) { return f.pixels == frames[0].pixels; }))
    return "<td>" + image("", still) + "</td>";
  return "<td>" + image(" moving", "data:image/gif;base64," + base64(encode_gif(frames))) + image(" still", still) +
         "</td>";
}

std::string headings_html(const std::vector<std::string>& texts, size_t columns, bool labels) {
  std::string out = labels ? "<td></td>" : "";
  for (size_t i = 0; i < columns; ++i) {
    const std::string text = i < texts.size() ? number_html(texts[i]) : "";
    out += text.empty() ? "<td></td>" : "<th scope=\"col\">" + text + "</th>";
  }
  return out;
}

std::string grid_row_html(const GridRow& row, size_t columns, int scale, bool labels) {
  std::string out;
  if (!row.heading.empty())
    out += fmt::format("<tr class=\"group\"><th colspan=\"{}\" scope=\"rowgroup\">{}</th></tr>\n", columns + labels,
                       escape(row.heading));
  if (!row.columns.empty()) out += "<tr class=\"headings\">" + headings_html(row.columns, columns, labels) + "</tr>\n";
  out += "<tr>";
  if (labels) out += fmt::format("<th scope=\"row\">{}</th>", escape(row.label));
  for (size_t i = 0; i < columns; ++i) out += i < row.tiles.size() ? tile_html(row.tiles[i], scale) : "<td></td>";
  return out + "</tr>\n";
}

std::string grid_html(const Figure& figure, const Grid& grid) {
  size_t columns = grid.columns.size();
  bool labels = false;
  for (auto& row : grid.rows) {
    columns = std::max({columns, row.tiles.size(), row.columns.size()});
    labels = labels || !row.label.empty();
  }
  std::string out = fmt::format("<table class=\"tiles\" aria-label=\"{}\">\n",
                                escape(figure.alt.empty() ? figure.caption : figure.alt));
  if (!grid.title.empty()) out += "<caption>" + escape(grid.title) + "</caption>\n";
  if (!grid.columns.empty()) out += "<thead><tr>" + headings_html(grid.columns, columns, labels) + "</tr></thead>\n";
  out += "<tbody>\n";
  for (auto& row : grid.rows) out += grid_row_html(row, columns, grid.scale, labels);
  return out + "</tbody></table>";
}

std::string cell_html(const Cell& cell, bool right, bool best) {
  std::string text = right ? number_html(cell.text) : escape(cell.text);
  if (best) text = "<strong>" + text + "</strong>";
  if (!cell.note.empty()) text += " <small>" + escape(cell.note) + "</small>";
  return fmt::format("<td{}>{}</td>", right ? " class=\"number\"" : "", text);
}

}  // namespace

Page::Page(std::string title, std::string subtitle) : title_(std::move(title)), subtitle_(std::move(subtitle)) {}

std::string Page::unique_anchor(std::string_view title) const {
  std::string base = anchor_of(title), anchor = base;
  auto taken = [&] { return std::ranges::any_of(sections_, [&](const Entry& e) { return e.anchor == anchor; }); };
  for (int i = 2; taken(); ++i) anchor = fmt::format("{}-{}", base, i);
  return anchor;
}

Page& Page::card(std::string_view label, std::string_view value, std::string_view note) {
  cards_ += fmt::format("<div><dt>{}</dt><dd>{}</dd>{}</div>\n", escape(label), escape(value),
                        note.empty() ? "" : fmt::format("<dd class=\"aside\">{}</dd>", escape(note)));
  return *this;
}

Page& Page::section(std::string_view title, std::string_view short_title) {
  std::string anchor = unique_anchor(title);
  body_ += sections_.empty() ? "" : "</section>\n";
  body_ += fmt::format("<section id=\"{0}\" aria-labelledby=\"{0}-title\">\n<h2 id=\"{0}-title\">{1}</h2>\n", anchor,
                       escape(title));
  sections_.push_back({anchor, std::string(short_title.empty() ? title : short_title)});
  return *this;
}

Page& Page::heading(std::string_view title) {
  body_ += "<h3>" + escape(title) + "</h3>\n";
  return *this;
}

Page& Page::paragraph(std::string_view text) {
  body_ += "<p>" + inline_html(text) + "</p>\n";
  return *this;
}

Page& Page::note(std::string_view text) {
  body_ += "<p class=\"note\">" + inline_html(text) + "</p>\n";
  return *this;
}

Page& Page::table(const Table& table) {
  TableLook look = look_of(table);
  body_ += "<div class=\"scroll\" tabindex=\"0\"><table class=\"data\">\n";
  if (!table.caption.empty())
    body_ += fmt::format("<caption><b>Table {}</b> {}</caption>\n", ++tables_, inline_html(table.caption));
  body_ += "<thead><tr>";
  for (size_t c = 0; c < table.columns.size(); ++c)
    body_ += fmt::format("<th scope=\"col\"{}>{}</th>", look.right[c] ? " class=\"number\"" : "",
                         escape(table.columns[c].title));
  body_ += "</tr></thead>\n<tbody>\n";
  for (size_t r = 0; r < table.rows.size(); ++r) {
    body_ += "<tr>";
    for (size_t c = 0; c < table.columns.size(); ++c)
      body_ += c < table.rows[r].size() ? cell_html(table.rows[r][c], look.right[c], look.best[r][c]) : "<td></td>";
    body_ += "</tr>\n";
  }
  body_ += "</tbody></table></div>\n";
  return *this;
}

std::string Page::figure_html(const Figure& figure) {
  std::string content;
  if (auto* svg = std::get_if<std::string>(&figure.content)) content = *svg;
  if (auto* picture = std::get_if<Picture>(&figure.content)) content = picture_html(figure, *picture);
  if (auto* grid = std::get_if<Grid>(&figure.content)) content = grid_html(figure, *grid);
  std::string out = "<figure><div class=\"scroll\" tabindex=\"0\">" + content + "</div>";
  if (!figure.caption.empty())
    out += fmt::format("<figcaption><b>Figure {}</b> {}</figcaption>", ++figures_, inline_html(figure.caption));
  return out + "</figure>\n";
}

Page& Page::figure(const Figure& figure) {
  body_ += figure_html(figure);
  return *this;
}

Page& Page::figures(const std::vector<Figure>& figures, int min_width) {
  body_ += fmt::format("<div class=\"beside\" style=\"--least:{}px\">\n", min_width);
  for (auto& figure : figures) body_ += figure_html(figure);
  body_ += "</div>\n";
  return *this;
}

Page& Page::code(std::string_view text) {
  // A parser drops a line break that comes first in <pre>; this one is there for it.
  body_ += "<pre tabindex=\"0\">\n<code>" + escape(text) + "</code></pre>\n";
  return *this;
}

Page& Page::fold(std::string_view summary, const std::function<void(Page&)>& inside, bool open) {
  const size_t before = sections_.size();
  body_ += fmt::format("<details{}><summary>{}</summary>\n", open ? " open" : "", inline_html(summary));
  inside(*this);
  if (sections_.size() != before) throw std::logic_error("a section began inside a fold");
  body_ += "</details>\n";
  return *this;
}

Page& Page::footer(std::string_view text) {
  footer_ += "<p>" + inline_html(text) + "</p>\n";
  return *this;
}

std::string Page::html() const {
  std::string nav;
  for (auto& section : sections_)
    nav += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", section.anchor, escape(section.title));
  // The policy makes the browser refuse whatever a page like this must never ask for.
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "script-src 'unsafe-inline'; img-src data:\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n"
      "<title>{title}</title>\n<style>\n{css}</style>\n<script>\n{js}</script>\n</head>\n<body>\n"
      "<header>\n<div class=\"bar\"><h1>{title}</h1><button id=\"theme\" type=\"button\" hidden></button></div>\n"
      "{subtitle}{cards}</header>\n{nav}<main>\n{body}{end}</main>\n{footer}</body>\n</html>\n",
      fmt::arg("title", escape(title_)), fmt::arg("css", asset("report/assets/report.css")),
      fmt::arg("js", asset("report/assets/report.js")),
      fmt::arg("subtitle", subtitle_.empty() ? "" : "<p class=\"subtitle\">" + inline_html(subtitle_) + "</p>\n"),
      fmt::arg("cards", cards_.empty() ? "" : "<dl class=\"cards\">\n" + cards_ + "</dl>\n"),
      fmt::arg("nav", nav.empty() ? "" : "<nav aria-label=\"Sections\"><ul>\n" + nav + "</ul></nav>\n"),
      fmt::arg("body", body_), fmt::arg("end", sections_.empty() ? "" : "</section>\n"),
      fmt::arg("footer", footer_.empty() ? "" : "<footer>\n" + footer_ + "</footer>\n"));
}

}  // namespace teasel

#include "teasel/report/page.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "teasel/report/plot.hpp"
#include "tests/report/markup_checks.hpp"

namespace teasel {
namespace {

using test::count_of;
using test::markup_fault;

const std::string nasty = "</title></style></script><img src=x onerror=\"a\">&'";

Grid small_grid(const std::string& text) {
  Grid grid{.rows = {{text, {{1, 1, 2, {0, 1}}, {3, 1, 1, {1, 0, 1}}}, text}, {"", {{1, 1, 2, {0, 1}, true}}}},
            .columns = {text, "-1.5"},
            .title = text,
            .scale = 8};
  grid.rows[0].tiles[0].frames = {{0, 1}, {1, 0}};
  grid.rows[1].tiles.emplace_back().text = text;
  grid.rows[1].columns = {text};
  return grid;
}

Page full_page(const std::string& text) {
  Page page(text, text);
  page.card(text, text, text)
      .card("n", "1")
      .paragraph(text)
      .section(text, text)
      .heading(text)
      .paragraph("`" + text + "` and `open")
      .note(text);
  page.table({text,
              {{text}, {"n", Column::Align::automatic, Column::Best::highest}},
              {{text, Cell(-1.5, 2, text)}, {text, Cell(2000)}, {text}}});
  page.section(text).figure({line_chart({.title = text}), text, text});
  page.figures({{Picture(2, 1, 3), text, text, true, 4}, {small_grid(text), text, text}});
  page.fold(text, [&](Page& inside) { inside.code(text + "\n  [model]\n"); });
  page.footer(text);
  return page;
}

TEST(Page, IsWellFormedWhateverTheTexts) {
  for (auto& text : {std::string("plain"), nasty, std::string("\xff\x01<"), std::string()})
    EXPECT_EQ(markup_fault(full_page(text).html()), "") << text;
  EXPECT_EQ(markup_fault(Page("nothing").html()), "");
}

TEST(Page, LetsNothingIn) {
  std::string html = full_page(nasty).html();
  EXPECT_EQ(html.find("<img src=x"), html.npos);
  EXPECT_EQ(html.find("onerror=\""), html.npos);
  EXPECT_EQ(count_of(html, "<script"), 1);
  EXPECT_EQ(count_of(html, "</script"), 1);
  EXPECT_EQ(count_of(html, "</style"), 2) << "of the page and of its one plot";
}

TEST(Page, AsksForNothingElse) {
  std::string html = full_page("text").html(), name_space = "http://www.w3.org/2000/svg";
  for (size_t at = html.find("http://"); at != html.npos; at = html.find("http://", at + 1))
    EXPECT_EQ(html.compare(at, name_space.size(), name_space), 0);
  for (auto* outside : {"https://", "url(", "@import", "@font-face", "src=\"/", "<iframe", "<object"})
    EXPECT_EQ(html.find(outside), html.npos) << outside;
  EXPECT_EQ(count_of(html, " src=\""),
            count_of(html, " src=\"data:image/png;base64,") + count_of(html, " src=\"data:image/gif;base64,"));
  EXPECT_EQ(count_of(html, " href=\""), count_of(html, " href=\"#") + count_of(html, " href=\"data:,\""));
  EXPECT_NE(html.find("default-src 'none'"), html.npos);
}

TEST(Page, LinksLeadSomewhere) {
  Page page("t");
  page.section("KL per latent").section("KL per latent").section("日本").section("KL per latent", "short");
  std::string html = page.html();
  for (auto* anchor : {"kl-per-latent", "kl-per-latent-2", "section", "kl-per-latent-3"}) {
    EXPECT_EQ(count_of(html, std::string("<section id=\"") + anchor + "\""), 1) << anchor;
    EXPECT_EQ(count_of(html, std::string("href=\"#") + anchor + "\""), 1) << anchor;
  }
  EXPECT_NE(html.find(">short</a>"), html.npos);
  EXPECT_EQ(count_of(html, "<section"), count_of(html, "</section>"));
}

TEST(Page, TablesAlignAndMark) {
  Page page("t");
  page.table({"c",
              {{"name"}, {"score", Column::Align::automatic, Column::Best::highest}},
              {{"a", Cell(-0.25, 2)}, {"b", Cell(0.5, 2, "± .1")}}});
  std::string html = page.html();
  EXPECT_NE(html.find("<td class=\"number\">−0.25</td>"), html.npos);
  EXPECT_NE(html.find("<td class=\"number\"><strong>0.50</strong> <small>± .1</small></td>"), html.npos);
  EXPECT_NE(html.find("<td>a</td>"), html.npos);
  EXPECT_NE(html.find("<caption><b>Table 1</b> c</caption>"), html.npos);
}

TEST(Page, FiguresAreNumberedInOrder) {
  Page page("t");
  page.figure({std::string("<svg></svg>"), "one"}).figure({std::string("<svg></svg>")});
  page.fold("more", [](Page& inside) {
    inside.figures({{Picture(3, 2, 1), "two", "seen", true, 5}, {small_grid("x"), "three"}});
  });
  std::string html = page.html();
  size_t one = html.find("<b>Figure 1</b> one"), two = html.find("<b>Figure 2</b> two"),
         three = html.find("<b>Figure 3</b> three");
  EXPECT_TRUE(one < two && two < three && three != html.npos);
  EXPECT_NE(html.find("class=\"pixelated\" src=\"data:image/png;base64,iVBORw0KGgo"), html.npos)
      << "the PNG signature in base64";
  EXPECT_NE(html.find("width=\"15\" height=\"10\" alt=\"seen\""), html.npos);
  EXPECT_NE(html.find("width=\"16\" height=\"8\" alt=\"\""), html.npos) << "a tile of 2 by 1 at scale 8";
  EXPECT_NE(html.find("class=\"pixelated marked\""), html.npos);
  EXPECT_NE(html.find("<th scope=\"col\">−1.5</th>"), html.npos);
}

TEST(Page, WhatMovesHasAStillPictureBesideIt) {
  Grid grid{.rows = {{"z0", {{1, 1, 2, {1, 0}}, {1, 1, 2, {0, 0}}}}}, .scale = 4};
  grid.rows[0].tiles[0].frames = {{0, 1}, {0.5f, 0.5f}, {1, 0}};
  grid.rows[0].tiles[1].frames = {{0, 0}, {0, 0}};
  const std::string html = Page("t").figure({grid}).html();
  EXPECT_EQ(count_of(html, "class=\"pixelated moving\" src=\"data:image/gif;base64,R0lGODlh"), 1)
      << "GIF89 in base64; frames that are all the same need no animation";
  EXPECT_EQ(count_of(html, "class=\"pixelated still\" src=\"data:image/png;base64,"), 1);
  EXPECT_EQ(count_of(html, "<img "), 3);
  EXPECT_NE(html.find("@media print, (prefers-reduced-motion: reduce)"), html.npos);
}

TEST(Page, GridsShowWordsAndChangingHeadings) {
  Grid grid{.rows = {{"a", {{1, 1, 1, {0}}, {1, 1, 1, {0}}}}, {"b", {{1, 1, 1, {0}}}}}};
  grid.rows[1].columns = {"item", "-0.5"};
  grid.rows[1].tiles.emplace_back().text = "z<3";
  const std::string html = Page("t").figure({grid}).html();
  EXPECT_NE(html.find("<tr class=\"headings\"><td></td><th scope=\"col\">item</th><th scope=\"col\">−0.5</th></tr>"),
            html.npos);
  EXPECT_NE(html.find("<td class=\"words\">z&lt;3</td>"), html.npos);
}

TEST(Page, CodeStaysAsItIs) {
  std::string html = Page("t").code("\na = 1\n\tb = \"<2>\"").html();
  EXPECT_NE(html.find("<pre tabindex=\"0\">\n<code>\na = 1\n\tb = &quot;&lt;2&gt;&quot;</code></pre>"), html.npos);
  EXPECT_NE(Page("t").paragraph("see `a<b` and `c").html().find("<p>see <code>a&lt;b</code> and `c</p>"), html.npos);
}

TEST(Page, FoldsHoldNoSections) {
  Page page("t");
  EXPECT_THROW(page.fold("f", [](Page& inside) { inside.section("s"); }), std::logic_error);
}

TEST(Page, EqualCallsGiveEqualBytes) { EXPECT_EQ(full_page("a").html(), full_page("a").html()); }

// Light and dark must name the same colours, and both ways into the dark must agree.
TEST(Page, ThemesAreComplete) {
  std::string html = Page("t").html();
  size_t first = html.find("    color-scheme: dark;"), first_end = html.find('}', first);
  size_t second = html.find("    color-scheme: dark;", first_end), second_end = html.find('}', second);
  ASSERT_NE(second, html.npos);
  std::string wish = html.substr(first, first_end - first), choice = html.substr(second, second_end - second);
  EXPECT_EQ(wish.substr(0, wish.rfind(';')), choice.substr(0, choice.rfind(';')));
  for (auto* name : {"--paper:", "--ink:", "--muted:", "--rule:", "--accent:", "--heat:", "--heat-negative:",
                     "--on-heat:", "--series-1:", "--series-6:"}) {
    EXPECT_NE(wish.find(name), wish.npos) << name;
    EXPECT_LT(html.find(name), first) << name;
  }
}

}  // namespace
}  // namespace teasel

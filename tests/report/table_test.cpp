#include "teasel/report/table.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "teasel/report/markup.hpp"
#include "teasel/report/text_table.hpp"

namespace teasel {
namespace {

TEST(NumberText, Decimals) {
  EXPECT_EQ(number_text(0.89512, 3), "0.895");
  EXPECT_EQ(number_text(12345.678, 2), "12,345.68");
  EXPECT_EQ(number_text(-1234567, 0), "-1,234,567");
  EXPECT_EQ(number_text(-123, 0), "-123");
  EXPECT_EQ(number_text(999.96, 1), "1,000.0");
  EXPECT_EQ(number_text(-0.0001, 2), "0.00") << "no negative zero";
}

TEST(NumberText, ChoosesDecimals) {
  EXPECT_EQ(number_text(737280), "737,280");
  EXPECT_EQ(number_text(4), "4");
  EXPECT_EQ(number_text(0), "0");
  EXPECT_EQ(number_text(18.4213), "18.4");
  EXPECT_EQ(number_text(0.0123456), "0.0123");
  EXPECT_EQ(number_text(1.2e-5), "1.20e-05");
  EXPECT_EQ(number_text(3e12), "3.00e+12");
}

TEST(NumberText, NotFinite) {
  EXPECT_EQ(number_text(NAN, 3), "–");
  EXPECT_EQ(number_text(INFINITY), "inf");
  EXPECT_EQ(number_text(-INFINITY, 2), "-inf");
}

Table scores() {
  return {"Scores",
          {{"run"},
           {"MIG", Column::Align::automatic, Column::Best::highest},
           {"loss", Column::Align::automatic, Column::Best::lowest},
           {"note"}},
          {{"β", Cell(0.31, 2), Cell(18.5, 1), "12"},
           {"b", Cell(0.4, 2), Cell(NAN, 1), "none"},
           {"日本", Cell(0.4, 2), Cell(120.25, 1)}}};
}

TEST(TableLook, AlignsNumbersAndMarksBest) {
  TableLook look = look_of(scores());
  EXPECT_EQ(look.right, (std::vector<bool>{false, true, true, false}));
  EXPECT_EQ(look.best[0], (std::vector<bool>{false, false, true, false}));
  EXPECT_EQ(look.best[1], (std::vector<bool>{false, true, false, false}));
  EXPECT_EQ(look.best[2], (std::vector<bool>{false, true, false, false})) << "equals are all best";
  EXPECT_THROW(look_of({"", {{"a"}}, {{"1", "2"}}}), std::invalid_argument);
}

TEST(TableLook, MarksSingleCells) {
  Table table{"", {{"score"}, {"a"}, {"b"}}, {{"mig", Cell(0.5, 2), Cell(0.25, 2)}, {"tc", 1, 2}}};
  table.rows[0][1].marked = true;
  const TableLook look = look_of(table);
  EXPECT_EQ(look.best[0], (std::vector<bool>{false, true, false}));
  EXPECT_EQ(look.best[1], (std::vector<bool>{false, false, false}));
  EXPECT_EQ(look.marks, (std::vector<bool>{false, true, false}));
  EXPECT_EQ(text_table(table, {.lines = false}),
            "score     a      b\n"
            "mig    0.50*  0.25\n"
            "tc        1      2\n");
}

TEST(TextTable, KeepsColumns) {
  EXPECT_EQ(text_table(scores(), {.unicode = false}),
            "Scores\n"
            "-------------------------\n"
            "run    MIG    loss   note\n"
            "-------------------------\n"
            "β     0.31    18.5*  12\n"
            "b     0.40*      –   none\n"
            "日本  0.40*  120.2\n"
            "-------------------------\n");
}

TEST(TextTable, PlainWithoutLinesAndMarks) {
  EXPECT_EQ(text_table({"", {{"name"}, {"n"}}, {{"a\nb", 7}, {"", 1000}}}, {.lines = false, .indent = 2}),
            "  name      n\n"
            "  a b       7\n"
            "        1,000\n");
  EXPECT_EQ(text_table({"only a caption", {}, {}}), "only a caption\n");
}

// Whatever the texts, every line is as wide as the rules or narrower, and right-aligned columns end together.
TEST(TextTable, LinesFit) {
  std::string text = text_table(scores());
  size_t begin = text.find('\n') + 1, end = text.find('\n', begin);
  int rule = display_width(text.substr(begin, end - begin));
  EXPECT_EQ(text.find(" \n"), text.npos);
  while (begin < text.size()) {
    end = text.find('\n', begin);
    EXPECT_LE(display_width(text.substr(begin, end - begin)), rule);
    begin = end + 1;
  }
}

}  // namespace
}  // namespace teasel

#include "teasel/report/table_formats.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace teasel {
namespace {

Table example() {
  Table table;
  table.caption = "Scores of 100 % of the items";
  table.columns = {{"score"}, {"value", Column::Align::automatic, Column::Best::highest}};
  table.rows = {{"dci|d_1", Cell(0.1 + 0.2, 3)}, {"a, \"b\"", Cell(0.25, 3, "(5 items)")}, {"none"}};
  return table;
}

TEST(TableFormats, CsvHoldsAllDigitsAndQuotesWhatItMust) {
  EXPECT_EQ(csv_table(example()), "score,value\ndci|d_1,0.30000000000000004\n\"a, \"\"b\"\"\",0.25\nnone,\n");
}

TEST(TableFormats, MarkdownAlignsMarksAndEscapes) {
  EXPECT_EQ(markdown_table(example()),
            "Scores of 100 % of the items\n\n| score | value |\n|---|---:|\n| dci\\|d_1 | **0.300** |\n"
            "| a, \"b\" | 0.250 (5 items) |\n| none |  |\n");
}

TEST(TableFormats, LatexAlignsMarksAndEscapes) {
  EXPECT_EQ(
      latex_table(example()),
      "% Scores of 100 \\% of the items\n\\begin{tabular}{lr}\n\\hline\nscore & value \\\\\n\\hline\n"
      "dci|d\\_1 & \\textbf{0.300} \\\\\na, \"b\" & 0.250 (5 items) \\\\\nnone &  \\\\\n\\hline\n\\end{tabular}\n");
}

}  // namespace
}  // namespace teasel

// Tables for the terminal.
#pragma once
#include <string>

#include "teasel/report/table.hpp"

namespace teasel {

struct TextTableStyle {
  bool lines = true;      // a rule under the column titles and at both ends
  bool unicode = true;    // rules of U+2500 instead of '-'
  bool mark_best = true;  // a '*' behind the best number of a column that asks for it
  int indent = 0;         // spaces before each line
};

// The table as lines of text, each ended by '\n': columns two spaces apart, numbers on the right, widths counted in
// columns of the terminal, no blanks at line ends. Line breaks and control characters in cells become spaces. The
// caption is the first line. A table without columns is only its caption.
std::string text_table(const Table& table, const TextTableStyle& style = {});

}  // namespace teasel

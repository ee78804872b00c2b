// A table of texts and numbers, made once and shown in the terminal or on a page.
#pragma once
#include <limits>
#include <string>
#include <vector>

namespace teasel {

// "12,345.68": fixed decimals, thousands separated by commas. `decimals` < 0: none for whole numbers, otherwise as many
// as three significant digits take, and "1.20e-05" beyond 1e9 and below 1e-4. NaN is "–", infinities are "inf" and
// "-inf".
std::string number_text(double value, int decimals = -1);

// A text, or a number with its text. `note` is shown smaller behind it (an interval, a unit).
struct Cell {
  std::string text;
  double value = std::numeric_limits<double>::quiet_NaN();
  std::string note = {};
  bool marked = false;  // shown like the best of a column

  Cell() = default;
  Cell(const char* text) : text(text) {}
  Cell(std::string text) : text(std::move(text)) {}
  Cell(double value, int decimals = -1, std::string note = {})
      : text(number_text(value, decimals)), value(value), note(std::move(note)) {}
  Cell(int value) : Cell(static_cast<double>(value), 0) {}
  Cell(long value) : Cell(static_cast<double>(value), 0) {}
  Cell(long long value) : Cell(static_cast<double>(value), 0) {}
};

struct Column {
  enum class Align { automatic, left, right };  // automatic: right where every cell that is not empty is a number
  enum class Best { none, highest, lowest };    // which number of the column is marked
  std::string title;
  Align align = Align::automatic;
  Best best = Best::none;
};

// Rows may be shorter than `columns`; what is missing is empty. Longer rows are a std::invalid_argument where it is
// shown.
struct Table {
  std::string caption = {};
  std::vector<Column> columns = {};
  std::vector<std::vector<Cell>> rows = {};
};

// How a table is to be shown: what `automatic` and `best` come to.
struct TableLook {
  std::vector<bool> right;              // per column
  std::vector<std::vector<bool>> best;  // per row and column: marked; equal numbers are all marked
  std::vector<bool> marks;              // per column: whether any of it may be marked
};
TableLook look_of(const Table& table);

}  // namespace teasel

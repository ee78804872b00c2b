#include "teasel/report/table.hpp"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

namespace teasel {

namespace {

void separate_thousands(std::string& digits) {
  size_t first = digits.starts_with('-') ? 1 : 0;
  size_t end = std::min(digits.find('.'), digits.size());
  for (size_t at = end; at > first + 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
}

bool is_number(const Cell& cell) { return !std::isnan(cell.value) || cell.text == number_text(NAN); }

bool better(double a, double b, Column::Best best) { return best == Column::Best::highest ? a > b : a < b; }

void mark_best(const Table& table, size_t column, TableLook& look) {
  double best = NAN;
  Column::Best wanted = table.columns[column].best;
  auto value = [&](size_t row) { return column < table.rows[row].size() ? table.rows[row][column].value : NAN; };
  for (size_t row = 0; row < table.rows.size(); ++row)
    if (double v = value(row); !std::isnan(v) && (std::isnan(best) || better(v, best, wanted))) best = v;
  for (size_t row = 0; row < table.rows.size(); ++row) look.best[row][column] = value(row) == best;
}

}  // namespace

std::string number_text(double value, int decimals) {
  if (std::isnan(value)) return "–";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  double size = std::abs(value);
  if (decimals < 0) {
    if (size != 0 && (size >= 1e9 || size < 1e-4)) return fmt::format("{:.2e}", value);
    decimals = value == std::round(value) ? 0 : std::max(0, 2 - static_cast<int>(std::floor(std::log10(size))));
  }
  std::string text = fmt::format("{:.{}f}", value, decimals);
  if (text.find_first_not_of("-0.") == std::string::npos && text.starts_with('-')) text.erase(0, 1);
  separate_thousands(text);
  return text;
}

TableLook look_of(const Table& table) {
  const size_t columns = table.columns.size();
  TableLook look{std::vector<bool>(columns),
                 std::vector<std::vector<bool>>(table.rows.size(), std::vector<bool>(columns)),
                 std::vector<bool>(columns)};
  for (auto& row : table.rows)
    if (row.size() > columns) throw std::invalid_argument("a row of a table has more cells than there are columns");
  for (size_t c = 0; c < columns; ++c) {
    bool all = true, any = false;
    for (auto& row : table.rows) {
      if (c >= row.size() || row[c].text.empty()) continue;
      any = true;
      all = all && is_number(row[c]);
    }
    look.right[c] = table.columns[c].align == Column::Align::right ||
                    (table.columns[c].align == Column::Align::automatic && all && any);
    look.marks[c] = table.columns[c].best != Column::Best::none;
    if (look.marks[c]) mark_best(table, c, look);
    for (size_t r = 0; r < table.rows.size(); ++r)
      if (c < table.rows[r].size() && table.rows[r][c].marked) look.marks[c] = look.best[r][c] = true;
  }
  return look;
}

}  // namespace teasel

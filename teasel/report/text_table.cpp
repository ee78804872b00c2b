#include "teasel/report/text_table.hpp"

#include <algorithm>

#include "teasel/report/markup.hpp"

namespace teasel {

namespace {

constexpr const char* gap = "  ";

std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return text;
}

std::string padded(const std::string& text, int width, bool right) {
  std::string blanks(static_cast<size_t>(std::max(0, width - display_width(text))), ' ');
  return right ? blanks + text : text + blanks;
}

// The texts of a row. Where a column marks its best number, the others get a blank, so that digits stay aligned.
std::vector<std::string> texts_of(const Table& table, const TableLook& look, size_t row, bool mark) {
  std::vector<std::string> texts(table.columns.size());
  for (size_t c = 0; c < table.rows[row].size(); ++c) {
    const Cell& cell = table.rows[row][c];
    texts[c] = one_line(cell.note.empty() ? cell.text : cell.text + " " + cell.note);
    if (mark && look.marks[c]) texts[c] += look.best[row][c] ? "*" : " ";
  }
  return texts;
}

std::string joined(const std::vector<std::string>& texts, const std::vector<int>& widths, const TableLook& look) {
  std::string line;
  for (size_t c = 0; c < texts.size(); ++c) line += (c ? gap : "") + padded(texts[c], widths[c], look.right[c]);
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::string rule(const std::vector<int>& widths, bool unicode) {
  int total = 2 * (static_cast<int>(widths.size()) - 1);
  for (int width : widths) total += width;
  std::string line;
  for (int i = 0; i < total; ++i) line += unicode ? "─" : "-";
  return line;
}

}  // namespace

std::string text_table(const Table& table, const TextTableStyle& style) {
  TableLook look = look_of(table);
  std::vector<std::vector<std::string>> rows(1);
  for (size_t c = 0; c < table.columns.size(); ++c)
    rows[0].push_back(one_line(table.columns[c].title) + (style.mark_best && look.marks[c] ? " " : ""));
  for (size_t r = 0; r < table.rows.size(); ++r) rows.push_back(texts_of(table, look, r, style.mark_best));
  std::vector<int> widths(table.columns.size());
  for (auto& row : rows)
    for (size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], display_width(row[c]));

  std::string out, indent(static_cast<size_t>(style.indent), ' ');
  auto add = [&](const std::string& line) { out += (line.empty() ? "" : indent + line) + "\n"; };
  if (!table.caption.empty()) add(one_line(table.caption));
  if (table.columns.empty()) return out;
  std::string ruler = rule(widths, style.unicode);
  if (style.lines) add(ruler);
  for (size_t r = 0; r < rows.size(); ++r) {
    add(joined(rows[r], widths, look));
    if (r == 0 && style.lines) add(ruler);
  }
  if (style.lines) add(ruler);
  return out;
}

}  // namespace teasel

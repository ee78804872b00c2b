#include "teasel/report/table_formats.hpp"

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <string_view>

namespace teasel {
namespace {

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string markdown_text(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '|' || c == '*' || c == '<' || c == '\\' || c == '`') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out;
}

std::string latex_text(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (std::string_view("&%$#_{}").find(c) != std::string_view::npos)
      out += std::string("\\") + c;
    else if (c == '\\')
      out += "\\textbackslash{}";
    else if (c == '~' || c == '^')
      out += fmt::format("\\{}{{}}", c);
    else
      out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out;
}

// Cells of a row, as many as there are columns: text, note, and what stands around the best of a column.
std::string row_text(const Table& table, const TableLook& look, size_t row, const char* between,
                     const std::function<std::string(const std::string&)>& escape, const char* bold, const char* end) {
  std::string out;
  for (size_t c = 0; c < table.columns.size(); ++c) {
    const Cell cell = c < table.rows[row].size() ? table.rows[row][c] : Cell();
    std::string text = escape(cell.text);
    if (look.best[row][c] && !text.empty()) text = bold + text + end;
    if (!cell.note.empty()) text += " " + escape(cell.note);
    out += (c ? between : "") + text;
  }
  return out;
}

}  // namespace

std::string csv_table(const Table& table) {
  std::string out;
  for (size_t c = 0; c < table.columns.size(); ++c) out += (c ? "," : "") + csv_cell(table.columns[c].title);
  out += "\n";
  for (auto& row : table.rows) {
    for (size_t c = 0; c < table.columns.size(); ++c) {
      const Cell cell = c < row.size() ? row[c] : Cell();
      out += (c ? "," : "") + (std::isfinite(cell.value) ? fmt::format("{}", cell.value) : csv_cell(cell.text));
    }
    out += "\n";
  }
  return out;
}

std::string markdown_table(const Table& table) {
  const TableLook look = look_of(table);
  std::string out = table.caption.empty() ? "" : markdown_text(table.caption) + "\n\n", rule = "|";
  out += "|";
  for (size_t c = 0; c < table.columns.size(); ++c) {
    out += " " + markdown_text(table.columns[c].title) + " |";
    rule += look.right[c] ? "---:|" : "---|";
  }
  out += "\n" + rule + "\n";
  for (size_t r = 0; r < table.rows.size(); ++r)
    out += "| " + row_text(table, look, r, " | ", markdown_text, "**", "**") + " |\n";
  return out;
}

std::string latex_table(const Table& table) {
  const TableLook look = look_of(table);
  std::string out = table.caption.empty() ? "" : "% " + latex_text(table.caption) + "\n", titles;
  out += "\\begin{tabular}{";
  for (size_t c = 0; c < table.columns.size(); ++c) {
    out += look.right[c] ? "r" : "l";
    titles += (c ? " & " : "") + latex_text(table.columns[c].title);
  }
  out += "}\n\\hline\n" + titles + " \\\\\n\\hline\n";
  for (size_t r = 0; r < table.rows.size(); ++r)
    out += row_text(table, look, r, " & ", latex_text, "\\textbf{", "}") + " \\\\\n";
  return out + "\\hline\n\\end{tabular}\n";
}

}  // namespace teasel

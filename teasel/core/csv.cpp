#include "teasel/core/csv.hpp"

#include <fmt/format.h>

#include <set>

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"

namespace teasel {
namespace {

class Parser {
 public:
  Parser(const std::string& text, const std::string& where, char separator)
      : text_(text), where_(where), separator_(separator) {
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
  }

  // The next row that is not empty; false at the end.
  bool next(std::vector<std::string>& row, int& line) {
    while (at_ < text_.size()) {
      line = line_;
      row.clear();
      do row.push_back(cell());
      while (take(separator_));
      take('\r');
      if (at_ < text_.size() && !take('\n'))
        fail(fmt::format("a quoted cell must be followed by a {} or the end of the line", separator_name()));
      ++line_;
      if (row.size() > 1 || !row[0].empty()) return true;
    }
    return false;
  }

  [[noreturn]] void fail(const std::string& reason) const {
    throw Error(fmt::format("{}:{}: {}", where_, line_, reason),
                fmt::format("A table is a header and rows of cells separated by {0}s; quote cells that hold {0}s.",
                            separator_name()));
  }

  const char* separator_name() const { return separator_ == '\t' ? "tab" : "comma"; }

 private:
  bool take(char wanted) {
    if (at_ == text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  std::string cell() {
    if (take('"')) return quoted();
    const size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n') ++at_;
    size_t end = at_;
    if (end > begin && text_[end - 1] == '\r' && (at_ == text_.size() || text_[at_] == '\n')) --end;
    return text_.substr(begin, end - begin);
  }

  std::string quoted() {
    std::string out;
    const int opened = line_;
    for (;; ++at_) {
      if (at_ == text_.size()) {
        line_ = opened;
        fail("the quotes are never closed");
      }
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        out += text_[at_];
      } else {
        ++at_;
        if (at_ == text_.size() || text_[at_] != '"') return out;
        out += '"';
      }
    }
  }

  const std::string& text_;
  const std::string& where_;
  const char separator_;
  size_t at_ = 0;
  int line_ = 1;
};

}  // namespace

size_t Csv::column(const std::string& name) const {
  for (size_t i = 0; i < header.size(); ++i)
    if (header[i] == name) return i;
  throw Error(fmt::format("{} has no column '{}'", where, name), hint_for_unknown(name, header));
}

bool names_csv(const std::filesystem::path& path) { return path.extension() == ".csv" || path.extension() == ".tsv"; }

Csv read_csv(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  Csv csv;
  csv.where = path.string();
  Parser parser(text, csv.where, path.extension() == ".tsv" ? '\t' : ',');
  int line = 1;
  if (!parser.next(csv.header, line))
    throw Error(fmt::format("'{}' is empty", csv.where), "Its first line names the columns.");
  std::set<std::string> seen;
  for (const std::string& name : csv.header)
    if (name.empty() || !seen.insert(name).second)
      throw Error(fmt::format("{}:{}: the column name '{}' is empty or stands there twice", csv.where, line, name),
                  "The first line names the columns, each once; pandas writes no row numbers with index=False.");
  std::vector<std::string> row;
  while (parser.next(row, line)) {
    if (row.size() != csv.header.size())
      throw Error(
          fmt::format("{}:{}: {} cells, where the header names {}", csv.where, line, row.size(), csv.header.size()),
          fmt::format("Quote cells that hold {}s.", parser.separator_name()));
    csv.rows.push_back(row);
    csv.lines.push_back(line);
  }
  return csv;
}

}  // namespace teasel

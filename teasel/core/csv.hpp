// Tables of texts.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace teasel {

// A table with a header; every row has as many cells.
struct Csv {
  std::string where;  // the file, for messages
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::vector<int> lines;  // the line of the file on which each row begins

  // The number of the column called `name`; Error with the nearest name otherwise.
  size_t column(const std::string& name) const;
};

// Whether a file is a table of texts by its name: *.csv or *.tsv.
bool names_csv(const std::filesystem::path& path);

// Comma-separated values (RFC 4180), or tab-separated ones where the name ends in .tsv: cells may be quoted, "" within
// quotes is a quote, lines end with LF or CRLF, a UTF-8 byte order mark is skipped, empty lines are left out. Error
// with the line for rows of another length, open quotes, an empty or doubled name in the header, and a file without a
// header.
Csv read_csv(const std::filesystem::path& path);

}  // namespace teasel

// Tables as text for other programs.
#pragma once
#include <string>

#include "teasel/report/table.hpp"

namespace teasel {

// RFC 4180: the column titles and one line for each row, cells quoted where they must be. Numbers in full: reading them
// gives the same bits. Notes are left out.
std::string csv_table(const Table& table);

// GitHub's Markdown: numbers on the right, the best of a column in bold; the caption is the first line.
std::string markdown_table(const Table& table);

// A tabular of LaTeX with \hline, nothing of which needs a package: numbers on the right, the best of a column in bold;
// the caption is a comment. What is special to LaTeX in cells is escaped.
std::string latex_table(const Table& table);

}  // namespace teasel

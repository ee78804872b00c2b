#include "teasel/core/csv.hpp"

#include "teasel/data/factor_table.hpp"
#include "tests/fuzz/fuzz.hpp"

// A table of factors: its cells, and what its columns become.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace teasel;
  const auto path = fuzz::file_of({data, size}, "input.csv");
  fuzz::read_or_refuse([&] {
    const Csv csv = read_csv(path);
    fuzz::require(csv.lines.size() == csv.rows.size(), "every row has a line");
    for (auto& row : csv.rows) fuzz::require(row.size() == csv.header.size(), "a row has a cell for every column");
  });
  fuzz::read_or_refuse([&] {
    const FactorTable table = read_factors(path, "", {});
    fuzz::require(table.numbers.size() == static_cast<size_t>(table.rows()) * table.factors.size(),
                  "as many numbers as rows and factors");
    for (size_t i = 0; i < table.numbers.size(); ++i)
      if (const int64_t classes = table.factors[i % table.factors.size()].classes(); classes > 0)
        fuzz::require(table.numbers[i] >= 0 && table.numbers[i] < static_cast<float>(classes),
                      "a class is one of them");
    table.is_full_grid();
  });
  return 0;
}

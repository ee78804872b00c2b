// Tables that `teasel score` must refuse: with the place of the mistake, and without a number on stdout.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "teasel/core/array.hpp"
#include "teasel/core/file.hpp"
#include "tests/cli/mistakes.hpp"

namespace teasel {
namespace {

using namespace testing;
namespace fs = std::filesystem;

using Number = std::function<double(int64_t row, int64_t column)>;

double counted(int64_t row, int64_t column) { return static_cast<double>((row * 7 + column * 3) % 11); }

std::vector<double> table(int64_t rows, int64_t columns, const Number& number) {
  std::vector<double> out;
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j) out.push_back(number(i, j));
  return out;
}

Arrange npy(const std::string& name, int64_t rows, int64_t columns, const Number& number = counted) {
  return [=](const fs::path& at) {
    const auto values = table(rows, columns, number);
    write_npy(at / name, Array::of(std::span<const double>(values), {rows, columns}));
  };
}

// Codes c.npy [20, 3] and factors f.npy [20, 2].
Arrange good() { return all({npy("c.npy", 20, 3), npy("f.npy", 20, 2)}); }

Number but(int64_t row, int64_t column, double value) {
  return [=](int64_t i, int64_t j) { return i == row && j == column ? value : counted(i, j); };
}

// An npy file of version 1 with any type and body.
Arrange raw_npy(const std::string& name, const std::string& type, const std::string& shape, const std::string& body) {
  std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
  header.resize(117, ' ');
  header += '\n';
  return file(name, std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(header.size()) + '\0' + header + body);
}

Arrange cut(const std::string& name, size_t bytes) {
  return [=](const fs::path& at) { write_quickly(at / name, read_file(at / name).substr(0, bytes)); };
}

Arrange npz(const std::string& name, const std::vector<std::string>& members) {
  return [=](const fs::path& at) {
    const auto values = table(20, 3, counted);
    NamedArrays arrays;
    for (auto& member : members) arrays.emplace_back(member, Array::of(std::span<const double>(values), {20, 3}));
    write_npz(at / name, arrays);
  };
}

// A table of texts with ids from `first` on.
Arrange ids(const std::string& name, int64_t first, const std::string& header = "name,a,b") {
  std::string text = header + "\n";
  for (int64_t i = 0; i < 20; ++i)
    text += "i" + std::to_string(first + i) + "," + std::to_string(i % 3) + "," + std::to_string(i % 5) + "\n";
  return file(name, text);
}

std::vector<std::string> score(std::vector<std::string> more = {}) {
  std::vector<std::string> out{"score", "--codes", "c.npy", "--factors", "f.npy"};
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

std::vector<std::string> texts(const std::string& codes, const std::string& factors,
                               std::vector<std::string> more = {}) {
  std::vector<std::string> out{"score", "--codes", codes, "--factors", factors};
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

TEST(BadTables, CommandLine) {
  expect_mistakes({
      {"nothing", {"score"}, {"nothing to score", "teasel score --codes"}},
      {"runs and codes", {"score", "run", "--codes", "c.npy"}, {"--codes", "together"}, good()},
      {"factors of a run", {"score", "run", "--factors", "f.npy"}, {"--factors", "a run knows"}, good()},
      {"a folder that is no run", {"score", "."}, {"holds no run"}, good()},
      {"an unknown metric", score({"--metrics", "migg"}), {"migg", "Did you mean 'mig'"}, good()},
      {"an unknown protocol", score({"--protocol", "teasle"}), {"teasle", "Did you mean 'teasel'"}, good()},
      {"an unknown format", score({"--format", "yaml"}), {"--format", "yaml", "latex"}, good()},
      {"a split of one part", score({"--split", "10"}), {"--split", "two numbers"}, good()},
      {"a split without rows", score({"--split", "0,5"}), {"--split", "0"}, good()},
      {"a split beyond the table", score({"--split", "15,6"}), {"--split 15,6", "c.npy", "20 rows"}, good()},
      {"a split in words", score({"--split", "half,half"}), {"--split", "half"}, good()},
      {"no seeds", score({"--seeds", "0"}), {"--seeds", "1"}, good()},
      {"draws without posteriors",
       score({"--representation", "sampled"}),
       {"sampled", "c.npy", "--log-variances"},
       good()},
      {"a metric that these codes do not allow",
       score({"--metrics", "elbo_decomposition"}),
       {"elbo_decomposition", "standard deviation"},
       good()},
      {"a protocol without the metric",
       score({"--metrics", "mig", "--protocol", "cascade-2019"}),
       {"'cascade-2019' has no settings for mig", "Protocols for mig: ", "dlib-2019", "teasel", "[mig]"},
       good()},
      {"two protocols without the metric",
       score({"--metrics", "udr", "--protocol", "cascade-2019,chen"}),
       {"'cascade-2019' and 'chen-2018' have no settings for udr", "Protocols for udr: dlib-2019, teasel;"},
       good()},
      {"a metric that only our own protocol knows",
       score({"--metrics", "flatness", "--protocol", "dlib"}),
       {"'dlib-2019' has no settings for flatness", "Protocols for flatness: teasel;"},
       good()},
      {"no folder for the scores", score({"-o", "there/scores.json"}), {"there"}, good()},
      {"no folder for the page", score({"--page", "there/page.html"}), {"there"}, good()},
      {"log variances of one of two",
       {"score", "--codes", "c.npy", "--codes", "c.npy", "--factors", "f.npy", "--log-variances", "c.npy"},
       {"--log-variances", "1", "2"},
       good()},
  });
}

TEST(BadTables, Arrays) {
  const Arrange factors = npy("f.npy", 20, 2);
  const double nan = std::nan(""), infinity = INFINITY;
  expect_mistakes({
      {"no codes", score(), {"c.npy", "No such file"}, factors},
      {"no factors", score(), {"f.npy", "No such file"}, npy("c.npy", 20, 3)},
      {"rows that differ", score(), {"'c.npy' has 20 rows", "'f.npy' has 19"}, all({good(), npy("f.npy", 19, 2)})},
      {"a table on its side", score(), {"'c.npy' has 3 rows", "on its side"}, all({npy("c.npy", 3, 20), factors})},
      {"a code that is NaN",
       score(),
       {"'c.npy'", "'z1'", "row 4", "nan"},
       all({npy("c.npy", 20, 3, but(4, 1, nan)), factors})},
      {"an infinite code",
       score(),
       {"'c.npy'", "'z2'", "row 19", "inf"},
       all({npy("c.npy", 20, 3, but(19, 2, infinity)), factors})},
      {"an infinite factor",
       score(),
       {"f.npy", "'factor_1' of row 7", "inf"},
       all({npy("c.npy", 20, 3), npy("f.npy", 20, 2, but(7, 1, infinity))})},
      {"no rows", score(), {"c.npy", "(0, 3)"}, all({npy("c.npy", 0, 3), npy("f.npy", 0, 2)})},
      {"no latents", score(), {"c.npy", "(20, 0)"}, all({npy("c.npy", 20, 0), factors})},
      {"no factors in the table", score(), {"f.npy", "no columns"}, all({npy("c.npy", 20, 3), npy("f.npy", 20, 0)})},
      {"a number alone", score(), {"c.npy", "()"}, all({raw_npy("c.npy", "<f8", "()", std::string(8, '\0')), factors})},
      {"a sequence of codes",
       score(),
       {"c.npy", "(2, 2, 2)", "pooled"},
       all({raw_npy("c.npy", "<f8", "(2, 2, 2)", std::string(64, '\0')), factors})},
      {"texts", score(), {"c.npy", "<U3"}, all({raw_npy("c.npy", "<U3", "(20,)", std::string(240, '\0')), factors})},
      {"objects", score(), {"c.npy", "pickle"}, all({raw_npy("c.npy", "|O", "(20,)", "\x80\x04."), factors})},
      {"complex numbers",
       score(),
       {"c.npy", "<c16"},
       all({raw_npy("c.npy", "<c16", "(2,)", std::string(32, '\0')), factors})},
      {"a file cut off", score(), {"c.npy", "cut off"}, all({good(), cut("c.npy", 300)})},
      {"an empty file", score(), {"c.npy"}, all({good(), cut("c.npy", 0)})},
      {"a text called npy", score(), {"c.npy", "neither an npy"}, all({good(), file("c.npy", "1 2 3\n")})},
      {"an archive cut off",
       texts("c.npz", "f.npy"),
       {"c.npz"},
       all({factors, npz("c.npz", {"means"}), cut("c.npz", 200)})},
      {"an archive without codes",
       texts("c.npz", "f.npy"),
       {"c.npz", "means", "It has: first, second"},
       all({factors, npz("c.npz", {"first", "second"})})},
      {"an archive without factors",
       texts("c.npy", "f.npz"),
       {"f.npz", "factors", "It has: first, second"},
       all({npy("c.npy", 20, 3), npz("f.npz", {"first", "second"})})},
  });
}

TEST(BadTables, FactorsThatSayNothing) {
  const auto constant = [](int64_t, int64_t) { return 1.0; };
  const auto unknown = [](int64_t, int64_t) { return std::nan(""); };
  expect_mistakes({
      {"single values", score(), {"f.npy", "no factor", "two values"}, all({good(), npy("f.npy", 20, 2, constant)})},
      {"nothing is known", score(), {"f.npy", "no factor"}, all({good(), npy("f.npy", 20, 2, unknown)})},
      {"nuisances alone", score({"--nuisance", "factor_0,factor_1"}), {"f.npy", "nuisances"}, good()},
      {"a factor that is not there", score({"--continuous", "size"}), {"f.npy", "'size'", "factor_0"}, good()},
      {"a cyclic factor that is not there", score({"--cyclic", "factr_1"}), {"Did you mean 'factor_1'"}, good()},
      {"two kinds at once",
       score({"--continuous", "factor_0", "--discrete", "factor_0"}),
       {"'factor_0'", "both continuous and discrete"},
       good()},
      {"names of other columns", score({"--factor-names", "a,b,c"}), {"f.npy", "2 columns", "3"}, good()},
      {"one name twice", score({"--factor-names", "a,a"}), {"f.npy", "one name"}, good()},
      {"texts as numbers",
       texts("c.npy", "f.csv", {"--continuous", "name"}),
       {"f.csv", "'name' holds texts"},
       all({npy("c.npy", 20, 3), ids("f.csv", 0)})},
  });
}

TEST(BadTables, Texts) {
  const Arrange factors = npy("f.npy", 2, 2);
  const auto codes = [&](const std::string& text) { return all({factors, file("c.csv", text)}); };
  const std::vector<std::string> csv = texts("c.csv", "f.npy");
  expect_mistakes({
      {"ragged rows", csv, {"c.csv:3: 1 cells", "header names 2"}, codes("a,b\n1,2\n3\n")},
      {"a word", csv, {"c.csv:3: 'b' is 'x'", "no number", "--id"}, codes("a,b\n1,2\n3,x\n")},
      {"an empty cell", csv, {"c.csv:2: 'a' is ''"}, codes("a,b\n,2\n3,4\n")},
      {"NaN in words", csv, {"c.csv:3: 'b' is nan"}, codes("a,b\n1,2\n3,nan\n")},
      {"no header", csv, {"c.csv:1", "numbers", "z0,z1"}, codes("1.5,2\n3,4\n")},
      {"one name twice", csv, {"c.csv:1", "'a'"}, codes("a,a\n1,2\n3,4\n")},
      {"a header alone", csv, {"c.csv", "no rows"}, codes("a,b\n")},
      {"open quotes", csv, {"c.csv:2", "never closed"}, codes("a,b\n\"1,2\n3,4\n")},
      {"an empty table", csv, {"c.csv", "empty"}, codes("")},
      {"commas for tabs",
       texts("c.tsv", "f.npy"),
       {"c.tsv:2", "tab"},
       all({factors, file("c.tsv", "a\tb\n1,2\n3,4\n")})},
  });
}

TEST(BadTables, Ids) {
  const std::vector<std::string> joined = texts("c.csv", "f.csv", {"--id", "name"});
  expect_mistakes({
      {"no such column",
       texts("c.csv", "f.csv", {"--id", "nam"}),
       {"c.csv", "'nam'", "Did you mean 'name'"},
       all({ids("c.csv", 0), ids("f.csv", 0)})},
      {"not in the factors", joined, {"f.csv", "'name'"}, all({ids("c.csv", 0), ids("f.csv", 0, "item,a,b")})},
      {"nothing in common",
       joined,
       {"no 'name'", "c.csv", "f.csv", "'i0'", "'i100'"},
       all({ids("c.csv", 0), ids("f.csv", 100)})},
      {"one id twice",
       joined,
       {"f.csv:3", "'x'", "line 2"},
       all({ids("c.csv", 0), file("f.csv", "name,a,b\nx,1,2\nx,2,1\n")})},
      {"an array has no ids",
       texts("c.npy", "f.csv", {"--id", "name"}),
       {"c.npy", "--id joins tables"},
       all({npy("c.npy", 20, 3), ids("f.csv", 0)})},
  });
}

TEST(BadTables, PosteriorsClassesAndUnits) {
  const auto half = [](int64_t, int64_t) { return 0.5; };
  const std::vector<std::string> variances = score({"--log-variances", "v.npy"}),
                                 classes = score({"--class-probabilities", "p.npy"});
  expect_mistakes({
      {"log variances of other items", variances, {"v.npy", "19"}, all({good(), npy("v.npy", 19, 3)})},
      {"log variances of other latents",
       variances,
       {"v.npy", "has 3 columns", "has 2"},
       all({good(), npy("v.npy", 20, 2)})},
      {"a log variance that is NaN",
       variances,
       {"v.npy", "row 3", "nan"},
       all({good(), npy("v.npy", 20, 3, but(3, 0, std::nan("")))})},
      {"variances that no number holds",
       variances,
       {"v.npy", "row 5", "900"},
       all({good(), npy("v.npy", 20, 3, but(5, 0, 900))})},
      {"probabilities of more than 1", classes, {"p.npy", "row 0", "1.5"}, all({good(), npy("p.npy", 20, 3, half)})},
      {"logits",
       classes,
       {"p.npy", "row 2", "is 4", "softmax"},
       all({good(), npy("p.npy", 20, 2, [](int64_t i, int64_t j) { return i == 2 ? (j ? -3.0 : 4.0) : 0.5; })})},
      {"units of other columns", score({"--units", "2,2"}), {"units", "2, 2", "3"}, good()},
      {"units that do not divide", score({"--units", "2"}), {"units", "2", "3"}, good()},
      {"units of no columns", score({"--units", "0"}), {"--units"}, good()},
  });
}

}  // namespace
}  // namespace teasel

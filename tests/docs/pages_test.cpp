// Documents that cannot rot: links lead somewhere, code is the examples' code, the reference is what the program says.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>
#include <sstream>

#include "teasel/cli/command.hpp"
#include "teasel/cli/measured_scores.hpp"
#include "teasel/cli/metrics_reference.hpp"
#include "teasel/cli/reference.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/value.hpp"

namespace teasel {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> pages() {
  std::vector<fs::path> out{"README.md", "CONTRIBUTING.md", "CHANGELOG.md"};
  for (auto* folder : {"docs", "results", "bench", "tests"})
    if (fs::exists(folder))
      for (auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.path().extension() == ".md") out.push_back(entry.path());
  return out;
}

// Without fenced blocks, whose brackets are code.
std::string prose(const std::string& text) {
  std::string out;
  std::istringstream lines(text);
  bool fenced = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```"))
      fenced = !fenced;
    else if (!fenced)
      out += line + "\n";
  }
  return out;
}

// The blocks in ```language, one after the other.
std::vector<std::string> blocks(const std::string& text, const std::string& language) {
  std::vector<std::string> out;
  std::istringstream lines(text);
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (!inside && line == "```" + language)
      inside = true, out.emplace_back();
    else if (inside && line == "```")
      inside = false;
    else if (inside)
      out.back() += line + "\n";
  }
  return out;
}

// The anchor that a heading gets: lower case, blanks as hyphens, without other punctuation.
std::string anchor_of(const std::string& heading) {
  std::string out;
  for (char c : heading)
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_')
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (c == ' ')
      out += '-';
  return out;
}

std::set<std::string> anchors(const fs::path& page) {
  std::set<std::string> out;
  std::istringstream lines(prose(read_file(page)));
  for (std::string line; std::getline(lines, line);)
    if (const size_t level = line.find_first_not_of('#'); level != std::string::npos && level > 0 && line[level] == ' ')
      out.insert(anchor_of(line.substr(level + 1)));
  return out;
}

TEST(Pages, RelativeLinksLeadSomewhere) {
  static const std::regex link(R"(\]\(([^)\s]+)\))");
  size_t followed = 0;
  for (auto& page : pages()) {
    const std::string text = prose(read_file(page));
    for (std::sregex_iterator found(text.begin(), text.end(), link), end; found != end; ++found) {
      const std::string target = (*found)[1];
      if (target.starts_with("http://") || target.starts_with("https://")) continue;
      ++followed;
      const size_t hash = target.find('#');
      const fs::path file = hash == 0 ? page : page.parent_path() / target.substr(0, hash);
      EXPECT_TRUE(fs::exists(file)) << page << " links to " << target;
      if (hash != std::string::npos && fs::exists(file)) {
        EXPECT_TRUE(anchors(file).contains(target.substr(hash + 1))) << page << " links to " << target;
      }
    }
  }
  EXPECT_GT(followed, 20u);
}

std::string without_empty_lines(const std::string& text) {
  std::string out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) out += line + "\n";
  return out;
}

TEST(Pages, TheExamplesAreShownWholeAndAsTheyAre) {
  for (auto& [page, example] : std::vector<std::pair<std::string, std::string>>{
           {"docs/adding-a-model.md", "examples/linear_autoencoder.cpp"},
           {"docs/adding-a-data-set.md", "examples/moving_square.cpp"},
           {"docs/adding-a-metric.md", "examples/explained_variance.cpp"}}) {
    std::string shown;
    for (auto& block : blocks(read_file(page), "cpp")) shown += block;
    EXPECT_EQ(without_empty_lines(shown), without_empty_lines(read_file(example))) << page;
  }
}

TEST(Pages, WhatTheProgramWritesIsWhatItDeclares) {
  for (auto& [page, declared] : std::vector<std::pair<std::string, std::string>>{
           {"docs/configuration.md", configuration_reference()}, {"docs/which_number.md", metrics_reference()}}) {
    const std::string written = read_file(page);
    std::istringstream a(declared), b(written);
    std::string line, other;
    for (int number = 1; std::getline(a, line); ++number) {
      if (!std::getline(b, other)) other = "(the end)";
      ASSERT_EQ(line, other) << page << ":" << number << " is stale; run: make docs";
    }
    EXPECT_TRUE(declared == written) << page << " has more than the program declares; run: make docs";
  }
}

// The numbers of a table's row, without words: the row begins with `start`.
std::vector<double> cells(const std::string& table, const std::string& start) {
  const size_t at = table.find(start);
  std::vector<double> out;
  if (at == std::string::npos) return out;
  std::istringstream row(table.substr(at + start.size(), table.find('\n', at) - at - start.size()));
  for (std::string word; row >> word;)
    if (word.find_first_not_of(".-0123456789") == std::string::npos) out.push_back(std::stod(word));
  return out;
}

// The tables of what was measured hold the numbers of results/protocols.json.
TEST(Pages, MeasuredScoresAreThoseOfTheResults) {
  const Value root = parse_json(read_file("results/protocols.json"), "results/protocols.json");
  std::vector<double> zaidi, least, greatest;  // of mig, a number for each code set
  std::string codes;
  for (auto& entry : *root.find("scores")->as<Value::List>()) {
    if (entry.text_at("metric") != "mig") continue;
    const double value = entry.number_at("value");
    if (entry.text_at("codes") != codes) {
      codes = entry.text_at("codes");
      least.push_back(value);
      greatest.push_back(value);
    }
    least.back() = std::min(least.back(), value);
    greatest.back() = std::max(greatest.back(), value);
    if (entry.text_at("protocol") == "zaidi-2020") zaidi.push_back(value);
  }
  ASSERT_GE(least.size(), 6u);
  const auto row = cells(measured_scores("mig"), "| `mig`, zaidi-2020 |");
  ASSERT_EQ(row.size(), zaidi.size());
  for (size_t i = 0; i < row.size(); ++i) EXPECT_NEAR(row[i], zaidi[i], 0.00051);
  std::vector<double> spans;  // a single number where both ends are the same
  for (size_t i = 0; i < least.size(); ++i) {
    spans.push_back(least[i]);
    if (fmt::format("{:.3f}", least[i]) != fmt::format("{:.3f}", greatest[i])) spans.push_back(greatest[i]);
  }
  const auto found = cells(protocol_ranges(), "| `mig`, 3 settings |");
  ASSERT_EQ(found.size(), spans.size());
  for (size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], spans[i], 0.00051);
}

// Command lines in the documents: the verb exists, and so does every option behind it.
TEST(Pages, CommandsInTheDocumentsExist) {
  const auto declared = declare_program();
  static const std::regex command(R"((?:^|\s|`)teasel((?: +[a-z_]+){1,2})([^`\n#]*))");
  size_t seen = 0;
  for (auto& page : pages())
    for (auto& block : blocks(read_file(page), "sh")) {
      std::string text = std::regex_replace(block, std::regex(R"(\\\n)"), " ");
      for (std::sregex_iterator found(text.begin(), text.end(), command), end; found != end; ++found) {
        ++seen;
        std::istringstream verbs((*found)[1].str()), words((*found)[2].str());
        const Declaration* verb = &declared->program;
        for (std::string word; verbs >> word && !verb->subcommands().empty();) {
          const Declaration* inner = verb->find(word);
          ASSERT_NE(inner, nullptr) << page << ": teasel" << (*found)[1];
          verb = inner;
        }
        for (std::string word; words >> word;) {
          if (!word.starts_with("--")) continue;
          const std::string option = word.substr(0, word.find('='));
          EXPECT_TRUE(
              std::ranges::any_of(verb->arguments(), [&](auto& a) { return std::ranges::count(a.names, option) > 0; }))
              << page << ": teasel" << (*found)[1] << " " << option;
        }
      }
    }
  EXPECT_GT(seen, 10u);
}

}  // namespace
}  // namespace teasel

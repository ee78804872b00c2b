#include "teasel/cli/metrics_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "teasel/cli/measured_scores.hpp"
#include "teasel/core/resource.hpp"
#include "teasel/metrics/about.hpp"
#include "teasel/metrics/metric.hpp"

namespace teasel {
namespace {

constexpr size_t width = 120;

// What would be markup outside of `code`: comments are plain prose.
std::string plain(const std::string& text) {
  std::string out;
  bool code = false;
  for (char c : text) {
    code = code != (c == '`');
    if (!code && (c == '*' || c == '<')) out += '\\';
    out += c;
  }
  return out;
}

// Lines of at most `width` columns; lines that are set in become a list.
std::string wrapped(const std::string& paragraph) {
  std::string out;
  std::istringstream lines(plain(paragraph));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    const size_t first = line.find_first_not_of(' ');
    const bool item = line.compare(first, 2, "- ") == 0, set_in = item || first > 0;
    std::string text = set_in && !item ? "- " : "";
    for (std::string word; words >> word;) {
      if (!text.empty() && text.size() + 1 + word.size() > width) {
        out += text + "\n";
        text = set_in ? "  " : "";
      }
      text += (text.empty() || text.ends_with(' ') ? "" : " ") + word;
    }
    out += text + "\n";
  }
  return out;
}

std::string tested_text(const Expected& expected) {
  if (expected.better == Expected::Better::neither) return "";
  const bool higher = expected.better == Expected::Better::higher;
  return fmt::format("codes that are dSprites' factors reach at {} {}, Gaussian noise at {} {} (tested)",
                     higher ? "least" : "most", expected.perfect, higher ? "most" : "least", expected.noise);
}

std::string section(const Registry<Metric>::Entry& entry, const MetricAbout& about) {
  std::string out = fmt::format("\n### `{}`\n", entry.name);
  for (auto& paragraph : about.paragraphs) out += "\n" + wrapped(paragraph);
  out += "\n| | |\n|---|---|\n";
  for (auto& [what, text] : metric_facts(entry.name)) {
    std::string words = what;
    std::ranges::replace(words, '_', ' ');
    if (!text.empty()) out += fmt::format("| {} | {} |\n", words, text);
  }
  const auto expected = Registry<Metric>::get().make(entry.name, Value(), {})->expected();
  if (const std::string tested = tested_text(expected); !tested.empty()) out += fmt::format("| scale | {} |\n", tested);
  if (const std::string measured = measured_scores(entry.name); !measured.empty()) out += "\n" + measured;
  return out;
}

}  // namespace

std::string metrics_reference() {
  std::string out =
      std::string(*resource("cli/assets/which_number.md")) + protocol_ranges() + "\n## Metrics, one by one\n";
  for (auto* entry : Registry<Metric>::get().entries())
    if (const auto about = about_metric(entry->name)) out += section(*entry, *about);
  return out;
}

}  // namespace teasel

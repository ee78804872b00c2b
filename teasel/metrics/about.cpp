#include "teasel/metrics/about.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <regex>
#include <sstream>

#include "teasel/core/resource.hpp"
#include "teasel/metrics/metric.hpp"

namespace teasel {
namespace {

// Names before a bracket share its axes: "pearson and spearman [latents, factors]".
void find_axes(const std::string& text, std::map<std::string, std::vector<std::string>>& axes) {
  static const std::regex entry(
      R"(((?:[a-z][a-z0-9_.]*(?:, | and ))*[a-z][a-z0-9_.]*) \[([a-z_, ]+)\]( \((?:latent|factor) number)?)");
  static const std::regex word("[a-z][a-z0-9_.]*");
  const auto words_of = [&](const std::string& list) {
    return std::vector<std::string>(std::sregex_token_iterator(list.begin(), list.end(), word), {});
  };
  for (std::sregex_iterator found(text.begin(), text.end(), entry), end; found != end; ++found)
    for (auto& name : words_of((*found)[1]))
      if (name != "and") axes.emplace(name, (*found)[3].matched ? std::vector<std::string>() : words_of((*found)[2]));
}

std::string direction_text(Expected::Better better) {
  switch (better) {
    case Expected::Better::higher:
      return "higher is better";
    case Expected::Better::lower:
      return "lower is better";
    case Expected::Better::neither:
      return "neither end is better";
  }
  return "";
}

std::string range_text(const Expected& expected) {
  const auto end = [](double x) { return std::isfinite(x) ? fmt::format("{}", x) : x < 0 ? "-inf" : "inf"; };
  std::string out = end(expected.low) + " to " + end(expected.high);
  for (auto& [output, range] : expected.ranges)
    out += fmt::format("; {}: {} to {}", output, end(range.low), end(range.high));
  return out;
}

std::string unchanged_text(const Expected::Unchanged& unchanged) {
  std::string out;
  for (auto [holds, what] : {std::pair{unchanged.order, "order"},
                             {unchanged.sign, "sign"},
                             {unchanged.scale, "scale"},
                             {unchanged.shift, "shift"},
                             {unchanged.monotone, "rising maps"}})
    if (holds) out += (out.empty() ? "" : ", ") + std::string(what);
  return out.empty() ? out : out + " of latents";
}

}  // namespace

std::vector<std::pair<std::string, std::string>> metric_facts(const std::string& metric) {
  std::string protocols;
  for (auto& name : protocol_names())
    if (std::ranges::count(load_protocol(name).metric_names(), metric) > 0)
      protocols += (protocols.empty() ? "" : ", ") + name;
  const Expected expected = Registry<Metric>::get().make(metric, Value(), {})->expected();
  return {{"direction", direction_text(expected.better)},
          {"range", range_text(expected)},
          {"unchanged_by", unchanged_text(expected.unchanged)},
          {"protocols", protocols}};
}

MetricAbout about_text(const std::string& source) {
  MetricAbout out;
  std::istringstream lines(source);
  bool open = false;  // whether the next line goes on with the last paragraph
  bool item = false;  // whether it would go on with an item of a list
  for (std::string line; std::getline(lines, line) && line.starts_with("//");) {
    line.erase(0, line.starts_with("// ") ? 3 : 2);
    const size_t first = line.find_first_not_of(' ');
    if (first == std::string::npos) {
      open = item = false;
      continue;
    }
    const bool begins = line.compare(first, 2, "- ") == 0;
    item = begins || (item && first > 0);
    if (!open)
      out.paragraphs.push_back(line);
    else if (begins || (first > 0 && !item))
      out.paragraphs.back() += "\n" + line;
    else
      out.paragraphs.back() += " " + line.substr(first);
    open = true;
  }
  for (auto& paragraph : out.paragraphs)
    if (paragraph.starts_with("detail")) find_axes(paragraph, out.axes);
  return out;
}

std::optional<MetricAbout> about_metric(const std::string& metric) {
  const auto source = resource("metrics/suite/" + metric + ".cpp");
  if (!source) return {};
  return about_text(std::string(*source));
}

}  // namespace teasel

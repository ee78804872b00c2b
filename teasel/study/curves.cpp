#include "teasel/study/curves.hpp"

#include <map>
#include <set>

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/value.hpp"

namespace teasel {
namespace {

struct Log {
  std::vector<std::string> names;                     // in the order of their first appearance
  std::map<std::string, std::vector<Series>> series;  // by term; one per entry of a list
};

void take(Log& log, const std::string& term, double step, const std::vector<Value>& values, bool list) {
  auto [found, is_new] = log.series.try_emplace(term);
  if (is_new) log.names.push_back(term);
  auto& series = found->second;
  for (size_t i = 0; i < values.size(); ++i) {
    if (series.size() <= i) series.push_back({list ? std::to_string(i) : term, {}, {}});
    double y = 0;
    if (!values[i].number(y)) continue;
    series[i].x.push_back(step), series[i].y.push_back(y);
  }
}

Log read_log(const std::filesystem::path& path) {
  Log log;
  if (!std::filesystem::exists(path)) return log;
  const std::string text = read_file(path);
  for (size_t begin = 0, end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    const Value line = parse_json(std::string_view(text).substr(begin, end - begin), path.string());
    const Value* at = line.find("step");
    double step = 0;
    if (!at || !at->number(step)) continue;
    for (auto& [name, value] : *line.as<Value::Table>()) {
      if (name == "step") continue;
      const auto* list = value.as<Value::List>();
      take(log, name, step, list ? *list : std::vector<Value>{value}, list != nullptr);
    }
  }
  return log;
}

std::string unit_of(const std::string& term) {
  static const std::set<std::string> nats{"reconstruction",    "kl",   "kl_per_latent",
                                          "total_correlation", "loss", "loss.vae"};
  return nats.contains(term) ? "nats" : "";
}

std::string words(std::string term) {
  for (char& c : term)
    if (c == '_' || c == '.') c = ' ';
  return term;
}

}  // namespace

std::vector<Series> read_series(const std::filesystem::path& metrics) {
  std::vector<Series> out;
  Log log = read_log(metrics);
  for (auto& name : log.names)
    for (auto& s : log.series[name]) {
      out.push_back(s);
      if (s.name != name) out.back().name = name + " " + s.name;
    }
  return out;
}

std::vector<std::pair<std::string, LineChart>> training_curves(const std::filesystem::path& metrics) {
  std::vector<std::pair<std::string, LineChart>> charts;
  Log log = read_log(metrics);
  for (auto& name : log.names) {
    LineChart chart;
    chart.title = words(name) + " over training";
    chart.x_label = "step";
    chart.y_label = words(name) + (unit_of(name).empty() ? "" : " (" + unit_of(name) + ")");
    chart.series = std::move(log.series[name]);
    chart.smooth = chart.series.size() == 1 ? 0.9 : 0.8;
    charts.emplace_back("curve_" + name, std::move(chart));
  }
  return charts;
}

}  // namespace teasel

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

LineChart chart_of(const std::string& term) {
  LineChart chart;
  chart.title = words(term) + " over training";
  chart.x_label = "step";
  chart.y_label = words(term) + (unit_of(term).empty() ? "" : " (" + unit_of(term) + ")");
  return chart;
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
    LineChart chart = chart_of(name);
    chart.series = std::move(log.series[name]);
    chart.smooth = chart.series.size() == 1 ? 0.9 : 0.8;
    charts.emplace_back("curve_" + name, std::move(chart));
  }
  return charts;
}

std::vector<LineChart> overlaid_curves(const std::vector<std::pair<std::string, std::filesystem::path>>& logs) {
  std::vector<std::string> order;
  std::map<std::string, LineChart> charts;
  for (size_t run = 0; run < logs.size(); ++run) {
    Log log = read_log(logs[run].second);
    for (auto& name : log.names) {
      const auto& series = log.series[name];
      if (series.size() != 1 || series[0].name != name) continue;  // a list: one per latent
      const auto [found, is_new] = charts.try_emplace(name, chart_of(name));
      LineChart& chart = found->second;
      if (is_new) {
        order.push_back(name);
        chart.smooth = 0.9;
        chart.series.resize(logs.size());  // with a place for every run, so that a run keeps its colour
      }
      chart.series[run] = series[0];
      chart.series[run].name = logs[run].first;
    }
  }
  std::vector<LineChart> out;
  for (auto& name : order) out.push_back(std::move(charts.at(name)));
  return out;
}

}  // namespace teasel

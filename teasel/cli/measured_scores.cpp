#include "teasel/cli/measured_scores.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "teasel/core/resource.hpp"
#include "teasel/core/value.hpp"

namespace teasel {
namespace {

struct Row {
  std::string metric, output, protocols;  // the names of protocols with the same settings, parted by commas
  std::map<std::string, double> values;   // by code set
};

struct Measured {
  std::vector<std::string> codes;  // in their order
  std::vector<Row> rows;           // by output, then protocol, as scored
};

// Protocols with the same settings for a metric make one row.
Measured read_measured() {
  Measured out;
  const auto text = resource("results/protocols.json");
  if (!text) return out;
  const Value root = parse_json(*text, "results/protocols.json");
  std::map<std::pair<std::string, std::string>, size_t> at;  // by output and hash
  for (auto& entry : *root.find("scores")->as<Value::List>()) {
    const std::string output = entry.text_at("metric"), protocol = entry.text_at("protocol"),
                      codes = entry.text_at("codes");
    if (!std::ranges::count(out.codes, codes)) out.codes.push_back(codes);
    const auto [found, added] = at.emplace(std::pair(output, entry.text_at("hash")), out.rows.size());
    if (added) out.rows.push_back({entry.text_at("family"), output, protocol, {}});
    Row& row = out.rows[found->second];
    if (("," + row.protocols + ",").find("," + protocol + ",") == std::string::npos) row.protocols += "," + protocol;
    row.values[codes] = entry.number_at("value");
  }
  std::ranges::stable_sort(out.rows, {}, &Row::output);
  return out;
}

const Measured& measured() {
  static const Measured out = read_measured();
  return out;
}

// Of three decimals, without the zero before the point: ".902".
std::string short_number(double value) {
  std::string text = fmt::format("{:.3f}", value);
  if (text == "-0.000") text = "0.000";
  if (const auto zero = text.find("0."); zero == 0 || (zero == 1 && text[0] == '-')) text.erase(zero, 1);
  return text;
}

std::string spaced(std::string list) {
  for (size_t comma = 0; (comma = list.find(',', comma)) != std::string::npos; comma += 2) list.replace(comma, 1, ", ");
  return list;
}

std::string head(const std::string& first) {
  std::string names = "| " + first, rule = "|---";
  for (auto& codes : measured().codes) names += " | " + codes, rule += "|---";
  return names + " |\n" + rule + "|\n";
}

}  // namespace

std::string measured_scores(const std::string& metric) {
  std::string out;
  for (auto& row : measured().rows) {
    if (row.metric != metric) continue;
    out += fmt::format("| `{}`, {}", row.output, spaced(row.protocols));
    for (auto& codes : measured().codes) {
      const auto found = row.values.find(codes);
      out += " | " + (found == row.values.end() ? "" : short_number(found->second));
    }
    out += " |\n";
  }
  return out.empty() ? out : head("measured") + out;
}

std::string protocol_ranges() {
  std::map<std::string, std::vector<const Row*>> by_output;
  for (auto& row : measured().rows) by_output[row.output].push_back(&row);
  std::string out;
  for (auto& [output, rows] : by_output) {
    if (rows.size() < 2) continue;
    out += fmt::format("| `{}`, {} settings", output, rows.size());
    for (auto& codes : measured().codes) {
      std::vector<double> values;
      for (auto* row : rows)
        if (const auto found = row->values.find(codes); found != row->values.end()) values.push_back(found->second);
      const auto [least, greatest] = std::ranges::minmax(values.empty() ? std::vector{0.0} : values);
      const std::string low = short_number(least), high = short_number(greatest);
      out += values.empty() ? " | " : low == high ? " | " + low : fmt::format(" | {} to {}", low, high);
    }
    out += " |\n";
  }
  return out.empty() ? out : head("score") + out;
}

}  // namespace teasel

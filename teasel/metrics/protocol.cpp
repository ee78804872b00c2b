#include <algorithm>
#include <string>
#include <utility>

#include "teasel/core/resource.hpp"
#include "teasel/metrics/metric.hpp"

namespace teasel {
namespace {

constexpr std::string_view folder = "metrics/protocols/", ending = ".toml";

// Whether an entry of a protocol's file describes the protocol; every other entry is a metric's table.
bool describes(const std::string& key) {
  return key == "name" || key == "summary" || key == "source" || key == "aliases" || key == "evidence";
}

// The entries of a protocol's file that are options.
Value described(const Value& root) {
  Value out{Value::Table{}};
  for (const char* key : {"aliases", "evidence"})
    if (const Value* found = root.find(key)) out.set(key, *found);
  return out;
}

Protocol read_protocol(const Value& root, const std::string& file) {
  Protocol protocol{root.text_at("name"), root.text_at("summary"), root.text_at("source"), Value(Value::Table{})};
  if (protocol.name.empty())
    throw Error(file + ": a protocol needs a name", "Write name = \"...\" at the top of the file.");
  read_options(
      [&](Fields& f) {
        f.field("aliases", protocol.aliases, "other names of the protocol");
        f.group("evidence", "what is made of codes first", [&](Fields& g) { protocol.evidence.describe(g); });
      },
      described(root), file);
  const auto& metrics = Registry<Metric>::get();
  for (auto& [key, options] : *root.as<Value::Table>()) {
    if (describes(key)) continue;
    if (!options.as<Value::Table>())
      throw Error(options.place.text() + ": '" + key + "' is " + options.kind() +
                      ", and a protocol gives a table of options for each metric",
                  "Besides name, summary and source a protocol holds tables only, such as [mig].");
    metrics.at(key).resolve(options, key);  // an unknown metric, an unknown option or a bad value is reported here
    protocol.metrics.set(key, options);
  }
  return protocol;
}

}  // namespace

void EvidenceOptions::describe(Fields& f) {
  f.field("representation", representation,
          "the codes of an item: the mean of its posterior, or a draw from it whenever it is looked at",
          one_of({"mean", "sampled"}));
  f.field("without", without, "names of factors that are left out, where a set has them");
  f.field("components", components,
          "principal components that stand for each vector-valued unit; 0: its columns as they are", at_least(0));
}

std::vector<std::string> Protocol::metric_names() const {
  std::vector<std::string> names;
  if (auto* table = metrics.as<Value::Table>())
    for (auto& entry : *table) names.push_back(entry.first);
  return names;
}

std::vector<std::string> protocol_names() {
  std::vector<std::string> names;
  for (auto path : resources(folder))
    names.emplace_back(path.substr(folder.size(), path.size() - folder.size() - ending.size()));
  return names;
}

Protocol load_protocol(const std::string& name_or_file) {
  if (name_or_file.ends_with(ending)) return read_protocol(read_toml(name_or_file), name_or_file);
  const auto built_in = [](const std::string& name) {
    const auto path = std::string(folder) + name + std::string(ending);
    return read_protocol(parse_toml(*resource(path), path), path);
  };
  auto names = protocol_names();
  if (std::ranges::count(names, name_or_file) > 0) return built_in(name_or_file);
  for (auto& name : protocol_names()) {
    Protocol protocol = built_in(name);
    if (std::ranges::count(protocol.aliases, name_or_file) > 0) return protocol;
    names.insert(names.end(), protocol.aliases.begin(), protocol.aliases.end());
  }
  throw Error("unknown protocol '" + name_or_file + "'", hint_for_unknown(name_or_file, names));
}

}  // namespace teasel

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include "teasel/cli/command.hpp"
#include "teasel/core/error.hpp"
#include "teasel/data/dataset.hpp"
#include "teasel/metrics/about.hpp"
#include "teasel/metrics/matrix.hpp"
#include "teasel/metrics/metric.hpp"
#include "teasel/metrics/predictor.hpp"
#include "teasel/models/model.hpp"
#include "teasel/nn/discriminator.hpp"
#include "teasel/nn/encoder.hpp"
#include "teasel/nn/likelihood.hpp"
#include "teasel/report/text_table.hpp"
#include "teasel/study/run_config.hpp"

namespace teasel {
namespace {

struct Listed {
  std::string name, summary;
  std::vector<OptionInfo> options;
  std::vector<Preset> presets;
  std::vector<std::pair<std::string, std::string>> facts = {};  // printed below the summary, always
  std::vector<std::string> paragraphs = {};                     // printed with the options
};

template <class T>
std::vector<Listed> entries_of() {
  std::vector<Listed> out;
  for (auto* entry : Registry<T>::get().entries())
    out.push_back({entry->name, entry->summary, list_options(entry->describe), {}});
  return out;
}

std::vector<Listed> models() {
  auto out = entries_of<Model>();
  for (auto& model : out) model.presets = presets_of(model.name);
  return out;
}

std::vector<Listed> protocols() {
  std::vector<Listed> out;
  for (auto& name : protocol_names()) {
    const Protocol protocol = load_protocol(name);
    std::string metrics;
    for (auto& metric : protocol.metric_names()) metrics += (metrics.empty() ? "" : ", ") + metric;
    out.push_back({name,
                   protocol.summary,
                   {{"metrics", "", metrics, "what it has settings for", "", {}},
                    {"source", "", protocol.source, "where they come from", "", {}}},
                   {}});
  }
  return out;
}

std::vector<Listed> metrics() {
  auto out = entries_of<Metric>();
  for (auto& metric : out) {
    metric.facts = metric_facts(metric.name);
    if (const auto about = about_metric(metric.name)) metric.paragraphs = about->paragraphs;
  }
  return out;
}

const std::map<std::string, std::function<std::vector<Listed>()>>& families() {
  static const std::map<std::string, std::function<std::vector<Listed>()>> map{
      {"models", models},
      {"datasets", entries_of<Dataset>},
      {"views", entries_of<View>},
      {"metrics", metrics},
      {"matrices", entries_of<MatrixSource>},
      {"aggregations", entries_of<Aggregation>},
      {"predictors", entries_of<Predictor>},
      {"protocols", protocols},
      {"encoders", entries_of<nn::Encoder>},
      {"decoders", entries_of<nn::Decoder>},
      {"likelihoods", entries_of<nn::Likelihood>},
      {"discriminators", entries_of<nn::Discriminator>}};
  return map;
}

void print_options(const std::vector<OptionInfo>& options, int indent) {
  for (auto& o : options) {
    print(fmt::format("{:{}}{} ({}{}): {}{}\n", "", indent, o.key, o.type,
                      o.standard.empty() ? "" : (o.type.empty() ? "" : ", ") + o.standard, o.doc,
                      o.limits.empty() ? "" : "; " + o.limits));
    print_options(o.nested, indent + 2);
  }
}

std::string words_of(std::string key) {
  std::ranges::replace(key, '_', ' ');
  return key;
}

// A paragraph in lines of at most 100 columns, set in; lines that are set in already stay as they are.
std::string paragraph_text(const std::string& paragraph, size_t indent) {
  constexpr size_t width = 100;
  std::string out;
  std::istringstream lines(paragraph);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string text(indent + std::min(line.find_first_not_of(' '), line.size()), ' ');
    size_t begin = text.size();
    for (std::string word; words >> word;) {
      if (text.size() > begin && text.size() + word.size() >= width) {
        out += text + "\n";
        text = std::string(begin, ' ');
      }
      text += (text.size() > begin ? " " : "") + word;
    }
    out += text + "\n";
  }
  return out;
}

void print_family(const std::string& family, const std::vector<Listed>& list, bool verbose) {
  print(family + "\n");
  size_t width = 0;
  for (auto& entry : list) width = std::max(width, entry.name.size());
  for (auto& entry : list) {
    print(fmt::format("  {:{}}  {}\n", entry.name, width, entry.summary));
    for (auto& [what, text] : entry.facts)
      if (!text.empty()) print(fmt::format("  {:{}}  {}: {}\n", "", width, words_of(what), text));
    if (!verbose) continue;
    for (auto& paragraph : entry.paragraphs) print(paragraph_text(paragraph, 6) + "\n");
    print_options(entry.options, 6);
    for (auto& preset : entry.presets)
      print(fmt::format("      preset {}: {} [{}]\n", preset.name, preset.summary, preset.source));
  }
}

Value options_value(const std::vector<OptionInfo>& options) {
  Value::List list;
  for (auto& o : options) {
    Value entry{Value::Table{{"key", Value(o.key)},
                             {"type", Value(o.type)},
                             {"default", Value(o.standard)},
                             {"doc", Value(o.doc)},
                             {"limits", Value(o.limits)}}};
    if (!o.nested.empty()) entry.set("nested", options_value(o.nested));
    list.push_back(std::move(entry));
  }
  return Value(std::move(list));
}

Value family_value(const std::vector<Listed>& list) {
  Value::List out;
  for (auto& entry : list) {
    Value value{Value::Table{
        {"name", Value(entry.name)}, {"summary", Value(entry.summary)}, {"options", options_value(entry.options)}}};
    for (auto& [what, text] : entry.facts) value.set(what, Value(text));
    Value::List about;
    for (auto& paragraph : entry.paragraphs) about.emplace_back(paragraph);
    if (!about.empty()) value.set("about", Value(std::move(about)));
    Value::List presets;
    for (auto& p : entry.presets)
      presets.emplace_back(Value::Table{
          {"name", Value(p.name)}, {"summary", Value(p.summary)}, {"source", Value(p.source)}, {"config", p.config}});
    if (!presets.empty()) value.set("presets", Value(std::move(presets)));
    out.push_back(std::move(value));
  }
  return Value(std::move(out));
}

const RegisterCommand command{
    {"list", "list models, data sets, views, metrics, protocols and networks, with their options",
     "teasel list models --verbose", [](Declaration& app, const CommonOptions& common) {
       struct Arguments {
         std::string family, name;
         bool verbose = false;
       };
       auto a = std::make_shared<Arguments>();
       app.add_option("what", a->family,
                      "models, datasets, views, metrics, matrices, aggregations, predictors, protocols, encoders, "
                      "decoders, likelihoods or discriminators; default: all")
           .completes(words([] {
             std::vector<std::string> names;
             for (auto& [name, make] : families()) names.push_back(name);
             return names;
           }));
       app.add_option("name", a->name, "one of them alone, with its options").completes(words([] {
         std::set<std::string> names;  // an encoder and its decoder share theirs
         for (auto& [family, make] : families())
           for (auto& entry : make()) names.insert(entry.name);
         return std::vector<std::string>(names.begin(), names.end());
       }));
       app.add_flag("--verbose,-v", a->verbose, "with options, defaults, ranges and presets");
       return [a, &common] {
         std::vector<std::string> known, chosen;
         for (auto& [name, make] : families()) known.push_back(name);
         if (a->family.empty())
           chosen = known;
         else if (families().contains(a->family))
           chosen = {a->family};
         else
           throw_unknown_name("kind of thing to list", a->family, known);
         Value json{Value::Table{}};
         for (auto& family : chosen) {
           auto list = families().at(family)();
           if (!a->name.empty()) {
             std::vector<std::string> names;
             for (auto& entry : list) names.push_back(entry.name);
             std::erase_if(list, [&](auto& entry) { return entry.name != a->name; });
             if (list.empty())
               throw_unknown_name(family == "matrices" ? "matrix" : family.substr(0, family.size() - 1), a->name,
                                  names);
           }
           if (common.json)
             json.set(family, family_value(list));
           else
             print_family(family, list, a->verbose || !a->name.empty());
         }
         if (common.json) print_json(json);
         return 0;
       };
     }}};

}  // namespace
}  // namespace teasel

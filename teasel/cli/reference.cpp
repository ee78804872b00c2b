#include "teasel/cli/reference.hpp"

#include <fmt/format.h>

#include "teasel/core/resource.hpp"
#include "teasel/data/dataset.hpp"
#include "teasel/metrics/matrix.hpp"
#include "teasel/metrics/metric.hpp"
#include "teasel/metrics/predictor.hpp"
#include "teasel/models/model.hpp"
#include "teasel/nn/encoder.hpp"
#include "teasel/nn/likelihood.hpp"
#include "teasel/study/run_config.hpp"
#include "teasel/train/options.hpp"

namespace teasel {
namespace {

// Text inside a cell of a table.
std::string cell(const std::string& text) {
  std::string out;
  for (char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

bool is_component(const OptionInfo& option) { return !option.nested.empty() && option.type != "table"; }

void add_rows(std::string& out, const std::vector<OptionInfo>& options, const std::string& prefix) {
  for (auto& option : options) {
    const std::string key = prefix + option.key;
    if (option.type == "table") {
      add_rows(out, option.nested, key + ".");
      continue;
    }
    // Names of components are the sections further down, which grow without this row.
    const std::string limits = is_component(option) ? "" : option.limits;
    out +=
        fmt::format("| `{}` | {} | {} | {} | {} |\n", key, option.type,
                    option.standard.empty() ? "" : "`" + cell(option.standard) + "`", cell(limits), cell(option.doc));
  }
}

std::string table_of(const std::vector<OptionInfo>& options) {
  std::string rows;
  add_rows(rows, options, "");
  if (rows.empty()) return "It has no options.\n";
  return "| key | type | default | allowed | meaning |\n|---|---|---|---|---|\n" + rows;
}

std::string presets_of_model(const std::string& name) {
  const auto presets = presets_of(name);
  if (presets.empty()) return "";
  std::string out = "\n| preset | what it is | source |\n|---|---|---|\n";
  for (auto& preset : presets)
    out += fmt::format("| `{}` | {} | {} |\n", preset.name, cell(preset.summary), cell(preset.source));
  return out;
}

template <class T>
std::string section(const std::string& title, const std::string& text) {
  std::string out = fmt::format("\n## {}\n\n{}\n", title, text);
  for (auto* entry : Registry<T>::get().entries()) {
    out += fmt::format("\n### {} `{}`\n\n{}.\n\n{}", T::kind, entry->name, entry->summary,
                       table_of(list_options(entry->describe)));
    if constexpr (std::is_same_v<T, Model>) out += presets_of_model(entry->name);
  }
  return out;
}

std::string training() {
  TrainOptions options;
  options.phases = {{"PHASE", {}}};
  return "## Training\n\nThe table `[train]`. A model has one or more phases (`teasel config show` names them), each "
         "with an "
         "optimiser whose defaults\nare the model's own.\n\n" +
         table_of(list_options([&](Fields& f) { options.describe(f); }));
}

std::string protocols() {
  std::string out =
      "\n## Protocols\n\nA protocol is a TOML file with a table of options for each metric that it fixes.\n\n"
      "| protocol | what it is | metrics | source |\n|---|---|---|---|\n";
  for (auto& name : protocol_names()) {
    const Protocol protocol = load_protocol(name);
    std::string metrics;
    for (auto& metric : protocol.metric_names()) metrics += (metrics.empty() ? "`" : ", `") + metric + "`";
    out += fmt::format("| `{}` | {} | {} | {} |\n", name, cell(protocol.summary), metrics, cell(protocol.source));
  }
  return out;
}

}  // namespace

std::string configuration_reference() {
  return std::string(*resource("cli/assets/configuration.md")) + training() +
         section<Model>("Models", "The table `[model]`: `name`, `preset` (optional) and the model's own options.") +
         section<nn::Encoder>("Encoders", "Networks from items to latents: the option `encoder` of a model.") +
         section<nn::Decoder>("Decoders", "Networks from latents to items: the option `decoder` of a model.") +
         section<nn::Likelihood>("Likelihoods",
                                 "How likely an item is given what was decoded: the option `likelihood` "
                                 "of a decoder.") +
         section<Dataset>("Data sets",
                          "The table `[data]`: `name`, `path` (of a file or folder of yours, where a set "
                          "reads one), `views` and the set's\nown options.") +
         section<View>("Views", "What `data.views` may list: other data sets made of one.") +
         section<Metric>("Metrics", "Options that a protocol fixes; the defaults serve where no protocol does.") +
         section<MatrixSource>("Matrices", "What relates latents to factors: the option `matrix` of a metric.") +
         section<Aggregation>("Aggregations", "What is read off a matrix: the option `aggregation` of a metric.") +
         section<Predictor>("Predictors", "What predicts factors from codes: the option `predictor` of a metric.") +
         protocols();
}

}  // namespace teasel

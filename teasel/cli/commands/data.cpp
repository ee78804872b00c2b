#include <fmt/format.h>

#include <charconv>

#include "teasel/cli/command.hpp"
#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/report/text_table.hpp"
#include "teasel/study/export_data.hpp"
#include "teasel/study/run_config.hpp"

namespace teasel {
namespace {

struct Arguments {
  std::string name, index, range, out, factors;
  std::vector<std::string> sets;

  std::shared_ptr<const Dataset> open() const {
    Value root = read_config("", sets);
    for (auto& [key, value] : *root.as<Value::Table>())
      if (key != "data") throw Error("--set " + key + " is no setting of a data set", "Write --set data.KEY=VALUE.");
    root.set("data.name", Value(name));
    return open_dataset(resolve_data(*root.find("data")));
  }
};

int64_t whole_number(std::string_view text, const std::string& range) {
  int64_t out = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), out);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size())
    throw Error("--range " + range + " is no range of items",
                "Write --range FIRST:END, for example --range 0:1000; END itself is left out.");
  return out;
}

std::vector<int64_t> chosen_items(const Arguments& a, int64_t size) {
  if (a.index.empty() == a.range.empty())
    throw Error("say which items", "Give either --index FILE.npy or --range FIRST:END.");
  std::vector<int64_t> items;
  if (!a.index.empty()) {
    items = read_npy(a.index).to_i64();
  } else {
    const size_t colon = a.range.find(':');
    const int64_t first = whole_number(std::string_view(a.range).substr(0, colon), a.range);
    const int64_t end =
        colon == std::string::npos ? first + 1 : whole_number(std::string_view(a.range).substr(colon + 1), a.range);
    if (first > end || first < 0 || end > size)
      throw Error("--range " + a.range + " is outside the data set", fmt::format("It has the items 0:{}.", size));
    for (int64_t i = first; i < end; ++i) items.push_back(i);
  }
  return items;
}

std::string shape_text(const std::vector<int64_t>& shape) {
  std::string out;
  for (int64_t n : shape) out += (out.empty() ? "" : " x ") + std::to_string(n);
  return out;
}

Value info_value(const DataSpec& spec) {
  Value out{Value::Table{{"name", Value(spec.name)},
                         {"modality", Value(name_of(spec.modality))},
                         {"items", Value(spec.size)},
                         {"full_grid", Value(spec.full_grid)}}};
  Value::List fields, factors;
  for (auto& f : spec.fields) {
    Value::List shape(f.shape.begin(), f.shape.end());
    fields.emplace_back(Value::Table{{"name", Value(f.name)},
                                     {"type", Value(name_of(f.dtype))},
                                     {"shape", Value(std::move(shape))},
                                     {"bytes", Value(f.bytes())}});
  }
  for (auto& f : spec.factors) {
    Value::List values(f.values.begin(), f.values.end());
    factors.emplace_back(Value::Table{{"name", Value(f.name)},
                                      {"classes", Value(f.classes())},
                                      {"scale", Value(name_of(f.scale))},
                                      {"cyclic", Value(f.cyclic)},
                                      {"dynamic", Value(f.dynamic)},
                                      {"values", Value(std::move(values))}});
  }
  out.set("fields", Value(std::move(fields)));
  out.set("factors", Value(std::move(factors)));
  return out;
}

void print_info(const DataSpec& spec) {
  print(fmt::format("{}: {} items, {}{}\n", spec.name, number_text(static_cast<double>(spec.size), 0),
                    name_of(spec.modality), spec.full_grid ? ", a full grid of factors" : ""));
  Table fields{.columns = {{"field"}, {"type"}, {"shape"}, {"bytes an item"}, {"all, MiB"}}};
  for (auto& f : spec.fields)
    fields.rows.push_back({f.name, name_of(f.dtype), shape_text(f.shape), Cell(static_cast<double>(f.bytes()), 0),
                           Cell(static_cast<double>(f.bytes() * spec.size) / (1 << 20), 1)});
  print(text_table(fields));
  Table factors{.columns = {{"factor"}, {"classes"}, {"scale"}, {"cyclic"}, {"from"}, {"to"}}};
  for (auto& f : spec.factors) {
    const double none = std::numeric_limits<double>::quiet_NaN();
    factors.rows.push_back({f.name, Cell(static_cast<double>(f.classes()), 0), name_of(f.scale), f.cyclic ? "yes" : "",
                            Cell(f.values.empty() ? none : f.values.front(), 3),
                            Cell(f.values.empty() ? none : f.values.back(), 3)});
  }
  print(text_table(factors));
}

std::function<int()> declare_info(Declaration& app, const CommonOptions& common) {
  auto a = std::make_shared<Arguments>();
  app.add_option("name", a->name, "the data set").required().completes(registered<Dataset>());
  app.add_option("--set", a->sets, "data.KEY=VALUE, any number of times").completes(settings());
  return [a, &common] {
    const auto data = a->open();
    if (common.json)
      print_json(info_value(data->spec()));
    else
      print_info(data->spec());
    return 0;
  };
}

std::function<int()> declare_export(Declaration& app, const CommonOptions& common) {
  auto a = std::make_shared<Arguments>();
  app.add_option("name", a->name, "the data set").required().completes(registered<Dataset>());
  app.add_option("--index", a->index, "an npy file with the numbers of the items").completes(files(".npy"));
  app.add_option("--range", a->range, "FIRST:END, the end left out");
  app.add_option("--out", a->out, "an npy file for the items [N, item...]: bits as 0 and 1, bytes as they are")
      .required()
      .completes(files(".npy"));
  app.add_option("--factors", a->factors, "an npy file for their factors [N, K]: class numbers")
      .completes(files(".npy"));
  app.add_option("--set", a->sets, "data.KEY=VALUE, any number of times").completes(settings());
  return [a, &common] {
    const auto data = a->open();
    const auto items = chosen_items(*a, data->spec().size);
    check_place(a->out);
    if (!a->factors.empty()) check_place(a->factors);
    export_items(*data, items, a->out);
    if (!a->factors.empty()) export_factors(*data, items, a->factors);
    if (common.json)
      print_json(Value(Value::Table{{"items", Value(static_cast<int64_t>(items.size()))}, {"out", Value(a->out)}}));
    else
      print(fmt::format("{} items in {}\n", items.size(), a->out));
    return 0;
  };
}

const RegisterCommand command{
    {"data", "say what a data set is, or export items of it",
     "teasel data export dsprites --range 0:1000 --out images.npy --factors factors.npy",
     [](Declaration& app, const CommonOptions& common) {
       Declaration& info =
           app.add_subcommand("info", "fields, factors, sizes",
                              "teasel data info dsprites --set 'data.views=[{name=\"resize\", size=32}]'");
       Declaration& exported =
           app.add_subcommand("export", "items and factors as npy files",
                              "teasel data export dsprites --range 0:1000 --out images.npy --factors factors.npy");
       auto show = declare_info(info, common), write = declare_export(exported, common);
       return [&info, show, write] { return info.parsed() ? show() : write(); };
     }}};

}  // namespace
}  // namespace teasel

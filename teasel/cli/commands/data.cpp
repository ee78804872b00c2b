#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "teasel/cli/command.hpp"
#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/data/check.hpp"
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
  Table factors{.columns = {{"factor"}, {"classes"}, {"scale"}, {"cyclic"}, {"dynamic"}, {"from"}, {"to"}}};
  for (auto& f : spec.factors) {
    const double none = std::numeric_limits<double>::quiet_NaN();
    factors.rows.push_back({f.name, Cell(static_cast<double>(f.classes()), 0), name_of(f.scale), f.cyclic ? "yes" : "",
                            f.dynamic ? "yes" : "", Cell(f.values.empty() ? none : f.values.front(), 3),
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

std::function<int()> declare_list(Declaration&, const CommonOptions& common) {
  return [&common] {
    const auto list_of = [](auto& registry) {
      Value::List out;
      for (auto* entry : registry.entries())
        out.emplace_back(Value::Table{{"name", Value(entry->name)}, {"summary", Value(entry->summary)}});
      return Value(std::move(out));
    };
    if (common.json) {
      print_json(Value(
          Value::Table{{"datasets", list_of(Registry<Dataset>::get())}, {"views", list_of(Registry<View>::get())}}));
      return 0;
    }
    Table sets{.columns = {{"data set"}, {"what it is"}}}, views{.columns = {{"view"}, {"what it does"}}};
    for (auto* entry : Registry<Dataset>::get().entries()) sets.rows.push_back({entry->name, entry->summary});
    for (auto* entry : Registry<View>::get().entries()) views.rows.push_back({entry->name, entry->summary});
    print(text_table(sets) + "\n" + text_table(views));
    return 0;
  };
}

std::function<int()> declare_make(Declaration& app, const CommonOptions& common) {
  auto a = std::make_shared<Arguments>();
  app.add_option("name", a->name, "the data set").required().completes(registered<Dataset>());
  app.add_option("--out", a->out,
                 "the file: .npz or .h5. dSprites itself gets the names of the published file; any other set, or one "
                 "with views, the arrays images, factors (class numbers) and factor_values")
      .required()
      .completes(files());
  app.add_option("--set", a->sets, "data.KEY=VALUE, any number of times").completes(settings());
  return [a, &common] {
    const auto data = a->open();
    const auto names = make_data_file(*data, a->out);
    Value::List arrays(names.begin(), names.end());
    if (common.json)
      print_json(Value(Value::Table{
          {"items", Value(data->spec().size)}, {"arrays", Value(std::move(arrays))}, {"out", Value(a->out)}}));
    else
      print(fmt::format("{} items in {}: {}\n", data->spec().size, a->out, fmt::join(names, ", ")));
    return 0;
  };
}

void print_report(const CheckReport& report) {
  Table table{.caption = fmt::format("{}: {}", report.subject, report.kind),
              .columns = {{""}, {"what"}, {"expected", Column::Align::left}, {"found", Column::Align::left}}};
  for (const Finding& finding : report.findings)
    table.rows.push_back({finding.right ? "ok" : "WRONG", finding.what, finding.expected, finding.found});
  print(text_table(table));
}

Value report_value(const CheckReport& report) {
  Value::List findings;
  for (const Finding& finding : report.findings)
    findings.emplace_back(Value::Table{{"what", Value(finding.what)},
                                       {"expected", Value(finding.expected)},
                                       {"found", Value(finding.found)},
                                       {"right", Value(finding.right)}});
  return Value(Value::Table{{"subject", Value(report.subject)},
                            {"kind", Value(report.kind)},
                            {"right", Value(report.right())},
                            {"findings", Value(std::move(findings))}});
}

// A path wins over a name: whoever has a folder called like a set means the folder, and can say so with ./.
CheckReport check_what(const Arguments& a) {
  const auto names = Registry<Dataset>::get().names();
  const bool set = std::ranges::find(names, a.name) != names.end();
  if (std::filesystem::exists(a.name) || (!set && a.sets.empty())) {
    if (!a.sets.empty())
      throw Error("--set is for data sets, and '" + a.name + "' is a file or folder", "Leave it out.");
    return check_path(a.name);
  }
  return check_dataset(*a.open());
}

std::function<int()> declare_check(Declaration& app, const CommonOptions& common) {
  auto a = std::make_shared<Arguments>();
  app.add_option("what", a->name, "a file, a folder, or a data set with its --set").required().completes(files());
  app.add_option("--set", a->sets, "data.KEY=VALUE, any number of times").completes(settings());
  return [a, &common] {
    const CheckReport report = check_what(*a);
    if (common.json)
      print_json(report_value(report));
    else
      print_report(report);
    return report.right() ? 0 : 2;
  };
}

const RegisterCommand command{
    {"data", "list, describe, make, check and export data sets",
     "teasel data export dsprites --range 0:1000 --out images.npy --factors factors.npy",
     [](Declaration& app, const CommonOptions& common) {
       using Declare = std::function<int()> (*)(Declaration&, const CommonOptions&);
       std::vector<std::pair<const Declaration*, std::function<int()>>> actions;
       const auto add = [&](const char* name, const char* summary, const char* example, Declare declare) {
         Declaration& verb = app.add_subcommand(name, summary, example);
         actions.emplace_back(&verb, declare(verb, common));
       };
       add("list", "data sets and views", "teasel data list", declare_list);
       add("info", "fields, factors, sizes",
           "teasel data info dsprites --set 'data.views=[{name=\"resize\", size=32}]'", declare_info);
       add("make", "the whole set as an npz or HDF5 file that numpy and h5py read",
           "teasel data make dsprites --out dsprites.npz", declare_make);
       add("check", "hold a file or data set against what is known about it; exit status 2 where something is wrong",
           "teasel data check dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz", declare_check);
       add("export", "items and factors as npy files",
           "teasel data export dsprites --range 0:1000 --out images.npy --factors factors.npy", declare_export);
       return [actions] {
         for (auto& [verb, action] : actions)
           if (verb->parsed()) return action();
         throw std::logic_error("data: no inner verb");
       };
     }}};

}  // namespace
}  // namespace teasel

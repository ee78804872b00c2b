#include "teasel/data/dataset.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace teasel {

TEASEL_DEFINE_REGISTRY(Dataset);
TEASEL_DEFINE_REGISTRY(View);

namespace {

// A `[data]` table taken apart: the set with its own options, and what all sets share.
struct Request {
  std::string path;
  std::vector<Choice> views;
  Choice set;

  void describe_shared(Fields& f) {
    f.field("name", set.name, "which data set");
    f.field("path", path, "the file or folder that holds the data; sets that are rendered need none");
    f.field("views", views, Registry<View>::get(), "what is done to it, one after another");
  }
  bool is_shared(const std::string& key) const { return key == "name" || key == "path" || key == "views"; }
};

std::string read_name(const Value& given, const std::string& at) {
  const auto known = Registry<Dataset>::get().names();
  const Value* name = given.find("name");
  const Place place = name ? name->place : given.place;
  const std::string where = place.text().empty() ? "" : place.text() + ": ";
  if (!name || !name->as<std::string>())
    throw Error(where + at + ".name must be the name of a data set", hint_for_unknown("", known));
  const std::string& text = *name->as<std::string>();
  if (std::ranges::find(known, text) == known.end())
    throw Error(where + at + ".name cannot be '" + text + "': there is no such data set",
                hint_for_unknown(text, known));
  return text;
}

Request read_request(const Value& given, const std::string& at) {
  const auto& sets = Registry<Dataset>::get();
  Request request;
  const std::string name = read_name(given, at);
  request.set = {&sets, name, Value()};
  // One pass over the whole table, so that an unknown key is compared with shared and own keys alike.
  read_options(
      [&](Fields& f) {
        request.describe_shared(f);
        sets.describe(name, f);
      },
      given, at);
  Value own{Value::Table{}};
  own.place = given.place;
  for (const auto& [key, value] : *given.as<Value::Table>())
    if (!request.is_shared(key)) own.as<Value::Table>()->emplace_back(key, value);
  request.set.options = sets.resolve(request.set.name, own, at);
  return request;
}

}  // namespace

std::vector<int64_t> Dataset::split(std::string_view name) const {
  if (name != "train" && name != "all")
    throw Error("data set '" + spec().name + "' has no split '" + std::string(name) + "'", "It has: train, all.");
  std::vector<int64_t> items(static_cast<size_t>(spec().size));
  std::iota(items.begin(), items.end(), int64_t{0});
  return items;
}

std::optional<int64_t> Dataset::find(std::span<const float>) const { return std::nullopt; }

bool Dataset::render(std::span<const float>, std::span<std::byte>) const { return false; }

std::vector<RowSource> Dataset::published(bool) const { return {}; }

std::shared_ptr<const Dataset> open_dataset(const Value& data) {
  const Request request = read_request(data, "data");
  std::shared_ptr<const Dataset> set = Registry<Dataset>::get().make(request.set, {request.path});
  for (const Choice& view : request.views) set = Registry<View>::get().make(view, {set});
  return set;
}

Value resolve_data(const Value& given, const std::string& path) {
  Request request = read_request(given, path);
  const Value shared = write_options([&](Fields& f) { request.describe_shared(f); });
  Value out{Value::Table{}};
  out.set("name", *shared.find("name"));
  if (!request.path.empty()) out.set("path", *shared.find("path"));
  for (const auto& [key, value] : *request.set.options.as<Value::Table>()) out.set(key, value);
  out.set("views", *shared.find("views"));
  return out;
}

}  // namespace teasel

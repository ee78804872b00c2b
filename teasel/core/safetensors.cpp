// Hugging Face's safetensors (github.com/huggingface/safetensors, "Format"): the length of the header (u64), the header
// (JSON: name -> dtype, shape, data_offsets; "__metadata__" -> texts), the tensors without gaps.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "teasel/core/array.hpp"
#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/wire.hpp"

namespace teasel {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint64_t longest_header = 100'000'000;
constexpr int deepest_header = 8;  // 3 are meant to be there; messages quote values by recursion
constexpr const char* metadata_key = "__metadata__";

[[noreturn]] void fail(const ByteSource& source, const std::string& reason) {
  throw Error(fmt::format("{} is no valid safetensors file: {}", source.where, reason),
              "It was damaged or cut off: fetch or write it again.");
}

// Later duplicates of a key would silently win in most JSON readers, and two programs would see two files in one.
Json parse_header(const ByteSource& source, const std::string& text) {
  std::vector<std::set<std::string>> open;
  auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > deepest_header) fail(source, "its header is nested too deeply");
    if (event == Json::parse_event_t::object_start) open.emplace_back();
    if (event == Json::parse_event_t::object_end) open.pop_back();
    if (event == Json::parse_event_t::key && !open.back().insert(parsed.get<std::string>()).second)
      fail(source, fmt::format("the name '{}' stands twice in its header", parsed.get<std::string>()));
    return true;
  };
  try {
    Json header = Json::parse(text, watch);
    if (!header.is_object()) fail(source, "its header is no JSON object");
    return header;
  } catch (const Json::exception& error) {  // a number that no double holds is no parse_error
    fail(source, fmt::format("its header is no JSON ({})", error.what()));
  }
}

Json read_header(ByteSource& source) {
  if (source.left < 8) fail(source, fmt::format("it has only {} bytes", source.left));
  uint64_t length = 0;
  source.read(std::as_writable_bytes(std::span(&length, 1)));
  if (length > longest_header)
    fail(source, fmt::format("its header is said to have {} bytes; the limit is {}", length, longest_header));
  if (length > static_cast<uint64_t>(source.left))
    fail(source, fmt::format("its header is said to have {} bytes, and {} follow", length, source.left));
  std::string text(length, ' ');
  source.read(std::as_writable_bytes(std::span(text)));
  if (!text.starts_with('{')) fail(source, "its header does not begin with '{'");
  return parse_header(source, text);
}

std::map<std::string, std::string> read_metadata(const ByteSource& source, const Json& header) {
  std::map<std::string, std::string> out;
  auto found = header.find(metadata_key);
  if (found == header.end()) return out;
  if (!found->is_object()) fail(source, "its metadata is no table");
  for (const auto& [key, value] : found->items()) {
    if (!value.is_string()) fail(source, fmt::format("its metadata '{}' is no text", key));
    out[key] = value.get<std::string>();
  }
  return out;
}

WireType wire_type(const ByteSource& source, const std::string& name, const std::string& dtype) {
  using Kind = WireType::Kind;
  static const std::map<std::string, WireType> known = {
      {"BOOL", {Kind::boolean, 1}},
      {"U8", {Kind::unsigned_integer, 1}},
      {"I8", {Kind::signed_integer, 1}},
      {"I16", {Kind::signed_integer, 2}},
      {"U16", {Kind::unsigned_integer, 2}},
      {"F16", {Kind::real, 2}},
      {"BF16", {Kind::brain_real, 2}},
      {"I32", {Kind::signed_integer, 4}},
      {"U32", {Kind::unsigned_integer, 4}},
      {"F32", {Kind::real, 4}},
      {"F64", {Kind::real, 8}},
      {"I64", {Kind::signed_integer, 8}},
      {"U64", {Kind::unsigned_integer, 8}},
  };
  auto found = known.find(dtype);
  if (found == known.end())
    throw Error(
        fmt::format("tensor '{}' of {} has the dtype '{}', which teasel does not read", name, source.where, dtype),
        "Convert it to F32 and save it again.");
  return found->second;
}

struct Entry {
  std::string name;
  WireType type;
  std::vector<int64_t> shape;
  int64_t begin = 0, end = 0;
};

std::vector<int64_t> whole_numbers(const ByteSource& source, const Json& about, const std::string& name,
                                   const char* key) {
  auto found = about.find(key);
  if (found == about.end() || !found->is_array()) fail(source, fmt::format("tensor '{}' has no {}", name, key));
  std::vector<int64_t> out;
  for (const Json& number : *found) {
    if (!number.is_number_unsigned() || number.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX))
      fail(source, fmt::format("{} of tensor '{}' holds {}", key, name, number.dump()));
    out.push_back(number.get<int64_t>());
  }
  return out;
}

Entry read_entry(const ByteSource& source, const std::string& name, const Json& about) {
  if (!about.is_object()) fail(source, fmt::format("the entry of tensor '{}' is no table", name));
  auto dtype = about.find("dtype");
  if (dtype == about.end() || !dtype->is_string()) fail(source, fmt::format("tensor '{}' has no dtype", name));
  if (about.size() != 3)
    fail(source, fmt::format("the entry of tensor '{}' has {} keys instead of 3", name, about.size()));
  Entry entry{name, wire_type(source, name, dtype->get<std::string>()), whole_numbers(source, about, name, "shape")};
  auto offsets = whole_numbers(source, about, name, "data_offsets");
  if (offsets.size() != 2 || offsets[0] > offsets[1])
    fail(source, fmt::format("tensor '{}' has no two rising data_offsets", name));
  entry.begin = offsets[0], entry.end = offsets[1];
  auto count = checked_elements(entry.shape, entry.type.width, source.left);
  if (!count || *count * entry.type.width != entry.end - entry.begin)
    fail(source, fmt::format("tensor '{}' has {} bytes, which its shape ({}) does not fill", name,
                             entry.end - entry.begin, fmt::join(entry.shape, ", ")));
  return entry;
}

// The numbers of the entries in the order of their bytes, which must follow each other from 0 to the end of the file.
std::vector<size_t> order_in_file(const ByteSource& source, const std::vector<Entry>& entries) {
  std::vector<size_t> order(entries.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](size_t i) { return std::pair(entries[i].begin, entries[i].end); });
  int64_t at = 0;
  for (size_t i : order) {
    if (entries[i].begin != at)
      fail(source, fmt::format("tensor '{}' begins at byte {}, and the one before ends at {}", entries[i].name,
                               entries[i].begin, at));
    at = entries[i].end;
  }
  if (at != source.left) fail(source, fmt::format("its tensors end at byte {} of {}", at, source.left));
  return order;
}

const char* dtype_of(ArrayType type) {
  switch (type) {
    case ArrayType::u8:
      return "U8";
    case ArrayType::i8:
      return "I8";
    case ArrayType::i32:
      return "I32";
    case ArrayType::i64:
      return "I64";
    case ArrayType::f32:
      return "F32";
    case ArrayType::f64:
      return "F64";
    case ArrayType::boolean:
      return "BOOL";
  }
  throw std::invalid_argument("no such ArrayType");
}

// Wide elements first: then every tensor begins at a multiple of its width, as readers that map the file need.
std::vector<size_t> order_for_writing(const NamedArrays& tensors) {
  std::vector<size_t> order(tensors.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::greater<>{}, [&](size_t i) { return size_of(tensors[i].second.type); });
  return order;
}

std::string make_header(const SafeTensors& file, const std::vector<size_t>& order) {
  std::vector<std::pair<uint64_t, uint64_t>> offsets(order.size());
  uint64_t at = 0;
  for (size_t i : order) {
    uint64_t end = at + file.tensors[i].second.bytes.size();
    offsets[i] = {at, end};
    at = end;
  }
  Json header = Json::object();
  if (!file.metadata.empty()) header[metadata_key] = file.metadata;
  for (size_t i = 0; i < file.tensors.size(); ++i) {
    const auto& [name, array] = file.tensors[i];
    check_consistent(array);
    if (name == metadata_key || header.contains(name))
      throw std::invalid_argument(fmt::format("a safetensors file with two entries '{}'", name));
    header[name] = {{"dtype", dtype_of(array.type)}, {"shape", array.shape}, {"data_offsets", offsets[i]}};
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');
  if (text.size() > longest_header) throw std::invalid_argument("the header of a safetensors file exceeds 100 MB");
  return text;
}

}  // namespace

SafeTensors read_safetensors(const std::filesystem::path& path) {
  ByteSource source = open_source(path);
  Json header = read_header(source);
  SafeTensors file;
  file.metadata = read_metadata(source, header);
  std::vector<Entry> entries;
  for (const auto& [name, about] : header.items())
    if (name != metadata_key) entries.push_back(read_entry(source, name, about));
  file.tensors.resize(entries.size());
  for (size_t i : order_in_file(source, entries)) {
    Entry& entry = entries[i];
    std::vector<std::byte> raw(static_cast<size_t>(entry.end - entry.begin));
    source.read(raw);
    file.tensors[i] = {entry.name, from_wire(std::move(raw), entry.type, std::move(entry.shape),
                                             fmt::format("tensor '{}' of {}", entry.name, source.where))};
  }
  return file;
}

std::map<std::string, std::string> read_safetensors_metadata(const std::filesystem::path& path) {
  ByteSource source = open_source(path);
  Json header = read_header(source);
  return read_metadata(source, header);
}

void write_safetensors(const std::filesystem::path& path, const SafeTensors& file) {
  std::vector<size_t> order = order_for_writing(file.tensors);
  std::string header = make_header(file, order);
  uint64_t length = header.size();
  write_file(path, [&](std::FILE* out) {
    put(out, std::as_bytes(std::span(&length, 1)));
    put(out, std::as_bytes(std::span(header)));
    for (size_t i : order) put(out, file.tensors[i].second.bytes);
  });
}

}  // namespace teasel

#include "teasel/data/readers/image_cache.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/progress.hpp"
#include "teasel/data/pixels.hpp"

namespace teasel {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* metadata_key = "__metadata__";

int64_t item_bytes(const CachePlan& plan) {
  int64_t bytes = 1;
  for (size_t d = 1; d < plan.shape.size(); ++d) bytes *= plan.shape[d];
  return bytes;
}

std::string gigabytes(int64_t bytes) { return fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9); }

// Name, size and time of every source: what make would look at, and the size.
std::string description_of(const std::vector<fs::path>& sources) {
  std::string out;
  for (const fs::path& source : sources) {
    struct stat about {};
    if (::stat(source.c_str(), &about) != 0)
      throw Error(fmt::format("cannot read '{}': {}", source.string(), std::strerror(errno)),
                  "Check the path; it is relative to the folder where the program was started.");
    out += fmt::format("{}{} {} {}.{:09d}", out.empty() ? "" : "; ", source.filename().string(), about.st_size,
                       about.st_mtim.tv_sec, about.st_mtim.tv_nsec);
  }
  return out;
}

// What stands before the images: the header of safetensors, padded to whole 8 bytes, with its length in front.
std::string header_of(const CachePlan& plan) {
  Json header;
  header[metadata_key] = {
      {"made_by", "teasel, form 1"}, {"name", plan.name}, {"sources", description_of(plan.sources)}};
  header["images"] = {
      {"dtype", "U8"}, {"shape", plan.shape}, {"data_offsets", {int64_t{0}, plan.shape[0] * item_bytes(plan)}}};
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  const uint64_t length = text.size();
  return std::string(reinterpret_cast<const char*>(&length), sizeof length) + text;
}

// The mapped copy, where it is there, whole and made of these sources.
std::optional<MappedFile> open_copy(const fs::path& path, const std::string& header, int64_t bytes) {
  if (!fs::exists(path)) return {};
  MappedFile file(path);
  const std::string_view start(reinterpret_cast<const char*>(file.bytes().data()),
                               std::min(file.bytes().size(), header.size()));
  if (start == header && file.bytes().size() == header.size() + static_cast<size_t>(bytes)) return file;
  log_line(fmt::format("'{}' is not whole, or was made of other files: it is made anew", path.string()));
  return {};
}

void write_at(int descriptor, std::span<const std::byte> bytes, int64_t at, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(descriptor, bytes.data(), bytes.size(), at);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0)
      throw Error(fmt::format("cannot write '{}': {}", path.string(), std::strerror(errno)),
                  "Free some space there, or set data.cache to a folder on another disk.");
    bytes = bytes.subspan(static_cast<size_t>(count));
    at += count;
  }
}

void check_room(const fs::path& folder, int64_t bytes) {
  std::error_code unknown;
  const auto room = fs::space(folder, unknown);
  if (!unknown && room.available < static_cast<uintmax_t>(bytes))
    throw Error(fmt::format("the converted copy needs {} in '{}', and {} are free", gigabytes(bytes), folder.string(),
                            gigabytes(static_cast<int64_t>(room.available))),
                "Free some space there, or set data.cache to a folder on another disk.");
}

void make_copy(const CachePlan& plan, const fs::path& path, const std::string& header,
               const std::function<void(const PutItems&, const ToldProgress&)>& convert) {
  const int64_t item = item_bytes(plan), bytes = plan.shape[0] * item;
  check_place(path);
  check_room(plan.folder, bytes);
  log_line(fmt::format("'{}' ({}) is made once, of '{}'{}", path.string(), gigabytes(bytes),
                       plan.sources.front().string(), plan.sources.size() > 1 ? " and others" : ""));
  Progress bar("convert " + plan.name, plan.steps ? plan.steps : plan.shape[0], plan.unit);
  write_file(path, [&](std::FILE* file) {
    const int descriptor = ::fileno(file);
    write_at(descriptor, std::as_bytes(std::span(header)), 0, path);
    const auto put = [&](int64_t first, std::span<const std::byte> some) {
      if (first < 0 || first * item + static_cast<int64_t>(some.size()) > bytes)
        throw std::invalid_argument("image cache: an item that the plan has not");
      write_at(descriptor, some, static_cast<int64_t>(header.size()) + first * item, path);
    };
    convert(put, [&](int64_t done) { bar.update(done); });
  });
  bar.finish();
}

}  // namespace

ImageCache::ImageCache(const CachePlan& plan,
                       const std::function<void(const PutItems&, const ToldProgress&)>& convert) {
  const fs::path path = plan.folder / (plan.name + ".safetensors");
  const std::string header = header_of(plan);
  const int64_t bytes = plan.shape[0] * item_bytes(plan);
  if (auto copy = open_copy(path, header, bytes)) {
    file_.emplace(std::move(*copy));
  } else {
    make_copy(plan, path, header, convert);
    auto made = open_copy(path, header, bytes);
    if (!made)
      throw Error(fmt::format("'{}' changed while it was made", path.string()),
                  "Leave the source files alone until the copy is made, and try again.");
    file_.emplace(std::move(*made));
  }
  bytes_ = file_->bytes().subspan(header.size());
}

void put_planes(const RowReader& images, const PutItems& put, const ToldProgress& told) {
  const auto bytes = static_cast<size_t>(images.row_bytes());
  std::vector<std::byte> planes;
  images.for_each([&](int64_t first, std::span<const std::byte> rows) {
    planes.resize(rows.size());
    for (size_t at = 0; at < rows.size(); at += bytes)
      to_planes(rows.subspan(at, bytes), images.shape().back(), 1, std::span(planes).subspan(at, bytes));
    put(first, planes);
    told(first + static_cast<int64_t>(rows.size() / bytes));
  });
}

void describe_cache(Fields& f, std::string& folder, const char* size) {
  f.field("cache", folder,
          fmt::format("the folder for a converted copy ({}), which is made once; none: beside the file", size));
}

fs::path cache_folder(const std::string& folder, const fs::path& source) {
  if (!folder.empty()) return folder;
  return source.has_parent_path() ? source.parent_path() : fs::path(".");
}

}  // namespace teasel

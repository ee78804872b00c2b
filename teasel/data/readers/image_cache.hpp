// Images of published files, converted once to a file that is mapped into memory.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "teasel/core/mapped_file.hpp"
#include "teasel/core/options.hpp"
#include "teasel/core/rows.hpp"

namespace teasel {

// What is converted, and into what.
struct CachePlan {
  std::string name;                            // of the set and what was chosen of it: "cars3d-64"
  std::vector<std::filesystem::path> sources;  // a change of one of them (size or time) makes the copy stale
  std::filesystem::path folder;                // where the copy lies
  std::vector<int64_t> shape;                  // [N, C, H, W], bytes
  std::string unit = "images";                 // what is counted while it is made
  int64_t steps = 0;                           // how many of these there are; 0: N
};

// Writes items [first, first + bytes.size() / item bytes) of the copy, in any order.
using PutItems = std::function<void(int64_t first, std::span<const std::byte> bytes)>;
// Tells how many steps are done.
using ToldProgress = std::function<void(int64_t done)>;

// The copy NAME.safetensors in the folder of the plan: one tensor `images`, and in its metadata what it was made of. It
// is made by `convert` where it is not there or stale, which is told on stderr, under a temporary name first. Error
// where the disk has not room enough for it, or where `convert` throws; then nothing is left behind.
class ImageCache {
 public:
  ImageCache(const CachePlan& plan, const std::function<void(const PutItems&, const ToldProgress&)>& convert);
  // All items, one after another.
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::optional<MappedFile> file_;
  std::span<const std::byte> bytes_;
};

// Puts all images [N, H, W, C] of bytes as planes.
void put_planes(const RowReader& images, const PutItems& put, const ToldProgress& told);

// The option that says where the copy lies: `folder`, or beside `source` where it is empty.
void describe_cache(Fields& f, std::string& folder, const char* size);
std::filesystem::path cache_folder(const std::string& folder, const std::filesystem::path& source);

}  // namespace teasel

// Files that may be gzipped, read from front to back.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

struct gzFile_s;  // of zlib

namespace teasel {

// A file, inflated where it is gzipped (told by its first bytes) and as it is otherwise. Error where it cannot be
// opened.
class InflatedFile {
 public:
  explicit InflatedFile(const std::filesystem::path& path);

  const std::string& where() const { return where_; }
  // No fewer bytes than the file holds, inflated.
  int64_t most() const { return most_; }
  // Fills `to` as far as bytes are left and says how many were. Error for damage that comes to light.
  size_t read(std::span<std::byte> to);

 private:
  std::string where_;
  int64_t most_ = 0;
  struct Close {
    void operator()(gzFile_s* file) const;
  };
  std::unique_ptr<gzFile_s, Close> file_;
};

}  // namespace teasel

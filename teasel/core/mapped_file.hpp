// Files in memory by mapping, and scratch space that may be larger than memory.
#pragma once
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace teasel {

// A whole file, read-only. A file that another program makes shorter meanwhile kills the process (SIGBUS): replace
// files by renaming, as write_file does.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;

  const std::string& where() const { return where_; }
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::string where_;
  std::span<const std::byte> bytes_;
};

// Space of a fixed size that is written in pieces and read as memory. Up to 256 MiB it is memory; beyond, a file
// without a name in the folder for temporary files (TMPDIR), whose pages the system gives up when memory is short.
// Pieces may be written by several threads as long as they do not overlap; what was not written is 0.
class Scratch {
 public:
  explicit Scratch(int64_t size);
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  // Error where the disk is full.
  void write(int64_t at, std::span<const std::byte> bytes);
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::span<std::byte> bytes_;
  int descriptor_ = -1;
};

}  // namespace teasel

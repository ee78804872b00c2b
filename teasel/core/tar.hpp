// Archives of tar, plain or gzipped, read from front to back.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace teasel {

// A regular file of an archive. `read` gives its content, once, while it is visited; what is not read is skipped.
struct TarMember {
  std::string name;  // with the folders, '/' between them
  int64_t size = 0;
  std::function<std::vector<std::byte>()> read;
};

// Visits the regular files of an archive (POSIX.1-1988 ustar, and its predecessors) in order, until `visit` returns
// false. Directories, links and extended headers are passed over. Error where the file is no archive, is damaged or
// cut off.
void for_each_member(const std::filesystem::path& archive, const std::function<bool(const TarMember&)>& visit);

}  // namespace teasel

// Check sums under which files are published.
#pragma once
#include <filesystem>
#include <string>

namespace teasel {

// MD5 of a file's content, 32 hexadecimal digits. It tells damage, not malice.
std::string md5_of_file(const std::filesystem::path& path);

}  // namespace teasel

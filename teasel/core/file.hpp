// Files that are whole or absent.
#pragma once
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace teasel {

// Reads a whole file; Error with the path where it cannot be read.
std::string read_file(const std::filesystem::path& path);

// Writes a file so that `path` is at every moment either what it was or the whole new content: the content goes to a
// temporary name beside it, is flushed to the disk and renamed. Error (disk full, no permission) leaves the old file.
void write_file(const std::filesystem::path& path, std::string_view content);
// The same for content written piece by piece; the callback may throw, and nothing is left behind.
void write_file(const std::filesystem::path& path, const std::function<void(std::FILE*)>& write);

// Throws the Error that writing `path` would end in for want of a folder or of permission: for asking before long work.
void check_place(const std::filesystem::path& path);

}  // namespace teasel
